"""A memory of a given size, filled and asked, in a process of its own.

``python -m bench.memory_lookup SIZE [URL]`` fills a new database with that many pairs, looks up
edited texts, and compares what is found with comparing the query with every text. One line of JSON.
Without a URL the database is an SQLite file.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from app import queries
from app.database import db, transaction, upgrade_here
from app.operations import Act, Rules, operator
from app.operations.memory import Remembered, remember
from bench.corpus import ROOT, Text, Writer, policy
from bench.rewording import REWORD
from tests.support.databases import make_app, settings_for, sqlite_url
from workflows import memory
from workflows.segments import plain, target_digest

RULES = Rules(languages=("en", "fr"))
DOCUMENT, CHUNK = 10_000, 5_000
QUERIES = 200
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """What look-ups found and what they cost, in milliseconds."""

    truths: int
    """Queries for which there is a text that is alike."""
    best: int
    """How many of them were offered one as good as the best there is."""
    some: int
    """How many of them were offered anything."""
    times: tuple[float, ...]
    brute: tuple[float, ...]
    """Of comparing with every text."""


def run(size: int, url: str = "") -> dict[str, float]:
    """Measure in a new process."""
    command = [sys.executable, "-m", "bench.memory_lookup", str(size), *([url] if url else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def corpus(size: int, seed: int = 1) -> list[Text]:
    """Different texts, from as many made-up policies as it takes."""
    found: dict[str, Text] = {}
    while len(found) < size:
        for text in policy("en", min(size, DOCUMENT), seed):
            found.setdefault(text.text, text)
        seed += 1
    return list(found.values())[:size]


def asked(texts: Sequence[Text], seed: int = 1) -> list[Text]:
    """Texts with one to three edits, and one in five that comes from no text at all."""
    rng = random.Random(f"memory queries {len(texts)} {seed}")
    writer = Writer("en", rng)
    known = {text.text for text in texts}
    found: list[Text] = []
    while len(found) < QUERIES:
        edited = rng.choice(texts)
        if rng.random() < 0.2:
            edited = writer.fresh("paragraph")
        else:
            for _ in range(rng.randint(1, 3)):
                edited = REWORD[rng.choice(list(REWORD))](edited, writer) or edited
        if edited.text not in known:
            found.append(edited)
    return found


def remembered(texts: Sequence[Text], file: str) -> list[Remembered]:
    """Pairs as an import remembers them."""
    pair = Remembered("en", "fr", "", [], "", "", "", None, AT, file=file)
    return [
        replace(
            pair,
            source=text.text,
            source_digest=text.digest,
            target=f"[fr] {text.text}",
            target_digest=target_digest(f"[fr] {text.text}"),
        )
        for text in texts
    ]


def fill(texts: Sequence[Text], file: str) -> float:
    """Seconds it takes to remember texts, in transactions of CHUNK."""
    started = time.perf_counter()
    for at in range(0, len(texts), CHUNK):
        with transaction() as session:
            act = Act(session, operator(), AT, RULES)
            remember(act, remembered(texts[at : at + CHUNK], file))
    return time.perf_counter() - started


def look_up(texts: Sequence[Text], questions: Sequence[Text]) -> Found:
    """Ask, and compare with the exhaustive answer."""
    plains = [" ".join(plain(text.text).split()) for text in texts]
    truths = best = some = 0
    times, brute = [], []
    for question in questions:
        db.session.close()
        started = time.perf_counter()
        matches = queries.memory_matches(db.session, "en", "fr", question.text, question.digest)
        times.append(1000 * (time.perf_counter() - started))
        query = " ".join(plain(question.text).split())
        started = time.perf_counter()
        # What differs in numbers or codes is given less: the best by letters may be none for us.
        floor = memory.MINIMUM + 5
        truth = process.extractOne(query, plains, scorer=fuzz.ratio, score_cutoff=floor)
        brute.append(1000 * (time.perf_counter() - started))
        if truth is None:
            continue
        shown = [fuzz.ratio(query, " ".join(plain(match.source).split())) for match in matches]
        truths += 1
        some += bool(shown)
        best += any(ratio >= truth[1] - 1e-6 for ratio in shown)
    return Found(truths, best, some, tuple(times), tuple(brute))


def _bytes(home: Path, url: str) -> int:
    """What the database takes on the disk."""
    if not url:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return sum(path.stat().st_size for path in home.glob("bench.db*"))
    tables = ("memory_entry", "memory_origin", "memory_key")
    with db.engine.connect() as connection:
        sizes = (
            connection.scalar(sa.text(f"SELECT pg_total_relation_size('{table}')"))
            for table in tables
        )
        return sum(size or 0 for size in sizes)


def quantile(times: Sequence[float], share: float) -> float:
    """The time below which this share of them lies."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main() -> None:
    """Measure one size in one database."""
    size, url = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    texts = corpus(size + 1000)
    texts, more = texts[:size], texts[size:]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        app = make_app(settings_for(home, url or sqlite_url(home / "bench.db")))
        with app.app_context():
            upgrade_here()
            empty = _bytes(home, url)
            build = fill(texts, "bench.tmx")
            taken = _bytes(home, url) - empty
            if url:
                # As the database does by itself after so many new rows, only not at once.
                with db.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    connection.exec_driver_sql("VACUUM ANALYZE")
            questions = asked(texts)
            look_up(texts[:1], questions[:5])
            found = look_up(texts, questions)
            thousand = fill(more, "more.tmx")
            db.session.close()
            db.engine.dispose()
    figures = {
        "build": build,
        "mib": taken / 2**20,
        "median": quantile(found.times, 0.5),
        "p95": quantile(found.times, 0.95),
        "brute": quantile(found.brute, 0.5),
        "truths": found.truths,
        "best": found.best,
        "some": found.some,
        "thousand": thousand,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
