"""The interface catalog: words in code and templates, and ``messages.po`` of every language.

The template is never stored: it is read from the code each time. Everything here is built so that
the same code gives the same bytes, whoever runs it and when: no line numbers, no dates that move,
messages in the order of their files.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "locales"
SOURCE_LOCALE = "en"

# What only people who are signed in, or at a terminal, ever see. All the rest a visitor can meet,
# and what a visitor can meet must be there in every language.
STAFF = (
    "app/access",
    "app/api",
    "app/cli",
    "app/config.py",
    "app/notifications",
    "app/operations",
    "app/templates/access/",
    "app/templates/workbench/",
    "app/workbench",
    "workflows/",
)

KEYWORDS = DEFAULT_KEYWORDS | {
    "N_": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
    "_l": None,
}


@dataclass(frozen=True)
class Interface:
    """The catalog of one language as it lies on the shelf."""

    locale: str
    """As the folder is named: ``pt_BR``."""
    path: Path
    catalog: Catalog


def template() -> Catalog:
    """Every message in code and templates, with the files it stands in (no line numbers)."""
    found = Catalog(project="Pinger Panel", charset="utf-8", fuzzy=False)
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping_file:
        mapping, options = parse_mapping_cfg(mapping_file)  # type: ignore[no-untyped-call]
    for folder in ("app", "workflows"):
        rules = [
            (pattern.removeprefix(f"{folder}/"), method)
            for pattern, method in mapping
            if pattern.startswith(f"{folder}/")
        ]
        settings = {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()}
        for name, line, message, comments, context in extract_from_dir(
            ROOT / folder,
            rules,
            settings,
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ):
            where = f"{folder}/{Path(name).as_posix()}"
            found.add(message, None, [(where, line)], auto_comments=comments, context=context)
    return found


def shelf() -> Iterator[Interface]:
    """The interface catalogs on the shelf, by name of their locale."""
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        locale = path.parts[-3]
        with path.open("rb") as file:
            yield Interface(locale, path, read_po(file, locale=locale, abort_invalid=True))


def folders() -> list[str]:
    """The locales that have a folder on the shelf, with or without an interface catalog."""
    return sorted(path.parent.name for path in LOCALES.glob("*/LC_MESSAGES"))


def messages(catalog: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalog if message.id)


def key(message: Message) -> tuple[str, str]:
    """What makes a message itself: its context and its (singular) source."""
    source = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", source


def seen_by_visitors(message: Message) -> bool:
    """Whether a place it stands in, or its note to translators, says that visitors meet it."""
    noted = any("visitors see this" in note.lower() for note in message.auto_comments)
    return noted or any(not name.startswith(STAFF) for name, _line in message.locations)


def complete(message: Message) -> bool:
    """Whether every form of a message has a translation that would be compiled."""
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return not message.fuzzy and bool(forms) and all(forms)


def as_bytes(catalog: Catalog) -> bytes:
    """The file, in the one form in which it is stored."""
    out = io.BytesIO()
    write_po(out, catalog, width=79, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()
