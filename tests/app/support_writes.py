"""A call of every public function that writes, with the rows of history it must leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app import operations
from app.operations import Act
from tests.app.support_operations import (
    DRAFT,
)
from tests.app.support_policy import (
    SLUG,
    SOURCE,
    editor,
)
from tests.app.support_world import AD, ED, FR, NEWER, OLD, World, import_text, mark
from workflows.review import Role

Row = tuple[str, str, bool, bool]
"""Action, language, whether it names a document, whether it names a segment."""


@dataclass(frozen=True)
class Case:
    """A call, who makes it, and the rows it must leave; none for a call that changes nothing."""

    do: Callable[[Act, World], object]
    by: str
    rows: tuple[Row, ...] = ()
    refused: tuple[tuple[str, Callable[[Act, World], object]], ...] = field(default=())
    """Calls that must be refused, with who makes them."""
    only_told: bool = False
    """Nothing changes but the history."""


def _unit_row(action: str) -> Row:
    return (action, "fr", True, True)


# One list for each public function of the operations that takes an act.
CASES: dict[str, list[Case]] = {
    "add_user": [
        Case(
            lambda act, w: operations.add_user(act, "new@example.org", "New"),
            AD,
            (("user.added", "", False, False),),
            ((FR, lambda act, w: operations.add_user(act, "new@example.org", "New")),),
        ),
        Case(lambda act, w: operations.add_user(act, FR, "New"), AD),
    ],
    "grant": [
        Case(
            lambda act, w: operations.grant(act, FR, Role.EDITOR, "ar"),
            AD,
            (("role.granted", "ar", False, False),),
            ((AD, lambda act, w: operations.grant(act, FR, Role.EDITOR, "xx")),),
        ),
        Case(lambda act, w: operations.grant(act, FR, Role.TRANSLATOR, "fr"), AD),
    ],
    "revoke": [
        Case(
            lambda act, w: operations.revoke(act, FR, Role.TRANSLATOR, "fr"),
            AD,
            (("role.revoked", "fr", False, False),),
            (
                (FR, lambda act, w: operations.revoke(act, FR, Role.TRANSLATOR, "fr")),
                (AD, lambda act, w: operations.revoke(act, "nobody@example.org", Role.EDITOR)),
            ),
        ),
        Case(lambda act, w: operations.revoke(act, FR, Role.EDITOR, "fr"), AD),
    ],
    "issue_link": [
        Case(
            lambda act, w: operations.issue_link(act, FR),
            AD,
            (("link.issued", "", False, False),),
            ((AD, lambda act, w: operations.issue_link(act, "nobody@example.org")),),
        )
    ],
    "issue_token": [
        Case(
            lambda act, w: operations.issue_token(act, FR, "new", 1),
            AD,
            (("token.issued", "", False, False),),
            (
                (FR, lambda act, w: operations.issue_token(act, FR, "new", 1)),
                (AD, lambda act, w: operations.issue_token(act, FR, "old", 1)),
            ),
        )
    ],
    "revoke_token": [
        Case(
            lambda act, w: operations.revoke_token(act, FR, "old"),
            AD,
            (("token.revoked", "", False, False),),
            ((FR, lambda act, w: operations.revoke_token(act, FR, "old")),),
        )
    ],
    "redeem_link": [
        Case(
            lambda act, w: operations.redeem_link(act, w["token"]),
            "",
            (("link.used", "", False, False),),
            (("", lambda act, w: operations.redeem_link(act, "wrong")),),
        )
    ],
    "end_sessions": [
        Case(
            lambda act, w: operations.end_sessions(act, FR),
            FR,
            (("sessions.ended", "", False, False),),
            ((ED, lambda act, w: operations.end_sessions(act, FR)),),
        )
    ],
    "leave_message": [
        Case(
            lambda act, w: operations.leave_message(act, DRAFT),
            "",
            (("message.left", "fr", False, False),),
        )
    ],
    "note_mail": [
        Case(
            lambda act, w: operations.note_mail(act, w["message"], act.now),
            "",
            (("message.mailed", "de", False, False),),
        ),
        Case(lambda act, w: operations.note_mail(act, w["message"], act.now, "too late"), ""),
        Case(lambda act, w: operations.note_mail(act, "unknown", act.now), ""),
    ],
    "expire_messages": [
        Case(
            lambda act, w: operations.expire_messages(
                replace(act, rules=replace(act.rules, retention_days=0))
            ),
            "",
            (("messages.expired", "", False, False),),
        ),
        Case(lambda act, w: operations.expire_messages(act), ""),
    ],
    "import_document": [
        Case(
            lambda act, w: import_text(act, NEWER),
            AD,
            (("document.imported", "", True, False),),
            (
                (FR, lambda act, w: import_text(act, NEWER)),
                (AD, lambda act, w: import_text(act, NEWER, "No Slug")),
                (AD, lambda act, w: import_text(act, NEWER, "new-rules", "xx")),
            ),
        ),
        Case(
            lambda act, w: import_text(act, NEWER, "new-rules"),
            AD,
            (("document.imported", "", True, False),),
        ),
        Case(lambda act, w: import_text(act, SOURCE), AD),
    ],
    "import_catalog": [
        Case(
            lambda act, w: operations.import_catalog(act, SLUG, "fr", w["po"]),
            FR,
            (
                # In the order of the document: one that waits, a reviewed one, an empty one.
                _unit_row("translation.imported"),
                _unit_row("candidate.added"),
                _unit_row("translation.imported"),
            ),
            (
                (FR, lambda act, w: operations.import_catalog(act, SLUG, "fr", w["po"], base="x")),
                (FR, lambda act, w: operations.import_catalog(act, SLUG, "de", w["po"])),
            ),
        ),
        Case(lambda act, w: operations.import_catalog(act, SLUG, "fr", w["same po"]), FR),
    ],
    "import_memory": [
        Case(
            lambda act, w: operations.import_memory(act, w["tmx"], file="old.tmx"),
            FR,
            (("memory.imported", "fr", False, False),),
            (
                (FR, lambda act, w: operations.import_memory(act, w["tmx"][:-9], file="x")),
                (AD, lambda act, w: operations.import_memory(act, w["tmx"], file="x")),
            ),
        ),
        Case(lambda act, w: operations.import_memory(act, w["same tmx"], file="old.tmx"), FR),
    ],
    "rebuild_memory": [
        Case(
            lambda act, w: operations.rebuild_memory(act),
            AD,
            (),
            ((ED, lambda act, w: operations.rebuild_memory(act)),),
        )
    ],
    "save": [
        Case(
            lambda act, w: operations.save(act, SLUG, "fr", w["empty"], "Noms", version=0),
            FR,
            (_unit_row("translation.saved"),),
            (
                (FR, lambda act, w: operations.save(act, SLUG, "fr", w["empty"], "N", version=1)),
                (FR, lambda act, w: operations.save(act, SLUG, "fr", w["empty"], "\0", version=0)),
                (FR, lambda act, w: operations.save(act, SLUG, "fr", w["done"], "N", version=2)),
            ),
        ),
        Case(lambda act, w: operations.save(act, SLUG, "fr", w["empty"], "", version=0), FR),
    ],
    "propose": [
        Case(
            lambda act, w: operations.propose(act, SLUG, "fr", w["done"], "Ouvert."),
            FR,
            (_unit_row("candidate.added"),),
            ((FR, lambda act, w: operations.propose(act, SLUG, "fr", w["done"], "<em>")),),
        ),
        Case(lambda act, w: operations.propose(act, SLUG, "fr", w["waiting"], "Autre"), FR),
    ],
    "accept": [
        Case(
            lambda act, w: operations.accept(act, SLUG, "fr", w["candidate"], version=1),
            ED,
            (_unit_row("candidate.accepted"),),
            ((ED, lambda act, w: operations.accept(act, SLUG, "fr", w["candidate"], version=2)),),
        )
    ],
    "dismiss": [
        Case(
            lambda act, w: operations.dismiss(act, SLUG, "fr", w["candidate"]),
            ED,
            (_unit_row("candidate.dismissed"),),
            ((ED, lambda act, w: operations.dismiss(act, SLUG, "fr", 0)),),
        )
    ],
    "approve": [
        Case(
            lambda act, w: operations.approve(act, SLUG, "fr", w["waiting"], version=1),
            ED,
            (_unit_row("translation.approved"),),
            ((FR, lambda act, w: operations.approve(act, SLUG, "fr", w["waiting"], version=1)),),
        )
    ],
    "approve_all": [
        Case(
            lambda act, w: operations.approve_all(
                act, SLUG, "fr", {w["waiting"]: 1, w["other"]: 1}
            ),
            ED,
            (_unit_row("translation.approved"),) * 2,
            (
                (
                    ED,
                    lambda act, w: operations.approve_all(
                        act, SLUG, "fr", {w["waiting"]: 1, w["empty"]: 0}
                    ),
                ),
            ),
        ),
        Case(lambda act, w: operations.approve_all(act, SLUG, "fr", {}), ED),
    ],
    "return_": [
        Case(
            lambda act, w: operations.return_(
                act, SLUG, "fr", w["waiting"], version=1, reason="Pourquoi ?"
            ),
            ED,
            (_unit_row("translation.returned"),),
            (
                (
                    ED,
                    lambda act, w: operations.return_(
                        act, SLUG, "fr", w["waiting"], version=1, reason=""
                    ),
                ),
            ),
        )
    ],
    "reopen": [
        Case(
            lambda act, w: operations.reopen(
                act, SLUG, "fr", w["done"], version=2, reason="Pourquoi ?"
            ),
            ED,
            (_unit_row("translation.reopened"),),
            (
                (
                    FR,
                    lambda act, w: operations.reopen(
                        act, SLUG, "fr", w["done"], version=2, reason="Pourquoi ?"
                    ),
                ),
            ),
        )
    ],
    "mark_editorial": [
        Case(
            lambda act, w: mark(act, w["edited"]),
            AD,
            (("editorial.marked", "", True, True),),
            (
                (ED, lambda act, w: mark(act, w["edited"])),
                (AD, lambda act, w: mark(act, w["edited"], reason=" ")),
            ),
        ),
        Case(lambda act, w: mark(act, w["claimed"]), AD),
    ],
    "confirm_editorial": [
        Case(
            lambda act, w: operations.confirm_editorial(act, OLD, w["claim"]),
            editor("en"),
            (("editorial.confirmed", "", True, True),),
            (
                (ED, lambda act, w: operations.confirm_editorial(act, OLD, w["claim"])),
                (AD, lambda act, w: operations.confirm_editorial(act, OLD, w["claim"])),
                (AD, lambda act, w: operations.confirm_editorial(act, SLUG, w["claim"])),
            ),
        )
    ],
    "undo_editorial": [
        Case(
            lambda act, w: operations.undo_editorial(act, OLD, w["claim"]),
            AD,
            (("editorial.undone", "", True, True),),
            ((ED, lambda act, w: operations.undo_editorial(act, OLD, w["claim"])),),
        )
    ],
    "sign_off": [
        Case(
            lambda act, w: operations.sign_off(act, SLUG, "de"),
            editor("de"),
            (("language.signed-off", "de", True, False),),
            ((ED, lambda act, w: operations.sign_off(act, SLUG, "fr")),),
        ),
        Case(lambda act, w: operations.sign_off(act, SLUG, "en"), editor("en")),
    ],
    "publish": [
        Case(
            lambda act, w: operations.publish(act, SLUG, "en"),
            editor("en"),
            (("release.published", "en", True, False),),
            ((ED, lambda act, w: operations.publish(act, SLUG, "fr")),),
        )
    ],
    "withdraw": [
        Case(
            lambda act, w: operations.withdraw(act, OLD, "en", "It was wrong."),
            editor("en"),
            (("release.withdrawn", "en", True, False),),
            (
                (ED, lambda act, w: operations.withdraw(act, OLD, "en", "It was wrong.")),
                (editor("en"), lambda act, w: operations.withdraw(act, OLD, "en", "")),
                (editor("en"), lambda act, w: operations.withdraw(act, SLUG, "en", "Wrong.")),
            ),
        )
    ],
    "roll_back": [
        Case(
            lambda act, w: operations.roll_back(act, OLD, "en", 1),
            editor("en"),
            (("release.rolled-back", "en", True, False),),
            (
                (ED, lambda act, w: operations.roll_back(act, OLD, "en", 1)),
                (editor("en"), lambda act, w: operations.roll_back(act, OLD, "en", 3)),
            ),
        )
    ],
}
