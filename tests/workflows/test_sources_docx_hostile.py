"""Hostile Word documents: refused at once, in bounded memory, with the place; nothing else."""

from __future__ import annotations

import json
import random
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.docx import MAIN, Docx, level, paragraph, run, zipped
from workflows.sources.docx.archive import MAX_ARCHIVE
from workflows.sources.docx.story import MAX_PARAGRAPHS

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 1.0
MEGABYTES = 64
LATER = 3
"""What a busy machine adds to the time; memory has no such excuse."""


@dataclass
class Entry:
    """A member of an archive written by hand: everything in it may be a lie."""

    name: str
    data: bytes = b""
    method: int = zipfile.ZIP_STORED
    flags: int = 0x800
    size: int | None = None
    checksum: int | None = None
    mode: int = 0
    packed_claim: int | None = None
    told: str | None = None


def archive(*entries: Entry, tail: bytes = b"", count: int | None = None) -> bytes:
    """A ZIP archive as the entries say."""
    body, directory = b"", b""
    for entry in entries:
        name = entry.name.encode()
        told = name if entry.told is None else entry.told.encode()
        checksum = zlib.crc32(entry.data) if entry.checksum is None else entry.checksum
        packed = len(entry.data) if entry.packed_claim is None else entry.packed_claim
        size = len(entry.data) if entry.size is None else entry.size
        common = struct.pack("<5H3L", 20, entry.flags, entry.method, 0, 33, checksum, packed, size)
        offset = len(body)
        body += b"PK\x03\x04" + common + struct.pack("<2H", len(told), 0) + told + entry.data
        directory += (
            b"PK\x01\x02\x14\x03" + common + struct.pack("<5H", len(name), 0, 0, 0, 0)
            + struct.pack("<2L", entry.mode << 16, offset) + name
        )  # fmt: skip
    number = len(entries) if count is None else count
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, number & 0xFFFF, number & 0xFFFF, len(directory),
        len(body), 0
    )  # fmt: skip
    return body + directory + end + tail


def document(xml: str, **members: bytes) -> bytes:
    """A document whose main part is the XML as given."""
    return zipped({MAIN: xml.encode(), **members})


def body(content: str) -> bytes:
    return Docx([content]).write()


@cache
def noise(length: int) -> str:
    """Digits that don't pack well, the same in every run."""
    return f"{random.Random(length).getrandbits(4 * length):0{length}x}"


def noisy(count: int, pattern: str) -> str:
    """A pattern many times, each time with other digits."""
    digits = noise(8 * count)
    return "".join(pattern.replace("#", digits[8 * n : 8 * n + 8]) for n in range(count))


def headers(count: int, content: str) -> bytes:
    """A document with so many headers of pages, each with this content."""
    one = Docx([paragraph("x")], parts={"header": content}).members()
    relationships = one["word/_rels/document.xml.rels"].decode()
    told = re.findall("<Relationship [^>]*header[^>]*>", relationships)[0]
    more = "".join(told.replace("header", f"header{n}").replace(f"/header{n}", "/header")
                   for n in range(1, count + 1))  # fmt: skip
    one["word/_rels/document.xml.rels"] = relationships.replace(told, more).encode()
    text = one.pop("word/header.xml")
    return zipped(one | {f"word/header{n}.xml": text for n in range(1, count + 1)})


