"""``flask memory``: the translation memory out, in, searched and made anew."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from app import operations, queries
from app.cli.common import (
    as_option,
    command,
    dry_run_option,
    emit_json,
    json_option,
    read_file,
    rehearsing,
    settings,
    show_problems,
    writing,
)
from app.database import db
from app.files import write_whole
from app.models import MemoryEntry
from app.operations import MemoryImport, MemoryVerdict, Rules
from app.queries import MemoryMatch, Origin
from workflows import catalogs, segments
from workflows.catalogs import Pair
from workflows.problems import UnknownLanguage
from workflows.sources import Link

language_option = click.option("--language", required=True, metavar="TAG", help="Of the targets.")
source_option = click.option(
    "--source-language", metavar="TAG", help="Of the sources. [the site's default language]"
)


@click.group()
def memory() -> None:
    """Take the translation memory out and in (TMX), search it.

    \b
    Example: flask memory export --language de -o de.tmx
    """


def _languages(source_language: str | None, language: str) -> tuple[str, str]:
    """Both languages; raises ``UnknownLanguage``."""
    found = source_language or settings().default_language, language
    for tag in found:
        if tag not in settings().languages:
            raise UnknownLanguage(language=tag, languages=", ".join(settings().languages))
    return found


@memory.command("export")
@language_option
@source_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File. [standard output]")
@command
def export(language: str, source_language: str | None, output: Path | None) -> None:
    """Write the memory of a language as TMX 1.4b.

    \b
    Example: flask memory export --language de -o de.tmx

    What was approved here, with document, segment, reviewer and time, and what came with files.
    """
    source, target = _languages(source_language, language)
    pairs = [_pair(*row) for row in queries.memory_export(db.session, source, target)]
    data = catalogs.write_tmx(source, pairs)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(output, data)
        click.echo(f"{output}: {len(pairs)} pairs.")


def _pair(entry: MemoryEntry, origin: Origin) -> Pair:
    """A pair with what is known of it: here, or by the file it came with."""
    told = origin.told or {}
    changed_at: datetime | None = origin.at
    if not origin.approved:
        changed = told.get("changed_at", "")
        changed_at = datetime.fromisoformat(changed) if changed else None
    return Pair(
        entry.source_language,
        entry.target_language,
        entry.source,
        entry.target,
        tuple(Link(**link) for link in entry.links),
        origin.slug or told.get("document", ""),
        origin.key or told.get("segment", ""),
        origin.person if origin.approved else told.get("person", ""),
        changed_at,
    )


@memory.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--source-language", metavar="TAG", help="Of the sources. [as FILE says]")
@as_option
@dry_run_option
@json_option
@command
def import_(
    file: Path, source_language: str | None, email: str, dry_run: bool, as_json: bool
) -> None:
    """Add the pairs of FILE (TMX) to the memory.

    \b
    Example: flask memory import old.tmx --as ana@example.org --dry-run

    Pairs are taken in the languages in which EMAIL is translator or editor. They are offered
    beside segments that are like them; no translation changes. Nothing is deleted, and a file
    imported twice adds nothing the second time.
    Ends with 1 when something could not be taken; all the rest is.
    """
    data = read_file(file, Rules.of(settings()).limits.size)
    with rehearsing(email) as act:
        read = operations.read_memory(act, data, source_language=source_language or "")
    with rehearsing(email) if dry_run else writing(email) as act:
        report = operations.import_memory(act, read, file=file.name, dry_run=dry_run)
    if as_json:
        emit_json(_as_dict(report, dry_run))
    else:
        _show(report, dry_run)
    blocking = any(problem.blocking for problem in report.problems)
    if blocking or report.counts[MemoryVerdict.PROBLEM]:
        sys.exit(1)


def _as_dict(report: MemoryImport, dry_run: bool) -> dict[str, object]:
    return {
        "file": report.file,
        "dry_run": dry_run,
        "counts": report.counts,
        "rows": [
            {
                "line": row.pair.line,
                "verdict": row.verdict,
                "source_language": row.pair.source_language,
                "language": row.pair.target_language,
                "source": row.pair.source,
                "target": row.pair.target,
                "problems": [problem.as_dict() for problem in row.problems],
            }
            for row in report.rows
        ],
        "problems": [problem.as_dict() for problem in report.problems],
    }


def _show(report: MemoryImport, dry_run: bool) -> None:
    show_problems(report.problems)
    for row in report.rows:
        show_problems(row.problems)
    told = ", ".join(f"{count} {verdict}" for verdict, count in report.counts.items() if count)
    click.echo(f"{report.file}: {told or 'no pairs'}.")
    if dry_run:
        click.echo("Nothing was written (--dry-run).")


@memory.command("search")
@click.argument("text")
@language_option
@source_option
@json_option
@command
def search(text: str, language: str, source_language: str | None, as_json: bool) -> None:
    """Show what in the memory is like TEXT.

    \b
    Example: flask memory search "We keep your name." --language de
    """
    source, target = _languages(source_language, language)
    digest = segments.digest(text)
    found = queries.memory_matches(db.session, source, target, text, digest)
    if as_json:
        emit_json([_found(match) for match in found])
    elif not found:
        click.echo("Nothing in the memory is like this text.")
    else:
        for match in found:
            click.echo(f"{match.score} %  {match.source}")
            click.echo(f"       {match.target}")
            click.echo(f"       {'; '.join(map(_told, match.origins))}")


def _told(origin: Origin) -> str:
    """Where a pair comes from, in words."""
    when = f"{origin.at:%Y-%m-%d}"
    person = origin.person or "the operator"
    if not origin.approved:
        return f"from {origin.file}, brought in by {person}, {when}"
    section = f", section {origin.section}" if origin.section else ""
    return f"{origin.slug}{section}, approved by {person}, {when}"


def _found(match: MemoryMatch) -> dict[str, object]:
    return {
        "score": match.score,
        "source": match.source,
        "target": match.target,
        "origins": [
            {
                "approved": origin.approved,
                "document": origin.slug,
                "segment": origin.key,
                "section": origin.section,
                "file": origin.file,
                "person": origin.person,
                "at": origin.at.isoformat(),
                "told": origin.told or {},
            }
            for origin in match.origins
        ],
    }


@memory.command("rebuild")
@command
def rebuild() -> None:
    """Add what was approved and is missing in the memory.

    \b
    Example: flask memory rebuild

    "flask setup" does it when the memory is empty. Doing it again changes nothing.
    """
    with writing() as act:
        done = operations.rebuild_memory(act)
    click.echo(
        f"{done.entries} pairs and {done.approvals} approvals added, {done.keys} keys mended."
    )
