"""Whatever is done to a source: no review is lost, none is given away, no text is forgotten."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app import operations, queries
from app.database import db
from app.models import Candidate, History, Translation
from tests.app.support_operations import unchanged, view
from tests.app.support_policy import SLUG, acting, approve, import_source, translator
from workflows.alignment import EXACT
from workflows.review import State

SENTENCES = [
    f"{subject} {verb} {thing} for {number} {unit}."
    for subject, verb, thing, unit in (
        ("We", "keep", "your name and your address", "months"),
        ("The desk", "stores", "letters that it was sent", "years"),
        ("Our partners", "see", "the town you live in", "days"),
        ("Machines", "write down", "which page was asked for", "hours"),
        ("Nobody", "reads", "what you tell the doctor", "weeks"),
        ("The archive", "holds", "a copy of every contract", "decades"),
    )
    for number in range(2, 8)
]
Edit = Callable[[random.Random, list[str]], None]


def edit(chance: random.Random, texts: list[str]) -> None:
    at = chance.randrange(len(texts))
    words = texts[at].split()
    words[chance.randrange(len(words))] = chance.choice(["never", "always", "seldom", "12"])
    texts[at] = " ".join(words)


def add(chance: random.Random, texts: list[str]) -> None:
    texts.insert(chance.randrange(len(texts) + 1), chance.choice(SENTENCES))


def remove(chance: random.Random, texts: list[str]) -> None:
    if len(texts) > 3:
        texts.pop(chance.randrange(len(texts)))


def move(chance: random.Random, texts: list[str]) -> None:
    texts.insert(chance.randrange(len(texts)), texts.pop(chance.randrange(len(texts))))


def split(chance: random.Random, texts: list[str]) -> None:
    at = chance.randrange(len(texts))
    first, stop, rest = texts[at].partition(". ")
    if stop:
        texts[at : at + 1] = [f"{first}.", rest]


def merge(chance: random.Random, texts: list[str]) -> None:
    if len(texts) > 3:
        at = chance.randrange(len(texts) - 1)
        texts[at : at + 2] = [f"{texts[at]} {texts[at + 1]}"]


EDITS: tuple[Edit, ...] = (edit, edit, add, remove, move, split, merge)


def written(texts: list[str]) -> str:
    return "# Rules\n\n" + "\n\n".join(texts) + "\n"


def work(chance: random.Random) -> None:
    """Translate some of what wants it, and approve some of that."""
    with acting(translator("fr")) as act:
        document = queries.document(act.session, SLUG)
        for unit in queries.language(act.session, document, "fr").units:
            if unit.state is not State.REVIEWED and chance.random() < 0.7:
                target = f"[{unit.text}] {chance.random()}"
                operations.save(act, SLUG, "fr", unit.key, target, version=unit.version)
    if chance.random() < 0.8:
        approve("fr")


def approved_pairs() -> set[tuple[str, str, str]]:
    """Key, digest of the source and target of every approval that was ever given."""
    document = queries.document(db.session, SLUG)
    keys = {row.id: key for key, row in queries.segments_of(db.session, document).items()}
    rows = db.session.scalars(sa.select(History).where(History.action == "translation.approved"))
    return {
        (keys[row.segment_id], row.after["source_digest"], row.after["target"])
        for row in rows
        if row.segment_id and row.after
    }


def remembered() -> set[str]:
    """Every target that is stored somewhere."""
    texts = set(db.session.scalars(sa.select(Translation.target)))
    texts |= set(db.session.scalars(sa.select(Candidate.target)))
    for row in db.session.scalars(sa.select(History)):
        texts |= {(side or {}).get("target", "") for side in (row.before, row.after)}
    return texts


@pytest.mark.parametrize("seed", range(6))
def test_edits_of_any_kind_lose_no_review_and_give_none_away(house: Flask, seed: int) -> None:
    chance = random.Random(seed)
    texts = chance.sample(SENTENCES, 8)
    texts[0] = f"{texts[0]} {texts[1]}"
    said: set[str] = set()
    for _ in range(5):
        before = {unit.key: unit for unit in view("fr").units}
        report = import_source(written(texts))
        after = {unit.key: unit for unit in view("fr").units}
        for match in report.matches if report.revision > 2 else ():
            if match.change in EXACT:
                key = report.segments[match.new[0]].key
                assert (after[key].state, after[key].target) == (
                    before[key].state,
                    before[key].target,
                )
        pairs = approved_pairs()
        for unit in after.values():
            if unit.state is State.REVIEWED:
                assert (unit.key, unit.unit.source_digest, unit.target) in pairs
        assert said <= remembered()
        with unchanged():
            assert import_source(written(texts)).unchanged is True
        work(chance)
        said |= {unit.target for unit in view("fr").units}
        for _ in range(3):
            chance.choice(EDITS)(chance, texts)
