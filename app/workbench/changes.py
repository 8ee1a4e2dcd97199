"""What a revision changed in the source, and which of it is editorial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, operations, queries
from app.database import db, transaction
from app.models import Document, Editorial, Lineage, Revision, SourceText
from app.operations import Actor
from app.operations.editorial import Guard, require_author
from app.workbench.blueprint import blueprint
from app.workbench.pages import status_of, to
from workflows.alignment import Change, joined
from workflows.editorial import Finding, NotEditorial
from workflows.problems import N_, Nature, NotPermitted, Problem
from workflows.sources import Link

CHANGES = "/<slug>/changes"
NUMBER = "<int(min=1, max=2147483647):revision>"
ON_A_PAGE = 50
"""Changes on one page: the guard reads both texts of every edited segment that is shown."""


class MeaningChanged(Problem):
    """The guard refuses; what it saw stands beside the edit, in the reader's language."""

    code: ClassVar[str] = "meaning-changed"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("This edit changes what the source says, so it is not editorial.")
    mend: ClassVar[str] = N_("What stands against it is named beside the edit.")


@dataclass(frozen=True)
class Entry:
    """What became of one segment, of the parts of a split, or of those that were merged."""

    change: Change
    before: tuple[SourceText, ...]
    after: tuple[SourceText, ...]
    claim: Editorial | None = None
    findings: tuple[Finding, ...] = ()
    """What keeps the edit from being editorial, for those who may decide."""

    @property
    def key(self) -> str:
        """The key that goes on, or that ends here."""
        return self.named.key

    @property
    def named(self) -> SourceText:
        """The text that stands for the change in its heading."""
        return self.before[0] if self.change is Change.SPLIT else (self.after or self.before)[0]

    @property
    def place(self) -> str:
        """The name of its place on the page; what is gone can have the key of what has come."""
        return f"{'change' if self.after else 'gone'}-{self.key}"

    @property
    def edited(self) -> bool:
        """Whether it is one segment with another text: only that can be editorial."""
        return self.change is Change.EDITED

    @property
    def texts(self) -> tuple[str, str]:
        """All that was there before, and all that is there now, each as one text."""
        return (
            joined(self.before, range(len(self.before))),
            joined(self.after, range(len(self.after))),
        )

    @property
    def links(self) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
        """The links of an edited segment before and now, where they differ."""
        before, after = (
            [link for text in side for link in queries.links_of(text)]
            for side in (self.before, self.after)
        )
        gone = tuple(link for link in before if link not in after)
        return gone, tuple(link for link in after if link not in before)


@dataclass(frozen=True)
class ChangesPage:
    """A part of what a revision changed, as whoever reads it may see it and decide about it."""

    document: Document
    revision: Revision
    entries: tuple[Entry, ...]
    counts: dict[Change, int]
    """Of all changes, not only of those on this page."""
    kept: int
    number: int
    """Of the page, from 1."""
    pages: int
    here: frozenset[str]
    """Keys that the newest revision has: only those can be opened."""
    may_decide: bool
    problems: tuple[Problem, ...] = ()
    refused: str = ""
    """The key about which ``problems`` are."""
    reason: str = ""
    """What was typed there."""

    @property
    def first(self) -> int:
        """The number of the first change on this page."""
        return (self.number - 1) * ON_A_PAGE + 1

    @property
    def target(self) -> str:
        """Where the problems lead to."""
        return f"reason-{self.refused}" if self.refused else ""


def of_lineage(
    rows: Sequence[Lineage], old: Mapping[int, SourceText], new: Mapping[int, SourceText]
) -> list[Entry]:
    """The rows of a split or a merge are one entry; texts are given by segment."""
    groups: dict[tuple[str, int | None, int | None], list[Lineage]] = {}
    for row in rows:
        part = None if row.change == Change.SPLIT else row.segment_id
        whole = None if row.change == Change.MERGED else row.from_segment_id
        groups.setdefault((row.change, part, whole), []).append(row)
    return [
        Entry(
            Change(change),
            _texts(old, [row.from_segment_id for row in group]),
            _texts(new, [row.segment_id for row in group]),
        )
        for (change, _part, _whole), group in groups.items()
    ]


