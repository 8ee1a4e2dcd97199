"""``flask document``: import, list and show source documents."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

import click

from app import operations, queries
from app.cli.common import (
    command,
    dry_run_option,
    emit_json,
    json_option,
    read_file,
    rehearsing,
    settings,
    show_problems,
    table,
    writing,
)
from app.cli.outline import outline, tree
from app.database import db
from app.operations import DocumentImport
from app.operations.carrying import Impact
from workflows import segments, sources
from workflows.release import Rule, RuleKind


@click.group()
def document() -> None:
    """Import, list and show source documents.

    \b
    Example: flask document import terms terms.md --dry-run
    """


@document.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--title", default="", help="Use this title instead of the file's own.")
@click.option("--language", default=None, help="Language of a new document. [site's default]")
@dry_run_option
@json_option
@command
def import_(
    slug: str, file: Path, title: str, language: str | None, dry_run: bool, as_json: bool
) -> None:
    """Import FILE as the next revision of SLUG.

    Markdown, HTML, Word (.docx) and plain text are read; a new SLUG makes a new document.
    With --dry-run the blocks are shown as they would be.

    \b
    Examples:
      flask document import terms terms.md --dry-run
      flask document import terms terms.txt --title "Terms of use" --language en
    """
    data = read_file(file, sources.MAX_FILE)
    source = sources.read(data, name=file.name)
    with rehearsing() if dry_run else writing() as act:
        report = operations.import_document(
            act,
            slug,
            source,
            file_digest=hashlib.sha256(data).hexdigest(),
            language=language or settings().default_language,
            title=title,
            dry_run=dry_run,
        )
    if as_json:
        emit_json(_as_dict(report, dry_run))
    else:
        _show(report, dry_run)


def _as_dict(report: DocumentImport, dry_run: bool) -> dict[str, object]:
    unit = sources.counted_in(report.source.media_type)
    return {
        "document": report.slug,
        "revision": report.revision,
        "dry_run": dry_run,
        "unchanged": report.unchanged,
        "changes": report.changes,
        "relabelled": report.relabelled,
        "impact": asdict(report.impact),
        "segments": [
            {
                "key": s.key,
                "position": s.position,
                "role": s.role,
                "section": s.section,
                "label": s.label,
                "text": s.text,
                "links": [{"number": link.number, "href": link.href} for link in s.links],
            }
            for s in report.segments
        ],
        "blocks": tree(report.source),
        "furniture": [
            {"place": f"{unit} {piece.line}", "reason": piece.reason, "text": piece.text}
            for piece in report.source.furniture
        ],
        "problems": [problem.as_dict() for problem in report.source.problems],
    }


def _show(report: DocumentImport, dry_run: bool) -> None:
    show_problems(report.source.problems)
    if dry_run:
        for line in outline(report.source):
            click.echo(line)
    unit = sources.counted_in(report.source.media_type)
    for piece in report.source.furniture:
        click.echo(f"set aside ({unit} {piece.line}, {piece.reason}): {piece.text}")
    headings = sum(segment.role == "heading" for segment in report.segments)
    size = f"{len(report.segments)} segments in {headings} sections"
    if report.unchanged:
        click.echo(f"{report.slug}: {size}, the same as revision {report.revision}. Nothing to do.")
        return
    verb = "would become" if dry_run else "is now"
    click.echo(f"{report.slug}: {size}; this {verb} revision {report.revision}.")
    if report.revision > 1:
        changes = [f"{count} {change}" for change, count in report.changes.items() if count]
        click.echo(", ".join(changes) + ".")
        if report.relabelled:
            click.echo(f"{report.relabelled} of them have another number in front.")
        _show_impact(report.impact)
    if not dry_run:
        click.echo(f"Next: flask status {report.slug}")


def _show_impact(impact: Impact) -> None:
    languages = len(impact.languages)
    if not languages:
        click.echo("No translation has been begun.")
        return
    click.echo(
        f"{languages} {'language' if languages == 1 else 'languages'}; "
        f"{impact.back} changed and {impact.new} new for the translators; "
        f"{impact.words} words; nothing approved is lost."
    )
    for row in impact.languages:
        again = f", {row.revived} valid again" if row.revived else ""
        click.echo(
            f"  {row.language}: {row.valid} reviewed texts stay valid{again}; "
            f"{row.waiting} segments, {row.words} words to do"
        )


@document.command("list")
@json_option
@command
def list_(as_json: bool) -> None:
    """List the documents.

    \b
    Example: flask document list
    """
    rows = [
        {"slug": d.slug, "title": d.title, "language": d.source_language, "revision": d.head}
        for d in queries.documents(db.session)
    ]
    if as_json:
        emit_json(rows)
    elif not rows:
        click.echo("No documents yet. Next: flask document import SLUG FILE")
    else:
        table([list(row.values()) for row in rows], ["slug", "title", "language", "revision"])


@document.command("show")
@click.argument("slug")
@json_option
@command
def show(slug: str, as_json: bool) -> None:
    """Show the segments of SLUG at its newest revision.

    \b
    Example: flask document show privacy-policy
    """
    found = queries.document(db.session, slug)
    revision = queries.revision(db.session, found)
    texts = queries.source_texts(db.session, revision)
    if as_json:
        keys = ["key", "position", "role", "section", "label", "text"]
        rows = [[t.segment.key, t.position, t.role, t.section, t.label, t.text] for t in texts]
        emit_json(
            {
                "slug": found.slug,
                "title": found.title,
                "language": found.source_language,
                "revision": revision.number,
                "segments": [dict(zip(keys, row, strict=True)) for row in rows],
            }
        )
        return
    click.echo(f"{found.title} ({found.slug}, {found.source_language}), revision {revision.number}")
    for text in texts:
        label = f"{text.label} " if text.label else ""
        plain = segments.plain(text.text)
        click.echo(f"{text.position:4} {text.segment.key} {text.role:<10}{label}{plain}")


@document.command("rule")
@click.argument("slug")
@click.option("--rule", "kind", type=click.Choice([str(kind) for kind in RuleKind]), help="Rule.")
@click.option("--percent", type=int, help="Of “mark”: how much must be approved.")
@click.option("--authoritative/--no-authoritative", default=None, help="Of the source language.")
@click.option("--due-days", type=int, help="Promise translations within so many days; 0: none.")
@json_option
@command
def rule(
    slug: str,
    kind: str | None,
    percent: int | None,
    authoritative: bool | None,
    due_days: int | None,
    as_json: bool,
) -> None:
    """Show or decide how SLUG is published in its languages.

    \b
    Examples:
      flask document rule privacy-policy
      flask document rule privacy-policy --rule mark --percent 80 --due-days 30

    hold: a translation is published when all of it is approved. mark: when enough of it is; the
    rest stands in the source language, marked. source-only: no translation is published.
    """
    asked = {"kind": kind, "percent": percent, "authoritative": authoritative, "due_days": due_days}
    given: dict[str, object] = {name: value for name, value in asked.items() if value is not None}
    if given:
        if due_days == 0:
            given["due_days"] = None
        with writing() as act:
            # Held: what somebody else decides meanwhile must not be undone by what is left out.
            before = queries.rule_of(act.document(slug)).facts()
            operations.set_publication_rule(act, slug, Rule.of(before | given))
    facts = queries.rule_of(queries.document(db.session, slug)).facts()
    if as_json:
        emit_json(facts)
        return
    for name, value in facts.items():
        click.echo(f"{name}: {'none' if value is None else str(value).lower()}")
