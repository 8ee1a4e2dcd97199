"""What visitors wrote: the list, one message, and what the staff does with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from flask import Response, render_template, request
from flask_babel import format_timedelta, gettext
from werkzeug.wrappers import Response as BaseResponse

from app import access, notifications, operations, queries
from app.database import db, transaction
from app.models import Message, Reply
from app.models.messages import broken_off, one_person, under_way
from app.negotiation import settings
from app.operations import Act
from app.operations.inbox import MAX_REPLY, NoAddress, NoSuchMessage, NotConfirmed, require_message
from app.operations.people import reply_address
from app.queries import Filter, Tab
from app.workbench.blueprint import blueprint, reader
from app.workbench.board import row_id
from app.workbench.pages import NotSaid, status_of, to
from workflows.problems import N_, Nature, Problem

MESSAGES = "/messages"
MESSAGE = f"{MESSAGES}/<reference>"
ON_A_PAGE = 50
LONGEST_SEARCH = 200
EXCERPT = 280
RECEIPT_DIGITS = 16
"""Of each digest in the address of a receipt, as the visitors' pages have it."""
_PAGE_OF_ITS_OWN = (Nature.MISSING, Nature.FORBIDDEN)
"""Refusals after which there is no form to show again."""

TABS = {
    Tab.UNREAD: N_("Unread"),
    # Translators: the messages that have no answer yet
    Tab.OPEN: N_("Open"),
    Tab.MINE: N_("Assigned to me"),
    Tab.ANSWERED: N_("Answered"),
    Tab.SPAM: N_("Likely spam"),
}
AGES = {
    "day": N_("Less than a day old"),
    "week": N_("Less than a week old"),
    "older": N_("More than a week old"),
    "overdue": N_("Answer overdue"),
}


class NoMailServer(Problem):
    """The service has nowhere to send a mail."""

    code: ClassVar[str] = "no-mail-server"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("This service is not set up to send mail.")
    mend: ClassVar[str] = N_("Ask whoever runs it to set PANEL_SMTP_URL.")


@dataclass(frozen=True)
class Item:
    """A message as pages show it."""

    message: Message
    age: str
    promised: datetime | None
    """When the answer is due; nothing is promised to who leaves no address."""
    overdue: bool
    kept_until: datetime
    now: datetime

    @property
    def excerpt(self) -> str:
        """The beginning of the text."""
        body = self.message.body
        return body if len(body) <= EXCERPT else body[:EXCERPT].rstrip() + "…"

    @property
    def receipt(self) -> str:
        """What brings the page back as it stood for the visitor; empty when there was none."""
        message = self.message
        if not message.release_number:
            return ""
        digests = (message.release_digest, message.compared_digest or "")
        return "-".join(digest[:RECEIPT_DIGITS] for digest in digests if digest)

    @property
    def waiting(self) -> bool:
        """Whether a reply has not left yet, and nobody is sending it."""
        return any(map(self._waits, self.message.replies))

    def _waits(self, reply: Reply) -> bool:
        return reply.mailed_at is None and not self.under_way(reply)

    def under_way(self, row: Message | Reply) -> bool:
        """Whether somebody is sending its mail at this moment."""
        return under_way(row, self.now)

    def broken_off(self, row: Message | Reply) -> bool:
        """Whether nobody knows what became of its mail."""
        return broken_off(row, self.now)


def item(message: Message) -> Item:
    """A message with what follows from its age."""
    site, now = settings(), datetime.now(UTC)
    due = message.created_at + timedelta(days=site.response_days)
    promised = due if message.email and not message.spam else None
    return Item(
        message,
        format_timedelta(message.created_at - now, granularity="minute", add_direction=True),
        promised,
        bool(promised and message.answered_at is None and now >= promised),
        message.created_at + timedelta(days=site.retention_days),
        now,
    )


