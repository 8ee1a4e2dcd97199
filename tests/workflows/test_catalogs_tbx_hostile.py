"""TBX that must be refused with its line and cause, and opens nothing; and damage of every kind."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from tests.support.processes import ROOT
from tests.workflows.test_catalogs_tbx import TERMS
from workflows.catalogs import Glossary, Limits, is_xml, read_tbx, read_xliff, write_tbx
from workflows.problems import Problem

DOCTYPE = '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd"'
OPEN = "<martif><text><body>"
ENTRY = (
    '<termEntry><langSet xml:lang="en"><tig><term>{0}</term></tig></langSet>'
    '<langSet xml:lang="fr"><tig><term>x</term></tig></langSet></termEntry>'
)
CLOSE = "</body></text></martif>"
ONE = OPEN + ENTRY.format("t") + CLOSE
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">\n' for n in range(10))
HOSTILE: dict[str, tuple[str, str]] = {
    "a document type": (f"{DOCTYPE}>{ONE}", ""),
    "a public one": (f'<!DOCTYPE martif PUBLIC "-//X//EN" \'x.dtd\' >{ONE}', ""),
    "one on a server": (f'<!DOCTYPE martif SYSTEM "http://127.0.0.1:9/x.dtd">{ONE}', ""),
    "one that is a file": (f'<!DOCTYPE martif SYSTEM "file:///etc/hostname">{ONE}', ""),
    "one behind others": (f"<?xml version='1.0'?><!-- x --><?y?>\n{DOCTYPE}>{ONE}", ""),
    "two": (f"{DOCTYPE}>{DOCTYPE}>{ONE}", "catalog-doctype"),
    "one that names nothing": (f"<!DOCTYPE martif>{ONE}", "catalog-doctype"),
    "an empty subset": (f"{DOCTYPE} []>{ONE}", "catalog-doctype"),
    "entities": (f"{DOCTYPE} [\n{LAUGHS}]>{ONE.replace('t<', '&l9;<')}", "catalog-doctype"),
    "an external entity": (
        f'{DOCTYPE} [<!ENTITY a SYSTEM "file:///etc/hostname">]>{ONE.replace(">t<", ">&a;<")}',
        "catalog-doctype",
    ),
    "a parameter": (
        f'{DOCTYPE} [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>{ONE}', "catalog-doctype",
    ),
    # The other file could declare it: it is refused all the same, not left out in silence.
    "an entity of the other file": (
        f"{DOCTYPE}>{ONE.replace('>t<', '>t&a;<')}", "catalog-broken-xml",
    ),
    "one in an attribute": (
        f"{DOCTYPE}>{ONE.replace('fr', '&a;fr')}", "catalog-broken-xml",
    ),
    "included": (
        ONE.replace(">t<", '>t<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/x"/><'),
        "",
    ),
    "a schema": (f'<?xml-model href="file:///etc/hostname"?>{ONE}', ""),
    "deep": (OPEN + "<termEntry>" + "<descripGrp>" * 100_000, "catalog-too-deep"),
    "wide": (OPEN + "<termEntry>" + "<note/>" * 500_000, "catalog-entry-too-large"),
    "a long text": (ONE.replace(">t<", f">{'t ' * 200_000}<"), "catalog-entry-too-large"),
    "entries": (
        OPEN + "".join(ENTRY.format(n) for n in range(30_000)) + CLOSE, "catalog-too-many-entries",
    ),
    "the same entry": (OPEN + ENTRY.format("t") * 19_000 + CLOSE, ""),
    "languages": (
        OPEN + "".join(ENTRY.format(n).replace('"fr"', f'"x-l{n}"') for n in range(19_000)) + CLOSE,
        "",
    ),
    "too large": (ONE + " " * 9_000_000, "catalog-too-large"),
    "comments before": ("<!---->" * 100_000 + ONE, ""),
    "open comments before": ("<!--" * 100_000 + ONE, "catalog-broken-xml"),
    "another root": ("<html><body/></html>", "catalog-not-tbx"),
    "cut": (ONE[:-20], "catalog-broken-xml"),
}  # fmt: skip

CHILD = """
import sys
from workflows.catalogs import read_tbx
from workflows.problems import Problem

