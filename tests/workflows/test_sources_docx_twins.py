"""The same policy as Markdown and as Word document: the same title and blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.docx import bare
from tests.support.docx_twins import docx_of
from workflows.sources.docx import read_docx
from workflows.sources.markdown import read_markdown
from workflows.sources.plaintext import read_plain

ROOT = Path(__file__).resolve().parents[2]
POLICIES = sorted(ROOT.glob("policies/**/*.md"))
SEED = ROOT.parent / "shared/seed/privacy-page.txt"

WRITTEN = """# Rules

Text with **bold, *both* and** `code`, [a link](/x), **[strong link](/y)** and {name}.

## 1. Scope

### 1.1. Who

1. one

   more of one
   - inner *bullet*
     1. inmost
   - second
2. two

Between.

3. three

> Said.
>
> Again.

***

## 2. Data

| Left | Middle | Right |
|---|:-:|--:|
| a | **b** | |
| \\<br1/> | c | d |

a\\
b

## Not numbered
"""


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: str(path.relative_to(ROOT)))
def test_policy_as_docx_has_the_blocks_of_its_markdown(path: Path) -> None:
    wanted = read_markdown(path.read_text(encoding="utf-8"))
    found = read_docx(docx_of(wanted))
    assert (found.title, bare(found.blocks)) == (wanted.title, bare(wanted.blocks))
    assert found.problems == []


def test_structure_as_docx_has_the_blocks_of_its_markdown() -> None:
    wanted = read_markdown(WRITTEN)
    found = read_docx(docx_of(wanted))
    assert (found.title, bare(found.blocks)) == (wanted.title, bare(wanted.blocks))
    assert found.problems == []


def test_seed_as_docx_has_the_blocks_of_its_text() -> None:
    if not SEED.is_file():
        pytest.skip("the seed is not here: ../shared/seed/privacy-page.txt")
    wanted = read_plain(SEED.read_text(encoding="utf-8"))
    found = read_docx(docx_of(wanted))
    assert (found.title, bare(found.blocks)) == (wanted.title, bare(wanted.blocks))
