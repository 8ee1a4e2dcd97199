"""An import of a glossary: what people did here since is kept, and nothing is taken away."""

from __future__ import annotations

from dataclasses import replace

from workflows.glossary import (
    MAX_TRANSLATIONS,
    Faulty,
    Known,
    NoTermText,
    Ours,
    Row,
    Term,
    TermTranslation,
    Usage,
    Verdict,
    merge,
    state_of,
)

PREFERRED, ADMITTED, FORBIDDEN = Usage
NEW, SAME, CHANGED, CONFLICT, PROBLEM = Verdict


def term(definition: str = "", *french: str) -> Term:
    said = tuple(TermTranslation(text) for text in french)
    return Term("en", "data", definition, translations={"fr": said} if said else {}, line=1)


def verdicts(rows: list[Row]) -> dict[str, Verdict]:
    return {row.language: row.verdict for row in rows}


def imported(theirs: Term) -> Ours:
    """The term as an import into an empty glossary leaves it."""
    rows = merge([], [theirs], [])
    assert set(verdicts(rows).values()) == {NEW}
    return Ours(theirs, known={row.language: row.known for row in rows})


def test_importing_twice_equals_once() -> None:
    theirs = replace(term("D", "donnée"), case_sensitive=True)
    assert verdicts(merge([imported(theirs)], [theirs], [])) == {"": SAME, "fr": SAME}
    # Without a memory of an import, too.
    assert verdicts(merge([Ours(theirs)], [theirs], [])) == {"": SAME, "fr": SAME}


def test_file_that_moved_on_is_taken_where_nobody_wrote_here() -> None:
    here = imported(term("D", "donnée"))
    after, french = merge([here], [term("D2", "information")], [])
    assert (after.verdict, french.verdict) == (CHANGED, CHANGED)
    assert after.theirs is not None
    assert after.theirs.definition == "D2"
    assert french.theirs is not None
    assert state_of(french.theirs, "fr") == (TermTranslation("information"),)


def test_what_people_wrote_here_stays() -> None:
    here = imported(term("D", "donnée"))
    ours = replace(here, term=term("D here", "élément"))
    # The file says what it said before: people here went on.
    assert verdicts(merge([ours], [term("D", "donnée")], [])) == {"": SAME, "fr": SAME}
    # Both went on, or it was never imported.
    for one in (ours, Ours(ours.term)):
        rows = merge([one], [term("D2", "information")], [])
        assert verdicts(rows) == {"": CONFLICT, "fr": CONFLICT}
        assert rows[0].ours == ours.term


def test_removed_term_does_not_come_back_by_itself() -> None:
    here = imported(term("D", "donnée"))
    gone = replace(here, removed=True)
    assert verdicts(merge([gone], [term("D", "donnée")], [])) == {"": SAME, "fr": SAME}
    rows = merge([gone], [term("D2", "donnée")], [])
    assert verdicts(rows) == {"": CONFLICT, "fr": CONFLICT}
    assert rows[0].ours is None
    assert verdicts(merge([Ours(here.term, removed=True)], [here.term], [])) == {
        "": CONFLICT,
        "fr": CONFLICT,
    }
    # All translations taken away here: so it stays.
    none = replace(here, term=term("D"))
    assert verdicts(merge([none], [term("D", "donnée")], [])) == {"": SAME, "fr": SAME}
    assert verdicts(merge([none], [term("D", "autre")], [])) == {"": SAME, "fr": CONFLICT}


def test_nothing_is_taken_away() -> None:
    said = (
        TermTranslation("donnée", PREFERRED, "n"),
        TermTranslation("info", ADMITTED),
        TermTranslation("data", FORBIDDEN),
    )
    full = Term("en", "data", "D", "noun", "s", "n", True, True, {"fr": said, "de": said}, line=1)
    here = imported(full)
    assert verdicts(merge([here], [Term("en", "data", line=1)], [])) == {"": SAME}
    assert verdicts(merge([here], [term("", "donnée")], [])) == {"": SAME, "fr": SAME}
    assert merge([here], [], []) == []
    # A preferred one gives way to a preferred one.
    _own, french = merge([here], [term("", "information")], [])
    assert french.verdict is CHANGED
    assert french.theirs is not None
    assert french.theirs.translations == {
        "fr": (TermTranslation("information"), *said[1:]),
        "de": said,
    }


def test_sides_that_have_too_many_translations_together_stay_apart() -> None:
    said = tuple(TermTranslation(f"d{n}", ADMITTED) for n in range(MAX_TRANSLATIONS - 1))
    here = Ours(Term("en", "data", translations={"fr": said}))
    for more, verdict in ((1, CONFLICT), (2, PROBLEM)):
        theirs = tuple(TermTranslation(f"e{n}", ADMITTED) for n in range(more))
        rows = merge([here], [Term("en", "data", translations={"fr": theirs}, line=7)], [])
        assert verdicts(rows)["fr"] == verdict
    (problem,) = rows[-1].problems
    assert (problem.code, problem.place) == ("too-many-translations", "line 7")


def test_faulty_entries_are_rows_in_the_order_of_the_file() -> None:
    fault = Faulty("bad", "fr", 3, NoTermText("line 3"))
    rows = merge([], [term("D"), replace(term(), text="later", line=9)], [fault])
    assert [(row.term, row.verdict, row.line) for row in rows] == [
        ("data", NEW, 1),
        ("bad", PROBLEM, 3),
        ("later", NEW, 9),
    ]
    assert rows[1].known == Known("", "")
    assert rows[1].problems == (fault.problem,)
