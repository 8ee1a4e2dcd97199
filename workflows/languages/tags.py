"""Language tags: parse, canonicalise, fill in likely subtags, convert to and from locale names.

Syntax is RFC 5646 2.1. Canonical form is RFC 5646 4.5 and 2.1.1 with the aliases of CLDR (UTS 35,
annex C): old codes are replaced (``iw`` -> ``he``, ``tl`` -> ``fil``), an extended language loses
its prefix (``zh-yue`` -> ``yue``), and an encompassed language is written as the one it stands
for (``cmn`` -> ``zh``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from workflows.languages import cldr

MAX_LENGTH: Final = 128
"""Characters in a tag. RFC 5646 4.4.1 asks for room for 35; a longer text is not a tag."""

EXPLICIT_LANGUAGE: Final = 4
EXPLICIT_SCRIPT: Final = 2
EXPLICIT_REGION: Final = 1
EXPLICIT_ALL: Final = 7

_TAG: Final = re.compile(
    r"(?:[a-z]{2,3}-(?P<extended>[a-z]{3})|(?P<language>[a-z]{2,8}))"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*)"
    r"(?P<private>-x(?:-[a-z0-9]{1,8})+)?"
)
_EXTENSION: Final = re.compile(r"[a-z0-9](?:-[a-z0-9]{2,8})+")
_PRIVATE: Final = re.compile(r"x(?:-[a-z0-9]{1,8})+")
_MODIFIER_SCRIPTS: Final = {
    "arabic": "Arab",
    "cyrillic": "Cyrl",
    "devanagari": "Deva",
    "hebrew": "Hebr",
    "latin": "Latn",
}
"""gettext modifiers that name a script; any other modifier is read as a variant."""
_CURRENCY_MODIFIERS: Final = frozenset({"euro"})
_PSEUDO_REGIONS: Final = {"XA": "accents", "XB": "bidi", "XC": "cracked"}
_PSEUDO_VARIANTS: Final = {"psaccent": "XA", "psbidi": "XB", "pscrack": "XC"}


class InvalidTag(ValueError):
    """The text is not a well-formed language tag."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"not a language tag: {text[:MAX_LENGTH]!r}")


@dataclass(frozen=True, slots=True)
class Tag:
    """A canonical language tag in its parts; an absent part is the empty string."""

    language: str
    """Primary language, lower case; a tag of private use only is kept here whole."""
    script: str = ""
    """ISO 15924, title case."""
    region: str = ""
    """ISO 3166-1 or UN M.49, upper case."""
    variants: tuple[str, ...] = ()
    """Lower case, in the order written."""
    extensions: tuple[str, ...] = ()
    """Each with its singleton, ordered by singleton: ``u-nu-arab``."""
    private: str = ""
    """``x-`` and what follows."""

    def __str__(self) -> str:
        parts = (self.language, self.script, self.region, *self.variants, *self.extensions)
        return "-".join(part for part in (*parts, self.private) if part)


class Likely(NamedTuple):
    """Language, script and region with the likely subtags filled in (UTS 35, likely subtags)."""

    language: str
    script: str
    region: str
    flags: int
    """Which of the three the tag named itself: a sum of the ``EXPLICIT_`` constants."""


UNDETERMINED: Final = Likely("und", "", "", EXPLICIT_ALL)


def parse_tag(text: str) -> str | None:
    """The canonical form of a language tag, or None when it is malformed.

    ``_`` is accepted for ``-`` and never returned. A repeated variant or singleton, a second
    extended language and more than 128 characters count as malformed.
    """
    tag = split(text)
    return None if tag is None else str(tag)


def split(text: str) -> Tag | None:
    """The parts of a tag in canonical form, or None when it is malformed."""
    # Checked here so that no text of unbounded length becomes a key of the cache.
    return _split(text) if len(text) <= MAX_LENGTH and text.isascii() else None


def require(text: str) -> Tag:
    """Like `split`, but raises `InvalidTag`."""
    tag = split(text)
    if tag is None:
        raise InvalidTag(text)
    return tag


@lru_cache(maxsize=4096)
def _split(text: str) -> Tag | None:
    tag = _parts(text)
    if tag is None:
        return None
    language, script, region = tag.language, tag.script, tag.region
    replacement = cldr.language_aliases().get(language)
    if replacement is not None:
        language, *rest = replacement.split("_")
        for subtag in rest:
            # What the tag itself says goes before what its old language code implied.
            if len(subtag) == 4:
                script = script or subtag
            else:
                region = region or subtag
    script = cldr.script_aliases().get(script, script)
    region = _region(language, script, region)
    variants = dict.fromkeys(cldr.variant_aliases().get(name, name) for name in tag.variants)
    result = Tag(language, script, region, tuple(variants), tag.extensions, tag.private)
    canonical = str(result)
    if len(canonical) > MAX_LENGTH:
        return None
    # A new region can make a tag that is replaced as a whole: sgn-076 -> sgn-BR -> bzs.
    return _split(canonical) if canonical.lower() in cldr.data().whole_tags else result


