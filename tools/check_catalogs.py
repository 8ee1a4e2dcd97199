"""Are the interface catalogs fresh? Every word in the code in every catalog, and none too many.

What visitors see must be translated in every language; what only translators and editors see may
wait, and is counted. Ends with 1 when anything is wrong, and names each message.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from tools.interface import (
    LOCALES,
    ROOT,
    SOURCE_LOCALE,
    Interface,
    complete,
    folders,
    key,
    messages,
    seen_by_visitors,
    shelf,
    template,
)

SHOWN = 20
MEND = "Run 'make catalogs' and translate what is new."


_SCRIPTS = {
    "Arabic": re.compile("[\u0621-\u06d3]+"),
    "Hebrew": re.compile("[\u05d0-\u05ea]+"),
    "Devanagari": re.compile("[\u0904-\u0963]+"),
    "Cyrillic": re.compile("[\u0400-\u04ff]+"),
    "kana": re.compile("[\u3041-\u30fa]+"),
    "Han": re.compile("[\u4e00-\u9fff]+"),
}
_WRITTEN_IN = {
    "Arabic": {"ar"},
    "Hebrew": {"he"},
    "Devanagari": {"hi"},
    "Cyrillic": {"ru"},
    "kana": {"ja"},
    "Han": {"ja", "zh_Hans", "zh_Hant"},
}
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def _short(named: tuple[str, str]) -> str:
    context, source = named
    text = source if len(source) <= 70 else f"{source[:67]}..."
    return f"{text!r} (context {context!r})" if context else repr(text)


def _texts(value: object) -> tuple[str, ...]:
    """The message ids, or the forms of a translation, as a tuple whatever their number."""
    many = value if isinstance(value, tuple | list) else (value,)
    return tuple(str(text or "") for text in many)


def _form_faults(message: Message) -> Iterator[str]:
    if isinstance(message.id, tuple) != isinstance(message.string, tuple):
        yield "plural forms where there should be none, or the other way round"


def _placeholder_faults(message: Message) -> Iterator[str]:
    """A form may leave the number out when it stands for one number only, and nothing else.

    Babel compares every form with the English singular, which is wrong for languages whose first
    form stands for more than one number, and it doesn't know ``{name}``.
    """
    ids = _texts(message.id)
    allowed = {name for text in ids for name in _PLACEHOLDER.findall(text)}
    needed = allowed - ({"%(num)s"} if len(ids) > 1 else set())
    for form in _texts(message.string):
        found = set(_PLACEHOLDER.findall(form))
        for name in sorted(found - allowed):
            yield f"unknown placeholder {name}"
        for name in sorted(needed - found) if form else ():
            yield f"placeholder {name} is missing"


def _script_faults(message: Message, locale: str) -> Iterator[str]:
    """Words in a script that the language is not written in: another language's translation."""
    for text in _texts(message.string):
        for script, pattern in _SCRIPTS.items():
            if locale not in _WRITTEN_IN[script] and (found := pattern.search(text)):
                yield f"{found[0]} is {script}"


def faults(interface: Interface, wanted: Catalog) -> Iterator[str]:
    """One line for each thing that is wrong with the catalog of a language."""
    expected = {key(message): message for message in messages(wanted)}
    held = {key(message): message for message in messages(interface.catalog)}
    for named in expected.keys() - held.keys():
        yield f"missing: {_short(named)}"
    for named in held.keys() - expected.keys():
        yield f"no longer in the code: {_short(named)}"
    for message in interface.catalog.obsolete.values():
        yield f"obsolete entry (#~): {_short(key(message))}"
    for named in expected.keys() & held.keys():
        message = held[named]
        script = _script_faults(message, interface.locale)
        for error in (*_form_faults(message), *_placeholder_faults(message), *script):
            yield f"{error}: {_short(named)}"
        needed = interface.locale != SOURCE_LOCALE and seen_by_visitors(expected[named])
        if needed and not complete(message):
            state = "marked fuzzy" if message.fuzzy else "not translated"
            yield f"{state}, but visitors see it: {_short(named)}"


def main() -> int:
    """0 when all is fresh; 1 and a list when not."""
    wanted = template()
    total = sum(1 for _ in messages(wanted))
    visitors = sum(seen_by_visitors(message) for message in messages(wanted))
    found = list(shelf())
    absent = set(folders()) - {interface.locale for interface in found} - {SOURCE_LOCALE}
    wrong = len(absent)
    for locale in sorted(absent):
        print(f"locales/{locale}/LC_MESSAGES/messages.po: missing. {MEND}")
    for interface in found:
        lines = sorted(faults(interface, wanted))
        wrong += len(lines)
        for line in lines[:SHOWN]:
            print(f"{interface.path.relative_to(ROOT)}: {line}")
        if len(lines) > SHOWN:
            print(f"{interface.path.relative_to(ROOT)}: and {len(lines) - SHOWN} more")
    if not found:
        print(f"{LOCALES.relative_to(ROOT)}/*/LC_MESSAGES/messages.po: none found. {MEND}")
        return 1
    if wrong:
        print(f"interface catalogs: {wrong} faults. {MEND}")
        return 1
    print(
        f"interface catalogs: fresh. {total} messages, {visitors} of them seen by visitors and "
        f"complete in {len(found)} languages"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
