"""Pairs -> bytes of a TMX file, byte-stable and valid by tmx14.dtd."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple

from workflows.catalogs.reasons import CannotExport
from workflows.catalogs.tmx.codes import Numbers, write_codes
from workflows.catalogs.tmx.model import (
    DOCUMENT,
    LINKS,
    SEGMENT,
    TOOL,
    VERSION,
    Pair,
    moment,
    writable,
)
from workflows.catalogs.xmlfile import Out
from workflows.segments import UnbalancedTag, parse


def write_tmx(source_language: str, pairs: Sequence[Pair]) -> bytes:
    """A memory in UTF-8 (TMX 1.4b), one ``tu`` for each pair, in the order given.

    All times come from the pairs. Raises CannotExport for a text or link that XML or TMX can't
    hold (of names, such characters are left out), and ValueError for a pair with another source
    language.
    """
    out = Out()
    header = {
        "creationtool": TOOL,
        "creationtoolversion": VERSION,
        "segtype": "paragraph",
        "o-tmf": TOOL,
        "adminlang": "en",
        "srclang": source_language,
        "datatype": "xml",
    }
    moments = [pair.changed_at for pair in pairs if pair.changed_at]
    if moments:
        header["changedate"] = moment(max(moments))
    with out.block("tmx", {"version": "1.4"}):
        out.leaf("header", header)
        with out.block("body"):
            for pair in pairs:
                if pair.source_language != source_language:
                    raise ValueError("all pairs of a file have one source language")
                _refuse(pair)
                _unit(out, pair)
    return out.finished()


def _refuse(pair: Pair) -> None:
    texts = [pair.source, pair.target]
    texts += [part for link in pair.links for part in (link.href, link.title)]
    if not all(map(writable, texts)):
        raise CannotExport(pair.segment, reason="control character")
    if not pair.source or not pair.target:
        raise CannotExport(pair.segment, reason="no text")
    try:
        parse(pair.source)
        parse(pair.target)
    except UnbalancedTag as problem:
        raise CannotExport(pair.segment, reason="unbalanced tags") from problem


def _name(text: str) -> str:
    """A name as a file can hold it: for the sake of one, a memory is not kept from its people."""
    return "".join(sign for sign in text if writable(sign))


def _unit(out: Out, pair: Pair) -> None:
    said: dict[str, str] = {}
    if pair.changed_at:
        said["changedate"] = moment(pair.changed_at)
    if pair.person:
        said["changeid"] = _name(pair.person)
    props = {DOCUMENT: _name(pair.document), SEGMENT: _name(pair.segment)}
    if pair.links:
        table = [astuple(link) for link in pair.links]
        props[LINKS] = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    numbers = Numbers()
    with out.block("tu", said):
        for kind, value in props.items():
            if value:
                out.leaf("prop", {"type": kind}, value)
        texts = (pair.source_language, pair.source), (pair.target_language, pair.target)
        for language, text in texts:
            with out.block("tuv", {"xml:lang": language}), out.line("seg"):
                write_codes(out, text, numbers)
