"""Importing a catalog: a three-way merge per segment, one history row per change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app import fence, queries
from app.operations.act import Act, Rules, counted
from app.operations.batch import Batch
from app.operations.desk import Desk, clean, require_desk, stopping, translated_language
from app.queries import LanguageView, UnitView
from workflows import catalogs, checks, glossary
from workflows.alignment import Past
from workflows.catalogs import Catalog, Entry, ManyEmptied, Row, Verdict
from workflows.glossary import Finder
from workflows.problems import ChangedMeanwhile, Problem, SourceIsNotTranslated, WrongDocument
from workflows.review import Action

_SPACE = " \t\n"
EMPTIED_SHARE = 0.05
"""Of the texts here; if the file has no text for more of them it may be the wrong one."""


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
    def emptied(self) -> int:
        """How many entries of the file have no text where there is one here, if these are so many
        that the import has to be confirmed with their number; else 0."""
        count = sum(row.verdict is Verdict.EMPTIED for row in self.rows)
        return count if count > EMPTIED_SHARE * self.translated else 0

    @property
    def translated(self) -> int:
        """How many segments have a text here."""
        return len({row.key for row in self.rows if row.ours})

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict; every verdict is there."""
        return counted((row.verdict for row in self.rows), Verdict)

    def as_dict(self, *, dry_run: bool) -> dict[str, object]:
        """What commands and the API print as JSON."""
        return {
            "document": self.slug,
            "language": self.language,
            "dry_run": dry_run,
            "base": self.base,
            "counts": self.counts,
            "emptied": self.emptied,
            "applied": self.applied,
            "proposed": self.proposed,
            "rows": [
                {
                    "key": row.key,
                    "verdict": row.verdict,
                    "line": row.line,
                    "source": row.source,
                    "ours": row.ours,
                    "theirs": row.theirs,
                    "problems": [problem.as_dict() for problem in row.problems],
                }
                for row in self.rows
            ],
            "problems": [problem.as_dict() for problem in self.problems],
        }


def merge_units(act: Act, view: LanguageView) -> tuple[catalogs.Unit, ...]:
    """The units of a language as the merge wants them, with what their segments said before."""
    now = {unit.key: unit.text for unit in view.units}
    pasts = queries.segment_pasts(act.session, view.document, now)
    return tuple(_merge_unit(unit, pasts.get(unit.key)) for unit in view.units)


def _merge_unit(unit: UnitView, past: Past | None) -> catalogs.Unit:
    return catalogs.Unit(
        key=unit.key,
        source=unit.text,
        source_digest=unit.unit.source_digest,
        target=unit.target,
        target_digest=unit.unit.target_digest,
        state=unit.state,
        earlier_sources=tuple(text for text in past.texts if text != unit.text) if past else (),
        forerunners=tuple(past.forerunners) if past else (),
        emptied=bool(unit.version and not unit.target),
    )


def checked(row: Row, terms: Finder, language: str) -> Row:
    """The row with the checks of its text; what must not be saved is a problem, not a change.

    What lands as a draft is checked as one: its codes can be put right later, here as at the desk.
    """
    if not row.theirs or row.verdict in (Verdict.UNKNOWN, Verdict.SAME):
        return row
    source = _source_text(row)
    found = checks.check(source, row.theirs)
    stops = stopping(found, draft=row.fuzzy and row.verdict.applies)
    if stops:
        return replace(row, verdict=Verdict.PROBLEM, problems=(*row.problems, *found))
    found = [problem for problem in found if not problem.blocking]
    found += glossary.check(source, row.theirs, terms, language)
    return replace(row, problems=(*row.problems, *found)) if found else row


def read_catalog(rules: Rules, data: bytes, *, language: str, partial: bool = False) -> Catalog:
    """The catalog in a file, a large one read in a process with limits.

    Raises what ``catalogs.read_catalog`` raises, and ``fence.TooCostly``.
    """
    return fence.read(
        catalogs.read_catalog, data, language=language, partial=partial, limits=rules.limits
    )


def read_catalog_for(
    act: Act, slug: str, language: str, data: bytes, *, partial: bool = False
) -> Catalog:
    """The catalog in a file for a language that the document is translated into; neither is held.

    Raises what ``read_catalog`` raises, and before that what ``translated_language`` does.
    """
    require_desk(act, language)
    if language == queries.document(act.session, slug).source_language:
        raise SourceIsNotTranslated(language=language)
    return read_catalog(act.rules, data, language=language, partial=partial)


