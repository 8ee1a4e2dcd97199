"""The Word document that somebody would make of blocks: with numbers and lists made by Word."""

from __future__ import annotations

from tests.support.docx import STYLES, Docx, level, paragraph, run
from workflows.sources.blocks import Block, Kind, Link
from workflows.sources.markdown import Reading
from workflows.sources.tagged import scan

_HEADINGS = 99
_INCH = 720
_STYLES = STYLES + "".join(
    f'<w:style w:type="paragraph" w:styleId="h{n}"><w:name w:val="heading {n}"/></w:style>'
    for n in range(1, 7)
)
_LOOKS = {"strong": "<w:b/>", "em": "<w:i/>", "code": '<w:rStyle w:val="Code"/>'}


def docx_of(reading: Reading) -> bytes:
    """A document that reads as the same blocks. Headings with labels are numbered by Word."""
    writer = _Writer()
    if reading.title:
        writer.body.append(paragraph(*writer.runs(reading.title, ()), style="Title"))
    # Below a title, Word's first level of headings is what Markdown has as the second.
    writer.shift = int(bool(reading.title))
    writer.blocks(reading.blocks, 0)
    return writer.write()


class _Writer:
    def __init__(self) -> None:
        self.body: list[str] = []
        self.shift = 0
        self._lists: dict[int, list[str]] = {
            _HEADINGS: [
                level(n, "decimal", ".".join(f"%{part}" for part in range(1, n + 2)) + ".")
                for n in range(6)
            ]
        }
        self._links: list[str] = []

    def write(self) -> bytes:
        return Docx(self.body, _STYLES, self._lists, links=self._links).write()

    def runs(self, text: str, links: tuple[Link, ...]) -> list[str]:
        """The runs of a tagged text."""
        targets = {f"<a{link.number}>": link.href for link in links}
        found: list[str] = []
        looks: list[str] = []
        for value, is_code, _start in scan(text):
            name = value.strip("</>")
            if not is_code or value.startswith("{"):
                found.append(run(value, "".join(_LOOKS[look] for look in looks)))
            elif value.startswith("<br"):
                found.append("<w:r><w:br/></w:r>")
            elif value in targets:
                self._links.append(targets[value])
                found.append(f'<w:hyperlink r:id="link{len(self._links)}">')
            elif value.startswith("</a"):
                found.append("</w:hyperlink>")
            elif value.startswith("</"):
                looks.remove(name)
            else:
                looks.append(name)
        return found

    def blocks(self, blocks: tuple[Block, ...], depth: int) -> None:
        for block in blocks:
            self._block(block, depth)

    def _block(self, block: Block, depth: int) -> None:
        if block.kind is Kind.LIST:
            self._list(block, depth)
        elif block.kind is Kind.TABLE:
            rows = "".join(self._row(row) for row in block.children)
            self.body.append(f"<w:tbl><w:tblPr/>{rows}</w:tbl>")
        elif block.kind is Kind.QUOTE:
            for child in block.children:
                self.body.append(
                    paragraph(*self.runs(child.text or "", child.links), style="Quote")
                )
        elif block.kind is Kind.RULE:
            self.body.append(paragraph('<w:r><w:pict><v:rect o:hr="t"/></w:pict></w:r>'))
        elif block.kind is Kind.HEADING:
            self._heading(block)
        else:
            indent = f'<w:ind w:left="{_INCH * depth}"/>' if depth else ""
            content = self.runs(block.text or "", block.links)
            self.body.append(paragraph(*content, properties=indent))

    def _heading(self, block: Block) -> None:
        num = _HEADINGS if block.label else None
        self.body.append(
            paragraph(
                *self.runs(block.text or "", block.links),
                style=f"h{block.level - self.shift}",
                num=num,
                level=block.label.count("."),
            )
        )

    def _list(self, block: Block, depth: int) -> None:
        number = len(self._lists)
        form = {"": "bullet", "1": "decimal", "a": "lowerLetter"}[block.style]
        self._lists[number] = [
            level(n, form, f"%{n + 1})" if block.style else "•", start=block.start)
            for n in range(depth + 1)
        ]
        for item in block.children:
            content = self.runs(item.text or "", item.links)
            self.body.append(paragraph(*content, num=number, level=depth))
            self.blocks(item.children, depth + 1)

    def _row(self, row: Block) -> str:
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if row.header else ""
        cells = ""
        for cell in row.children:
            align = f'<w:jc w:val="{cell.style}"/>' if cell.style else ""
            content = self.runs(cell.text or "", cell.links)
            cells += f"<w:tc>{paragraph(*content, properties=align)}</w:tc>"
        return f"<w:tr>{mark}{cells}</w:tr>"
