"""``flask catalog``: working catalogs out and in."""

from __future__ import annotations

import sys
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
    told,
    writing,
)
from app.cli.shelf import (
    all_option,
    directory_option,
    export_all,
    files,
    shelf,
    translated,
    write,
)
from app.database import db
from app.operations import CatalogImport, Rules
from workflows import catalogs
from workflows.catalogs import Verdict
from workflows.problems import Problem


@click.group()
def catalog() -> None:
    """Take working catalogs (PO, XLIFF) out and in.

    \b
    Example: flask catalog export privacy-policy fr -o fr.po
    """


@catalog.command("export")
@click.argument("slug", required=False)
@click.argument("language", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File. [standard output]")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(catalogs.FORMATS)),
    help="[by the ending of the file, else po]",
)
@all_option
@directory_option
@command
def export(
    slug: str | None,
    language: str | None,
    output: Path | None,
    form: str | None,
    everything: bool,
    directory: Path | None,
) -> None:
    """Write the working catalog of SLUG in LANGUAGE.

    \b
    Examples: flask catalog export privacy-policy fr -o fr.po
              flask catalog export privacy-policy fr -o fr.xlf
              flask catalog export --all

    With --all the catalogs of every document (or of SLUG) in every language (or in LANGUAGE) go
    into files DIRECTORY/<locale>/LC_MESSAGES/<slug>.po; a file that would stay the same is not
    touched.
    """
    if everything:
        export_all(directory or shelf(), slug, language)
        return
    if slug is None or language is None:
        raise click.UsageError("Name a document and a language, or say --all.")
    document = translated(slug, language)
    view = queries.language(db.session, document, language)
    header, entries = queries.catalog_export(db.session, view)
    if form is None:
        suffix = output.suffix.lower() if output else ""
        form = "xliff-2.1" if suffix in (".xlf", ".xliff") else "po"
    write(output, catalogs.write_catalog(header, entries, form), len(entries), header.revision)


@catalog.command("template")
@click.argument("slug")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File. [standard output]")
@command
def template(slug: str, output: Path | None) -> None:
    """Write the template (POT) of SLUG, for a new language.

    \b
    Example: flask catalog template privacy-policy -o privacy-policy.pot
    """
    document = queries.document(db.session, slug)
    header, entries = queries.template_export(db.session, document)
    write(output, catalogs.write_po(header, entries), len(entries), header.revision)


@catalog.command("import")
@click.argument("slug", required=False)
@click.argument("language", required=False)
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--partial", is_flag=True, help="Entries were left out of FILE on purpose.")
@click.option("--emptied", type=int, help="Confirm that so many entries of FILE have no text.")
@all_option
@directory_option
@as_option
@dry_run_option
@json_option
@command
def import_(
    slug: str | None,
    language: str | None,
    file: Path | None,
    partial: bool,
    emptied: int | None,
    everything: bool,
    directory: Path | None,
    email: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Merge FILE (PO or XLIFF) into SLUG in LANGUAGE.

    \b
    Examples: flask catalog import privacy-policy fr fr.po --as ana@example.org
              flask catalog import --all --as ana@example.org

    Reviewed text is never overwritten: what differs from it becomes a proposal. Nothing is
    emptied: an entry without a text leaves the text here as it is. With --all the files that
    "export --all" writes are merged back, each for itself, where EMAIL has a role.
    Ends with 1 when something could not be taken; all the rest is.
    """
    if everything:
        found = files(directory or shelf(), slug, language)
    elif slug is None or language is None or file is None:
        raise click.UsageError("Name a document, a language and a file, or say --all.")
    else:
        found = [(slug, language, file)]
    reports: list[CatalogImport] = []
    failed = False
    for name, tag, path in found:
        try:
            data = read_file(path, Rules.of(settings()).limits.size)
            with rehearsing(email) as act:
                read = operations.read_catalog_for(act, name, tag, data, partial=partial)
            with rehearsing(email) if dry_run else writing(email) as act:
                report = operations.import_catalog(
                    act, name, tag, read, emptied=emptied, dry_run=dry_run
                )
        except (Problem, OSError) as problem:
            if not everything:
                raise
            # The next file is another matter.
            if isinstance(problem, OSError):
                click.echo(f"problem: {told(problem, path)}", err=True)
            else:
                show_problems([problem], f"{path}: ")
            failed = True
            continue
        reports.append(report)
        of_rows = (problem for row in report.rows for problem in row.problems)
        failed |= any(problem.blocking for problem in (*report.problems, *of_rows))
        if not as_json:
            _show(report, dry_run)
    if as_json:
        shown = [report.as_dict(dry_run=dry_run) for report in reports]
        emit_json(shown if everything else shown[0])
    if failed:
        sys.exit(1)


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
