"""What each tool answers to a case: this project's alignment, msgmerge, Babel, exact hashing.

The rivals merge catalogs. Each old text gets the translation ``T<its index>``, so that the new
catalog tells where each translation came from. What is not marked fuzzy counts as trusted, what is
fuzzy as offered. A catalog holds a text once; so that this costs the rivals nothing in the figures
on pairs and kinds, the k-th copy in the new revision is taken for the k-th in the old one. They
don't tell kept from moved: both count as right.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import polib
from babel.messages.catalog import Catalog

from bench.corpus import Text
from bench.edits import Case
from bench.scoring import Answer, Answers
from workflows.alignment import align

_LINK = re.compile(r"<a(\d+)>")
_HEADER = 'msgid ""\nmsgstr ""\n"Language: xx\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
Origin = tuple[int, bool] | None
"""The old index whose translation a new text gets, and whether it is marked fuzzy."""


def ours(case: Case) -> tuple[Answers, float]:
    """The alignment of this project, and its wall seconds."""
    start = time.perf_counter()
    matches = align(case.old, case.new)
    seconds = time.perf_counter() - start
    rows = tuple(Answer(str(match.change), match.old, match.new) for match in matches)
    pairs = [(row.kind, i, j) for row in rows for i in row.old for j in row.new]
    exact = ("kept", "moved")
    trusted = tuple((i, j) for kind, i, j in pairs if kind in exact)
    offered = tuple((i, j) for kind, i, j in pairs if kind not in exact)
    return Answers(rows, trusted, offered), seconds


def spelled(text: Text) -> str:
    """The text as a catalog shows it: with the targets of its links."""
    hrefs = {str(link.number): link.href for link in text.links}
    return _LINK.sub(lambda match: f'<a href="{hrefs[match[1]]}">', text.text)


def hashing(case: Case) -> tuple[Answers, float]:
    """The same text gets the same translation; anything else gets none."""
    start = time.perf_counter()
    known = {text.digest: i for i, text in reversed(list(enumerate(case.old)))}
    origins: list[Origin] = [
        (known[text.digest], False) if text.digest in known else None for text in case.new
    ]
    return _answers(case, origins), time.perf_counter() - start


def msgmerge(case: Case, *, fuzzy: bool = True) -> tuple[Answers, float]:
    """GNU msgmerge; the seconds are those of the whole program, start included."""
    olds, news = [spelled(text) for text in case.old], [spelled(text) for text in case.new]
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "old.po"), Path(folder, "new.pot")
        before.write_text(_po(olds, translated=True), "utf-8")
        after.write_text(_po(news, translated=False), "utf-8")
        command = ["msgmerge", "--quiet", "--no-wrap", *([] if fuzzy else ["--no-fuzzy-matching"])]
        start = time.perf_counter()
        done = subprocess.run([*command, before, after], capture_output=True, check=True)
        seconds = time.perf_counter() - start
    merged = polib.pofile(done.stdout.decode())
    found = {entry.msgid: _origin(entry.msgstr, entry.fuzzy) for entry in merged}
    return _answers(case, [found[text] for text in news]), seconds


def babel(case: Case) -> tuple[Answers, float]:
    """``Catalog.update`` of Babel, with its fuzzy matching."""
    catalog, template = Catalog(locale="de"), Catalog()
    olds, news = [spelled(text) for text in case.old], [spelled(text) for text in case.new]
    for i, text in reversed(list(enumerate(olds))):
        catalog.add(text, f"T{i}")
    for text in news:
        template.add(text)
    start = time.perf_counter()
    catalog.update(template)
    seconds = time.perf_counter() - start
    origins: list[Origin] = []
    for text in news:
        message = catalog.get(text)
        assert message is not None
        origins.append(_origin(str(message.string or ""), message.fuzzy))
    return _answers(case, origins), seconds


def _po(texts: Sequence[str], *, translated: bool) -> str:
    entries: dict[str, int] = {}
    for i, text in enumerate(texts):
        entries.setdefault(text, i)
    body = "\n".join(
        f'msgid "{_escaped(text)}"\nmsgstr "{f"T{i}" if translated else ""}"\n'
        for text, i in entries.items()
    )
    return _HEADER + body


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")


def _origin(translation: str, fuzzy: bool) -> Origin:
    return (int(translation.removeprefix("T")), fuzzy) if translation else None


def _answers(case: Case, origins: Sequence[Origin]) -> Answers:
    copies: defaultdict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(case.old):
        copies[text.digest].append(i)
    used: Counter[str] = Counter()
    rows: list[Answer] = []
    for j, origin in enumerate(origins):
        if origin is None:
            rows.append(Answer("added", (), (j,)))
            continue
        i, fuzzy = origin
        if fuzzy:
            rows.append(Answer("edited", (i,), (j,)))
            continue
        digest = case.old[i].digest
        same = copies[digest]
        rows.append(Answer("kept", (same[used[digest] % len(same)],), (j,)))
        used[digest] += 1
    taken = {i for row in rows for i in row.old}
    rows += [Answer("removed", (i,), ()) for i in range(len(case.old)) if i not in taken]
    pairs = [(origin[0], j, origin[1]) for j, origin in enumerate(origins) if origin]
    trusted = tuple((i, j) for i, j, fuzzy in pairs if not fuzzy)
    offered = tuple((i, j) for i, j, fuzzy in pairs if fuzzy)
    return Answers(tuple(rows), trusted, offered, ordered=False)