def narrowed(asked: Mapping[str, str]) -> Filter:
    """What the address narrows the list to; what it can't mean is left out."""
    now, week = datetime.now(UTC), timedelta(days=7)
    age = asked.get("age", "")
    return Filter(
        language=tag if (tag := asked.get("language", "")) in settings().languages else "",
        slug=asked.get("policy", "")[:80],
        words=" ".join(asked.get("q", "")[:LONGEST_SEARCH].split()),
        since={"day": now - timedelta(days=1), "week": now - week}.get(age),
        until=now - week if age == "older" else None,
        overdue=now - timedelta(days=settings().response_days) if age == "overdue" else None,
    )


@blueprint.get(MESSAGES)
def messages_page() -> str:
    """The messages of one tab, newest first: of the reader's languages, of all for administrators,
    and those assigned to the reader."""
    tab = request.args.get("tab", "")
    chosen = Tab(tab) if tab in set(Tab) else Tab.OPEN
    whose, filtered = reader(), narrowed(request.args)
    before = request.args.get("before", type=row_id)
    found = queries.inbox(db.session, whose, chosen, filtered, before=before, limit=ON_A_PAGE + 1)
    places = queries.inbox_places(db.session, whose)
    asked = {"language": filtered.language, "policy": filtered.slug, "q": filtered.words}
    age = request.args.get("age", "")
    return render_template(
        "workbench/messages.html",
        tab=chosen,
        tabs=TABS,
        ages=AGES,
        asked={k: v for k, v in (asked | {"age": age if age in AGES else ""}).items() if v},
        counts=queries.inbox_counts(db.session, whose, filtered),
        tags=sorted({language for language, _ in places}),
        slugs=sorted({slug for _, slug in places}),
        items=[item(message) for message in found[:ON_A_PAGE]],
        older=found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None,
        before=before,
    )


def load(reference: str) -> Message:
    """The message, if it is the reader's; raises ``NoSuchMessage``."""
    found = queries.message_page(db.session, reader(), reference)
    if found is None:
        raise NoSuchMessage(reference=reference[:40])
    return found


def render(reference: str, problem: Problem | None = None) -> Response:
    """The page of a message; with a problem, what was typed is still in its form."""
    message = load(reference)
    site = settings()
    title = queries.policy_title(db.session, message.slug, message.language, message.release_number)
    html = render_template(
        "workbench/message.html",
        item=item(message),
        message=message,
        title=title or message.slug,
        people=queries.answerers(db.session),
        problems=[problem] if problem else [],
        typed=request.form.get("reply", ""),
        writable=reply_address(message.email) and not message.spam,
        mailing=bool(site.smtp_url),
        frame=notifications.reply_text(site, message, "…"),
        longest=MAX_REPLY,
    )
    return Response(html, status_of(problem) if problem else 200, mimetype="text/html")


@blueprint.get(MESSAGE)
def message_page(reference: str) -> Response:
    """One message, with all that was done about it and can be."""
    return render(reference)


def write(reference: str, said: str, verb: Callable[[Act], object]) -> BaseResponse:
    """Do one thing to a message and show it again; the list, when it is the reader's no more."""
    try:
        with transaction() as session:
            verb(access.act(session))
    except Problem as problem:
        if problem.nature in _PAGE_OF_ITS_OWN:
            raise
        return render(reference, problem)
    if queries.message_page(db.session, reader(), reference) is None:
        return to("messages_page", said)
    return to("message_page", said, reference=reference)


def _wanted(name: str) -> bool:
    value = request.form.get(name, "")
    if value not in ("yes", "no"):
        raise NotSaid()
    return value == "yes"


@blueprint.post(f"{MESSAGE}/read")
def mark_read(reference: str) -> BaseResponse:
    """Take note of a message, or leave it for later."""
    read = _wanted("read")
    said = gettext("Marked as read.") if read else gettext("Marked as unread.")
    return write(reference, said, lambda act: operations.mark_read(act, reference, read=read))


