"""What our catalogs carry beside texts, shared by the writer and the reader.

* Header lines ``X-Pinger-*``; ``X-Pinger-Entries`` counts the entries that are not obsolete.
* In each entry, last among the notes: ``source-digest``, ``target-digest`` and, unless it is
  ``initial`` or ``translated``, ``state``.
* At the end an obsolete entry with the key ``pinger-end``: tools drop or move a trailing comment,
  but keep obsolete entries together, last. It repeats the count and holds a SHA-256 over keys and
  source texts, sorted: what a translator never changes, so that it stays true through rewrapping,
  reordering and translating, and shows that an entry was lost or a source text altered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

TITLE = "Pinger Panel: "
"""What stands before the title in Project-Id-Version."""
END = "pinger-end"
RESERVED = re.compile(r"(source-digest|target-digest|state): (\S+)\Z")
"""A note line of ours."""
LIKE_RESERVED = re.compile(r" *(?:source-digest|target-digest|state): \S+\Z")
"""A note line that could be taken for one of ours: written with one more blank in front."""
STATES = ("needs-editing", "reviewed")
"""The states a catalog names; the other two follow from the text."""


def edges(text: str) -> tuple[bool, bool]:
    """Whether a text begins and ends with a line break: gettext wants source and target alike."""
    return text.startswith("\n"), text.endswith("\n")


def end_texts(entries: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Source and target of the end mark for (key, source) pairs."""
    pairs = sorted(entries)
    whole = "".join(f"{key}\x04{source}\0" for key, source in pairs)
    digest = hashlib.sha256(whole.encode("utf-8")).hexdigest()
    return f"{len(pairs)} entries", f"sha256:{digest}"
