"""Entries -> bytes of an MO file (GNU gettext manual, "The Format of GNU MO Files").

The tables and texts are put together by one join, so that the work grows with the size of the
texts only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from workflows.catalogs.model import Entry, Header
from workflows.catalogs.reasons import CannotExport, DuplicateEntry
from workflows.catalogs.stand_ins import FORBIDDEN
from workflows.catalogs.writing import header_text

_MAGIC = 0x950412DE
_START = 28
"""Bytes before the two tables: magic, revision, count, two offsets, an empty hash table."""


def write_mo(entries: Sequence[Entry], header: Header | None = None) -> bytes:
    """An MO file, little-endian, sorted by msgid, with key as context and ``header`` (or, without
    it, the charset alone) as header entry.

    As msgfmt does, entries without a target, in need of editing or obsolete are left out. Raises
    CannotExport for a control character or a missing source text, DuplicateEntry.
    """
    head = header_text(header) if header else "Content-Type: text/plain; charset=UTF-8\n"
    texts = {b"": head.encode("utf-8")}
    for entry in entries:
        if entry.obsolete or not entry.target or entry.state == "needs-editing":
            continue
        name, target = _texts(entry)
        if name in texts:
            raise DuplicateEntry(entry.key, first=entry.line, second=entry.line)
        texts[name] = target
    names = sorted(texts)
    targets = [texts[name] for name in names]
    names_at = _START + 16 * len(names)
    targets_at = names_at + sum(len(name) + 1 for name in names)
    head_bytes = struct.pack(
        "<7I", _MAGIC, 0, len(names), _START, _START + 8 * len(names), 0, _START
    )
    tables = (*_table(names, names_at), *_table(targets, targets_at))
    body = (text + b"\0" for text in (*names, *targets))
    return b"".join((head_bytes, struct.pack(f"<{len(tables)}I", *tables), *body))


def _texts(entry: Entry) -> tuple[bytes, bytes]:
    """The name and text of one entry: context EOT source, plural forms parted by NUL."""
    sources = [entry.source, entry.plural_source] if entry.plural_source else [entry.source]
    targets = entry.plural_targets if entry.plural_source else (entry.target,)
    if not entry.source:
        raise CannotExport(entry.key, reason="no source text")
    if any(FORBIDDEN.search(part) for part in (entry.key, *sources, *targets)):
        raise CannotExport(entry.key, reason="control character")
    name = "\0".join(sources)
    return (
        (f"{entry.key}\x04{name}" if entry.key else name).encode("utf-8"),
        "\0".join(targets).encode("utf-8"),
    )


def _table(texts: Iterable[bytes], offset: int) -> list[int]:
    """Length and offset of each text, the first standing at ``offset``."""
    table: list[int] = []
    for text in texts:
        table += (len(text), offset)
        offset += len(text) + 1
    return table
