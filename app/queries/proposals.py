"""Proposals in a catalog: whoever translates with a program of their own sees them as notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.models import Candidate
from app.queries.views import UnitView
from workflows.catalogs import Entry

ENTRY_ROOM, FILE_ROOM = 16 * 1024, 2 * 1024 * 1024
"""Bytes that proposals may take of an entry and of a file. A catalog must not grow beyond what an
import reads (``catalogs.Limits``) for the sake of texts that are in the workbench as well."""


def with_proposals(entries: Iterable[Entry], units: Sequence[UnitView]) -> Iterator[Entry]:
    """The entries of units, in the same order, with the proposals that wait added to the notes.

    Each is one line and says which source it was made for; what finds no room is counted.
    """
    left = FILE_ROOM
    for entry, unit in zip(entries, units, strict=True):
        lines: list[str] = []
        room = min(ENTRY_ROOM, left)
        for candidate in unit.candidates:
            line = _line(candidate, unit)
            room -= len(line.encode())
            if room < 0:
                missing = len(unit.candidates) - len(lines)
                lines.append(f"More proposals, in the workbench only: {missing}")
                break
            left -= len(line.encode())
            lines.append(line)
        yield replace(entry, note="\n".join([entry.note, *lines]))


def _line(candidate: Candidate, unit: UnitView) -> str:
    # Only line breaks are replaced: the other spaces belong to the text, as those of French do.
    target, source = (
        " ".join(text.splitlines()) for text in (candidate.target, candidate.source_text)
    )
    if candidate.source_digest == unit.unit.source_digest:
        return f"Proposal: {target} (made for this source)"
    return f"Proposal: {target} (made for: {source})"
