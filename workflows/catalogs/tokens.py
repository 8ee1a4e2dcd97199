"""What a reader of XML has found in a text, put together as tagged text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflows.sources.tagged import escape

Token = tuple[str, bool]
"""A value and whether it is a code; neighbouring literals are one."""


def tagged(tokens: Iterable[Token]) -> str:
    """The tokens as tagged text: what is literal and looks like a code is escaped."""
    return "".join(
        value if is_code else escape(value, before_code=before_code)
        for value, is_code, before_code in _merged(tokens)
    )


def _merged(tokens: Iterable[Token]) -> Iterator[tuple[str, bool, bool]]:
    """Value, whether it is a code, whether a code follows; neighbouring literals as one."""
    literal = ""
    for value, is_code in tokens:
        if not is_code:
            literal += value
            continue
        if literal:
            yield literal, False, True
        yield value, True, False
        literal = ""
    if literal:
        yield literal, False, False
