"""Hostile Word documents: archives that lie, XML that looks elsewhere, more than may be read."""

from __future__ import annotations

import random
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

from tests.support.docx import MAIN, Docx, level, paragraph, run, zipped
from tests.support.hostile import Hostile
from workflows.sources.docx.archive import MAX_ARCHIVE
from workflows.sources.docx.story import MAX_PARAGRAPHS


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


def document(xml: str) -> bytes:
    """A document whose main part is the XML as given."""
    return zipped({MAIN: xml.encode()})


def body(content: str) -> bytes:
    """A document with this content."""
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

REFUSED = {
    "no archive": Hostile(lambda: b"hello", "not-docx"),
    "nothing": Hostile(lambda: b"", "not-docx"),
    "old Word": Hostile(lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "not-docx"),
    "archive without a document": Hostile(lambda: zipped({"a.txt": b"a"}), "not-docx"),
    "cut off": Hostile(lambda: body(paragraph("x"))[:-30], "damaged-archive"),
    "something after it": Hostile(lambda: body(paragraph("x")) + b"x", "damaged-archive"),
    "something before it": Hostile(lambda: b"x" + body(paragraph("x")), "not-docx"),
    "too large": Hostile(lambda: bytes(MAX_ARCHIVE + 1), "source-too-large"),
    "wrong checksum": Hostile(
        lambda: archive(Entry(MAIN, b"<a/>", checksum=1)), "damaged-archive", MAIN
    ),
    "unknown method": Hostile(
        lambda: archive(Entry(MAIN, b"x", method=12)), "damaged-archive", MAIN
    ),
    "another name inside": Hostile(
        lambda: archive(Entry(MAIN, b"<a/>", told="word/styles.xml.")), "damaged-archive", MAIN
    ),
    "gigabyte": Hostile(
        lambda: archive(Entry(MAIN, gigabyte(), DEFLATED, size=1 << 30)), "inflates-too-much", MAIN
    ),
    "gigabyte that claims a kilobyte": Hostile(
        lambda: archive(Entry(MAIN, gigabyte(), DEFLATED, size=1024)), "inflates-too-much", MAIN
    ),
    "gigabyte in a picture": Hostile(
        lambda: archive(Entry("a.png", gigabyte(), DEFLATED, size=1 << 30), Entry(MAIN, b"<a/>")),
        "inflates-too-much",
        "a.png",
    ),
    "1,001 members": Hostile(
        lambda: zipped({f"a{n}": b"" for n in range(1001)}), "too-many-members"
    ),
    "members that are not counted": Hostile(
        lambda: archive(*(Entry(f"a{n:060}") for n in range(9000)), count=3), "damaged-archive"
    ),
    "outside": Hostile(lambda: zipped({"../a": b""}), "unsafe-member-name", "../a"),
    "outside, later": Hostile(
        lambda: zipped({"a/../../b": b""}), "unsafe-member-name", "a/../../b"
    ),
    "absolute": Hostile(lambda: archive(Entry("/etc/passwd")), "unsafe-member-name", "/etc/passwd"),
    "backslash": Hostile(lambda: archive(Entry("a\\b")), "unsafe-member-name", "a\\b"),
    "drive": Hostile(lambda: archive(Entry("C:a")), "unsafe-member-name", "C:a"),
    "cut name": Hostile(lambda: archive(Entry("a\0b")), "unsafe-member-name", "a\ufffdb"),
    "link": Hostile(lambda: archive(Entry("a", b"/etc", mode=0o120777)), "linked-member", "a"),
    "encrypted": Hostile(lambda: archive(Entry(MAIN, b"x", flags=1)), "encrypted-member", MAIN),
    "twice": Hostile(lambda: archive(Entry(MAIN), Entry(MAIN)), "repeated-member", MAIN),
    "twice but for case": Hostile(
        lambda: archive(Entry(MAIN), Entry("Word/document.XML")),
        "repeated-member",
        "Word/document.XML",
    ),
    "overlap": Hostile(
        lambda: archive(Entry("a", b"x" * 50, packed_claim=60), Entry(MAIN)), "members-overlap", "a"
    ),
    "overlap with the directory": Hostile(
        lambda: archive(Entry(MAIN, b"<a/>", packed_claim=40)), "members-overlap", MAIN
    ),
    "billion laughs": Hostile(
        lambda: document(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{TEXT}'), "doctype-refused", MAIN
    ),
    "outside entity": Hostile(lambda: document(ENTITY + TEXT), "doctype-refused", MAIN),
    "doctype with nothing in it": Hostile(
        lambda: document("<!DOCTYPE x>" + TEXT), "doctype-refused", MAIN
    ),
    "entity that is not declared": Hostile(lambda: document(TEXT), "damaged-part", MAIN),
    "doctype in UTF-16": Hostile(
        lambda: zipped({MAIN: (ENTITY + TEXT).encode("utf-16")}), "damaged-part", MAIN
    ),
    "Latin-1": Hostile(
        lambda: zipped(
            {MAIN: '<?xml version="1.0" encoding="latin-1"?><a>é</a>'.encode("latin-1")}
        ),
        "damaged-part",
        MAIN,
    ),
    "doctype in the styles": Hostile(
        lambda: Docx([paragraph("x")], styles="").write(
            {"word/styles.xml": ENTITY.encode() + b"<a/>"}
        ),
        "doctype-refused",
        "word/styles.xml",
    ),
    "doctype in the relationships": Hostile(
        lambda: Docx([paragraph("x")]).write({"_rels/.rels": ENTITY.encode() + b"<a/>"}),
        "doctype-refused",
        "_rels/.rels",
    ),
    "include": Hostile(
        lambda: body('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///x"/>'),
        "include-refused",
        MAIN,
    ),
    "no XML": Hostile(lambda: document("hello"), "damaged-part", MAIN),
    "empty XML": Hostile(lambda: document(""), "damaged-part", MAIN),
    "deep": Hostile(lambda: body("<w:sdt>" * 150), "too-complex", "paragraph 1"),
    "10^5 paragraphs": Hostile(lambda: body(noisy(100_000, PARAGRAPH)), "too-many-segments", MAIN),
    "empty paragraphs": Hostile(
        lambda: body(noisy(400_000, '<w:p w:rsidR="#"/>')), "too-complex", "paragraph 299951"
    ),
    "elements": Hostile(
        lambda: body(noisy(350_000, '<w:a w:b="#"/>')), "too-complex", "paragraph 1"
    ),
    "names": Hostile(lambda: body(noisy(350_000, "<w:a#/>")), "too-complex", "paragraph 1"),
    "runs in one paragraph": Hostile(
        lambda: body(f"<w:p>{noisy(90_000, '<w:r><w:t>#</w:t></w:r>')}"),
        "too-complex",
        "paragraph 1",
    ),
    "attributes": Hostile(
        lambda: body("<w:p " + noisy(300_000, "a#='' ") + "/>"), "too-complex", "paragraph 1"
    ),
    "comment": Hostile(lambda: body(f"<!--{noise(6_000_000)}"), "too-complex", "paragraph 1"),
    "long text": Hostile(
        lambda: body(f"<w:p><w:r><w:t>{noise(5_000_000)}"), "segment-too-large", "paragraph 1"
    ),
    "much text": Hostile(
        lambda: body(noisy(2000, f"<w:p><w:r><w:t>#{noise(2000)}</w:t></w:r></w:p>")),
        "inflates-too-much",
        MAIN,
    ),
    "cells": Hostile(
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
    "styles": Hostile(
        lambda: Docx([paragraph("x")], styles=noisy(30_000, '<w:style w:styleId="#"/>')).write(),
        "too-complex",
        "word/styles.xml",
    ),
}

REFUSED |= {
    # Each of these is a part that could be read if it were the only one.
    "headers of empty paragraphs": Hostile(
        lambda: headers(4, noisy(90_000, "<w:p a='#'/>")), "too-complex", "word/header4.xml"
    ),
    "headers of text": Hostile(
        lambda: headers(15, noisy(90, f"<w:p>{run(noise(20_000))}</w:p>")),
        "inflates-too-much",
        "word/header14.xml",
    ),
    "parts": Hostile(
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

TAKEN = {
    "headers": Hostile(answer=1, make=lambda: headers(900, paragraph("x"))),
    "as many paragraphs as may be": Hostile(
        answer=MAX_PARAGRAPHS, make=lambda: body(noisy(MAX_PARAGRAPHS, PARAGRAPH))
    ),
    "one huge table": Hostile(
        answer=1,
        make=lambda: body(
            f"<w:tbl>{noisy(19_000, f'<w:tr><w:tc>{PARAGRAPH}</w:tc></w:tr>')}</w:tbl>"
        ),
    ),
    "numbers": Hostile(
        answer=18_000,
        make=lambda: Docx(
            [noisy(18_000, paragraph("x#", num=1, level=n)) if not n else "" for n in range(2)],
            lists={1: [level(0, "lowerRoman", "%1." * 15)]},
        ).write(),
    ),
    "links": Hostile(
        answer=15_000,
        make=lambda: body(
            noisy(15_000, f'<w:p><w:hyperlink w:anchor="#">{run("a")}</w:hyperlink></w:p>')
        ),
    ),
    "text boxes in text boxes": Hostile(
        answer=1,
        make=lambda: body(
            "<w:p><w:r><w:pict><w:txbxContent>" * 20
            + paragraph("x")
            + "</w:txbxContent></w:pict></w:r></w:p>" * 20
        ),
    ),
    "tables in tables": Hostile(
        answer=1,
        make=lambda: body(
            "<w:tbl><w:tr><w:tc>" * 30 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 30
        ),
    ),
    "styles in a circle": Hostile(
        answer=1,
        make=lambda: Docx(
            [paragraph("x", style="a")],
            styles='<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
            '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>',
        ).write(),
    ),
    "pictures from elsewhere": Hostile(
        answer=1,
        make=lambda: Docx(
            [paragraph('<w:r><w:pict><v:imagedata r:id="link1"/></w:pict></w:r>', "Text")],
            links=["http://127.0.0.1:9/a.png", "file:///etc/passwd"],
        ).write(),
    ),
    "archive in the archive": Hostile(
        answer=1,
        make=lambda: Docx([paragraph("x")]).write({"word/embeddings/a.zip": zipped({"../b": b""})}),
    ),
}

HOSTILE = REFUSED | TAKEN
