"""Who is asking, and what each route wants of them.

``PERMISSIONS`` names a permission for every endpoint; a route without one is refused, and a test
fails. Signing in works by one-time links only: there are no passwords to guess, lose or reuse.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask import (
    Flask,
    abort,
    current_app,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app import operations, queries
from app.config import Settings
from app.database import Busy, DatabaseError, db, transaction
from app.logs import log
from app.models import User
from app.operations import Act, Actor, Rules
from app.operations.act import VISITOR
from app.operations.messages import expired
from workflows.problems import NotPermitted
from workflows.review import Role

SESSION_KEY = "who"
MAX_PUBLIC = 256 * 1024
"""Bytes of a form that anybody may send. Reading one of many fields takes time: 0.3 s a MiB."""
MAX_FORM = 1024 * 1024
"""Bytes of a form that people send who are signed in: the longest text, each sign percent-encoded,
and room to say that it is too long."""
MAX_FILE = 12 * 1024 * 1024
"""Bytes of a form with a file in it, also when a preview carries the file on in base64."""
EXPIRY_SECONDS = 3600
EXPIRED_AT_ONCE = 500
"""Messages that one request deletes at most."""
MAX_PARTS = 500
"""Fields of a form with a file: the preview of a source has one for each changed segment."""


class Permission(StrEnum):
    """What a route can want of whoever asks."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    SEE = "any role in the language"
    TRANSLATE = "translator or editor of the language"
    REVIEW = "editor of the language"
    ANSWER = "editor of any language, or administrator"
    TERMS = "editor of the language, or administrator"
    ADMINISTER = "administrator"


def _has(*roles: Role) -> Callable[[Actor, Mapping[str, Any]], bool]:
    def predicate(actor: Actor, args: Mapping[str, Any]) -> bool:
        return bool(actor.roles_in(str(args.get("language", ""))) & set(roles))

    return predicate


PREDICATES: dict[Permission, Callable[[Actor, Mapping[str, Any]], bool]] = {
    Permission.PUBLIC: lambda _actor, _args: True,
    Permission.SIGNED_IN: lambda actor, _args: actor.user_id is not None,
    Permission.SEE: _has(*Role),
    Permission.TRANSLATE: _has(Role.TRANSLATOR, Role.EDITOR),
    Permission.REVIEW: _has(Role.EDITOR),
    Permission.ANSWER: lambda actor, _args: (
        actor.administrator or bool(actor.languages(Role.EDITOR))
    ),
    Permission.TERMS: _has(Role.EDITOR, Role.ADMINISTRATOR),
    Permission.ADMINISTER: lambda actor, _args: actor.administrator,
}
NEEDS: dict[Permission, Role] = {
    Permission.SEE: Role.TRANSLATOR,
    Permission.TRANSLATE: Role.TRANSLATOR,
    Permission.REVIEW: Role.EDITOR,
    Permission.ANSWER: Role.EDITOR,
    Permission.TERMS: Role.EDITOR,
    Permission.ADMINISTER: Role.ADMINISTRATOR,
}

