"""Importing a catalog: a three-way merge per segment, one history row per change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from app import queries
from app.operations.act import Act
from app.operations.translations import Desk, add_candidate, clean, translated_language
from app.queries import LanguageView
from workflows import catalogs, checks
from workflows.catalogs import Catalog, Row, Verdict
from workflows.problems import ChangedMeanwhile, Problem, WrongDocument
from workflows.review import Action


@dataclass(frozen=True)
class CatalogImport:
    """What importing a catalog did, or would do, row by row."""

    slug: str
    language: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    """Of the file as a whole; those of an entry stand in its row."""
    base: str
    """Digest of the language as it was before: an import of what was previewed names it."""
    applied: int
    proposed: int

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict; every verdict is there."""
        counts = Counter(str(row.verdict) for row in self.rows)
        return {str(verdict): counts[str(verdict)] for verdict in Verdict}


def merge_units(act: Act, view: LanguageView) -> tuple[catalogs.Unit, ...]:
    """The units of a language as the merge wants them, with their earlier sources."""
    earlier: dict[str, list[str]] = {}
    for key, text, _digest in queries.source_history(act.session, view.document):
        earlier.setdefault(key, []).append(text)
    return tuple(
        catalogs.Unit(
            key=unit.key,
            source=unit.text,
            source_digest=unit.unit.source_digest,
            target=unit.target,
            target_digest=unit.unit.target_digest,
            state=unit.state,
            earlier_sources=tuple(t for t in earlier.get(unit.key, []) if t != unit.text),
        )
        for unit in view.units
    )


def checked(row: Row) -> Row:
    """The row with the checks of its text; what must not be saved is a problem, not a change."""
    if not row.theirs or row.verdict in (Verdict.UNKNOWN, Verdict.SAME):
        return row
    found = tuple(checks.check(row.source_text or row.source, row.theirs))
    if checks.blocking(list(found)):
        return replace(row, verdict=Verdict.PROBLEM, problems=row.problems + found)
    return replace(row, problems=row.problems + found)


def import_catalog(
    act: Act,
    slug: str,
    language: str,
    data: bytes,
    *,
    base: str | None = None,
    dry_run: bool = False,
) -> CatalogImport:
    """Merge an uploaded PO file into a language.

    Clean changes are saved; whatever would replace a text that moved on, or a reviewed one,
    becomes a candidate; nothing is ever emptied or deleted. ``base`` (from a preview) makes it
    refuse with ``ChangedMeanwhile`` when the language has changed since. Raises what
    ``catalogs.read_po`` raises.
    """
    view = translated_language(act, slug, language)
    catalog = _cleaned(catalogs.read_po(data, language=language))
    if catalog.header and catalog.header.document != slug:
        raise WrongDocument(found=catalog.header.document, wanted=slug)
    now = state_digest(view)
    if base is not None and base != now:
        raise ChangedMeanwhile()
    rows = [checked(row) for row in catalogs.merge(merge_units(act, view), catalog)]
    applied = proposed = 0
    if not dry_run:
        applied, proposed = _apply(act, view, rows)
    return CatalogImport(slug, language, tuple(rows), catalog.problems, now, applied, proposed)


def _cleaned(catalog: Catalog) -> Catalog:
    """The catalog with its targets as they would be stored, so that a twin is seen as a twin."""
    entries = tuple(replace(entry, target=clean(entry.target)) for entry in catalog.entries)
    return replace(catalog, entries=entries)


def _apply(act: Act, view: LanguageView, rows: list[Row]) -> tuple[int, int]:
    desks = Desk.open_all(act, view)
    digests = {
        (key, text): digest
        for key, text, digest in queries.source_history(act.session, view.document)
    }
    applied = proposed = 0
    for row in rows:
        if not (row.verdict.applies or row.verdict.proposes) or row.key not in desks:
            continue
        desk = desks[row.key]
        text = row.source_text or row.source
        source = (text, digests.get((row.key, text), desk.view.unit.source_digest))
        if row.verdict.applies:
            state = desk.step(Action.DRAFT if row.fuzzy else Action.SAVE)
            desk.write("translation.imported", state, target=row.theirs, source=source)
            applied += 1
        elif _proposable(row):
            desk.step(Action.PROPOSE)
            proposed += add_candidate(desk, row.theirs, "upload", source) is not None
    return applied, proposed


def _proposable(row: Row) -> bool:
    # A text that must not be saved is not kept as a proposal either: nobody could accept it.
    return bool(row.theirs) and not any(problem.blocking for problem in row.problems)


def state_digest(view: LanguageView) -> str:
    """Digest of a language with its states and versions: what a preview was made from."""
    marks = [f"{unit.key}:{unit.version}:{unit.state}" for unit in view.units]
    return catalogs.text_digest("\n".join([view.digest, *marks]))