def gigabyte() -> bytes:
    """A gigabyte of spaces in a megabyte of deflated bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * 1024 + b"\x03\x00"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
TEXT = f"<w:document {W}><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>"
ENTITY = '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'
PARAGRAPH = "<w:p><w:r><w:t>#</w:t></w:r></w:p>"
DEFLATED = zipfile.ZIP_DEFLATED

REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "no archive": (lambda: b"hello", "not-docx", ""),
    "nothing": (lambda: b"", "not-docx", ""),
    "old Word": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "not-docx", ""),
    "archive without a document": (lambda: zipped({"a.txt": b"a"}), "not-docx", ""),
    "cut off": (lambda: body(paragraph("x"))[:-30], "damaged-archive", ""),
    "something after it": (lambda: body(paragraph("x")) + b"x", "damaged-archive", ""),
    "something before it": (lambda: b"x" + body(paragraph("x")), "not-docx", ""),
    "too large": (lambda: bytes(MAX_ARCHIVE + 1), "source-too-large", ""),
    "wrong checksum": (lambda: archive(Entry(MAIN, b"<a/>", checksum=1)), "damaged-archive", MAIN),
    "unknown method": (lambda: archive(Entry(MAIN, b"x", method=12)), "damaged-archive", MAIN),
    "another name inside": (
        lambda: archive(Entry(MAIN, b"<a/>", told="word/styles.xml.")),
        "damaged-archive",
        MAIN,
    ),
    "gigabyte": (
        lambda: archive(Entry(MAIN, gigabyte(), DEFLATED, size=1 << 30)),
        "inflates-too-much",
        MAIN,
    ),
    "gigabyte that claims a kilobyte": (
        lambda: archive(Entry(MAIN, gigabyte(), DEFLATED, size=1024)),
        "inflates-too-much",
        MAIN,
    ),
    "gigabyte in a picture": (
        lambda: archive(Entry("a.png", gigabyte(), DEFLATED, size=1 << 30), Entry(MAIN, b"<a/>")),
        "inflates-too-much",
        "a.png",
    ),
    "1,001 members": (lambda: zipped({f"a{n}": b"" for n in range(1001)}), "too-many-members", ""),
    "members that are not counted": (
        lambda: archive(*(Entry(f"a{n:060}") for n in range(9000)), count=3),
        "damaged-archive",
        "",
    ),
    "outside": (lambda: zipped({"../a": b""}), "unsafe-member-name", "../a"),
    "outside, later": (lambda: zipped({"a/../../b": b""}), "unsafe-member-name", "a/../../b"),
    "absolute": (lambda: archive(Entry("/etc/passwd")), "unsafe-member-name", "/etc/passwd"),
    "backslash": (lambda: archive(Entry("a\\b")), "unsafe-member-name", "a\\b"),
    "drive": (lambda: archive(Entry("C:a")), "unsafe-member-name", "C:a"),
    "cut name": (lambda: archive(Entry("a\0b")), "unsafe-member-name", "a\ufffdb"),
    "link": (lambda: archive(Entry("a", b"/etc", mode=0o120777)), "linked-member", "a"),
    "encrypted": (lambda: archive(Entry(MAIN, b"x", flags=1)), "encrypted-member", MAIN),
    "twice": (lambda: archive(Entry(MAIN), Entry(MAIN)), "repeated-member", MAIN),
    "twice but for case": (
        lambda: archive(Entry(MAIN), Entry("Word/document.XML")),
        "repeated-member",
        "Word/document.XML",
    ),
    "overlap": (
        lambda: archive(Entry("a", b"x" * 50, packed_claim=60), Entry(MAIN)),
        "members-overlap",
        "a",
    ),
    "overlap with the directory": (
        lambda: archive(Entry(MAIN, b"<a/>", packed_claim=40)),
        "members-overlap",
        MAIN,
    ),
    "billion laughs": (
        lambda: document(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{TEXT}'),
        "doctype-refused",
        MAIN,
    ),
    "outside entity": (lambda: document(ENTITY + TEXT), "doctype-refused", MAIN),
    "doctype with nothing in it": (
        lambda: document("<!DOCTYPE x>" + TEXT),
        "doctype-refused",
        MAIN,
    ),
    "entity that is not declared": (lambda: document(TEXT), "damaged-part", MAIN),
    "doctype in UTF-16": (
        lambda: zipped({MAIN: (ENTITY + TEXT).encode("utf-16")}),
        "damaged-part",
        MAIN,
    ),
    "Latin-1": (
        lambda: zipped(
            {MAIN: '<?xml version="1.0" encoding="latin-1"?><a>é</a>'.encode("latin-1")}
        ),
        "damaged-part",
        MAIN,
    ),
    "doctype in the styles": (
        lambda: Docx([paragraph("x")], styles="").write(
            {"word/styles.xml": ENTITY.encode() + b"<a/>"}
        ),
        "doctype-refused",
        "word/styles.xml",
    ),
    "doctype in the relationships": (
        lambda: Docx([paragraph("x")]).write({"_rels/.rels": ENTITY.encode() + b"<a/>"}),
        "doctype-refused",
        "_rels/.rels",
    ),
    "include": (
        lambda: body('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///x"/>'),
        "include-refused",
        MAIN,
    ),
    "no XML": (lambda: document("hello"), "damaged-part", MAIN),
    "empty XML": (lambda: document(""), "damaged-part", MAIN),
    "deep": (lambda: body("<w:sdt>" * 150), "too-complex", "paragraph 1"),
    "10^5 paragraphs": (lambda: body(noisy(100_000, PARAGRAPH)), "too-many-segments", MAIN),
    "empty paragraphs": (
        lambda: body(noisy(400_000, '<w:p w:rsidR="#"/>')),
        "too-complex",
        "paragraph 299951",  # the other parts draw on the same budget
    ),
    "elements": (lambda: body(noisy(350_000, '<w:a w:b="#"/>')), "too-complex", "paragraph 1"),
    "names": (lambda: body(noisy(350_000, "<w:a#/>")), "too-complex", "paragraph 1"),
    "runs in one paragraph": (
        lambda: body(f"<w:p>{noisy(90_000, '<w:r><w:t>#</w:t></w:r>')}"),
        "too-complex",
        "paragraph 1",
    ),
    "attributes": (
        lambda: body("<w:p " + noisy(300_000, "a#='' ") + "/>"),
        "too-complex",
        "paragraph 1",
    ),
    "comment": (lambda: body(f"<!--{noise(6_000_000)}"), "too-complex", "paragraph 1"),
    "long text": (
        lambda: body(f"<w:p><w:r><w:t>{noise(5_000_000)}"),
        "segment-too-large",
        "paragraph 1",
    ),
    "much text": (
        lambda: body(noisy(2000, f"<w:p><w:r><w:t>#{noise(2000)}</w:t></w:r></w:p>")),
        "inflates-too-much",
        MAIN,
    ),
    "cells": (
        lambda: body(
            "<w:tbl>"
            + noisy(
                12_000,
                '<w:tr><w:trPr><w:gridBefore w:val="63"/></w:trPr><w:tc><w:tcPr>'
                f'<w:gridSpan w:val="99"/></w:tcPr>{PARAGRAPH}</w:tc></w:tr>',
            )
            + "</w:tbl>"
        ),
        "too-complex",
        "paragraph 1",
    ),
    "styles": (
        lambda: Docx([paragraph("x")], styles=noisy(30_000, '<w:style w:styleId="#"/>')).write(),
        "too-complex",
        "word/styles.xml",
    ),
}

REFUSED |= {
    # Each of these is a part that could be read if it were the only one.
    "headers of empty paragraphs": (
        lambda: headers(4, noisy(90_000, "<w:p a='#'/>")),
        "too-complex",
        "word/header4.xml",
    ),
    "headers of text": (
        lambda: headers(15, noisy(90, f"<w:p>{run(noise(20_000))}</w:p>")),
        "inflates-too-much",
        "word/header14.xml",
    ),
    "parts": (
        lambda: Docx(
            ["<w:p><w:r><w:footnoteReference w:id='1'/></w:r></w:p>"],
            styles=noisy(90_000, "<w:a#/>"),
            nums=noisy(90_000, "<w:a#/>"),
            parts={"footnotes": noisy(90_000, "<w:a#/>"), "comments": noisy(90_000, "<w:a#/>")},
        ).write(),
        "too-complex",
        "word/numbering.xml",
    ),
}

TAKEN: dict[str, Callable[[], bytes]] = {
    "headers": lambda: headers(900, paragraph("x")),
    "as many paragraphs as may be": lambda: body(noisy(MAX_PARAGRAPHS, PARAGRAPH)),
    "one huge table": lambda: body(
        f"<w:tbl>{noisy(19_000, f'<w:tr><w:tc>{PARAGRAPH}</w:tc></w:tr>')}</w:tbl>"
    ),
    "numbers": lambda: Docx(
        [noisy(18_000, paragraph("x#", num=1, level=n)) if not n else "" for n in range(2)],
        lists={1: [level(0, "lowerRoman", "%1." * 15)]},
    ).write(),
    "links": lambda: body(
        noisy(15_000, f'<w:p><w:hyperlink w:anchor="#">{run("a")}</w:hyperlink></w:p>')
    ),
    "text boxes in text boxes": lambda: body(
        "<w:p><w:r><w:pict><w:txbxContent>" * 20
        + paragraph("x")
        + "</w:txbxContent></w:pict></w:r></w:p>" * 20
    ),
    "tables in tables": lambda: body(
        "<w:tbl><w:tr><w:tc>" * 30 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 30
    ),
    "styles in a circle": lambda: Docx(
        [paragraph("x", style="a")],
        styles='<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>',
    ).write(),
    "pictures from elsewhere": lambda: Docx(
        [paragraph('<w:r><w:pict><v:imagedata r:id="link1"/></w:pict></w:r>', "Text")],
        links=["http://127.0.0.1:9/a.png", "file:///etc/passwd"],
    ).write(),
    "archive in the archive": lambda: Docx([paragraph("x")]).write(
        {"word/embeddings/a.zip": zipped({"../b": b""})}
    ),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What each document cost in a process of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    makers = {name: case[0] for name, case in REFUSED.items()} | TAKEN
    paths = []
    for number, make in enumerate(makers.values()):
        paths.append(folder / f"{number}.docx")
        paths[-1].write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.measured", *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(makers, lines, strict=True))


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_docx_is_refused_at_once_and_says_where(
    name: str, measured: dict[str, dict[str, object]]
) -> None:
    _make, code, place = REFUSED[name]
    found = measured[name]
    assert (found["code"], found["place"], found["touched"]) == (code, place, [])
    assert float(str(found["seconds"])) < SECONDS * LATER
    assert float(str(found["megabytes"])) < MEGABYTES


@pytest.mark.parametrize("name", TAKEN)
def test_odd_docx_is_taken_in_bounded_memory_without_a_look_outside(
    name: str, measured: dict[str, dict[str, object]]
) -> None:
    found = measured[name]
    assert (found["code"], found["touched"]) == ("", [])
    assert int(str(found["blocks"])) >= 1
    assert float(str(found["seconds"])) < 2 * SECONDS * LATER
    assert float(str(found["megabytes"])) < MEGABYTES
