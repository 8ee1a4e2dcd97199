"""Hostile XLIFF: entities, depth, width, and what stands outside of what is read."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.hostile import Hostile

HEAD = '<?xml version="1.0"?>\n'
OPEN = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en" trgLang="fr">'
    '<file id="f"><unit id="u"><segment><source>'
)
CLOSE = "</source></segment></unit></file></xliff>"
UNIT = '<unit id="{0}"><segment><source>{0}</source><target>x</target></segment></unit>'
CODES = "".join(f'<ph id="{n}"/>' for n in range(100))
MIB = 1024 * 1024
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">\n' for n in range(10))


def full(piece: str, size: int = 8 * MIB - 1000) -> str:
    return OPEN + piece * ((size - len(OPEN) - len(CLOSE)) // len(piece.encode())) + CLOSE


def xml(
    make: Callable[[], str], code: str = "", place: str = "", *, answer: list[int] | None = None
) -> Hostile:
    """A file of this text."""
    return Hostile(lambda: make().encode(), code, place, answer)


HOSTILE = {
    "entities": xml(
        lambda: f"{HEAD}<!DOCTYPE x [\n{LAUGHS}]>{OPEN}&l9;{CLOSE}", "catalog-doctype", "line 2"
    ),
    "quadratic": xml(
        lambda: f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>{OPEN}{"&a;" * 50_000}{CLOSE}',
        "catalog-doctype",
        "line 2",
    ),
    "external": xml(
        lambda: f'{HEAD}<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>{OPEN}&a;{CLOSE}',
        "catalog-doctype",
        "line 2",
    ),
    "parameters": xml(
        lambda: (
            f'{HEAD}<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>{OPEN}x{CLOSE}'
        ),
        "catalog-doctype",
        "line 2",
    ),
    "undefined entity": xml(lambda: f"{HEAD}{OPEN}&a;{CLOSE}", "catalog-broken-xml", "line 2"),
    "included": xml(
        lambda: (
            OPEN
            + '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
            + CLOSE
        ),
        answer=[0, 0],
    ),
    "deep": xml(lambda: full("<pc>"), "catalog-too-deep", "line 1"),
    "deep outside": xml(lambda: HEAD + "<xliff>" * 100_000, "catalog-too-deep", "line 2"),
    "wide": xml(lambda: full("<ph/>"), "catalog-entry-too-large", "line 1"),
    "long text": xml(lambda: full("text "), "catalog-entry-too-large", "line 1"),
    "comments": xml(lambda: full("<!---->"), answer=[0, 0]),
    "one comment": xml(
        lambda: OPEN + "<!--" + "x" * 7 * MIB + "-->" + CLOSE, "catalog-entry-too-large", "line 1"
    ),
    "instructions": xml(lambda: full("<?x?>"), answer=[0, 0]),
    "attributes": xml(
        lambda: OPEN + "<ph " + " ".join(f'a{n}="x"' for n in range(600_000)) + "/>" + CLOSE,
        "catalog-entry-too-large",
        "line 1",
    ),
    "one attribute": xml(
        lambda: OPEN + f'<ph id="{"x" * 7 * MIB}"/>' + CLOSE, "catalog-entry-too-large", "line 1"
    ),
    "names": xml(lambda: full("<a:b/>"), "catalog-broken-xml", "line 1"),
    "characters": xml(lambda: full("&#x41;"), "catalog-entry-too-large", "line 1"),
    "units": xml(
        lambda: (
            OPEN.replace("<unit", "<x/><unit")
            + CLOSE.replace("</file></xliff>", "")
            + "".join(map(UNIT.format, range(60_000)))
            + "</file></xliff>"
        ),
        "catalog-too-many-entries",
        "line 1",
    ),
    "unknown codes": xml(
        lambda: (
            OPEN.partition("<unit")[0]
            + "".join(UNIT.format(n).replace(">x<", f">{CODES}<") for n in range(1000))
            + "</file></xliff>"
        ),
        answer=[1000, 0],
    ),
    "unknown elements": xml(
        lambda: OPEN + "x" + CLOSE.replace("</file>", "<y/>" * 1_900_000 + "</file>"),
        "catalog-too-complex",
        "line 1",
    ),
    "text outside": xml(
        lambda: OPEN + "x" + CLOSE.replace("</file>", "text " * 1_500_000 + "</file>"),
        answer=[1, 0],
    ),
    "too large": xml(lambda: full("<ph/>", 9 * MIB), "catalog-too-large"),
    "another encoding": xml(
        lambda: f"<?xml version='1.0' encoding='UTF-7'?>{OPEN}é{CLOSE}",
        "catalog-not-utf8",
        "line 1",
    ),
    "another root": xml(lambda: "<html><body/></html>", "catalog-not-xliff", "line 1"),
    "another version": xml(lambda: '<xliff version="3.0"/>', "catalog-not-xliff", "line 1"),
    "cut": xml(lambda: OPEN + "x</source>", "catalog-broken-xml", "line 1"),
    "two roots": xml(lambda: OPEN + "x" + CLOSE + OPEN, "catalog-broken-xml", "line 1"),
}