PERMISSIONS: dict[str, Permission] = {
    "static": Permission.PUBLIC,
    "web.health": Permission.PUBLIC,
    # workbench: everybody who is signed in
    "workbench.sign_in_page": Permission.PUBLIC,
    "workbench.sign_in_link_page": Permission.PUBLIC,
    "workbench.sign_in": Permission.PUBLIC,
    "workbench.sign_out": Permission.SIGNED_IN,
    "workbench.choose_language": Permission.SIGNED_IN,
    "workbench.board_page": Permission.SIGNED_IN,
    "workbench.review_page": Permission.SIGNED_IN,
    "workbench.keys_page": Permission.SIGNED_IN,
    "workbench.history_page": Permission.SIGNED_IN,
    "workbench.changes_page": Permission.SIGNED_IN,
    # workbench: a document in one language
    "workbench.language_page": Permission.SEE,
    "workbench.preview_page": Permission.SEE,
    "workbench.unit_page": Permission.SEE,
    "workbench.download": Permission.SEE,
    "workbench.save": Permission.TRANSLATE,
    "workbench.propose": Permission.TRANSLATE,
    "workbench.accept": Permission.TRANSLATE,
    "workbench.dismiss": Permission.TRANSLATE,
    "workbench.upload": Permission.TRANSLATE,
    "workbench.apply": Permission.TRANSLATE,
    "workbench.approve": Permission.REVIEW,
    "workbench.return_": Permission.REVIEW,
    "workbench.reopen": Permission.REVIEW,
    "workbench.sign_off": Permission.REVIEW,
    "workbench.publish": Permission.REVIEW,
    "workbench.withdraw": Permission.REVIEW,
    "workbench.roll_back": Permission.REVIEW,
    # The operations ask for the source language, and for each language that is published.
    "workbench.set_rule": Permission.ANSWER,
    "workbench.publish_all": Permission.ANSWER,
    # workbench: the glossary
    "workbench.glossary_page": Permission.SIGNED_IN,
    "workbench.download_glossary": Permission.SIGNED_IN,
    "workbench.term_page": Permission.SIGNED_IN,
    "workbench.add_term": Permission.TERMS,
    "workbench.translate_term": Permission.TERMS,
    # Which language the term has decides who may: the operations ask.
    "workbench.change_term": Permission.ANSWER,
    "workbench.remove_term": Permission.ANSWER,
    # workbench: the whole site
    # Of which messages, and of whose, the operations ask.
    "workbench.messages_page": Permission.ANSWER,
    "workbench.message_page": Permission.ANSWER,
    "workbench.mark_read": Permission.ANSWER,
    "workbench.assign_message": Permission.ANSWER,
    "workbench.mark_answered": Permission.ANSWER,
    "workbench.mark_spam": Permission.ANSWER,
    "workbench.reply_to_message": Permission.ANSWER,
    "workbench.send_replies": Permission.ANSWER,
    "workbench.delete_message": Permission.ANSWER,
    "workbench.export_messages": Permission.ANSWER,
    "workbench.erase_messages": Permission.ANSWER,
    # Which language the source has decides who may: the operations ask.
    "workbench.mark_editorial": Permission.ANSWER,
    "workbench.confirm_editorial": Permission.ANSWER,
    "workbench.undo_editorial": Permission.ANSWER,
    "workbench.import_page": Permission.ADMINISTER,
    "workbench.import_preview": Permission.ADMINISTER,
    "workbench.import_source": Permission.ADMINISTER,
    "workbench.people_page": Permission.ADMINISTER,
    "workbench.add_person": Permission.ADMINISTER,
    "workbench.grant_role": Permission.ADMINISTER,
    "workbench.make_link": Permission.ADMINISTER,
    "workbench.end_sessions": Permission.ADMINISTER,
    # programs, by token
    "api.export_catalog": Permission.SEE,
    "api.import_catalog": Permission.TRANSLATE,
    # Visitors' pages show releases only, so they are for everybody.
    "site.first": Permission.PUBLIC,
    "site.keys": Permission.PUBLIC,
    "site.program": Permission.PUBLIC,
    "site.neutral": Permission.PUBLIC,
    "site.timemap": Permission.PUBLIC,
    "site.versions_page": Permission.PUBLIC,
    "site.version_page": Permission.PUBLIC,
    "site.changes_page": Permission.PUBLIC,
    "site.receipt": Permission.PUBLIC,
    "site.feed": Permission.PUBLIC,
    "site.sitemaps": Permission.PUBLIC,
    "site.sitemap": Permission.PUBLIC,
    "site.robots": Permission.PUBLIC,
    "site.neutral_message": Permission.PUBLIC,
    "site.shelf_page": Permission.PUBLIC,
    "site.policy_page": Permission.PUBLIC,
    "site.message_page": Permission.PUBLIC,
    "site.message": Permission.PUBLIC,
    "site.message_left_page": Permission.PUBLIC,
    "site.languages_neutral": Permission.PUBLIC,
    "site.languages_page": Permission.PUBLIC,
    "site.forget_choice": Permission.PUBLIC,
}

# The routes that take a file, as multipart/form-data: in that form the fields are counted.
TAKES_FILE = frozenset(
    {
        "workbench.upload",
        "workbench.apply",
        "workbench.import_preview",
        "workbench.import_source",
    }
)


