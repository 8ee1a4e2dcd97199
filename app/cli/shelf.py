"""The shelf: where the working catalogs of every document and language lie as files."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import ClassVar

import click
from flask import current_app

from app import queries
from app.cli.common import Decorator, settings, show_problems, told
from app.database import db
from app.files import write_whole
from app.models import Document
from workflows import catalogs
from workflows.problems import N_, Problem, SourceIsNotTranslated, UnknownLanguage

INTERFACE = "messages"
"""The domain of the interface's own catalogs, which lie in the same folders."""

all_option: Decorator = click.option(
    "--all", "everything", is_flag=True, help="Every document and language there is."
)
directory_option: Decorator = click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where --all looks. [locales beside the program]",
)


class NoRoomOnShelf(Problem):
    """The name of a document is that of the interface's catalogs."""

    code: ClassVar[str] = "no-room-on-shelf"
    what: ClassVar[str] = N_("A file “{name}” holds the words of the interface, not a document.")
    mend: ClassVar[str] = N_("Export this document by its name into another file.")


def shelf() -> Path:
    """The folder of the catalogs."""
    return Path(current_app.root_path).parent / "locales"


def path_of(directory: Path, slug: str, language: str) -> Path:
    """Where gettext looks for the catalog of a document; raises ``NoRoomOnShelf``."""
    if slug == INTERFACE:
        raise NoRoomOnShelf(name=f"{slug}.po")
    return directory / catalogs.locale_name(language) / "LC_MESSAGES" / f"{slug}.po"


def translated(slug: str, language: str) -> Document:
    """A document that is translated into ``language``; raises what is wrong with either."""
    _require_language(language)
    document = queries.document(db.session, slug)
    if language == document.source_language:
        raise SourceIsNotTranslated(language=language)
    return document


def _require_language(language: str) -> None:
    if language not in settings().languages:
        raise UnknownLanguage(language=language, languages=", ".join(settings().languages))


def _places(slug: str | None, language: str | None) -> list[tuple[Document, str]]:
    """Documents and the languages they are translated into, all or the ones named."""
    if language is not None:
        _require_language(language)
    if slug is not None and language is not None:
        return [(translated(slug, language), language)]
    documents = queries.documents(db.session)
    if slug is not None:
        documents = [queries.document(db.session, slug)]
    if any(document.slug == INTERFACE for document in documents):
        show_problems([NoRoomOnShelf(name=f"{INTERFACE}.po")])
        documents = [document for document in documents if document.slug != INTERFACE]
    tags = settings().languages if language is None else (language,)
    return [(d, tag) for d in documents if d.head for tag in tags if tag != d.source_language]


def export_all(directory: Path, slug: str | None, language: str | None) -> None:
    """Write the catalogs whose file would change, and say which. Ends with 1 when one could not be
    written; all the others are."""
    written = same = failed = 0
    for document, tag in _places(slug, language):
        path = path_of(directory, document.slug, tag)
        view = queries.language(db.session, document, tag)
        data = catalogs.write_po(*queries.catalog_export(db.session, view))
        try:
            if path.is_file() and path.read_bytes() == data:
                same += 1
                continue
            write_whole(path, data)
        except OSError as error:
            click.echo(f"problem: {told(error, path)}", err=True)
            failed += 1
            continue
        click.echo(str(path))
        written += 1
    click.echo(f"{written} written, {same} unchanged.")
    if failed:
        sys.exit(1)


def files(directory: Path, slug: str | None, language: str | None) -> list[tuple[str, str, Path]]:
    """Document, language and file of every catalog on the shelf, also of what can't be read."""
    places = [
        (document.slug, tag, path_of(directory, document.slug, tag))
        for document, tag in _places(slug, language)
    ]
    return [place for place in places if _is_there(place[2])]


def _is_there(path: Path) -> bool:
    """Whether a name is taken, by a file or by what must be named because it can't be read as one.

    A pipe or a device is passed over: reading it could last for ever.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return path.is_symlink()
    except OSError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def write(output: Path | None, data: bytes, count: int, revision: int) -> None:
    """Write a catalog into a file, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(output, data)
        click.echo(f"{output}: {count} entries, revision {revision}.")
