"""``flask document import --dry-run``: the blocks as they would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.app.support_cli import Console
from tests.support import docx

DOCUMENT = """\
---
layout: page
---
# Terms

Hello *you*.

## 2. What we keep

### Lists

3. three
   - inner

     more
   - > said

     a) lettered
4. four

> - quoted

***

| A | B |
| --- | ---: |
|  | x<br>y |

<!-- to be
checked -->
"""

SHOWN = """\
   1 title       Terms
   2 paragraph   Hello <em>you</em>.
   3 heading 2   2 What we keep
   4 heading 3   Lists
   5 item        3. three
   6 item          - inner
   7 paragraph       more
     item          -
   8 paragraph       > said
   9 item            a) lettered
  10 item        4. four
  11 item        > - quoted
     rule
  12 head 1,1    A
  13 head 1,2    B
  14 cell 2,2    x<br1/>y
set aside (line 1, front matter): ---
layout: page
---
set aside (line 29, comment): to be checked
terms: 14 segments in 2 sections; this would become revision 1.
"""


@pytest.fixture
def console(flask_app: Flask) -> Console:
    return Console(flask_app)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "terms.md"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def test_dry_run_shows_levels_lists_and_tables(console: Console, file: Path) -> None:
    assert console.run("document", "import", "terms", file, "--dry-run").out == SHOWN


def test_json_holds_the_blocks_as_a_tree(console: Console, file: Path) -> None:
    said = console.run("document", "import", "terms", file, "--dry-run", "--json").json
    blocks = said["blocks"]
    assert blocks[0] == {"kind": "title", "segment": 1}
    assert blocks[2] == {
        "kind": "heading",
        "place": "line 8",
        "segment": 3,
        "level": 2,
        "label": "2",
    }
    ordered = blocks[4]
    assert (ordered["ordered"], ordered["style"], ordered["start"]) == (True, "1", 3)
    three, four = ordered["blocks"]
    (bullets,) = three["blocks"]
    assert [item.get("segment") for item in bullets["blocks"]] == [6, None]
    quote, letters = bullets["blocks"][1]["blocks"]
    assert (quote["kind"], letters["style"], four["segment"]) == ("quote", "a", 10)
    table = blocks[-1]
    assert [(cell["row"], cell["column"], cell.get("segment")) for cell in table["blocks"]] == [
        (1, 1, 12),
        (1, 2, 13),
        (2, 1, None),
        (2, 2, 14),
    ]
    assert table["blocks"][1] == {
        "kind": "cell",
        "place": "line 25",
        "segment": 13,
        "row": 1,
        "column": 2,
        "header": True,
        "align": "right",
    }
    assert [piece["place"] for piece in said["furniture"]] == ["line 1", "line 29"]


def test_the_numbers_are_those_of_the_segments(console: Console, file: Path) -> None:
    for data in (DOCUMENT, DOCUMENT.replace("# Terms\n", "")):
        file.write_text(data, encoding="utf-8")
        said = console.run("document", "import", "terms", file, "--dry-run", "--json").json
        assert list(numbers(said["blocks"])) == [text["position"] for text in said["segments"]]


def numbers(blocks: list[dict[str, Any]]) -> list[int]:
    found: list[int] = []
    for block in blocks:
        found += [block["segment"]] if "segment" in block else []
        found += numbers(block.get("blocks", []))
    return found


def test_what_word_sets_aside_is_placed_by_its_paragraph(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "terms.docx"
    body = (
        docx.paragraph("Terms", style="Title"),
        docx.paragraph("Text."),
        docx.paragraph(docx.run("More. "), docx.run("not shown", "<w:vanish/>")),
    )
    path.write_bytes(docx.Docx(body).write())
    lines = console.run("document", "import", "terms", path, "--dry-run").out.splitlines()
    assert lines[-2] == "set aside (paragraph 3, hidden): not shown"
    said = console.run("document", "import", "terms", path, "--dry-run", "--json").json
    assert [piece["place"] for piece in said["furniture"]] == ["paragraph 3"]
    assert said["blocks"][1]["place"] == "paragraph 2"
