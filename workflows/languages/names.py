"""Names of languages in their own and in other languages, from CLDR through Babel."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, localedata

from workflows.languages.tags import Tag, maximize, require


def autonym(tag: str) -> str:
    """The language's own name as a label that stands alone: ``Deutsch``, ``简体中文``.

    The initial is capitalised, as language selectors do. A language that CLDR has no names in is
    given as its tag. Raises `InvalidTag`.
    """
    return _autonym(str(require(tag)))


def name_in(tag: str, display_tag: str) -> str:
    """The name of a language in another one, cased as in running text: ``fr`` in ``es`` is
    ``francés``.

    Raises `InvalidTag` for either tag.
    """
    return _name(require(tag), require(display_tag))


@lru_cache(maxsize=1024)
def _autonym(tag: str) -> str:
    parts = require(tag)
    name = _name(parts, parts)
    # Title case, not upper case: a Georgian label must not begin with a letter of inscriptions.
    return tag if name == tag else name[0].title() + name[1:]


@lru_cache(maxsize=1024)
def _name(tag: Tag, display: Tag) -> str:
    locale = _locale(display)
    if locale is None:
        return str(tag)
    left = [tag.script, tag.region]
    for script, region in ((True, True), (True, False), (False, True), (False, False)):
        key = "_".join(
            part
            for part in (tag.language, tag.script if script else "", tag.region if region else "")
            if part
        )
        base = locale.languages.get(key)
        if base is not None:
            left = ["" if script else tag.script, "" if region else tag.region]
            break
    else:
        return str(tag)
    details = [locale.scripts.get(left[0], left[0]), locale.territories.get(left[1], left[1])]
    details += [locale.variants.get(name.upper(), name) for name in tag.variants]
    details += [*tag.extensions, tag.private]
    written = ", ".join(detail for detail in details if detail)
    return f"{base} ({written})" if written else base


@lru_cache(maxsize=1024)
def _locale(tag: Tag) -> Locale | None:
    """The closest locale that Babel has data for; None for a language it does not know."""
    full = maximize(tag.language, tag.script, tag.region)
    for name in (
        f"{full.language}_{full.script}_{full.region}",
        f"{full.language}_{full.script}",
        f"{full.language}_{full.region}",
        full.language,
    ):
        if localedata.exists(name):
            return Locale.parse(name)
    return None
