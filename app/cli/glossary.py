"""``flask glossary``: terms, their translations, and TBX files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from app import operations, queries
from app.cli.common import (
    Decorator,
    as_option,
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
from app.database import db
from app.files import write_whole
from app.operations import GlossaryImport, Rules
from workflows import catalogs
from workflows.glossary import NoSuchTerm, Term, TermTranslation, Usage, Verdict, cleaned
from workflows.problems import Problem

FORMATS = {"tbx": "2", "tbx3": "3"}
_SHOWN = 60


def _pairs(name: str, words: str) -> Decorator:
    return click.option(
        f"--{name}", name, multiple=True, nargs=2, metavar="LANGUAGE TEXT", help=words
    )


@click.group()
def glossary() -> None:
    """Keep the defined terms and how they are translated.

    \b
    Example: flask glossary import en glossary.tbx --as bo@example.org
    """


@glossary.command("list")
@click.argument("language")
@click.option("--search", default="", metavar="WORDS", help="Only terms with these words.")
@json_option
@command
def list_(language: str, search: str, as_json: bool) -> None:
    """List the terms of LANGUAGE.

    \b
    Example: flask glossary list en --search data
    """
    wanted = cleaned(search).casefold()
    with rehearsing() as act:
        act.require_language(language)
        found = [term for term in queries.terms(act.session, language) if wanted in _searched(term)]
    if as_json:
        emit_json([_term(term) for term in found])
        return
    rows = [(term.text, _marks(term), _short(term.definition), _said(term)) for term in found]
    table(rows, ("TERM", "MARKS", "DEFINITION", "TRANSLATIONS"))


def _searched(term: Term) -> str:
    texts = [one.text for several in term.translations.values() for one in several]
    return "\n".join([term.text, term.definition, *texts]).casefold()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _marks(term: Term) -> str:
    marks = (("case", term.case_sensitive), ("untranslated", term.untranslated))
    return ", ".join(mark for mark, is_so in marks if is_so)


def _said(term: Term, language: str | None = None) -> str:
    signs = {Usage.PREFERRED: "", Usage.ADMITTED: "~", Usage.FORBIDDEN: "not "}
    return "; ".join(
        f"{tag}: " + ", ".join(f"{signs[one.usage]}{one.text}" for one in several)
        for tag, several in term.translations.items()
        if language in (None, tag)
    )


def _term(term: Term) -> dict[str, object]:
    return {
        "term": term.text,
        "definition": term.definition,
        "part_of_speech": term.part_of_speech,
        "subject": term.subject,
        "note": term.note,
        "case_sensitive": term.case_sensitive,
        "untranslated": term.untranslated,
        "translations": {
            tag: [{"text": one.text, "usage": one.usage, "note": one.note} for one in several]
            for tag, several in term.translations.items()
        },
    }


@glossary.command("add")
@click.argument("language")
@click.argument("term")
@click.option("--definition", default="", metavar="TEXT", help="What it means.")
@click.option("--part-of-speech", default="", metavar="WORD", help="noun, verb, adjective, …")
@click.option("--subject", default="", metavar="TEXT", help="The field it belongs to.")
@click.option("--note", default="", metavar="TEXT", help="Advice to translators.")
@click.option("--case-sensitive", is_flag=True, help="Only this very spelling is the term.")
@click.option("--untranslated", is_flag=True, help="It stays as it is in every language.")
@_pairs(Usage.PREFERRED, "The translation to use. Repeat it for more.")
@_pairs(Usage.ADMITTED, "One that will do, too.")
@_pairs(Usage.FORBIDDEN, "One that must not be used.")
@as_option
@command
def add(language: str, term: str, email: str, part_of_speech: str, **said: object) -> None:
    """Add TERM of LANGUAGE with its translations.

    \b
    Example: flask glossary add en "personal data" --as bo@example.org \\
               --preferred fr "données personnelles" --forbidden fr "data"
    """
    translations: dict[str, tuple[TermTranslation, ...]] = {}
    for usage in Usage:
        pairs = said.pop(usage)
        assert isinstance(pairs, tuple)
        for tag, text in pairs:
            one = TermTranslation(text, usage)
            translations[tag] = (*translations.get(tag, ()), one)
    made = Term(
        language=language,
        text=term,
        part_of_speech=part_of_speech,
        translations=translations,
        **said,  # type: ignore[arg-type]
    )
    with writing(email) as act:
        row = operations.add_term(act, made)
    click.echo(f"Added: {row.text} ({row.language}).")


@glossary.command("remove")
@click.argument("language")
@click.argument("term")
@as_option
@command
def remove(language: str, term: str, email: str) -> None:
    """Take TERM of LANGUAGE out; the history keeps it.

    \b
    Example: flask glossary remove en "personal data" --as bo@example.org
    """
    with writing(email) as act:
        row = queries.find_term(act.session, language, cleaned(term))
        if row is None or row.removed:
            raise NoSuchTerm()
        operations.remove_term(act, row.id, version=row.version)
    click.echo(f"Removed: {row.text} ({row.language}).")


@glossary.command("export")
@click.argument("language")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File. [standard output]")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="tbx",
    show_default=True,
    help="tbx: TBX-Basic 2, tbx3: ISO 30042:2019.",
)
@command
def export(language: str, output: Path | None, form: str) -> None:
    """Write the terms of LANGUAGE, with all translations, as TBX.

    \b
    Example: flask glossary export en -o glossary.tbx
    """
    with rehearsing() as act:
        act.require_language(language)
    terms = queries.terms(db.session, language)
    data = catalogs.write_tbx(terms, language=language, version=FORMATS[form])
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(output, data)
        click.echo(f"{output}: {len(terms)} terms.")


@glossary.command("import")
@click.argument("language")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--theirs", is_flag=True, help="Take FILE's side where both changed something.")
@as_option
@dry_run_option
@json_option
@command
def import_(
    language: str, file: Path, theirs: bool, email: str, dry_run: bool, as_json: bool
) -> None:
    """Merge FILE (TBX 2 or 3) into the terms of LANGUAGE.

    \b
    Example: flask glossary import en glossary.tbx --as bo@example.org --dry-run

    What people wrote or changed here is kept: where FILE differs from it, that is shown as a
    conflict. Nothing is taken away. Ends with 1 when something could not be taken.
    """
    data = read_file(file, Rules.of(settings()).limits.size)
    with rehearsing(email) as act:
        read = operations.read_glossary(act, language, data)
    with rehearsing(email) if dry_run else writing(email) as act:
        report = operations.import_glossary(act, language, read, theirs=theirs, dry_run=dry_run)
    if as_json:
        emit_json(_as_dict(report, dry_run))
    else:
        _show(report, dry_run)
    if any(problem.blocking for problem in _problems(report)):
        sys.exit(1)


def _problems(report: GlossaryImport) -> Iterable[Problem]:
    return [*report.problems, *(problem for row in report.rows for problem in row.problems)]


def _as_dict(report: GlossaryImport, dry_run: bool) -> dict[str, object]:
    return {
        "language": report.language,
        "dry_run": dry_run,
        "theirs": report.theirs,
        "counts": report.counts,
        "applied": report.applied,
        "rows": [
            {
                "term": row.term,
                "language": row.language,
                "verdict": row.verdict,
                "line": row.line,
                "ours": _term(row.ours) if row.ours else None,
                "theirs": _term(row.theirs) if row.theirs else None,
                "problems": [problem.as_dict() for problem in row.problems],
            }
            for row in report.rows
        ],
        "problems": [problem.as_dict() for problem in report.problems],
    }


def _show(report: GlossaryImport, dry_run: bool) -> None:
    show_problems(report.problems)
    for row in report.rows:
        what = f"{row.term} ({row.language or report.language}, line {row.line})"
        if row.verdict is Verdict.CONFLICT:
            side = "the file's is taken" if report.theirs else "ours stays"
            click.echo(f"conflict {what}, {side}:")
            for whose, term in (("here", row.ours), ("file", row.theirs)):
                click.echo(f"  {whose}: {_side(term, row.language)}")
        elif row.verdict is Verdict.CHANGED:
            click.echo(f"changed {what}: {_side(row.theirs, row.language)}")
        show_problems(row.problems, f"{row.term or 'entry'}: ")
    told = ", ".join(f"{count} {verdict}" for verdict, count in report.counts.items() if count)
    click.echo(f"{report.language}: {told or 'no terms'}.")
    click.echo("Nothing was written (--dry-run)." if dry_run else f"{report.applied} applied.")


def _side(term: Term | None, language: str) -> str:
    if term is None:
        return "removed"
    if language:
        return _said(term, language) or "no translation"
    said = (term.definition, term.part_of_speech, term.subject, term.note, _marks(term))
    return _short(" | ".join(part for part in said if part)) or "–"