def import_catalog(
    act: Act,
    slug: str,
    language: str,
    file: bytes | Catalog,
    *,
    base: str | None = None,
    partial: bool = False,
    emptied: int | None = None,
    dry_run: bool = False,
) -> CatalogImport:
    """Merge an uploaded catalog, PO or XLIFF, into a language.

    ``file`` is what ``read_catalog_for`` made of it, best before the transaction, or its bytes.

    Clean changes are saved; whatever would replace a text that moved on, or a reviewed one,
    becomes a candidate; nothing is ever emptied or deleted. ``base`` (from a preview) makes it
    refuse with ``ChangedMeanwhile`` when the language has changed since. ``partial`` says that
    entries were left out on purpose, ``emptied`` that so many entries have no text
    (``CatalogImport.emptied``); without it such a file is refused with ``ManyEmptied``. Raises what
    ``read_catalog`` raises.
    """
    view = translated_language(act, slug, language)
    if isinstance(file, bytes):
        file = read_catalog(act.rules, file, language=language, partial=partial)
    catalog = _cleaned(file)
    if catalog.header and catalog.header.document != slug:
        raise WrongDocument(found=catalog.header.document, wanted=slug)
    now = state_digest(view)
    if base is not None and base != now:
        raise ChangedMeanwhile()
    merged = catalogs.merge(merge_units(act, view), catalog)
    terms = queries.finder(act.session, view, map(_source_text, merged))
    rows = [checked(row, terms, language) for row in merged]
    report = CatalogImport(slug, language, tuple(rows), catalog.problems, now, 0, 0)
    if dry_run:
        return report
    if report.emptied and emptied != report.emptied:
        raise ManyEmptied(count=report.emptied, total=report.translated)
    applied, proposed = _apply(act, view, rows)
    return replace(report, applied=applied, proposed=proposed)


def _cleaned(catalog: Catalog) -> Catalog:
    """The catalog with its targets as they would be stored, so that a twin is seen as a twin, and
    its sources without the white space that tools indent them with: no source begins or ends so."""
    return replace(catalog, entries=tuple(map(_cleaned_entry, catalog.entries)))


def _cleaned_entry(entry: Entry) -> Entry:
    source, previous = entry.source.strip(_SPACE), entry.previous_source.strip(_SPACE)
    target = clean(entry.target)
    if (source, previous, target) == (entry.source, entry.previous_source, entry.target):
        return entry
    return replace(entry, source=source, previous_source=previous, target=target)


def _apply(act: Act, view: LanguageView, rows: list[Row]) -> tuple[int, int]:
    wanted = [row for row in rows if row.verdict.applies or row.verdict.proposes]
    if not wanted:
        return 0, 0
    desks = Desk.open_all(act, view)
    wanted = [row for row in wanted if row.key in desks]
    earlier = [row for row in wanted if _source_text(row) != desks[row.key].view.text]
    history = queries.source_history(act.session, view.document) if earlier else []
    by_text = {text: digest for _key, text, digest in history}
    digests = {(key, text): digest for key, text, digest in history}
    batch = Batch(act)
    applied = proposed = 0
    for row in wanted:
        desk, text, source = desks[row.key], _source_text(row), None
        if text != desk.view.text:
            # A text that a forerunner had is not among those of the key.
            source = (text, digests.get((row.key, text)) or by_text[text])
        if row.verdict.applies:
            state = desk.step(Action.DRAFT if row.fuzzy else Action.SAVE)
            batch.write(desk, "translation.imported", state, target=row.theirs, source=source)
            applied += 1
        elif _proposable(row):
            desk.step(Action.PROPOSE)
            proposed += batch.propose(desk, row.theirs, "upload", source)
    batch.store()
    return applied, proposed


def _source_text(row: Row) -> str:
    return row.source_text or row.source


def _proposable(row: Row) -> bool:
    # A text that must not be saved is not kept as a proposal either: nobody could accept it.
    return bool(row.theirs) and not any(problem.blocking for problem in row.problems)


def state_digest(view: LanguageView) -> str:
    """Digest of a language with its states and versions: what a preview was made from."""
    marks = [f"{unit.key}:{unit.version}:{unit.state}" for unit in view.units]
    return catalogs.text_digest("\n".join([view.digest, *marks]))
