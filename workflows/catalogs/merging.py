"""The three-way merge of a catalog into the units as they are now. Nothing is written here.

For each segment three texts are compared: what was exported (its digest stands in the file), ours
(now) and theirs (in the file). `_verdict` is the whole table. Without a digest it is two-way, and
whatever could be lost becomes a candidate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflows.catalogs.model import (
    Catalog,
    Entry,
    Row,
    Unit,
    Verdict,
    short_digest,
    text_digest,
)
from workflows.catalogs.reasons import (
    AmbiguousSource,
    RepeatedKey,
    SourceMismatch,
    UnexpectedPlural,
    place,
)
from workflows.problems import Problem


def merge(units: Sequence[Unit], catalog: Catalog) -> tuple[Row, ...]:
    """A row for each unit, in their order, then one for each entry without a segment, in file
    order. The same units and catalog give the same rows; obsolete entries are passed over.

    An entry without a key belongs to the one unit with its source text, the current texts being
    asked before the earlier ones. Two entries for one unit are one if they say the same, else a
    PROBLEM each (RepeatedKey). An entry whose segment was split or merged since has a row for each
    unit that became of it.
    """
    finder = _Finder(units)
    matched: dict[str, list[Entry]] = defaultdict(list)
    parted: dict[str, list[Entry]] = defaultdict(list)
    strangers: list[Row] = []
    for entry in catalog.entries:
        if entry.obsolete:
            continue
        unit, count = finder.find(entry)
        if unit is not None and _translated_source(unit, entry) is not None:
            matched[unit.key].append(entry)
        elif count < 2 and (parts := finder.parts(entry)):
            for part in parts:
                parted[part.key].append(entry)
        elif unit is not None:
            matched[unit.key].append(entry)
        else:
            strangers.append(_stranger(entry, count))
    rows: list[Row] = []
    for unit in units:
        pieces = parted.get(unit.key, [])
        rows += [_part(unit, entry) for entry in pieces]
        if not pieces or unit.key in matched:
            rows += _rows(unit, matched.get(unit.key, []))
    return (*rows, *strangers)


@dataclass(frozen=True)
class _Sides:
    """The three sides of one segment, and what is asked of them."""

    unit: Unit
    entry: Entry
    source_text: str
    """What theirs translates."""

    @property
    def known(self) -> bool:
        """Whether the file tells what was exported."""
        return bool(self.entry.source_digest)

    @property
    def equal(self) -> bool:
        return _plain(self.unit.target) == _plain(self.entry.target)

    @property
    def ours_moved(self) -> bool:
        ours = self.unit.target_digest or text_digest(self.unit.target)
        return short_digest(ours) != self.entry.target_digest

    @property
    def theirs_moved(self) -> bool:
        return _moved(self.entry)

    @property
    def fuzzy(self) -> bool:
        return self.entry.state == "needs-editing"


def _verdict(sides: _Sides) -> Verdict:
    """The table. Each line is reached only when none above it holds."""
    unit, entry = sides.unit, sides.entry
    if sides.equal:
        return _flag_verdict(sides)
    if not unit.target:
        # A text that somebody took away does not come back with a file from before.
        stale = unit.emptied and sides.known and not sides.theirs_moved
        return Verdict.SAME if stale else Verdict.NEW
    if sides.known and not sides.theirs_moved:
        return Verdict.SAME
    if not entry.target:
        return Verdict.EMPTIED
    if unit.state == "reviewed":
        return Verdict.CANDIDATE
    if not sides.known or sides.ours_moved:
        return Verdict.CONFLICT
    if sides.source_text != unit.source and unit.state != "needs-editing":
        return Verdict.CONFLICT  # ours translates the current source, theirs an earlier one
    return Verdict.CHANGED


def _flag_verdict(sides: _Sides) -> Verdict:
    """Equal texts: SAME, unless the fuzzy flag alone was changed in the file.

    A flag taken away says that the text fits after all, a flag set says that it needs work. Both
    count only when ours still is as it was exported, for the current source, and not reviewed.
    """
    unit, entry = sides.unit, sides.entry
    current = sides.entry.source == unit.source
    untouched = entry.exported_state == unit.state and not sides.ours_moved
    changed = entry.exported_state != entry.state and bool(entry.target)
    cleared = unit.state == "needs-editing" and entry.state == "translated"
    doubted = unit.state == "translated" and sides.fuzzy
    if sides.known and current and untouched and changed and (cleared or doubted):
        return Verdict.CHANGED
    return Verdict.SAME


def _rows(unit: Unit, entries: Sequence[Entry]) -> list[Row]:
    if not entries:
        return [
            Row(unit.key, Verdict.MISSING, unit.source, unit.target, "", 0, source_text=unit.source)
        ]
    if len(entries) > 1 and len({_said(entry) for entry in entries}) > 1:
        lines = ", ".join(str(entry.line) for entry in entries)
        return [_row(unit, entry, RepeatedKey(place(entry.line), lines=lines)) for entry in entries]
    return [_row(unit, entries[0])]


def _said(entry: Entry) -> tuple[str, str, str]:
    return entry.source, _plain(entry.target), entry.state


def _row(unit: Unit, entry: Entry, *problems: Problem) -> Row:
    source_text = _translated_source(unit, entry)
    found = [*problems, *entry.problems]
    if source_text is None:
        found.append(SourceMismatch(place(entry.line)))
    if entry.plural_source:
        found.append(UnexpectedPlural(place(entry.line)))
    sides = _Sides(unit, entry, unit.source if source_text is None else source_text)
    return Row(
        key=unit.key,
        verdict=Verdict.PROBLEM if found else _verdict(sides),
        source=unit.source,
        ours=unit.target,
        theirs=entry.target,
        line=entry.line,
        source_text=sides.source_text,
        fuzzy=sides.fuzzy,
        comment=entry.comment,
        problems=tuple(found),
    )


def _part(unit: Unit, entry: Entry) -> Row:
    """The row of an entry for a text that ``unit`` was a part of, or that became a part of it.

    What was translated before is offered since the split or merge; here only new work counts.
    """
    known = {source for _key, source in unit.forerunners}
    fuzzy = entry.state == "needs-editing" and entry.previous_source in known
    text = entry.previous_source if fuzzy else entry.source
    exported = bool(entry.source_digest) and not _moved(entry)
    verdict = Verdict.PARTED if entry.target and not exported else Verdict.SAME
    if entry.problems:
        verdict = Verdict.PROBLEM
    return Row(
        key=unit.key,
        verdict=verdict,
        source=unit.source,
        ours=unit.target,
        theirs=entry.target,
        line=entry.line,
        source_text=text,
        fuzzy=True,
        comment=entry.comment,
        problems=entry.problems,
    )


def _translated_source(unit: Unit, entry: Entry) -> str | None:
    """The source text which the entry's target translates; None: neither ours nor an earlier one.

    A fuzzy entry translates its previous source: as long as the flag stands, nobody has said that
    the text fits the current one.
    """
    if entry.source != unit.source and entry.source not in unit.earlier_sources:
        return None
    if entry.state == "needs-editing" and entry.previous_source in unit.earlier_sources:
        return entry.previous_source
    return entry.source


def _stranger(entry: Entry, count: int) -> Row:
    """The row of an entry without a segment, or with ``count`` that could be meant."""
    problems = entry.problems
    if count:
        problems = (*problems, AmbiguousSource(place(entry.line), count=count))
    return Row(
        key=entry.key,
        verdict=Verdict.PROBLEM if count else Verdict.UNKNOWN,
        source=entry.source,
        ours="",
        theirs=entry.target,
        line=entry.line,
        source_text=entry.source,
        fuzzy=entry.state == "needs-editing",
        comment=entry.comment,
        problems=problems,
    )


def _moved(entry: Entry) -> bool:
    """Whether the target in the file is another one than was exported."""
    return short_digest(text_digest(entry.target)) != entry.target_digest


class _Finder:
    """Finds the unit of an entry: by key, or by source text when there is no key."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.by_key: dict[str, Unit] = {}
        self.current: dict[str, list[Unit]] = defaultdict(list)
        self.earlier: dict[str, list[Unit]] = defaultdict(list)
        self.parted: dict[tuple[str, str], list[Unit]] = defaultdict(list)
        for unit in units:
            self.by_key[unit.key] = unit
            self.current[unit.source].append(unit)
            for source in dict.fromkeys(unit.earlier_sources):
                self.earlier[source].append(unit)
            for key, source in dict.fromkeys(unit.forerunners):
                self.parted[key, source].append(unit)
            for source in dict.fromkeys(source for _key, source in unit.forerunners):
                self.parted["", source].append(unit)

    def find(self, entry: Entry) -> tuple[Unit | None, int]:
        """The unit, or None and how many could be meant."""
        if entry.key:
            return self.by_key.get(entry.key), 0
        units = self.current.get(entry.source) or self.earlier.get(entry.source) or []
        return (units[0], 1) if len(units) == 1 else (None, len(units))

    def parts(self, entry: Entry) -> list[Unit]:
        """The units that came of the entry's segment when it was split or merged."""
        return self.parted.get((entry.key, entry.source), [])


def _plain(text: str) -> str:
    """A text as it is compared: line breaks normalised, as in its digest."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
