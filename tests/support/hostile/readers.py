"""What reads hostile inputs: each reader has something to prepare, and then the part that counts.

What a reader answers is said beside it; JSON can hold it. It raises a ``Problem``, or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.catalogs import exported
from tests.support.docx import Docx, paragraph
from workflows.catalogs import Catalog, Entry, read_po, read_xliff, write_mo
from workflows.editorial import Version, substantive
from workflows.languages import negotiate
from workflows.sources import read
from workflows.sources.dates import effective_days
from workflows.sources.decoding import format_of
from workflows.sources.docx import read_docx

OFFERED = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNIT = '<unit id="u"><segment><source>x</source></segment></unit>'
XLIFF = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en"'
    f' trgLang="fr"><file id="f">{UNIT}</file></xliff>'
)


@dataclass(frozen=True)
class Reader:
    """A reader, with harmless things that it can read."""

    read: Callable[[Any], Any]
    harmless: tuple[bytes, ...]
    prepare: Callable[[bytes], Any] = bytes

    def warm(self) -> None:
        """Read what is harmless: whatever is loaded once is loaded then."""
        for data in self.harmless:
            self.read(self.prepare(data))


def _source(media_type: str) -> Callable[[bytes], int]:
    """Answers with the number of blocks."""
    return lambda data: len(read(data, media_type=media_type).blocks)


def _word(data: bytes) -> int:
    """Answers with the number of blocks. What does not look like Word is read as if it did."""
    if format_of(data) == "Word (.docx)":
        return _source(WORD)(data)
    return len(read_docx(data).blocks)


def _counts(catalog: Catalog) -> list[int]:
    """Answers with the number of entries and the letters of their translations."""
    return [len(catalog.entries), sum(len(entry.target) for entry in catalog.entries)]


def _entries(data: bytes) -> list[Entry]:
    return [exported(f"s{n}", f"source {n} " * 20, f"target {n} " * 20) for n in range(int(data))]


def _guard(value: dict[str, str]) -> list[str]:
    """Answers with the kinds of what is found."""
    old, new = Version(value["old"]), Version(value["new"])
    found = substantive(old, new, language=value["language"])
    return sorted({finding.kind.value for finding in found})


def _isolate(text: str) -> bool:
    """Answers whether the text is left as it is. Imports the app: the other readers need none."""
    from app.published.composing import isolate

    return isolate(text, "rtl") == text


EDITS = (
    b'{"language": "en", "old": "We do.", "new": "We do not."}',
    '{"language": "zh", "old": "我们", "new": "我们不"}'.encode(),
)

READERS = {
    "markdown": Reader(_source("text/markdown"), (b"# Warm\n\nText, [link](/x).\n",)),
    "plain text": Reader(_source("text/plain"), (b"Warm\n\n1. Text.\n",)),
    "html": Reader(_source("text/html"), (b"<title>W</title><p>Warm <a href=/x>x</a>.",)),
    "docx": Reader(_word, (Docx([paragraph("Warm.")]).write(),)),
    "po": Reader(
        lambda data: _counts(read_po(data, language="pt-BR")), (b'msgid "a"\nmsgstr "b"\n',)
    ),
    "xliff": Reader(lambda data: _counts(read_xliff(data, language="fr")), (XLIFF.encode(),)),
    "mo": Reader(lambda entries: len(write_mo(entries)), (b"1",), _entries),
    "accept-language": Reader(
        lambda header: negotiate(header, OFFERED, "en"),
        (b"de",),
        lambda data: data.decode("utf-8", "surrogatepass"),
    ),
    "guard": Reader(_guard, EDITS, json.loads),
    "dates": Reader(
        lambda text: len(list(effective_days(text))), (b"effective 1 May 2026",), bytes.decode
    ),
    "addresses": Reader(_isolate, (b"a@b.example",), bytes.decode),
}
"""By kind: MO is written, of so many entries, not read."""