touched = []
data = sys.stdin.buffer.read()
said = ("", "")
read_tbx(sys.argv[1].encode(), source="en", languages=("en", "fr"))
watched = ("open", "socket", "urllib", "subprocess", "os.", "tempfile", "ctypes")
sys.addaudithook(lambda event, _: event.startswith(watched) and touched.append(event))
try:
    read_tbx(data, source="en", languages=("en", "fr"))
except Problem as problem:
    said = (problem.code, problem.text())
found = list(touched)
print(repr((said, found)))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_glossary_is_refused_or_read_and_nothing_is_opened(name: str) -> None:
    text, expected = HOSTILE[name]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, ONE], cwd=ROOT, input=text.encode(),
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    (code, said), touched = eval(child.stdout)
    assert (code, touched) == (expected, [])
    assert bool(said) == bool(code)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (f"<?xml version='1.0'?>\n{DOCTYPE} [\n]>{ONE}", "catalog-doctype", "line 2"),
        (f"\n\n{DOCTYPE}\n>\n{ONE.replace('>t<', '>&a;<')}", "catalog-broken-xml", "line 5"),
        ("\n<tmx version='1.4'/>", "catalog-not-tbx", "line 2"),
        (ONE.replace(">t<", ">\n\x85<"), "catalog-control-character", "line 2"),
    ],
)
def test_refusal_names_its_line(text: str, code: str, place: str) -> None:
    with pytest.raises(Problem) as caught:
        read_tbx(text.encode(), source="en", languages=("en", "fr"))
    assert (caught.value.code, caught.value.place) == (code, place)


def test_document_type_is_let_pass_for_glossaries_only() -> None:
    unit = '<unit id="u"><segment><source>a</source></segment></unit>'
    xliff = f'<xliff version="2.1" srcLang="en" trgLang="fr"><file id="f">{unit}</file></xliff>'
    assert read_xliff(xliff.encode(), language="fr").entries
    with pytest.raises(Problem) as caught:
        read_xliff(f'<!DOCTYPE xliff SYSTEM "x.dtd">{xliff}'.encode(), language="fr")
    assert caught.value.code == "catalog-doctype"


def test_limits_are_settings() -> None:
    data = write_tbx(TERMS, language="en")
    assert is_xml(data)
    for limits, code in (
        (Limits(entries=1), "catalog-too-many-entries"),
        (Limits(entry=100), "catalog-entry-too-large"),
        (Limits(size=100), "catalog-too-large"),
    ):
        with pytest.raises(Problem) as caught:
            read_tbx(data, source="en", languages=("en", "fr"), limits=limits)
        assert caught.value.code == code


@pytest.mark.parametrize("version", ["2", "3"])
def test_damage_is_refused_or_named_and_crashes_nothing(version: str) -> None:
    whole = write_tbx(TERMS, language="en", version=version)
    rng = random.Random(f"damage {version}")
    read = 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randint(1, 300)]
                case 2:
                    data[at:at] = data[at : at + rng.randint(1, 300)]
                case _:
                    data[at:at] = rng.choice((b"<tig>", b"</term>", b"&lt;", b"<term/>", b"]]>"))
        try:
            found = read_tbx(bytes(data), source="en", languages=("en", "fr", "ar"))
        except Problem:
            continue
        read += 1
        assert isinstance(found, Glossary)
        assert len({term.text for term in found.terms}) == len(found.terms)
    assert read > 10
    for at in range(1, len(whole) - 1, 37):
        with pytest.raises(Problem):
            read_tbx(whole[:at], source="en", languages=("en", "fr"))
