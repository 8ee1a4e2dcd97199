"""The gate in front of a release, the freezing of it, and reading it back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import segments
from workflows.problems import Nature
from workflows.release import (
    Condition,
    Content,
    Decision,
    Frozen,
    GateClosed,
    Place,
    ReleaseDamaged,
    Text,
    canonical,
    freeze,
    gate,
    read,
)
from workflows.review import State, Unit
from workflows.segments import target_digest
from workflows.sources import Link

NOW = datetime(2026, 11, 22, 20, 12, 5, 999_999, tzinfo=UTC)


# --- The gate ------------------------------------------------------------------------------------


def unit(key: str, state: State = State.REVIEWED, *, outdated: bool = False) -> Unit:
    source = segments.digest(key)
    if state is State.INITIAL:
        return Unit(key, source)
    made_for = segments.digest("older") if outdated else source
    return Unit(key, source, made_for, "texte", target_digest("texte"), state)


GOOD = [unit("s1"), unit("s2"), unit("s3")]


def unmet(
    units: list[Unit], *, failing: tuple[str, ...] = (), signed: bool = True
) -> dict[Condition, tuple[str, ...]]:
    """The conditions that keep the gate closed, with the keys they name."""
    found = gate(units, failing=failing, signed=signed)
    assert [check.condition for check in found.checks] == [
        Condition.COMPLETE,
        Condition.CURRENT,
        Condition.CHECKS,
        Condition.REVIEWED,
        Condition.SIGNED_OFF,
    ]
    assert found.open == all(check.met for check in found.checks)
    return {check.condition: check.keys for check in found.checks if not check.met}


def test_gate_is_open_when_everything_is_met() -> None:
    assert unmet(GOOD) == {}
    gate(GOOD, failing=(), signed=True).require()


def test_gate_wants_every_text() -> None:
    assert unmet([unit("s1"), unit("s2", State.INITIAL)]) == {
        Condition.COMPLETE: ("s2",),
        Condition.REVIEWED: ("s2",),
    }


def test_gate_wants_current_texts() -> None:
    assert unmet([unit("s1"), unit("s2", outdated=True)]) == {
        Condition.CURRENT: ("s2",),
        Condition.REVIEWED: ("s2",),
    }


def test_gate_wants_no_blocking_check() -> None:
    assert unmet(GOOD, failing=("s3", "s1")) == {Condition.CHECKS: ("s3", "s1")}


@pytest.mark.parametrize("state", [State.NEEDS_EDITING, State.TRANSLATED])
def test_gate_wants_reviews(state: State) -> None:
    assert unmet([unit("s1", state), unit("s2")]) == {Condition.REVIEWED: ("s1",)}


def test_gate_wants_a_sign_off() -> None:
    assert unmet(GOOD, signed=False) == {Condition.SIGNED_OFF: ()}


def test_gate_of_an_empty_document_is_closed() -> None:
    assert unmet([]) == {
        Condition.COMPLETE: (),
        Condition.CURRENT: (),
        Condition.CHECKS: (),
        Condition.REVIEWED: (),
    }


def test_closed_gate_names_every_open_condition() -> None:
    units = [unit("s1", State.INITIAL), unit("s2", outdated=True), unit("s3")]
    with pytest.raises(GateClosed) as caught:
        gate(units, failing=("s3",), signed=False).require()
    assert caught.value.nature is Nature.CONFLICT
    assert caught.value.text() == (
        "These conditions of publishing are not met yet: "
        "complete, current, checks, reviewed, signed-off. "
        "The checklist names the texts that keep them open."
    )


@given(
    st.lists(st.tuples(st.sampled_from(State), st.booleans()), max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_gate_is_open_only_for_reviewed_current_checked_signed_texts(
    shapes: list[tuple[State, bool]], fails: bool, signed: bool
) -> None:
    units = [unit(f"s{n}", state, outdated=old) for n, (state, old) in enumerate(shapes)]
    good = all(shape == (State.REVIEWED, False) for shape in shapes)
    failing = [units[0].key] if fails and units else []
    opened = gate(units, failing=failing, signed=signed).open
    assert opened == (bool(units) and good and signed and not failing)


# --- Freezing ------------------------------------------------------------------------------------


def text(key: str, source: str, target: str, *links: Link, **more: Any) -> Text:
    values: dict[str, Any] = {
        "role": "paragraph",
        "section": "1",
        "label": "",
        "translated_by": "u3",
        "translated_at": "2026-11-20T10:00:00+00:00",
        "reviewed_by": "u4",
        "reviewed_at": "2026-11-21T10:00:00+00:00",
    }
    digest = segments.digest(source, links)
    return Text(
        key=key, source=source, source_digest=digest, target=target, links=links, **values | more
    )


TEXTS = (
    text("s1", "Policy", "سياسة الخصوصية", role="title", section=""),
    text("s2", "Write to <a1>us</a1>.", "اكتب <a1>لنا</a1>.", Link(1, "/contact", 'a "title"')),
    text("s3", "Two\u2028lines \\ \x7f {name}", "سطران {name} 😀"),
)
PLACE = Place("policy", "ar", number=3, previous="0" * 64, index=7, log_previous="1" * 64)
DECISION = Decision(
    signed_off_by="u4", published_by="u5", published_at=NOW, effective_at=NOW, signer="a" * 64
)
PLAIN: dict[str, Any] = {
    "source_language": "en",
    "revision": 2,
    "skeleton": '{"title":"s1"}',
    "texts": TEXTS,
}
OF_PLACE = {field.name for field in fields(Place)}
OF_DECISION = {field.name for field in fields(Decision)}


def frozen(**change: Any) -> Frozen:
    place = replace(PLACE, **{k: v for k, v in change.items() if k in OF_PLACE})
    decision = replace(DECISION, **{k: v for k, v in change.items() if k in OF_DECISION})
    rest = {k: v for k, v in change.items() if k not in OF_PLACE | OF_DECISION}
    return freeze(place, decision, **PLAIN | rest)


def test_freeze_gives_the_same_bytes_again() -> None:
    assert frozen() == frozen()
    assert frozen(texts=list(TEXTS)) == frozen()
    # Written down once and for all: another spelling would break the chain of what is published.
    assert frozen().digest == ("065588c90297283d2047161a4579432eca405e55d1c1428fb852b997c4b2fd51")


def test_freeze_writes_the_moment_in_utc() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    assert json.loads(frozen().manifest)["published_at"] == "2026-11-22T20:12:05+00:00"
    assert frozen(published_at=tokyo, effective_at=tokyo) == frozen()


def test_content_is_read_back_whole() -> None:
    one = frozen()
    assert read(one.content, one.manifest, one.digest) == Content(
        title="سياسة الخصوصية",
        language="ar",
        source_language="en",
        revision=2,
        skeleton='{"title":"s1"}',
        texts={each.key: each for each in TEXTS},
    )
    assert list(read(one.content, one.manifest, one.digest).texts) == ["s1", "s2", "s3"]


def test_title_is_the_slug_without_a_title_text() -> None:
    one = frozen(texts=TEXTS[1:])
    assert read(one.content, one.manifest, one.digest).title == "policy"


# What of each text is no words: tags and placeholders in their order, then the links.
CODES = (
    "[[],[]]",
    r'[["<a1>","</a1>"],[[1,"/contact","a \"title\""]]]',
    '[["{name}"],[]]',
)


def test_manifest_holds_digests_and_references_only() -> None:
    one = frozen()
    assert json.loads(one.manifest) == {
        "format": 2,
        "kind": "release",
        "document": "policy",
        "language": "ar",
        "number": 3,
        "log": {"index": 7, "previous": "1" * 64},
        "summary": "",
        "signer": "a" * 64,
        "effective_at": "2026-11-22T20:12:05+00:00",
        "revision": 2,
        "previous": "0" * 64,
        "content": hashlib.sha256(one.content.encode()).hexdigest(),
        "signed_off_by": "u4",
        "published_by": "u5",
        "published_at": "2026-11-22T20:12:05+00:00",
        "texts": [
            {
                "key": each.key,
                "source": each.source_digest,
                "target": hashlib.sha256(each.target.encode()).hexdigest(),
                "codes": hashlib.sha256(codes.encode()).hexdigest(),
                "reviewed_by": "u4",
            }
            for each, codes in zip(TEXTS, CODES, strict=True)
        ],
    }
    assert one.digest == hashlib.sha256(one.manifest.encode()).hexdigest()


def test_manifest_names_the_release_before_it() -> None:
    first = frozen(number=1, previous="")
    second = frozen(number=2, previous=first.digest)
    third = frozen(number=3, previous=second.digest)
    chain = [json.loads(each.manifest)["previous"] for each in (first, second, third)]
    assert chain == ["", first.digest, second.digest]
    # Another first release can't stand under the same second one.
    other = frozen(number=1, previous="", published_by="u6")
    assert frozen(number=2, previous=other.digest).digest != second.digest


@pytest.mark.parametrize(
    "change",
    [
        {"document": "policies"},
        {"language": "fa"},
        {"source_language": "de"},
        {"revision": 3},
        {"skeleton": '{"title":"s2"}'},
        {"number": 4},
        {"previous": ""},
        {"index": 8},
        {"log_previous": ""},
        {"earlier": "2" * 64},
        {"effective_at": NOW + timedelta(days=1)},
        {"signer": "b" * 64},
        {"summary": "جديد"},
        {"signed_off_by": "u5"},
        {"published_by": "u4"},
        {"published_at": NOW + timedelta(seconds=1)},
        {"texts": TEXTS[:2]},
        {"texts": (TEXTS[0], TEXTS[2], TEXTS[1])},
        *[
            {"texts": (replace(TEXTS[0], **{name: "other"}), *TEXTS[1:])}  # type: ignore[arg-type]
            for name in (
                *("key", "role", "section", "label", "source", "source_digest", "target"),
                *("translated_by", "translated_at", "reviewed_by", "reviewed_at", "fallback"),
            )
        ],
        {"texts": (replace(TEXTS[0], links=(Link(1, "/"),)), *TEXTS[1:])},
    ],
)
def test_digest_covers_every_fact(change: dict[str, Any]) -> None:
    assert frozen(**change).digest != frozen().digest


def test_canonical_json_has_one_spelling() -> None:
    assert canonical({"b": [1, "é"], "a": {"d": None, "c": True}}) == (
        '{"a":{"c":true,"d":null},"b":[1,"é"]}'
    )


def test_self_approved_text_is_told() -> None:
    assert text("s1", "a", "b", translated_by="u4").self_approved
    assert not text("s1", "a", "b").self_approved


# --- Reading back --------------------------------------------------------------------------------


def spoilt(value: str, at: int, bit: int) -> str:
    """``value`` with one bit of one of its bytes turned over."""
    data = bytearray(value.encode())
    data[at % len(data)] ^= 1 << bit
    return data.decode(errors="surrogateescape")


@given(
    st.sampled_from(["content", "manifest", "digest"]), st.integers(0, 10_000), st.integers(0, 7)
)
def test_read_refuses_any_turned_bit(part: str, at: int, bit: int) -> None:
    one = frozen()
    parts = {"content": one.content, "manifest": one.manifest, "digest": one.digest}
    parts[part] = spoilt(parts[part], at, bit)
    with pytest.raises(ReleaseDamaged):
        read(**parts)


@pytest.mark.parametrize(
    "change",
    [
        {"content": ""},
        {"manifest": ""},
        {"digest": ""},
        {"content": frozen().content + "\n"},
        {"manifest": " " + frozen().manifest},
        {"digest": frozen().digest.upper()},
        {"digest": frozen().digest[:63]},
        {"content": frozen(revision=9).content},
        {"manifest": frozen(revision=9).manifest},
        {"digest": frozen(revision=9).digest},
        {"manifest": "{}"},
        {"manifest": "not json"},
        {"content": "lone \ud800 surrogate"},
        {"manifest": "lone \ud800 surrogate"},
    ],
)
def test_read_refuses_what_does_not_belong_together(change: dict[str, str]) -> None:
    one = frozen()
    parts = {"content": one.content, "manifest": one.manifest, "digest": one.digest} | change
    with pytest.raises(ReleaseDamaged):
        read(**parts)


def test_read_refuses_a_manifest_made_for_other_content() -> None:
    one, two = frozen(), frozen(number=4)
    assert read(two.content, two.manifest, two.digest) == read(
        one.content, two.manifest, two.digest
    )
    three = frozen(texts=TEXTS[:1])
    with pytest.raises(ReleaseDamaged):
        read(one.content, three.manifest, three.digest)


def test_damage_names_the_release_as_far_as_it_is_known() -> None:
    one = frozen()
    with pytest.raises(ReleaseDamaged) as content:
        read("{}", one.manifest, one.digest)
    assert content.value.details == {"number": 3}
    with pytest.raises(ReleaseDamaged) as manifest:
        read(one.content, "{}", one.digest)
    assert manifest.value.details == {"number": one.digest[:16]}
