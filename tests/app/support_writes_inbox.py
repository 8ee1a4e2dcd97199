"""The writes to visitors' messages, each with the rows of history it leaves, and calls it refuses.

The message of the world is in German, from ``visitor@example.org``.
"""

from __future__ import annotations

from typing import Any

from app import operations, queries
from app.operations import Act
from tests.app.support_policy import ADMINISTRATOR, editor, translator
from tests.app.support_world import World
from tests.app.support_writes import Case

DE, FR = editor("de"), editor("fr")
KEY = b"a key of the tests"
FROM = "Visitor@Example.org"


def _row(action: str, language: str = "de") -> tuple[str, str, bool, bool]:
    return (action, language, False, False)


def _id(act: Act, email: str) -> int:
    return queries.user_by_email(act.session, email).id


def _assign(act: Act, w: World, email: str) -> object:
    return operations.assign_message(act, w["message"], _id(act, email))


def _reply(act: Act, w: World, text: str = "Gern.", known: int = 0) -> Any:
    return operations.reply(act, w["message"], text, known=known)


def _noted(act: Act, w: World, error: str) -> object:
    number = _reply(act, w).id
    operations.claim_reply(act, w["message"], number)
    return operations.note_reply(act, w["message"], number, act.now, error)


def _spam_and_reply(act: Act, w: World) -> object:
    operations.mark_spam(act, w["message"], spam=True)
    return _reply(act, w)


CASES: dict[str, list[Case]] = {
    "mark_read": [
        Case(
            lambda act, w: operations.mark_read(act, w["message"]),
            DE,
            (_row("message.read"),),
            (
                (FR, lambda act, w: operations.mark_read(act, w["message"])),
                (translator("de"), lambda act, w: operations.mark_read(act, w["message"])),
                (DE, lambda act, w: operations.mark_read(act, "unknown")),
            ),
        ),
        Case(lambda act, w: operations.mark_read(act, w["message"], read=False), DE),
    ],
    "assign_message": [
        Case(
            lambda act, w: _assign(act, w, FR),
            ADMINISTRATOR,
            (_row("message.assigned"),),
            (
                (FR, lambda act, w: _assign(act, w, FR)),
                (DE, lambda act, w: _assign(act, w, translator("de"))),
                (DE, lambda act, w: operations.assign_message(act, w["message"], 999)),
            ),
        ),
        Case(lambda act, w: operations.assign_message(act, w["message"], None), DE),
    ],
    "mark_answered": [
        Case(
            lambda act, w: operations.mark_answered(act, w["message"]),
            DE,
            (_row("message.answered"),),
            ((FR, lambda act, w: operations.mark_answered(act, w["message"])),),
        ),
        Case(lambda act, w: operations.mark_answered(act, w["message"], answered=False), DE),
    ],
    "mark_spam": [
        Case(
            lambda act, w: operations.mark_spam(act, w["message"], spam=True),
            DE,
            (_row("message.spam"),),
            ((FR, lambda act, w: operations.mark_spam(act, w["message"], spam=True)),),
        ),
        Case(lambda act, w: operations.mark_spam(act, w["message"], spam=False), DE),
    ],
    "reply": [
        Case(
            _reply,
            DE,
            (_row("message.replied"),),
            (
                (FR, _reply),
                (DE, lambda act, w: _reply(act, w, " \n")),
                (DE, lambda act, w: _reply(act, w, "x" * 10_001)),
                (DE, lambda act, w: _reply(act, w, known=1)),
                (DE, _spam_and_reply),
            ),
        )
    ],
    "claim_mail": [
        Case(
            lambda act, w: operations.claim_mail(act, w["message"]),
            "",
            (_row("message.sending"),),
        ),
        Case(lambda act, w: operations.claim_mail(act, "unknown"), ""),
    ],
    "claim_reply": [
        Case(
            lambda act, w: operations.claim_reply(act, w["message"], _reply(act, w).id),
            DE,
            (_row("message.replied"), _row("reply.sending")),
        ),
        Case(lambda act, w: operations.claim_reply(act, w["message"], 999), ""),
    ],
    "note_reply": [
        Case(
            lambda act, w: _noted(act, w, ""),
            DE,
            (_row("message.replied"), _row("reply.sending"), _row("reply.mailed")),
        ),
        Case(lambda act, w: operations.note_reply(act, w["message"], 999, act.now), ""),
    ],
    "delete_message": [
        Case(
            lambda act, w: operations.delete_message(act, w["message"]),
            DE,
            (_row("message.deleted"),),
            ((FR, lambda act, w: operations.delete_message(act, w["message"])),),
        )
    ],
    "export_messages": [
        Case(
            lambda act, w: operations.export_messages(act, FROM, key=KEY),
            DE,
            (_row("messages.exported", ""),),
            ((FR, lambda act, w: operations.export_messages(act, FROM, key=KEY)),),
            only_told=True,
        ),
        Case(lambda act, w: operations.export_messages(act, "no@example.org", key=KEY), DE),
    ],
    "erase_messages": [
        Case(
            lambda act, w: operations.erase_messages(act, FROM, key=KEY),
            DE,
            (_row("messages.erased", ""),),
            (
                (FR, lambda act, w: operations.erase_messages(act, FROM, key=KEY)),
                (translator("de"), lambda act, w: operations.erase_messages(act, FROM, key=KEY)),
            ),
        ),
        Case(lambda act, w: operations.erase_messages(act, "no@example.org", key=KEY), DE),
    ],
}
