"""What cannot be written is named by its segment, never by a line of a file nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from workflows.sources import (
    Block,
    Kind,
    Link,
    Source,
    markdown,
    markup,
    walk,
    write_html,
    write_markdown,
)
from workflows.sources.refusals import CannotWrite, TooMuchToWrite

WRITERS = [(write_markdown, "Markdown"), (write_html, "HTML")]
Write = Callable[[Source], str]


def document(*blocks: Block, title: str = "Title") -> Source:
    return Source(title, blocks, (), (), "text/markdown")


def paragraph(text: str, *links: Link) -> Block:
    return Block(Kind.PARAGRAPH, text, links)


def listed(*items: str) -> Block:
    return Block(Kind.LIST, children=tuple(Block(Kind.ITEM, text) for text in items))


def table(*rows: tuple[str | None, ...]) -> Block:
    return Block(
        Kind.TABLE,
        children=tuple(
            Block(Kind.ROW, children=tuple(Block(Kind.CELL, text) for text in row)) for row in rows
        ),
    )


BEFORE = (
    paragraph("one<br1/>two"),
    paragraph("<code>a<br1/><br2/>b</code>"),
    Block(Kind.RULE),
    Block(Kind.QUOTE, children=(listed("x", "y"),)),
    table(("a", None), ("b<br1/>c", "d")),
    Block(Kind.HEADING, "Head", level=2, label="1"),
)


@pytest.mark.parametrize(("write", "bad"), [(write_markdown, "x" * 70_000), (write_html, "\u202e")])
@pytest.mark.parametrize(
    "block",
    [
        paragraph("bad {}"),
        Block(Kind.HEADING, "bad {}", level=2),
        paragraph("<code>x<br1/>bad {}</code>"),
        listed("bad {}", "b"),
        Block(Kind.QUOTE, children=(paragraph("bad {}"),)),
        table((None, "bad {}"), ("a", "b")),
    ],
)
def test_what_cannot_be_read_back_is_named_by_its_segment(
    write: Write, bad: str, block: Block
) -> None:
    source = document(*BEFORE, filled(block, bad), paragraph("after"))
    texts = [found.text for found in walk(source.blocks) if found.text]
    number = next(at for at, text in enumerate(texts, 2) if "bad" in text)
    with pytest.raises(CannotWrite) as caught:
        write(source)
    assert caught.value.place == f"segment {number}"
    assert "bad" in str(caught.value.details["found"])
    with pytest.raises(CannotWrite) as caught:
        write(replace(source, title=""))
    assert caught.value.place == f"segment {number - 1}"


def filled(block: Block, bad: str) -> Block:
    children = tuple(filled(child, bad) for child in block.children)
    return replace(block, text=block.text and block.text.format(bad), children=children)


def test_lists_too_deep_for_markdown_are_named() -> None:
    block = listed("bottom")
    for _ in range(8):
        block = Block(Kind.LIST, children=(Block(Kind.ITEM, "text", children=(block,)),))
    with pytest.raises(CannotWrite) as caught:
        write_markdown(document(paragraph("before"), block))
    place = caught.value.place.removeprefix("segment ")
    assert 3 <= int(place) <= 11
    assert caught.value.details["found"] in ("text", "bottom")


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_the_segment_is_named_with_which_a_document_is_too_much(
    write: Write, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markdown, "MAX_WORK", 8_000)
    monkeypatch.setattr(markup, "MAX_TAGS", 360)
    link = "<a1>A word</a1> [*] and others"
    blocks = tuple(paragraph(link, Link(1, f"/{n}")) for n in range(190))
    with pytest.raises(TooMuchToWrite) as caught:
        write(document(*blocks))
    number = int(caught.value.place.removeprefix("segment "))
    assert 1 < number <= 191
    write(document(*blocks[: number - 3]))
    assert caught.value.text() == (
        f"segment {number}: In the format {name} the document would be more than is read of one "
        "file. Split the document into several, or export it in another format."
    )


def test_a_file_that_is_too_large_has_no_place() -> None:
    blocks = tuple(paragraph(f"{n} {'word ' * 800}") for n in range(600))
    with pytest.raises(TooMuchToWrite) as caught:
        write_markdown(document(*blocks))
    assert caught.value.place == ""
