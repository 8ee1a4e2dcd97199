"""The writes to the glossary, each with the rows of history it leaves, and calls it refuses."""

from __future__ import annotations

from app import operations, queries
from app.operations import Act
from tests.app.support_policy import ADMINISTRATOR, acting, editor, translator
from tests.app.support_writes import Case
from workflows import catalogs
from workflows.glossary import Term, TermTranslation, Usage

EN, FR = editor("en"), editor("fr")
NAME = Term("en", "name", "How somebody is called.")
SAID = (TermTranslation("nom"), TermTranslation("appellation", Usage.FORBIDDEN))


def _id(act: Act, text: str = "house") -> tuple[int, int]:
    (found,) = (row for row in queries.stored_terms(act.session, "en") if row.text == text)
    return found.id, found.version


def _change(act: Act, term: Term, version: int = 0) -> object:
    id_, now = _id(act)
    return operations.change_term(act, id_, term, version=version or now)


def _translate(act: Act, tag: str, said: tuple[TermTranslation, ...]) -> object:
    id_, now = _id(act)
    return operations.translate_term(act, id_, tag, said, version=now)


def _remove(act: Act, version: int = 0) -> object:
    id_, now = _id(act)
    return operations.remove_term(act, id_, version=version or now)


def file_of(*terms: Term) -> bytes:
    """A TBX file with these terms."""
    return catalogs.write_tbx(terms, language="en")


HOUSE = Term("en", "house", "Where we live.", translations={"fr": (TermTranslation("maison"),)})


def add_house() -> None:
    """The term that the cases are about."""
    with acting(ADMINISTRATOR) as act:
        operations.add_term(act, HOUSE)


def _row(action: str, language: str = "en") -> tuple[str, str, bool, bool]:
    return (action, language, False, False)


def _import(act: Act, *terms: Term) -> object:
    return operations.import_glossary(act, "en", file_of(*terms))


CASES: dict[str, list[Case]] = {
    "add_term": [
        Case(
            lambda act, w: operations.add_term(act, NAME),
            EN,
            (_row("term.added"),),
            (
                (FR, lambda act, w: operations.add_term(act, NAME)),
                (translator("en"), lambda act, w: operations.add_term(act, NAME)),
                (EN, lambda act, w: operations.add_term(act, HOUSE)),
                (ADMINISTRATOR, lambda act, w: operations.add_term(act, HOUSE)),
                (EN, lambda act, w: operations.add_term(act, Term("en", " "))),
                (EN, lambda act, w: operations.add_term(act, Term("xx", "a"))),
            ),
        )
    ],
    "change_term": [
        Case(
            lambda act, w: _change(act, Term("en", "home", "Where we live.")),
            EN,
            (_row("term.changed"),),
            (
                (FR, lambda act, w: _change(act, NAME)),
                (EN, lambda act, w: _change(act, NAME, 99)),
                (EN, lambda act, w: _change(act, Term("en", "a\0"))),
                (EN, lambda act, w: operations.change_term(act, 999, NAME, version=1)),
            ),
        ),
        Case(lambda act, w: _change(act, HOUSE), EN),
    ],
    "translate_term": [
        Case(
            lambda act, w: _translate(act, "fr", SAID),
            FR,
            (_row("term.translated", "fr"),),
            (
                (EN, lambda act, w: _translate(act, "fr", SAID)),
                (translator("fr"), lambda act, w: _translate(act, "fr", SAID)),
                (FR, lambda act, w: _translate(act, "fr", (*SAID, SAID[0]))),
                (EN, lambda act, w: _translate(act, "en", SAID)),
            ),
        ),
        Case(
            lambda act, w: _translate(act, "fr", ()),
            ADMINISTRATOR,
            (_row("term.translated", "fr"),),
        ),
        Case(lambda act, w: _translate(act, "fr", HOUSE.translations["fr"]), FR),
    ],
    "remove_term": [
        Case(
            lambda act, w: _remove(act),
            EN,
            (_row("term.removed"),),
            (
                (FR, lambda act, w: _remove(act)),
                (EN, lambda act, w: _remove(act, 99)),
            ),
        )
    ],
    "import_glossary": [
        Case(
            lambda act, w: _import(act, HOUSE, NAME, Term("en", "town", translations={"fr": SAID})),
            ADMINISTRATOR,
            (_row("term.imported"), _row("term.imported"), _row("term.imported", "fr")),
            (
                (translator("fr"), lambda act, w: _import(act, NAME)),
                (EN, lambda act, w: operations.import_glossary(act, "en", b"<x/>")),
                (EN, lambda act, w: operations.import_glossary(act, "xx", file_of())),
            ),
        ),
        Case(lambda act, w: _import(act, HOUSE), EN),
        # An editor of another language may take its translations only.
        Case(lambda act, w: _import(act, NAME), FR),
    ],
}
