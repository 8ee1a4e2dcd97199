"""A call of every public function that writes, with the rows of history it must leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from app import operations
from app.models import Editorial
from app.operations import Act
from tests.app.support_memory import tmx
from tests.app.support_operations import (
    DRAFT,
    HOURS,
    RULES,
    TITLE,
    exported,
    filled,
    target_of,
    unit,
    view,
)
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    SOURCE,
    TRANSLATIONS,
    acting,
    approve,
    editor,
    translate,
    translator,
)
from workflows import sources
from workflows.review import Role

FR = translator("fr")
ED = editor("fr")
AD = ADMINISTRATOR
World = dict[str, Any]
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


def _unit_row(action: str) -> Row:
    return (action, "fr", True, True)


def _import(act: Act, text: str, slug: str = SLUG, language: str = "en") -> object:
    source = sources.read(text.encode(), media_type="text/markdown")
    return operations.import_document(act, slug, source, file_digest="0" * 64, language=language)


def _mark(act: Act, key: str, reason: str = "Spelling.") -> Editorial:
    return operations.mark_editorial(act, OLD, key, revision=2, reason=reason)


OLD = "old-rules"
FAULTY = "# Old rules\n\nThese rules are alraedy old.\n\nNobody reads thsi page.\n"
NEWER = SOURCE.replace("17", "18")
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
            lambda act, w: operations.note_mail(act, w["message"]),
            "",
            (("message.mailed", "de", False, False),),
        ),
        Case(lambda act, w: operations.note_mail(act, "unknown"), ""),
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
            lambda act, w: _import(act, NEWER),
            AD,
            (("document.imported", "", True, False),),
            (
                (FR, lambda act, w: _import(act, NEWER)),
                (AD, lambda act, w: _import(act, NEWER, "No Slug")),
                (AD, lambda act, w: _import(act, NEWER, "new-rules", "xx")),
            ),
        ),
        Case(
            lambda act, w: _import(act, NEWER, "new-rules"),
            AD,
            (("document.imported", "", True, False),),
        ),
        Case(lambda act, w: _import(act, SOURCE), AD),
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
            ((AD, lambda act, w: operations.import_memory(act, w["tmx"], file="x")),),
        ),
        Case(lambda act, w: operations.import_memory(act, w["same tmx"], file="old.tmx"), FR),
    ],
    "rebuild_memory": [
        Case(
            lambda act, w: operations.rebuild_memory(act),
            AD,
            refused=((ED, lambda act, w: operations.rebuild_memory(act)),),
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
            lambda act, w: _mark(act, w["edited"]),
            AD,
            (("editorial.marked", "", True, True),),
            (
                (ED, lambda act, w: _mark(act, w["edited"])),
                (AD, lambda act, w: _mark(act, w["edited"], reason=" ")),
            ),
        ),
        Case(lambda act, w: _mark(act, w["claimed"]), AD),
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
}


def world() -> World:
    """French in the middle of things, German ready to be signed off, English signed off."""
    translate("de")
    approve("de")
    texts = (HOURS, RULES, TITLE)
    for text in texts:
        found = unit("fr", text)
        with acting(FR) as act:
            target = TRANSLATIONS["fr"][text]
            operations.save(act, SLUG, "fr", found.key, target, version=0)
    keys = {text: unit("fr", text).key for text in (*texts, "Names")}
    with acting(ED) as act:
        operations.approve(act, SLUG, "fr", keys[HOURS], version=1)
        candidate = operations.propose(act, SLUG, "fr", keys[TITLE], "Autre")
        assert candidate is not None
    with acting() as act:
        token = operations.issue_link(act, FR)
        message = operations.leave_message(
            act, operations.messages.Draft(**vars(DRAFT) | {"language": "de", "nonce": "m"})
        )
    with acting(editor("en")) as act:
        operations.sign_off(act, SLUG, "en")
    with acting(AD) as act:
        for text in (FAULTY, FAULTY.replace("alraedy", "already").replace("thsi", "this")):
            _import(act, text, OLD)
    edited, claimed = (found.key for found in view("fr", OLD).units[1:])
    with acting(AD) as act:
        claim = _mark(act, claimed)
    po = exported("fr")
    changes = {HOURS: "Ouvert.", TITLE: "Règles", "Names": "Noms"}
    return {
        "empty": keys["Names"],
        "done": keys[HOURS],
        "waiting": keys[TITLE],
        "other": keys[RULES],
        "candidate": candidate.id,
        "edited": edited,
        "claimed": claimed,
        "claim": claim.id,
        "token": token,
        "message": message.reference,
        "po": filled(po, changes),
        "same po": po,
        "tmx": tmx((HOURS, target_of("fr")), ("Names", "Noms")),
        "same tmx": tmx((HOURS, target_of("fr"))),
    }
