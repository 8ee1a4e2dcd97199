"""``flask catalog``: working catalogs out and in."""

from __future__ import annotations

import os
import sys
import tempfile
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
from app.operations import CatalogImport
from workflows import catalogs
from workflows.catalogs import Verdict
from workflows.problems import SourceIsNotTranslated, UnknownLanguage

MAX_BYTES = 8 * 1024 * 1024


@click.group()
def catalog() -> None:
    """Take working catalogs (PO) out and in.

    \b
    Example: flask catalog export privacy-policy fr -o fr.po
    """


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@catalog.command("export")
@click.argument("slug")
@click.argument("language")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File. [standard output]")
@command
def export(slug: str, language: str, output: Path | None) -> None:
    """Write the working catalog of SLUG in LANGUAGE.

    \b
    Example: flask catalog export privacy-policy fr -o fr.po
    """
    if language not in settings().languages:
        raise UnknownLanguage(language=language, languages=", ".join(settings().languages))
    document = queries.document(db.session, slug)
    if language == document.source_language:
        raise SourceIsNotTranslated(language=language)
    view = queries.language(db.session, document, language)
    header, entries = queries.catalog_export(db.session, view)
    data = catalogs.write_po(header, entries)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(output, data)
        click.echo(f"{output}: {len(entries)} entries, revision {header.revision}.")


@catalog.command("import")
@click.argument("slug")
@click.argument("language")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--partial", is_flag=True, help="Entries were left out of FILE on purpose.")
@click.option("--emptied", type=int, help="Confirm that so many entries of FILE have no text.")
@as_option
@dry_run_option
@json_option
@command
def import_(
    slug: str,
    language: str,
    file: Path,
    partial: bool,
    emptied: int | None,
    email: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Merge FILE into SLUG in LANGUAGE.

    \b
    Example: flask catalog import privacy-policy fr fr.po --as ana@example.org

    Reviewed text is never overwritten: what differs from it becomes a proposal. Nothing is
    emptied: an entry without a text leaves the text here as it is.
    Ends with 1 when something could not be taken; all the rest is.
    """
    data = read_file(file, MAX_BYTES)
    with rehearsing(email) if dry_run else writing(email) as act:
        report = operations.import_catalog(
            act, slug, language, data, partial=partial, emptied=emptied, dry_run=dry_run
        )
    if as_json:
        emit_json(_as_dict(report, dry_run))
    else:
        _show(report, dry_run)
    of_rows = (problem for row in report.rows for problem in row.problems)
    if any(problem.blocking for problem in (*report.problems, *of_rows)):
        sys.exit(1)


def _as_dict(report: CatalogImport, dry_run: bool) -> dict[str, object]:
    return {
        "document": report.slug,
        "language": report.language,
        "dry_run": dry_run,
        "counts": report.counts,
        "applied": report.applied,
        "proposed": report.proposed,
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
            for row in report.rows
        ],
        "problems": [problem.as_dict() for problem in report.problems],
    }


def _show(report: CatalogImport, dry_run: bool) -> None:
    show_problems(report.problems)
    quiet = {Verdict.SAME, Verdict.NEW, Verdict.CHANGED, Verdict.MISSING}
    for row in report.rows:
        if row.verdict not in quiet:
            click.echo(f"{row.verdict} {row.key} (line {row.line}): {row.theirs}")
        show_problems(row.problems, f"{row.key} (line {row.line}): ")
    told = ", ".join(f"{count} {verdict}" for verdict, count in report.counts.items() if count)
    click.echo(f"{report.slug} {report.language}: {told or 'no entries'}.")
    if dry_run:
        click.echo("Nothing was written (--dry-run).")
    else:
        click.echo(f"{report.applied} applied, {report.proposed} kept as proposals.")
