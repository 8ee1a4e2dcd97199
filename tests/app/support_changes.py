"""A second revision of the small policy, with one change of each kind."""

from __future__ import annotations

from app import operations, queries
from app.database import db
from app.models import Editorial
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    SOURCE,
    acting,
    approve,
    editor,
    import_source,
    people,
    translate,
)

SLIPPED = "We never keep your pasword. See <a1>section 1</a1> and <a2>our site</a2>."
MENDED = SLIPPED.replace("pasword", "password")
MORE = """
## 3. When you ask

You can ask us at the front door of this house on every working day of the week.

We answer in writing and keep a copy of what we have written to you.
"""
SLIP = SOURCE.replace("password", "pasword") + MORE
"""The policy with a slip of the pen, which the next revision mends."""
HOURS, LONGER = (f"We run this house from 9 to {hour} o'clock." for hour in (17, 18))
WHOLE = "These rules are <strong>short</strong>. Write to <a1>our desk</a1> with questions."
PARTS = ("These rules are <strong>short</strong>.", "Write to <a1>our desk</a1> with questions.")
ASK = "You can ask us at the front door of this house on every working day of the week."
ANSWER = "We answer in writing and keep a copy of what we have written to you."
BOTH = f"{ASK} {ANSWER}"
FRENCH = {
    SLIPPED: "Nous ne gardons jamais votre mot de passe. Voir <a1>section 1</a1>, <a2>site</a2>.",
    "When you ask": "Quand vous demandez",
    ASK: "Demandez-nous à la porte, chaque jour ouvré.",
    ANSWER: "Nous répondons par écrit.",
}
NAME, NEW, GONE = "your name;", "the country;", "30 days"


def revised() -> str:
    """The policy with the slip mended, an hour changed, a split, a merge, a move, a new item, and
    one row less."""
    text = SLIP.replace("pasword", "password")
    text = text.replace("to 17 o'clock", "to 18 o'clock")
    text = text.replace("**short**. Write", "**short**.\n\nWrite")
    text = text.replace(f"{ASK}\n\n", f"{ASK} ")
    text = text.replace(f"1. {NAME}\n", "").replace("you tell us.\n", f"you tell us.\n4. {NAME}\n")
    text = text.replace("   2. the town;\n", f"   2. the town;\n   3. {NEW}\n")
    return text.replace("| Messages | 30 days |\n", "")


def key_of(text: str, number: int | None = None) -> str:
    """The key of the segment with this text in a revision, the newest by default."""
    db.session.close()
    document = queries.document(db.session, SLUG)
    revision = queries.revision(db.session, document, number)
    (key,) = (t.key for t in queries.source_texts(db.session, revision) if t.text == text)
    return key


def marked(text: str = MENDED, *, by: str = ADMINISTRATOR, reason: str = "A slip.") -> Editorial:
    """The claim of somebody that the newest edit of a segment was editorial."""
    key = key_of(text)
    with acting(by) as act:
        head = queries.document(act.session, SLUG).head
        return operations.mark_editorial(act, SLUG, key, revision=head, reason=reason)


def confirmed(text: str = MENDED, *, reason: str = "A slip.") -> Editorial:
    """The same, confirmed by a second person."""
    claim = marked(text, reason=reason)
    with acting(editor("en")) as act:
        return operations.confirm_editorial(act, SLUG, claim.id)


def reviewed_slip() -> None:
    """People, and the policy with the slip; all of French is reviewed."""
    people()
    import_source(SLIP)
    translate("fr", FRENCH)
    approve("fr")


def reviewed_and_mended() -> None:
    """The same, and a second revision that mends the slip and changes nothing else."""
    reviewed_slip()
    mend()


def reviewed_and_revised() -> None:
    """The same, and a second revision in which everything happens."""
    reviewed_slip()
    import_source(revised())


def mend() -> None:
    """A revision that mends the slip and changes nothing else."""
    import_source(SLIP.replace("pasword", "password"))


def two_revisions() -> None:
    """People, the policy with the slip, then the revision in which everything happens."""
    people()
    import_source(SLIP)
    import_source(revised())
