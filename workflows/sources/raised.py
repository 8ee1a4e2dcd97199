"""Raised and lowered text as plain text: powers stay powers, and the marks of notes marks."""

from __future__ import annotations

from workflows.sources.tags import names

_UP = dict(zip("0123456789+-\u2212=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_DOWN = dict(zip("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))
# Endings of numbers and words, which say the same on the line.
_ENDINGS = names("st nd rd th e er re ère ème eme nde a o º ª r mo mos me mes lle d de ter bis")
_SIGNS = {"TM": "\u2122", "SM": "\u2120"}


def raised(text: str, *, up: bool) -> tuple[str, bool]:
    """The text as it is written on the line, and whether it still says what it did.

    ``up`` is False for what is lowered. Digits become the signs of Unicode; what has none keeps a
    mark in front of it, "^" or "_".
    """
    said = text.strip()
    signs = _UP if up else _DOWN
    if all(sign in signs or sign in signs.values() or sign.isspace() for sign in said):
        return "".join(signs.get(sign, sign) for sign in text), True
    if up and said in _SIGNS:
        return text.replace(said, _SIGNS[said]), True
    if not said[0].isalnum() or said.casefold() in _ENDINGS:
        return text, True
    if any(sign.isdigit() for sign in said):
        at = text.index(said)
        return f"{text[:at]}{'^' if up else '_'}{text[at:]}", False
    return text, False