def _texts(
    known: Mapping[int, SourceText], segments: Iterable[int | None]
) -> tuple[SourceText, ...]:
    return tuple(known[i] for i in dict.fromkeys(segments) if i is not None)


def by_digest(old: Mapping[int, SourceText], new: Mapping[int, SourceText]) -> list[Entry]:
    """What changed in a revision from before lineage was stored, as far as keys tell it."""
    entries = [
        Entry(Change.EDITED, (old[i],), (text,)) if i in old else Entry(Change.ADDED, (), (text,))
        for i, text in new.items()
        if i not in old or old[i].digest != text.digest
    ]
    return entries + [Entry(Change.REMOVED, (text,), ()) for i, text in old.items() if i not in new]


def load(slug: str, number: int, key: str | None) -> ChangesPage:
    """The part of the changes in which ``key`` is, or else the one that the address asks for.

    Raises ``NoSuchDocument``, also for a revision that there isn't.
    """
    document = queries.document(db.session, slug)
    revision = queries.revision(db.session, document, number)
    texts = queries.source_texts(db.session, revision)
    before: Sequence[SourceText] = ()
    rows: Sequence[Lineage] = ()
    if number > 1:
        before = queries.source_texts(
            db.session, queries.revision(db.session, document, number - 1)
        )
        rows = queries.lineage(db.session, revision)
    old = {text.segment_id: text for text in before}
    new = {text.segment_id: text for text in texts}
    entries = of_lineage(rows, old, new) if rows else by_digest(old, new) if before else []
    head = texts
    if number != document.head:
        head = queries.source_texts(db.session, queries.revision(db.session, document))
    pages = max(1, -(-len(entries) // ON_A_PAGE))
    shown = page_of(entries, pages, key)
    kinds = Counter(entry.change for entry in entries)
    return ChangesPage(
        document,
        revision,
        judged(revision, before, texts, entries[(shown - 1) * ON_A_PAGE : shown * ON_A_PAGE]),
        counts={change: n for change in Change if (n := kinds[change])},
        kept=len(new) - len({text.key for entry in entries for text in entry.after}),
        number=shown,
        pages=pages,
        here=frozenset(text.key for text in head),
        may_decide=author_of(document),
    )


def page_of(entries: Sequence[Entry], pages: int, key: str | None) -> int:
    """The page with ``key``, or else the one that the address asks for."""
    places = [n for n, entry in enumerate(entries) if entry.key == key]
    if places:
        return places[0] // ON_A_PAGE + 1
    return min(max(request.args.get("page", 1, type=int), 1), pages)


def author_of(document: Document) -> bool:
    """Whether the reader may decide what is editorial."""
    try:
        require_author(access.act(db.session), document)
    except NotPermitted:
        return False
    return True


def judged(
    revision: Revision,
    before: Sequence[SourceText],
    after: Sequence[SourceText],
    entries: Sequence[Entry],
) -> tuple[Entry, ...]:
    """The entries with their claims and, for those who may decide, with what the guard says."""
    document = revision.document
    claims = {
        claim.segment_id: claim
        for claim in queries.editorials(db.session, [document], revision=revision)
    }
    claimed = [
        replace(entry, claim=claims.get(entry.after[0].segment_id)) if entry.edited else entry
        for entry in entries
    ]
    open_edits = any(entry.edited and entry.claim is None for entry in claimed)
    if not open_edits or not author_of(document):
        return tuple(claimed)
    # It reads both revisions first, so it is made only where it has something to judge.
    guard = Guard(document, before, after, site_name=access.rules().site_name)
    return tuple(
        replace(entry, findings=guard.findings(entry.before[0], entry.after[0]))
        if entry.edited and entry.claim is None
        else entry
        for entry in claimed
    )


@dataclass(frozen=True)
class WaitingClaim:
    """A claim that an edit is editorial, before a second person has decided."""

    claim: Editorial
    own: bool
    """Whether four eyes keep this reader from confirming it."""


def own(claim: Editorial, actor: Actor) -> bool:
    """Whether it has to be somebody else who confirms the claim."""
    return access.rules().four_eyes and claim.marked_by_id == actor.user_id


def waiting_claims(documents: Iterable[Document]) -> list[WaitingClaim]:
    """The claims about these documents that the reader may decide about, oldest first."""
    mine = [document for document in documents if author_of(document)]
    if not mine:
        return []
    actor = access.current_actor()
    claims = queries.waiting_editorials(db.session, mine)
    return [WaitingClaim(claim, own(claim, actor)) for claim in claims]


def render(shown: ChangesPage, status: int = 200) -> Response:
    """The page as an answer."""
    actor, source = access.current_actor(), shown.document.source_language
    html = render_template(
        "workbench/changes.html",
        page=shown,
        document=shown.document,
        revision=shown.revision,
        tag=source,
        tags=[t for t in access.rules().languages if t != source and actor.roles_in(t)],
        own=own,
        actor=actor,
    )
    return Response(html, status, mimetype="text/html")


def refused(slug: str, revision: int, key: str, problem: Problem) -> Response:
    """The page as it is now, with the reason why nothing was done and with what was typed."""
    if problem.nature is Nature.MISSING or isinstance(problem, NotPermitted):
        raise problem
    if isinstance(problem, NotEditorial):
        problem = MeaningChanged()
    shown = load(slug, revision, key)
    known = any(entry.key == key and entry.edited for entry in shown.entries)
    shown = replace(
        shown,
        problems=(problem,),
        refused=key if known else "",
        reason=request.form.get("reason", ""),
    )
    return render(shown, status_of(problem))


def go_back(slug: str, claim: Editorial, message: str) -> Response:
    """To the edit that was decided about."""
    key = claim.segment.key
    return to(
        "changes_page",
        message,
        slug=slug,
        revision=claim.revision.number,
        key=key,
        _anchor=f"change-{key}",
    )


@blueprint.get(f"{CHANGES}/{NUMBER}")
def changes_page(slug: str, revision: int) -> Response:
    """Every segment that is not as it was in the revision before."""
    return render(load(slug, revision, request.args.get("key")))


@blueprint.post(f"{CHANGES}/{NUMBER}/<key>/editorial")
def mark_editorial(slug: str, revision: int, key: str) -> Response:
    """Claim that an edit left the meaning as it was."""
    reason = request.form.get("reason", "")
    try:
        with transaction() as session:
            claim = operations.mark_editorial(
                access.act(session), slug, key, revision=revision, reason=reason
            )
    except Problem as problem:
        return refused(slug, revision, key, problem)
    return go_back(slug, claim, gettext("Marked as editorial; a second person has to confirm it."))


def claim_refused(slug: str, claim_id: int, problem: Problem) -> Response:
    """The page on which the claim stands, with the reason why nothing was done about it."""
    if problem.nature is Nature.MISSING or isinstance(problem, NotPermitted):
        raise problem
    document = queries.document(db.session, slug)
    for claim in queries.editorials(db.session, [document]):
        if claim.id == claim_id:
            return refused(slug, claim.revision.number, claim.segment.key, problem)
    raise problem


@blueprint.post(f"{CHANGES}/claims/<int(max=2147483647):claim>/confirm")
def confirm_editorial(slug: str, claim: int) -> Response:
    """Confirm what somebody else has claimed."""
    try:
        with transaction() as session:
            done = operations.confirm_editorial(access.act(session), slug, claim)
    except Problem as problem:
        return claim_refused(slug, claim, problem)
    message = gettext("Confirmed: reviews of the text before count for the text now.")
    return go_back(slug, done, message)


@blueprint.post(f"{CHANGES}/claims/<int(max=2147483647):claim>/undo")
def undo_editorial(slug: str, claim: int) -> Response:
    """Take a claim back, also one that was confirmed."""
    reason = request.form.get("reason", "")
    try:
        with transaction() as session:
            done = operations.undo_editorial(access.act(session), slug, claim, reason=reason)
    except Problem as problem:
        return claim_refused(slug, claim, problem)
    message = gettext("Taken back: the edit counts as a change of what the source says.")
    return go_back(slug, done, message)
