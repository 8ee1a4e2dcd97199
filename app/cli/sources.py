"""``flask document align`` and ``export``: source documents as files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from app import queries
from app.cli.common import command, emit_json, json_option, read_file
from app.database import db
from app.files import write_whole
from workflows import alignment, segments, sources
from workflows.alignment import EXACT, Change, Kind, Match
from workflows.segments import Segment

MARKS = {Kind.SAME: "{}", Kind.GONE: "[-{}-]", Kind.NEW: "{{+{}+}}"}


@click.command()
@click.argument("old", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("new", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@command
def align(old: Path, new: Path, as_json: bool) -> None:
    """Say what became of each text of OLD in NEW.

    No database is asked. With --json: {kind, old, new, score} for each row, with indices from 0,
    the title first; kinds are kept, moved, edited, split, merged, added, removed.

    \b
    Examples:
      flask document align terms-2025.md terms-2026.docx
      flask document align old.html new.html --json
    """
    before, after = (sources.read(read_file(p, sources.MAX_FILE), name=p.name) for p in (old, new))
    _, was = segments.split(before)
    carried = alignment.carry(was, after, used={segment.key for segment in was})
    if as_json:
        emit_json(
            [
                {
                    "kind": str(match.change),
                    "old": list(match.old),
                    "new": list(match.new),
                    "score": round(match.score, 4),
                }
                for match in carried.matches
            ]
        )
        return
    for match in carried.matches:
        _show(match, was, carried.segments)


def _show(match: Match, old: Sequence[Segment], new: Sequence[Segment]) -> None:
    places = [", ".join(str(n + 1) for n in numbers) or "-" for numbers in (match.old, match.new)]
    before, after = alignment.joined(old, match.old), alignment.joined(new, match.new)
    if match.change in EXACT or match.change in (Change.ADDED, Change.REMOVED):
        text = after or before
    else:
        pieces = alignment.word_diff(before, after)
        text = "".join(MARKS[piece.kind].format(piece.text) for piece in pieces)
    click.echo(f"{match.change:<8} {places[0]:>8} -> {places[1]:<8} {match.score:.2f}  {text}")


@click.command()
@click.argument("slug")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html"]),
    default="md",
    show_default=True,
    help="Markdown, or HTML.",
)
@click.option("--revision", type=click.IntRange(min=1), help="[the newest]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File. [standard output]",
)
@command
def export(slug: str, form: str, revision: int | None, output: Path | None) -> None:
    """Write a source back as Markdown or HTML.

    The file imports to the same segments.

    \b
    Examples:
      flask document export privacy-policy -o privacy-policy.md
      flask document export privacy-policy --format html --revision 1
    """
    found = queries.document(db.session, slug)
    stored = queries.revision(db.session, found, revision)
    texts = {
        text.key: (text.text, queries.links_of(text))
        for text in queries.source_texts(db.session, stored)
    }
    skeleton = segments.Skeleton.from_json(stored.skeleton)
    source = segments.to_source(skeleton, texts, effective=stored.effective)
    written = sources.write_markdown(source) if form == "md" else sources.write_html(source)
    data = written.encode("utf-8")
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(output, data)
        click.echo(f"{output}: revision {stored.number} of {slug}.")
