"""What holds for every Word document: refused or read, and nothing of it is lost."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.docx import MAIN, Docx, bold, level, paragraph, run, zipped
from workflows.problems import Problem
from workflows.sources.blocks import walk
from workflows.sources.docx import read_docx
from workflows.sources.tagged import plain

CORPUS = Path(__file__).resolve().parents[3] / "shared/conformance/docx/mammoth"


def taken(data: bytes) -> list[str] | None:
    """All words that were read or set aside, or None when the document is refused."""
    try:
        reading = read_docx(data)
    except Problem as problem:
        refused = problem
    else:
        texts = [reading.title, *(block.text or "" for block in walk(reading.blocks))]
        texts += [piece.text for piece in reading.furniture]
        return " ".join(map(plain, texts)).split()
    assert refused.blocking
    assert refused.text()
    return None


SAMPLE = Docx(
    [paragraph("Title", style="Title"), paragraph("a ", bold("b"), num=1), paragraph("c")],
    lists={1: [level(0, "decimal", "%1.")]},
).write()


@settings(max_examples=300)
@given(st.integers(0, len(SAMPLE) - 1), st.binary(max_size=6), st.integers(0, 6))
def test_damaged_docx_raises_only_problems(at: int, put: bytes, cut: int) -> None:
    taken(SAMPLE[:at] + put + SAMPLE[at + cut :])


NAMES = st.sampled_from(
    (
        *("p", "r", "t", "tbl", "tr", "tc", "sdt", "sdtContent", "hyperlink", "fldSimple"),
        *("fldChar", "instrText", "pict", "txbxContent", "ruby", "rt", "rubyBase", "br", "tab"),
        *("sym", "pPr", "rPr", "b", "vanish", "numPr", "numId", "ilvl", "pStyle", "object"),
        *("bookmarkStart", "smartTag", "footnoteReference", "commentReference", "drawing"),
        *("gridSpan", "tcPr", "trPr", "tblPr", "altChunk"),
    )
)
VALUES = st.sampled_from(["0", "1", "-5", "99999999999", "Title", "begin", "separate", "end", "é"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["w:val", "w:id", "w:name", "w:fldCharType", "w:instr", "w:anchor", "w:char"]),
    VALUES,
    max_size=3,
)


def element(name: str, attributes: dict[str, str], content: str) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<w:{name}{written}>{content}</w:{name}>"


TREES = st.recursive(
    st.integers(0, 99).map(lambda n: f"<w:r><w:t xml:space='preserve'> word{n} </w:t></w:r>"),
    lambda inner: st.builds(element, NAMES, ATTRIBUTES, st.lists(inner, max_size=4).map("".join)),
    max_leaves=30,
)


@settings(max_examples=300)
@given(st.lists(TREES, max_size=6))
def test_any_tree_of_elements_raises_only_problems(trees: list[str]) -> None:
    taken(Docx(trees).write())


LOOKS = st.sampled_from(["", "<w:b/>", "<w:i/>", "<w:vanish/>", "<w:strike/>"])
RUNS = st.builds(
    lambda n, look, space: run(f"{space}word{n}", look),
    st.integers(0, 999),
    LOOKS,
    st.sampled_from(["", " ", "\n"]),
)
PARAGRAPHS = st.builds(
    lambda runs, style, num, depth: paragraph(*runs, style=style, num=num, level=depth),
    st.lists(RUNS, min_size=1, max_size=4),
    st.sampled_from(["", "Title", "berschrift1", "berschrift2", "Quote", "TOC1", "ListContinue"]),
    st.sampled_from([None, 1, 2]),
    st.integers(0, 2),
)
BLOCKS = st.recursive(
    PARAGRAPHS,
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda parts: (
            "<w:tbl>"
            + "".join(f"<w:tr><w:tc>{part}</w:tc><w:tc><w:p/></w:tc></w:tr>" for part in parts)
            + "</w:tbl>"
        )
    ),
    max_leaves=10,
)


@settings(max_examples=200)
@given(st.lists(BLOCKS, min_size=1, max_size=6))
def test_docx_says_every_word_once(parts: list[str]) -> None:
    lists = {
        1: [level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)"), level(2, "bullet", "o")],
        2: [level(n, "bullet", "•") for n in range(3)],
    }
    found = taken(Docx(parts, lists=lists).write())
    assert found is not None
    written = re.findall("word[0-9]+(?=<)", "".join(parts))
    read = "".join(found)
    assert read.count("word") == len(written)
    for word in written:
        assert word in read


def samples() -> list[Path]:
    """Odd documents that others test with, as files and as unpacked folders."""
    found = sorted(CORPUS.rglob("*.docx"))
    return found + [path.parent.parent for path in sorted(CORPUS.rglob(MAIN))]


def test_documents_of_others_lose_no_word() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the documents of others are not here: ../shared/conformance/docx/mammoth")
    for path in samples():
        if path.is_dir():
            files = [each for each in path.rglob("*") if each.is_file()]
            data = zipped({str(each.relative_to(path)): each.read_bytes() for each in files})
        else:
            data = path.read_bytes()
        with zipfile.ZipFile(BytesIO(data)) as archive:
            xml = archive.read(MAIN).decode()
        written = " ".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml)).split()
        found = taken(data)
        assert found is not None, path.name
        read = "".join(found)
        for word in written:
            assert word in read, (path.name, word)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("comments.docx", ["Ouch."]),
        ("endnotes.docx", ["Ouch[1].[2]", "A tachyon walks into a bar.", "Fin."]),
        ("footnotes.docx", ["Ouch[1].[2]", "A tachyon walks into a bar.", "Fin."]),
        ("footnote-hyperlink.docx", ["[1]", "<a1>Example</a1>"]),
        ("simple-list.docx", ["Apple", "Banana"]),
        ("strict-format.docx", ["Test"]),
        ("tables.docx", ["Above", "Top left", "Top right", "Bottom left", "Bottom right", "Below"]),
        ("text-box.docx", ["Datum plane"]),
        ("utf8-bom.docx", ["This XML has a byte order mark."]),
        ("underline.docx", ["<strong>The Sunset Tree</strong>"]),
        ("empty.docx", []),
        ("external-picture.docx", []),
    ],
)
def test_documents_of_others_read_as_they_look(name: str, texts: list[str]) -> None:
    path = CORPUS / "tests/test-data" / name
    if not path.is_file():
        pytest.skip("the documents of others are not here: ../shared/conformance/docx/mammoth")
    reading = read_docx(path.read_bytes())
    assert [block.text for block in walk(reading.blocks) if block.text is not None] == texts