def init_app(app: Flask) -> None:
    """Ask for the permission of every request before it is answered."""
    app.before_request(guard)


def guard() -> BaseResponse | None:
    """Refuse what the map does not allow; send strangers to the sign-in page."""
    endpoint = request.endpoint
    if endpoint is None:
        return None
    permission = PERMISSIONS.get(endpoint)
    if permission is None:
        abort(403)
    if permission is Permission.PUBLIC:
        request.max_content_length = MAX_PUBLIC
        return None
    actor = current_actor()
    if actor.user_id is None:
        if request.method == "GET" and not _of_program():
            return redirect(url_for("workbench.sign_in_page"), 303)
        abort(401)
    args = request.view_args or {}
    if not PREDICATES[permission](actor, args):
        raise NotPermitted(role=NEEDS[permission], language=str(args.get("language", "*")))
    if endpoint in TAKES_FILE and request.mimetype == "multipart/form-data":
        request.max_content_length = request.max_form_memory_size = max_file()
        request.max_form_parts = MAX_PARTS
    if _of_program():
        request.max_content_length = max_file()
    return None


def max_file() -> int:
    """Bytes of a form with a file: MAX_FILE, or more where the settings allow larger catalogs."""
    return max(MAX_FILE, rules().limits.size * 4 // 3 + MAX_FORM)


def _of_program() -> bool:
    """Whether a program asks, which shows a token with each request; a session counts no more."""
    return (request.endpoint or "").startswith("api.")


def _user() -> User | None:
    if not _of_program():
        key = session.get(SESSION_KEY)
        return queries.user_by_session(db.session, key) if key else None
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        return None
    digest = operations.token_digest(authorization.token)
    return queries.user_by_token(db.session, digest, datetime.now(UTC))


def current_user() -> User | None:
    """The person whose session this is, or for whom a program asks; read at most once."""
    user: User | None = getattr(request, "panel_user", None)
    if user is None:
        # Kept only when there is one: a stranger may sign in with this very request.
        user = request.panel_user = _user()  # type: ignore[attr-defined]
    return user


def current_actor() -> Actor:
    """The actor of this request: the signed-in person, or a visitor."""
    user = current_user() if has_request_context() else None
    return Actor.of(user) if user else VISITOR


def sign_in(user: User) -> None:
    """Begin a new session for ``user``; nothing of the old one is kept."""
    session.clear()
    session[SESSION_KEY] = user.session_key


def sign_out() -> None:
    """Forget the session of this browser."""
    session.clear()


def rules() -> Rules:
    """What the settings decide about writing."""
    settings: Settings = current_app.config["SETTINGS"]
    return Rules.of(settings, current_app.config["SIGNER"])


def act(writing: Session, actor: Actor | None = None) -> Act:
    """An act in the transaction ``writing``, now, by the current actor or the one named."""
    return Act(writing, actor or current_actor(), datetime.now(UTC), rules())


def expire_when_due() -> None:
    """Delete messages that were kept as long as promised, at most once an hour in each process.

    The service does it by itself, so the promise beside the form is kept where nobody runs the
    command. A database that can't do
    it now is no reason to fail: the next hour will.
    """
    next_time = current_app.extensions.get("panel_expiry", 0.0)
    if time.monotonic() < next_time:
        return
    current_app.extensions["panel_expiry"] = time.monotonic() + EXPIRY_SECONDS
    try:
        if not queries.message_due(db.session, expired(rules(), datetime.now(UTC))):
            return
        with transaction() as writing:
            count = operations.expire_messages(act(writing, VISITOR), EXPIRED_AT_ONCE)
    except (Busy, DatabaseError) as error:
        log.error("messages not expired", problem=type(error).__name__)
        return
    if count == EXPIRED_AT_ONCE:
        # There is more: the next time goes on with it.
        current_app.extensions["panel_expiry"] = 0.0


def erasure_key() -> bytes:
    """The key of the hashes by which the history remembers erased people."""
    secret = current_app.secret_key
    assert secret is not None
    return hashlib.sha256(b"erasure:" + str(secret).encode()).digest()
