"""Bringing a translation memory in from a file: it adds, and never becomes a translation."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from app import fence, queries
from app.operations.act import Act, counted, storable
from app.operations.desk import clean
from app.operations.memory import Remembered, remember
from workflows import catalogs, checks, segments
from workflows.catalogs import Memory, Pair
from workflows.problems import NotPermitted, Problem
from workflows.review import Role


class MemoryVerdict(StrEnum):
    """What an import does with a pair of texts."""

    NEW = "new"
    """It is added."""
    SAME = "same"
    """The memory offers it already: nothing to do."""
    PROBLEM = "problem"
    """It can't be taken."""


@dataclass(frozen=True)
class MemoryRow:
    """A pair of the file and what becomes of it."""

    verdict: MemoryVerdict
    pair: Pair
    """With its texts as they are stored."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class MemoryImport:
    """What importing a memory did, or would do, pair by pair."""

    file: str
    rows: tuple[MemoryRow, ...]
    problems: tuple[Problem, ...] = field(default=())
    """Of the file as a whole."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict; every verdict is there."""
        return counted((row.verdict for row in self.rows), MemoryVerdict)


def read_memory(act: Act, data: bytes, *, source_language: str = "") -> Memory:
    """The pairs of a TMX file in the languages in which the actor translates or edits, a large one
    read in a process with limits.

    ``source_language`` goes before what the file says. Raises ``NotPermitted`` for whoever is
    translator or editor of no language, ``UnknownLanguage``, and what ``catalogs.read_tmx`` and
    ``fence.read`` raise.
    """
    mine = _languages(act)
    if source_language:
        act.require_language(source_language)
    return fence.read(
        catalogs.read_tmx,
        data,
        languages=act.rules.languages,
        targets=mine,
        source_language=source_language,
        limits=act.rules.limits,
    )


def _languages(act: Act) -> set[str]:
    """Those of the site in which the actor translates or edits; ``NotPermitted`` for none."""
    mine = set(act.actor.languages(Role.TRANSLATOR, Role.EDITOR)) & set(act.rules.languages)
    if not mine:
        raise NotPermitted(role=Role.TRANSLATOR, language="*")
    return mine


def import_memory(
    act: Act, data: bytes | Memory, *, file: str, source_language: str = "", dry_run: bool = False
) -> MemoryImport:
    """Add the pairs of a TMX file to the memory of the languages in which the actor has a role.

    Nothing is deleted, no document is touched, and what the memory offers already is left as it
    is. ``data`` is what ``read_memory`` made of the file, best before the transaction, or its
    bytes; ``file`` is the name that is shown beside each pair. Raises what ``read_memory`` raises.
    """
    mine = _languages(act)
    if isinstance(data, bytes):
        data = read_memory(act, data, source_language=source_language)
    rows = _judged(act, [_cleaned(pair) for pair in data.pairs if pair.target_language in mine])
    name = storable(file, 200)
    new = [row.pair for row in rows if row.verdict is MemoryVerdict.NEW]
    if new and not dry_run:
        remember(act, [_remembered(act, pair, name) for pair in new])
        _record(act, new, name)
    return MemoryImport(name, tuple(rows), data.problems)


def _cleaned(pair: Pair) -> Pair:
    return replace(pair, source=clean(pair.source), target=clean(pair.target))


def _digests(pair: Pair) -> queries.Pair:
    return segments.digest(pair.source, pair.links), segments.target_digest(pair.target)


def _judged(act: Act, pairs: list[Pair]) -> list[MemoryRow]:
    by_languages: dict[tuple[str, str], set[str]] = defaultdict(set)
    found = [_checked(pair) for pair in pairs]
    for row in found:
        if row.verdict is MemoryVerdict.NEW:
            languages = row.pair.source_language, row.pair.target_language
            by_languages[languages].add(_digests(row.pair)[0])
    there = {
        (languages, pair)
        for languages, digests in sorted(by_languages.items())
        for pair, known in queries.memory_known(act.session, *languages, digests).items()
        if known.standing
    }
    rows = []
    for row in found:
        if row.verdict is MemoryVerdict.NEW:
            one = (row.pair.source_language, row.pair.target_language), _digests(row.pair)
            row = replace(row, verdict=MemoryVerdict.SAME) if one in there else row
            # What stands in the file a second time is there by then.
            there.add(one)
        rows.append(row)
    return rows


def _checked(pair: Pair) -> MemoryRow:
    """The pair as new, or as a problem when it could not be saved as a translation either."""
    problems = list(pair.problems)
    if not any(problem.blocking for problem in problems):
        stops = checks.blocking(
            [*checks.check(pair.source, pair.source), *checks.check(pair.source, pair.target)]
        )
        problems += [type(stop)(_place(pair), **stop.details) for stop in stops]
    stopped = any(problem.blocking for problem in problems)
    verdict = MemoryVerdict.PROBLEM if stopped else MemoryVerdict.NEW
    return MemoryRow(verdict, pair, tuple(problems))


def _place(pair: Pair) -> str:
    return f"line {pair.line}"


def _remembered(act: Act, pair: Pair, file: str) -> Remembered:
    source_digest, target_digest = _digests(pair)
    told = {
        "document": pair.document,
        "segment": pair.segment,
        "person": pair.person,
        "changed_at": pair.changed_at.isoformat() if pair.changed_at else "",
    }
    return Remembered(
        pair.source_language,
        pair.target_language,
        pair.source,
        [asdict(link) for link in pair.links],
        source_digest,
        pair.target,
        target_digest,
        act.actor.user_id,
        act.now,
        file=file,
        told={name: value for name, value in told.items() if value},
    )


def _record(act: Act, new: list[Pair], file: str) -> None:
    """One row of history for each pair of languages."""
    counts = Counter((pair.target_language, pair.source_language) for pair in new)
    for (language, source), count in sorted(counts.items()):
        said = {"file": file, "source_language": source, "pairs": count}
        act.record("memory.imported", language=language, after=said)
