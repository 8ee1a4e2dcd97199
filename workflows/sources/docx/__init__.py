"""Word documents (.docx) to blocks.

The archive and its XML are checked while they are unpacked (``archive``, ``xmlparts``), and the
paragraphs are read from the XML itself. A converter to HTML would lose just what is structure
here: the numbers that Word makes, where lists go on, the title, what is hidden or made by a field;
and one that builds a full tree takes seconds and hundreds of megabytes for a long document.

Places of problems and lines of blocks are the numbers of paragraphs: the file has no lines. All
paragraphs of the text count, in order, also empty ones and those in tables; then those of notes.
"""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

from workflows.problems import Problem
from workflows.sources.blocks import Furniture
from workflows.sources.decoding import decode
from workflows.sources.docx.archive import Archive
from workflows.sources.docx.building import Builder, references
from workflows.sources.docx.inlines import placed
from workflows.sources.docx.numbering import Numbering, read_numbering
from workflows.sources.docx.package import Package
from workflows.sources.docx.runs import Paragraph
from workflows.sources.docx.story import Item, Outline, Piece, Story, read_story
from workflows.sources.docx.styles import Styles
from workflows.sources.losses import FormulaFlattened, RaisedTextFlattened
from workflows.sources.markdown import Reading
from workflows.sources.reasons import (
    CommentSetAside,
    ContentsSetAside,
    HiddenTextSetAside,
    NotesAtEnd,
    NoTitle,
    PageHeaderSetAside,
    PartSetAside,
    StruckTextKept,
    TextBoxMoved,
)

__all__ = ["read_docx"]

_SHOWN = 80
"""Characters of a text that are quoted in a problem."""


def read_docx(data: bytes) -> Reading:
    """Read a Word document, all in memory; nothing it refers to outside itself is ever fetched.

    Headings are paragraphs whose style, or own outline level, says so. The title is the paragraph
    in the style Title, else an unnumbered Heading 1 that begins the document or is the only one.
    If there are other headings of level 1 then, all headings go one level down, as in Markdown,
    where the title is the one heading of level 1. Tables of contents, pictures, comments, hidden
    text and the headers of pages are set aside; notes go to the end.

    Raises what ``Archive`` and ``xmlparts.parse`` raise, TooManySegments, TooManyCodes, and what
    ``decode`` raises for characters that no text may hold.
    """
    package = Package(Archive(data))
    main = read_story(package, package.main, package.styles, package.links, main=True, decided=True)
    _refuse_characters(main)
    return _Document(package, main).read()


def _refuse_characters(story: Story, name: str = "") -> None:
    """Hold the paragraphs against the rules for lines of text files.

    The place of a problem is the number of the paragraph, or ``name``. What stands in the first
    line is no sign of a format here, hence a line of our own before it.
    """
    held = story.paragraphs
    lines = "\n".join(["-", *(_raw(paragraph) for paragraph in held)])
    try:
        decode(lines.encode("utf-8", "surrogatepass"))
    except Problem as problem:
        line = problem.place.removeprefix("line ")
        at = int(line) - 2 if line.isdigit() else -1
        place = f"paragraph {held[at].number}" if at >= 0 else ""
        raise placed(problem, name or place) from None


def _raw(paragraph: Paragraph) -> str:
    """Everything of a paragraph that somebody may come to see, as one line."""
    parts = [span.text for span in paragraph.spans]
    parts += [paragraph.hidden, paragraph.contents, *paragraph.embedded]
    return " ".join(parts).replace("\n", " ").replace("\r", " ")


