"""The edge between language tags and gettext: locale names, team names, plural rules.

Plural rules come from CLDR through Babel and never from a file somebody sent. gettext counts
whole numbers only, so CLDR's conditions are reduced to those (no fraction digits, no exponent),
as GNU gettext's own tool for CLDR data does: Babel's ready-made expression keeps operands that
gettext does not know.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel.core import Locale, UnknownLocaleError, get_global

_SAMPLES = (*range(1001), *(10**power for power in range(4, 13)), 1_000_001, 2_000_000)
"""Whole numbers which show every category that whole numbers have in CLDR."""


def locale_name(tag: str) -> str:
    """The gettext locale name of a language tag: ``pt-BR`` -> ``pt_BR``, ``zh-hans`` ->
    ``zh_Hans``; a variant becomes a modifier, ``ca-valencia`` -> ``ca@valencia``."""
    language, script, region, variant = _parts(tag)
    name = "_".join(part for part in (language, script, region) if part)
    return f"{name}@{variant}" if variant else name


def language_tag(name: str) -> str:
    """The language tag of a gettext locale name, codeset dropped: ``sr@latin`` -> ``sr-Latn``."""
    return "-".join(part for part in _parts(name) if part)


def language_name(tag: str) -> str:
    """The English name of a language for Language-Team; the tag itself when CLDR has none."""
    locale = _locale(tag)
    return (locale.get_display_name("en") if locale else None) or tag


def agrees(declared: str, tag: str, *, exact: bool) -> bool:
    """Whether a Language header names the language ``tag``.

    Both are completed by CLDR's likely subtags first (``zh_CN`` is ``zh-Hans``). ``exact`` wants
    the same region as well; otherwise a region counts only when both name one.
    """
    one, other = _likely(declared), _likely(tag)
    if one[:2] != other[:2]:
        return False
    if one[2] == other[2]:
        return one[3] == other[3] or not exact
    return not exact and not (_parts(declared)[2] and _parts(tag)[2])


@lru_cache(maxsize=512)
def plural_forms(tag: str) -> tuple[int, str]:
    """Number of plural forms and the C expression over ``n`` for gettext's Plural-Forms.

    Forms are in CLDR order (zero, one, two, few, many, other) without the categories that whole
    numbers never have. A language unknown to CLDR has one form.
    """
    locale = _locale(tag)
    if locale is None:
        return 1, "0"
    rule = locale.plural_form
    used = {rule(number) for number in _SAMPLES}
    tests = {name: _condition(tree) for name, tree in rule.abstract}
    order = [name for name in ("zero", "one", "two", "few", "many", "other") if name in used]
    last = "other" if "other" in used else order[-1]
    expression = str(order.index(last))
    for name in reversed([name for name in order if name != last]):
        expression = f"{tests[name]} ? {order.index(name)} : {expression}"
    return len(order), expression


def plural_header(tag: str) -> str:
    """The value of Plural-Forms."""
    count, expression = plural_forms(tag)
    return f"nplurals={count}; plural=({expression});" if count > 1 else "nplurals=1; plural=0;"


def _condition(tree: Any) -> str | bool:
    """A CLDR condition as C over ``n``, constants folded; True or False when it is constant."""
    kind, arguments = tree
    if kind in ("and", "or"):
        return _join(kind, [_condition(part) for part in arguments])
    if kind == "not":
        inner = _condition(arguments[0])
        return (not inner) if isinstance(inner, bool) else _negated(inner)
    _, operand, ranges = arguments
    value = _operand(operand)
    tests: list[str | bool] = []
    for (_, (low,)), (_, (high,)) in ranges[1]:
        if isinstance(value, int):
            tests.append(low <= value <= high)
        elif low == high:
            tests.append(f"{value} == {low}")
        else:
            tests.append(f"{value} >= {low} && {value} <= {high}" if low else f"{value} <= {high}")
    return _join("or", tests)


def _operand(tree: Any) -> int | str:
    """``n`` and ``i`` are the number itself; every other operand is 0 for whole numbers."""
    kind, arguments = tree
    if kind == "mod":
        value = _operand(arguments[0])
        divisor = arguments[1][1][0]
        return value % divisor if isinstance(value, int) else f"{value} % {divisor}"
    return "n" if kind in ("n", "i") else 0


def _join(kind: str, parts: list[str | bool]) -> str | bool:
    """Parts joined by && or || (these in brackets), constants folded."""
    absorbing = kind == "or"
    if any(part is absorbing for part in parts):
        return absorbing
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) < 2:
        return texts[0] if texts else not absorbing
    return f"({' || '.join(texts)})" if kind == "or" else " && ".join(texts)


def _negated(text: str) -> str:
    if "&&" in text or "||" in text or text.startswith("!"):
        return f"!({text})"
    for operator, opposite in (("==", "!="), ("<=", ">"), (">=", "<")):
        if f" {operator} " in text:
            return text.replace(f" {operator} ", f" {opposite} ")
    return f"!({text})"


def _parts(name: str) -> tuple[str, str, str, str]:
    """Language, script, region, variants of a tag or locale name, in canonical letter case."""
    name, _, modifier = name.strip().partition("@")
    pieces = name.partition(".")[0].replace("_", "-").split("-")
    language, rest = pieces[0].lower(), pieces[1:]
    script = region = ""
    if rest and len(rest[0]) == 4 and rest[0].isalpha():
        script = rest.pop(0).title()
    if rest and ((len(rest[0]) == 2 and rest[0].isalpha()) or rest[0].isdigit()):
        region = rest.pop(0).upper()
    if modifier.lower() in _SCRIPTS and not script:
        script, modifier = _SCRIPTS[modifier.lower()], ""
    variant = "-".join(piece.lower() for piece in (*rest, modifier) if piece)
    return language, script, region, variant


_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva", "arabic": "Arab"}


def _likely(name: str) -> tuple[str, str, str, str]:
    """The parts of a name completed by CLDR's likely subtags, old language codes replaced."""
    language, script, region, variant = _parts(name)
    alias = get_global("language_aliases").get(language)
    if alias and "_" not in alias:
        language = alias
    table = get_global("likely_subtags")
    for subtags in ((script, region), ("", region), (script, ""), ("", "")):
        found = table.get("_".join(part for part in (language, *subtags) if part))
        if found:
            full = found.split("_")
            return language, script or full[1], region or full[2], variant
    return language, script, region, variant


def _locale(tag: str) -> Locale | None:
    language, script, region, _ = _parts(tag)
    try:
        return Locale.parse("_".join(part for part in (language, script, region) if part))
    except (UnknownLocaleError, ValueError, TypeError):
        return None
