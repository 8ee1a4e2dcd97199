"""translate-toolkit reads the memories we write, and we read those it writes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from lxml import etree
from translate.storage import tmx

from workflows.catalogs import Pair, read_tmx, write_tmx

PARSE: Any = tmx.tmxfile.parsestring
PAIRS = [
    Pair(
        "en",
        "pt-BR",
        "We <strong>never</strong> sell {name} & it's <a1>here</a1>.",
        "Nós <strong>nunca</strong> vendemos {name} & está <a1>aqui</a1>.",
        document="privacy-policy",
    ),
    Pair("en", "pt-BR", "Names", "Nomes"),
]


def plain_text(seg: etree._Element) -> str:
    """A text as a tool of level 1 sees it: without what stands in its codes."""
    return "".join(seg.xpath("text()"))


def test_toolkit_reads_what_we_write() -> None:
    store = PARSE(write_tmx("en", PAIRS))
    assert [len(unit.xmlelement.findall("tuv")) for unit in store.units] == [2, 2]
    assert (store.units[1].source, store.units[1].target) == ("Names", "Nomes")
    source, target = store.units[0].xmlelement.iter("seg")
    assert plain_text(source) == "We never sell  & it's here."
    assert plain_text(target) == "Nós nunca vendemos  & está aqui."
    assert store.units[0].source.startswith("We <strong>never</strong> sell {name} & it's")


def test_we_read_what_the_toolkit_writes() -> None:
    store = tmx.tmxfile()
    store.addtranslation("We keep <names> & {more}.", "en", "Guardamos <nomes> & {mais}.", "pt_BR")
    store.addtranslation("Days", "en", "Dias", "pt_BR", comment="of the week")
    out = BytesIO()
    store.serialize(out)
    assert b"<!DOCTYPE tmx" in out.getvalue()
    memory = read_tmx(out.getvalue(), languages=("en", "pt-BR"))
    assert memory.problems == ()
    assert [(p.source, p.target, p.target_language, p.problems) for p in memory.pairs] == [
        ("We keep <names> & \\{more}.", "Guardamos <nomes> & \\{mais}.", "pt-BR", ()),
        ("Days", "Dias", "pt-BR", ()),
    ]


def test_memory_that_went_through_the_toolkit_is_the_same() -> None:
    store = PARSE(write_tmx("en", PAIRS))
    out = BytesIO()
    store.serialize(out)
    memory = read_tmx(out.getvalue(), languages=("en", "pt-BR"))
    assert [(p.source, p.target, p.document) for p in memory.pairs] == [
        (p.source, p.target, p.document) for p in PAIRS
    ]