def _parts(text: str) -> Tag | None:
    """The parts as written, but for case and tags that are replaced as a whole."""
    lower = text.replace("_", "-").lower()
    lower = cldr.data().whole_tags.get(lower, lower).lower()
    if _PRIVATE.fullmatch(lower):
        return Tag(lower)
    found = _TAG.fullmatch(lower)
    if found is None:
        return None
    variants = tuple(found["variants"].split("-")[1:])
    extensions = tuple(sorted(_EXTENSION.findall(found["extensions"])))
    singletons = {extension[0] for extension in extensions}
    if len(set(variants)) < len(variants) or len(singletons) < len(extensions):
        return None
    return Tag(
        found["extended"] or found["language"],
        (found["script"] or "").title(),
        (found["region"] or "").upper(),
        variants,
        extensions,
        (found["private"] or "")[1:],
    )


def _region(language: str, script: str, region: str) -> str:
    """The region that took the place of an old one, or the region itself."""
    candidates = cldr.region_aliases().get(region)
    if not candidates:
        return region
    # A state that fell apart: the part where this language is at home, else the first.
    home = maximize(language, script, "").region
    return home if home in candidates else candidates[0]


@lru_cache(maxsize=4096)
def maximize(language: str, script: str, region: str) -> Likely:
    """Fill in the likely subtags; what is given is kept. ``und`` alone becomes ``en-Latn-US``."""
    table = cldr.likely_subtags()
    flags = EXPLICIT_LANGUAGE * (language != "und")
    flags += EXPLICIT_SCRIPT * bool(script) + EXPLICIT_REGION * bool(region)
    root = language if language in table else "und"
    found = table["und"]
    for key in (f"{root}_{script}_{region}", f"{root}_{script}", f"{root}_{region}", root):
        if key in table:
            found = table[key]
            break
    likely_language, likely_script, likely_region = found.split("_")
    return Likely(
        likely_language if language == "und" else language,
        script or likely_script,
        region or likely_region,
        flags,
    )


def likely(text: str) -> Likely | None:
    """What a tag stands for in matching, or None when it is malformed.

    Pseudo-locales (``en-XA``) and private tags stand for nothing but themselves.
    """
    return _likely(text) if len(text) <= MAX_LENGTH and text.isascii() else None


@lru_cache(maxsize=4096)
def _likely(text: str) -> Likely | None:
    written, tag = _parts(text), _split(text)
    if written is None or tag is None:
        return None
    if tag.language.startswith("x-"):
        return Likely(tag.language, "", "", EXPLICIT_ALL)
    if tag.language in ("und", "root") and not tag.script and not tag.region:
        return UNDETERMINED
    if written.language != tag.language and written.language in cldr.matched_languages():
        # An old code (sh) that the matching rules themselves name: they know better.
        tag = written
    pseudo = tag.region if tag.region in _PSEUDO_REGIONS else ""
    for variant in tag.variants:
        pseudo = pseudo or _PSEUDO_VARIANTS.get(variant, "")
    if pseudo:
        explicit = EXPLICIT_ALL if tag.region else EXPLICIT_LANGUAGE + EXPLICIT_SCRIPT
        mark = _PSEUDO_REGIONS[pseudo] + ":"
        return Likely(mark + tag.language, mark + tag.script, tag.region or pseudo, explicit)
    return maximize(tag.language, tag.script, tag.region)


def likely_script(tag: str) -> str:
    """The script that a tag names or that its language is usually written in; empty if unknown."""
    found = likely(tag)
    return found.script if found else ""


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """The direction of text in this language, by its written or most likely script.

    Raises `InvalidTag`.
    """
    parts = require(tag)
    script = maximize(parts.language, parts.script, parts.region).script
    return "rtl" if script in cldr.data().right_to_left_scripts else "ltr"


def to_locale(tag: str) -> str:
    """The locale name for a folder of catalogs and for Babel: ``pt-BR`` -> ``pt_BR``.

    Raises `InvalidTag`.
    """
    return str(require(tag)).replace("-", "_")


def from_locale(name: str) -> str:
    """The language tag of a POSIX or Babel locale name.

    ``pt_BR`` -> ``pt-BR``, ``sr@latin`` -> ``sr-Latn``, ``de_DE.UTF-8@euro`` -> ``de-DE``,
    ``ca_ES@valencia`` -> ``ca-ES-valencia``. Raises `InvalidTag`.
    """
    body, _, modifier = name.partition("@")
    tag = require(body.partition(".")[0])
    modifier = modifier.lower()
    script = _MODIFIER_SCRIPTS.get(modifier)
    if script is not None:
        return str(Tag(tag.language, script, tag.region, tag.variants))
    if not modifier or modifier in _CURRENCY_MODIFIERS:
        return str(tag)
    result = parse_tag(f"{tag}-{modifier}")
    if result is None:
        raise InvalidTag(name)
    return result
