"""One document in Markdown, HTML, Word and plain text has the same segments, keys and all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.docx_twins import docx_of
from tests.support.processes import ROOT
from workflows import segments, sources
from workflows.alignment import Change, align
from workflows.segments import Segment, Skeleton
from workflows.sources.markdown import Reading

SEED = ROOT.parent / "shared" / "seed" / "privacy-page.txt"
ENGLISH = """\
Rules of the Reading Room

Whoever enters the room agrees to these rules. They hold for guests, too.

1. Opening hours

The room is open from 8 to 20 o'clock. It stays closed on public holidays.

2. What you may borrow

You may borrow three kinds of things:

a) books that have a green label;
b) maps, for a week at most;
c) recordings, if you have a card.

3. What happens when something is lost

Tell the desk within 14 days. Then you can choose:

1) you replace what was lost;
2) you pay what a new copy costs.

3.1 Things that nobody can replace

For these we agree on a sum with you.
"""
GERMAN = """\
Bedingungen der Werkstatt

Diese Bedingungen gelten für alle, die eine Maschine benutzen.

1. Anmeldung

Sie melden sich einmal im Jahr an. Die Anmeldung kostet nichts.

2. Sicherheit

Vor der ersten Benutzung gilt:

- Sie lassen sich einweisen;
- Sie tragen eine Schutzbrille;
- Sie arbeiten nicht allein.

3. Haftung

Für Schäden haften wir nur, wenn wir sie grob fahrlässig verursacht haben.
"""
CHINESE = """\
菜园使用须知

本须知适用于所有租用菜地的人。

1. 浇水

夏天请在早上八点以前浇水。下雨以后不必浇水。

2. 不允许的事情

在菜园里不允许：

1) 使用除草剂；
2) 点火；
3) 种植树木。
"""


def in_formats(name: str, data: bytes) -> dict[str, bytes]:
    """The document in its own format, and in the others as they are written from it."""
    source = sources.read(data, name=name)
    return {
        name: data,
        "x.md": sources.write_markdown(source).encode(),
        "x.html": sources.write_html(source).encode(),
        "x.docx": docx_of(Reading(source.title, source.blocks)),
    }


def cut(name: str, data: bytes) -> tuple[Skeleton, tuple[Segment, ...]]:
    return segments.split(sources.read(data, name=name))


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, CHINESE])
def test_own_document_has_the_same_segments_in_four_formats(text: str) -> None:
    found = {name: cut(name, data) for name, data in in_formats("x.txt", text.encode()).items()}
    skeleton, texts = found["x.txt"]
    assert len(texts) >= 8
    for name, (other_skeleton, others) in found.items():
        assert others == texts, name
        assert other_skeleton == skeleton, name


@pytest.mark.parametrize("path", sorted((ROOT / "policies").glob("*.md")), ids=lambda p: p.stem)
def test_sample_policy_has_the_same_segments_with_its_tables_and_codes(path: Path) -> None:
    files = in_formats(path.name, path.read_bytes())
    skeleton, texts = cut(path.name, files[path.name])
    assert any(segment.role == "cell" for segment in texts)
    for name, data in files.items():
        assert cut(name, data) == (skeleton, texts), name
        changes = {match.change for match in align(texts, cut(name, data)[1])}
        assert changes == {Change.KEPT}, name


@pytest.mark.skipif(not SEED.exists(), reason="the shared seed page isn't beside the project")
def test_seed_page_has_the_same_segments_in_four_formats() -> None:
    files = in_formats(SEED.name, SEED.read_bytes())
    skeleton, texts = cut(SEED.name, files[SEED.name])
    assert len(texts) == 33
    for name, data in files.items():
        assert cut(name, data) == (skeleton, texts), name
