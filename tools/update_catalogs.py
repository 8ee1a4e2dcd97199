"""Brings the interface catalogs up to the code: new messages in, vanished ones out.

``python -m tools.update_catalogs [LOCALE...]``: without arguments every locale that has a folder
on the shelf. A translation that goes because its message went is printed, so that it can be used
again for the message that replaced it. A second run changes nothing.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from babel.messages.catalog import Catalog

from tools.interface import (
    LOCALES,
    ROOT,
    Interface,
    as_bytes,
    complete,
    folders,
    key,
    messages,
    shelf,
    template,
)

HEADER = """\
# PROJECT: interface words.
# One of the catalogs under locales/; the words are in the code, see babel.cfg."""


def blank(locale: str, wanted: Catalog) -> Catalog:
    """An empty catalog for a language that has none yet, with the plural rule of CLDR."""
    made = Catalog(
        locale=locale,
        project="Pinger Panel",
        version="1",
        msgid_bugs_address="panel@localhost",
        last_translator="Pinger Panel <panel@localhost>",
        language_team=locale,
        charset="utf-8",
        fuzzy=False,
    )
    made.header_comment = HEADER
    # A fixed moment: the file says nothing about when somebody happened to run this.
    made.creation_date = made.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    made.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    return made


def update(interface: Interface, wanted: Catalog) -> str:
    """Write the catalog of one language anew and say in one line what changed."""
    before = {key(message): message for message in messages(interface.catalog)}
    interface.catalog.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    after = {key(message): message for message in messages(interface.catalog)}
    gone = sorted(before.keys() - after.keys())
    for named in gone:
        if complete(before[named]):
            print(f"  {interface.locale}: dropped {named[1]!r} = {before[named].string!r}")
    written = as_bytes(interface.catalog)
    if interface.path.read_bytes() != written:
        interface.path.write_bytes(written)
    waiting = sum(not complete(message) for message in after.values())
    new = len(after.keys() - before.keys())
    return f"{new} new, {len(gone)} dropped, {waiting} of {len(after)} to translate"


def main(arguments: list[str]) -> int:
    """Update the named locales, or all of them."""
    wanted = template()
    locales = set(arguments or folders())
    for locale in sorted(locales):
        path = LOCALES / locale / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_bytes(blank(locale, wanted)))
            print(f"{path.relative_to(ROOT)}: made")
    for interface in shelf():
        if interface.locale in locales:
            print(f"{interface.path.relative_to(ROOT)}: {update(interface, wanted)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
