"""Where each segment stands in a file that is being written, for whoever has to name one."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.problems import Problem
from workflows.sources.blocks import Source, number_of, walk
from workflows.sources.reasons import TooComplex, TooLarge, TooManyLines
from workflows.sources.refusals import CannotWrite, TooMuchToWrite
from workflows.sources.tagged import plain

MARK = "\0"
"""Stands in front of each text until all are written: a sign that no text can hold."""

_TOO_MUCH = (TooComplex, TooLarge, TooManyLines)


class Marked:
    """A written file with a mark in front of each text, in document order."""

    def __init__(self, text: str) -> None:
        self.text = text.replace(MARK, "")
        """The file without its marks."""
        self._before = [0]
        for line in text.split("\n"):
            self._before.append(self._before[-1] + line.count(MARK))

    def refusal(self, problem: Problem, source: Source, name: str) -> CannotWrite:
        """Why the file can't be read back, with the segment in place of a line nobody sees.

        ``name`` is that of the format. A problem without a line is one of the whole file.
        """
        line = number_of(problem.place)
        number = self._segment(line) if 0 < line < len(self._before) else 0
        place = f"segment {number}" if number else ""
        if isinstance(problem, _TOO_MUCH):
            return TooMuchToWrite(place, format=name)
        return CannotWrite(place, format=name, found=named(source, number))

    def _segment(self, line: int) -> int:
        """The first segment that begins in a line, or else the one that goes on there."""
        before, after = self._before[line - 1], self._before[line]
        return before + 1 if after > before else max(1, before)


def named(source: Source, number: int) -> str:
    """The beginning of the text of a segment, counted from 1; the last one's past the end."""
    texts: Sequence[str] = [
        *([source.title] if source.title else []),
        *(block.text for block in walk(source.blocks) if block.text is not None),
    ]
    return plain(texts[min(max(1, number), len(texts)) - 1])[:80] if texts else ""