class _Document:
    def __init__(self, package: Package, main: Story) -> None:
        self._package = package
        self._main = main
        self._styles = package.styles
        self._reading = Reading()
        self._in_notes: list[Paragraph] = []
        self._outline = Outline(package.styles, read_numbering(package.numbering, package.styles))

    def read(self) -> Reading:
        reading, outline = self._reading, self._outline
        items = outline.items(self._main, self._main.root)
        title = self._title(items)
        others = [p for p in items if isinstance(p, Piece) and p.level and p is not title]
        shift = int(title is not None and any(piece.level == 1 for piece in others))
        notes = self._number_notes()
        builder = Builder(reading, self._styles, references(outline.anchors), shift)
        for item in items:
            if item is title:
                builder.title(title)
            else:
                builder.take(item)
        if notes:
            builder.notes(notes)
        reading.blocks = builder.finish()
        if not reading.title:
            reading.problems.append(NoTitle())
        self._set_aside()
        reading.problems.sort(key=_line)
        return reading

    def _title(self, items: list[Item]) -> Piece | None:
        pieces = [item for item in items if isinstance(item, Piece) and not item.blank]
        if found := next((piece for piece in pieces if piece.title), None):
            return found
        tops = [piece for piece in pieces if piece.level == 1]
        if not tops or tops[0].number is not None:
            return None
        if len(tops) == 1 or tops[0] is pieces[0]:
            tops[0].title = True
            return tops[0]
        return None

    def _number_notes(self) -> list[list[Piece]]:
        """Give the marks of notes their numbers; the notes, in that order."""
        numbers: dict[str, int] = {}
        first = 0
        for paragraph in self._outline.met:
            for at, span in enumerate(paragraph.spans):
                if span.kind == "note":
                    first = first or paragraph.number
                    number = numbers.setdefault(span.text, len(numbers) + 1)
                    paragraph.spans[at] = replace(span, kind="text", text=f"[{number}]")
        if not numbers:
            return []
        self._reading.problems.append(NotesAtEnd(f"paragraph {first}"))
        found = {name: pieces for kind in ("footnote", "endnote")
                 for name, pieces in self._notes(kind).items()}  # fmt: skip
        return [found.get(name, []) for name in numbers]

    def _notes(self, kind: str) -> dict[str, list[Piece]]:
        name = self._package.part(f"{kind}s")
        if not name:
            return {}
        links = self._package.links_of(name)
        story = read_story(self._package, name, self._styles, links, decided=True)
        for paragraph in story.paragraphs:
            paragraph.number += self._main.count
        _refuse_characters(story, name)
        outline = Outline(self._styles, Numbering())
        notes: dict[str, list[Piece]] = {}
        for element in story.root.findall(f"w:{kind}"):
            items = outline.items(story, element)
            notes[f"{kind} {element.get('w:id', '')}"] = list(_flat(items))
        self._in_notes += outline.met
        return notes

    def _set_aside(self) -> None:
        reading, outline = self._reading, self._outline
        for number, text in outline.contents:
            reading.furniture.append(Furniture(number, text, "navigation"))
        if outline.contents:
            reading.problems.append(ContentsSetAside(f"paragraph {outline.contents[0][0]}"))
        for number, name in outline.embedded:
            reading.problems.append(PartSetAside(f"paragraph {number}", name=name))
        comments = self._comments()
        for paragraph in (*outline.met, *self._in_notes):
            self._set_aside_from(paragraph, comments)
        for kind in ("header", "footer"):
            self._page_furniture(kind)

    def _set_aside_from(self, paragraph: Paragraph, comments: dict[str, str]) -> None:
        problems, furniture = self._reading.problems, self._reading.furniture
        number = paragraph.number
        place = f"paragraph {number}"
        if hidden := " ".join(paragraph.hidden.split()):
            furniture.append(Furniture(number, hidden, "hidden"))
            problems.append(HiddenTextSetAside(place, text=hidden[:_SHOWN]))
        for comment in paragraph.comments:
            if text := comments.pop(comment, ""):
                furniture.append(Furniture(number, text, "comment"))
                problems.append(CommentSetAside(place, text=text[:_SHOWN]))
        for name in paragraph.embedded:
            problems.append(PartSetAside(place, name=name[:_SHOWN]))
        if struck := " ".join(paragraph.struck.split()):
            problems.append(StruckTextKept(place, text=struck[:_SHOWN]))
        for text in paragraph.raised:
            problems.append(RaisedTextFlattened(place, text=text[:_SHOWN]))
        for text in paragraph.formulas:
            problems.append(FormulaFlattened(place, text=text[:_SHOWN]))
        if paragraph.boxes:
            problems.append(TextBoxMoved(place))

    def _comments(self) -> dict[str, str]:
        name = self._package.part("comments")
        if not name:
            return {}
        story = self._aside(name)
        return {
            element.get("w:id", ""): _literal(story, element)
            for element in story.root.findall("w:comment")
        }

    def _page_furniture(self, kind: str) -> None:
        """Headers stand before the first paragraph, footers after the last."""
        line = 1 if kind == "header" else max(1, self._main.count)
        told = False
        for name in self._package.parts(kind):
            story = self._aside(name)
            if text := _literal(story, story.root):
                self._reading.furniture.append(Furniture(line, text, "brand"))
                if not told:
                    self._reading.problems.append(PageHeaderSetAside(f"paragraph {line}"))
                told = True

    def _aside(self, name: str) -> Story:
        story = read_story(self._package, name, self._styles, {})
        _refuse_characters(story, name)
        return story


def _flat(items: list[Item]) -> list[Piece]:
    pieces: list[Piece] = []
    for item in items:
        if isinstance(item, Piece):
            pieces.append(item)
        else:
            for row in item.rows:
                for cell in row.cells:
                    pieces += _flat(cell.items)
    return pieces


def _literal(story: Story, element: Element) -> str:
    """All text below an element, as it is read by somebody who looks at the page."""
    outline = Outline(Styles(), Numbering())
    pieces = _flat(outline.items(story, element))
    return " ".join(filter(None, (piece.paragraph.text for piece in pieces)))


def _line(problem: Problem) -> int:
    number = problem.place.rpartition(" ")[2]
    return int(number) if number.isdigit() else 0
