"""Word documents made from plain values, and read again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from workflows.sources.blocks import Block
from workflows.sources.docx import read_docx
from workflows.sources.markdown import Reading

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "word/document.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)

STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/>
 <w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/>
 <w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="berschrift3"><w:name w:val="heading 3"/></w:style>
<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Our clauses"/>
 <w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="TOCHeading"><w:name w:val="TOC Heading"/>
 <w:basedOn w:val="berschrift1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/></w:style>
<w:style w:type="paragraph" w:styleId="ListContinue"><w:name w:val="List Continue"/>
 <w:pPr><w:ind w:left="720"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="ListNumber"><w:name w:val="List Number"/>
 <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/>
 <w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Code"><w:name w:val="HTML Code"/></w:style>
"""


def run(text: str, properties: str = "") -> str:
    """A run: ``properties`` are elements such as ``<w:b/>``; a line feed is a line break."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    body = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n")
    )
    return f"<w:r>{look}{body}</w:r>"


def bold(text: str) -> str:
    """A bold run."""
    return run(text, "<w:b/>")


def italic(text: str) -> str:
    """An italic run."""
    return run(text, "<w:i/>")


def code(text: str) -> str:
    """A run in a character style for code."""
    return run(text, '<w:rStyle w:val="Code"/>')


def anchor(name: str, text: str) -> str:
    """A link to a bookmark."""
    return f"<w:hyperlink w:anchor={quoteattr(name)}>{run(text)}</w:hyperlink>"


def bookmark(name: str) -> str:
    """A bookmark, where it stands."""
    return f'<w:bookmarkStart w:id="0" w:name={quoteattr(name)}/><w:bookmarkEnd w:id="0"/>'


def complex_field(instruction: str, result: str) -> str:
    """A field with its result, which is XML."""
    return field_begin(instruction) + result + field_end()


def field_begin(instruction: str) -> str:
    """The start of a field up to where its result begins."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def field_end() -> str:
    """The end of a field."""
    return '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def paragraph(
    *content: str, style: str = "", num: int | None = None, level: int = 0, properties: str = ""
) -> str:
    """A paragraph; content that is no XML is a plain run."""
    parts = [part if part.startswith("<") else run(part) for part in content]
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        look += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    return f"<w:p><w:pPr>{look}{properties}</w:pPr>{''.join(parts)}</w:p>"


def table(rows: Sequence[Sequence[str]], *, header: bool = True, properties: str = "") -> str:
    """A table of cells, each a paragraph or more of XML, or plain text."""
    parts = []
    for number, row in enumerate(rows):
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if header and not number else ""
        cells = "".join(
            cell
            if cell.startswith("<w:tc>")
            else f"<w:tc>{cell if cell.startswith('<') else paragraph(cell)}</w:tc>"
            for cell in row
        )
        parts.append(f"<w:tr>{mark}{cells}</w:tr>")
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(parts)}</w:tbl>"


def level(number: int, form: str, text: str, *, start: int = 1, extra: str = "") -> str:
    """A level of a list; its lines are indented by half an inch a level."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{extra}'
        f'<w:lvlText w:val={quoteattr(text)}/><w:pPr><w:ind w:left="{720 * (number + 1)}"/></w:pPr>'
        "</w:lvl>"
    )


@dataclass
class Docx:
    """A document; ``write`` writes it."""

    body: Iterable[str] = ()
    styles: str = STYLES
    lists: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """Levels of list definitions by number; the list N uses the definition N."""
    nums: str = ""
    """More lists: ``<w:num>`` elements."""
    links: Sequence[str] = ()
    """Targets outside; the first has the id "link1"."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """The content of more parts by kind, for example {"footnotes": "<w:footnote ...>"}."""

    def link(self, number: int, text: str) -> str:
        """A link to one of ``links``, counted from 1."""
        return f'<w:hyperlink r:id="link{number}">{run(text)}</w:hyperlink>'

    def members(self) -> dict[str, bytes]:
        """The files of the archive."""
        roots = {"footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments"}
        parts = {"styles": _part("styles", self.styles)}
        if self.lists or self.nums:
            parts["numbering"] = _part("numbering", self._numbering())
        for kind, content in self.parts.items():
            parts[kind] = _part(roots.get(kind, "hdr" if kind == "header" else "ftr"), content)
        relationships = [_relationship(kind, kind, f"{kind}.xml") for kind in parts]
        relationships += [
            _relationship(f"link{number}", "hyperlink", target, external=True)
            for number, target in enumerate(self.links, 1)
        ]
        members = {
            "[Content_Types].xml": f"{_HEAD}<Types/>",
            "_rels/.rels": _relationships([_relationship("main", "officeDocument", MAIN)]),
            MAIN: _part("document", f"<w:body>{''.join(self.body)}<w:sectPr/></w:body>"),
            "word/_rels/document.xml.rels": _relationships(relationships),
        }
        members |= {f"word/{kind}.xml": text for kind, text in parts.items()}
        return {name: text.encode() for name, text in members.items()}

    def _numbering(self) -> str:
        definitions = "".join(
            f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'
            for number, levels in self.lists.items()
        )
        nums = "".join(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
            for number in self.lists
        )
        return definitions + nums + self.nums

    def write(self, members: Mapping[str, bytes] | None = None) -> bytes:
        """The file; ``members`` are put in, or in the place of others."""
        return zipped({**self.members(), **(members or {})})


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return held.getvalue()


def _part(root: str, content: str) -> str:
    return f"{_HEAD}<w:{root} {_NAMESPACES}>{content}</w:{root}>"


def _relationships(entries: Iterable[str]) -> str:
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{"".join(entries)}</Relationships>'


def _relationship(name: str, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{name}" Type="{R}/{kind}" Target={quoteattr(target)}{mode}/>'


def read(*body: str, **parts: Any) -> Reading:
    """Read a document of these blocks; ``parts`` are other arguments of ``Docx``."""
    return read_docx(Docx(body, **parts).write())


def bare(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without line numbers, which are lines in one format and paragraphs in another."""
    return tuple(replace(block, line=0, children=bare(block.children)) for block in blocks)


def codes(reading: Reading) -> list[tuple[str, str]]:
    """Code and place of the problems, but for the missing title."""
    found = [(problem.code, problem.place) for problem in reading.problems]
    return [entry for entry in found if entry[0] != "no-title"]
