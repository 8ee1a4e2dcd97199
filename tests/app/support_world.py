"""A policy in every state at once: what the list of all writes is tried on."""

from __future__ import annotations

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
    publish,
    translate,
    translator,
)
from workflows import sources

FR = translator("fr")
ED = editor("fr")
AD = ADMINISTRATOR
World = dict[str, Any]


def import_text(act: Act, text: str, slug: str = SLUG, language: str = "en") -> object:
    source = sources.read(text.encode(), media_type="text/markdown")
    return operations.import_document(act, slug, source, file_digest="0" * 64, language=language)


def mark(act: Act, key: str, reason: str = "Spelling.") -> Editorial:
    return operations.mark_editorial(act, OLD, key, revision=2, reason=reason)


OLD = "old-rules"
FAULTY = "# Old rules\n\nThese rules are alraedy old.\n\nNobody reads thsi page.\n"
NEWER = SOURCE.replace("17", "18")


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
        operations.issue_token(act, FR, "old", 1)
        message = operations.leave_message(
            act, operations.messages.Draft(**vars(DRAFT) | {"language": "de", "nonce": "m"})
        )
    with acting(editor("en")) as act:
        operations.sign_off(act, SLUG, "en")
    # Published after each of them: so there is something to bring back.
    for text in (FAULTY, FAULTY.replace("alraedy", "already").replace("thsi", "this")):
        with acting(AD) as act:
            import_text(act, text, OLD)
        publish("en", slug=OLD)
    edited, claimed = (found.key for found in view("fr", OLD).units[1:])
    with acting(AD) as act:
        claim = mark(act, claimed)
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
        "tmx": tmx((HOURS, TRANSLATIONS["fr"][HOURS]), ("Names", "Noms")),
        "same tmx": tmx((HOURS, TRANSLATIONS["fr"][HOURS])),
    }