@blueprint.post(f"{MESSAGE}/assign")
def assign_message(reference: str) -> BaseResponse:
    """Make a message somebody's, or nobody's."""
    try:
        number = request.form.get("person", "")
        person = row_id(number) if number else None
    except ValueError as error:
        raise NotSaid() from error
    said = gettext("Assigned.") if person else gettext("Assigned to nobody.")
    return write(reference, said, lambda act: operations.assign_message(act, reference, person))


@blueprint.post(f"{MESSAGE}/answered")
def mark_answered(reference: str) -> BaseResponse:
    """Say that the message got its answer by other means, or that it still waits for one."""
    answered = _wanted("answered")
    said = gettext("Marked as answered.") if answered else gettext("It waits for an answer again.")
    return write(
        reference, said, lambda act: operations.mark_answered(act, reference, answered=answered)
    )


@blueprint.post(f"{MESSAGE}/spam")
def mark_spam(reference: str) -> BaseResponse:
    """Put a message into the tray of likely spam, or take it out."""
    spam = _wanted("spam")
    said = gettext("It lies with the likely spam now.") if spam else gettext("It is no spam.")
    answer = write(reference, said, lambda act: operations.mark_spam(act, reference, spam=spam))
    if not spam:
        # Its mail was held back with it.
        notifications.message_left(reference, access.current_actor())
    return answer


@blueprint.post(f"{MESSAGE}/reply")
def reply_to_message(reference: str) -> BaseResponse:
    """Store a reply, then send it to the visitor."""
    text = request.form.get("reply", "").replace("\r\n", "\n").replace("\r", "\n")
    known = request.form.get("known", -1, type=int)
    try:
        load(reference)
        if not settings().smtp_url:
            raise NoMailServer()
        with transaction() as session:
            number = operations.reply(access.act(session), reference, text, known=known).id
    except Problem as problem:
        if problem.nature in _PAGE_OF_ITS_OWN:
            raise
        return render(reference, problem)
    return _sent(reference, [number])


@blueprint.post(f"{MESSAGE}/send")
def send_replies(reference: str) -> BaseResponse:
    """Try again to send the replies that could not leave."""
    waiting = [reply.id for reply in load(reference).replies if reply.mailed_at is None]
    return _sent(reference, waiting)


def _sent(reference: str, numbers: list[int]) -> BaseResponse:
    """Send replies, and tell what became of them: somebody else may be sending one, too."""
    actor = access.current_actor()
    for number in numbers:
        notifications.send_reply(reference, number, actor)
    shown = item(load(reference))
    rows = [reply for reply in shown.message.replies if reply.id in numbers]
    said = gettext("The reply is sent.")
    if any(reply.mailed_at is None for reply in rows):
        said = gettext("The reply is stored, but its mail could not be sent. Try again later.")
    if any(map(shown.under_way, rows)):
        said = gettext("It is being sent at this moment.")
    return to("message_page", said, reference=reference)


@blueprint.post(f"{MESSAGE}/delete")
def delete_message(reference: str) -> BaseResponse:
    """Delete one message with its replies."""
    said = gettext("The message is deleted.")
    return write(reference, said, lambda act: operations.delete_message(act, reference))


def _address(act: Act, reference: str) -> str:
    email = require_message(act, reference).email
    if not email:
        raise NoAddress()
    return email


@blueprint.post(f"{MESSAGE}/export")
def export_messages(reference: str) -> BaseResponse:
    """All messages from the address of this one, as JSON: for the person who asks for them."""
    with transaction() as session:
        act = access.act(session)
        email = _address(act, reference)
        found = operations.export_messages(act, email, key=access.erasure_key())
    data = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    answer = Response(data, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="messages.json"'
    return answer


@blueprint.post(f"{MESSAGE}/erase")
def erase_messages(reference: str) -> BaseResponse:
    """Erase all messages from the address of this one, which has to be typed."""
    typed = one_person(request.form.get("address", ""))

    def verb(act: Act) -> object:
        email = _address(act, reference)
        if typed != one_person(email):
            raise NotConfirmed()
        return operations.erase_messages(act, email, key=access.erasure_key())

    return write(reference, gettext("All messages of this person are erased."), verb)
