"""Chains of releases as a service makes them, and every way we know to falsify one.

Needs neither app nor database: the tests of the workflows and the measuring programs share it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from workflows import release, segments
from workflows.release import Decision, Frozen, Kind, Place, Text, verify
from workflows.sources import Link

BEGIN = datetime(2026, 11, 22, 20, 12, 5, tzinfo=UTC)
Bundle = dict[str, Any]


class Key:
    """A private key that is the same in every run."""

    def __init__(self, name: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))
        self.name = self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """The signature in hex."""
        return self._key.sign(message).hex()

    def public(self) -> str:
        """The public half in PEM."""
        key = self._key.public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


OURS, ROTATED, FOREIGN = Key("ours"), Key("rotated"), Key("foreign")
TRUSTED = frozenset({OURS.name, ROTATED.name})


def text(key: str, source: str, target: str, *links: Link, **more: str) -> Text:
    """A text of a release that somebody translated and somebody else approved."""
    return Text(
        key=key,
        role=more.get("role", "paragraph"),
        section="1",
        label="",
        source=source,
        source_digest=segments.digest(source, links),
        target=target,
        links=links,
        translated_by="u3",
        translated_at="2026-11-20T10:00:00+00:00",
        reviewed_by="u4",
        reviewed_at="2026-11-21T10:00:00+00:00",
        fallback=more.get("fallback", ""),
    )


def texts(language: str, state: int) -> list[Text]:
    """The texts of a small policy in some state."""
    link = Link(1, "/contact", 'a "title"')
    return [
        text("s1", "Policy", f"Politique {language}", role="title"),
        text("s2", "Write to <a1>us</a1>.", f"Écrivez-<a1>nous</a1>, {state} fois.", link),
        text("s3", "We keep {count} days.", f"Nous gardons {{count}} jours ({state})."),
        text("s4", "Not yet.", "Not yet.", fallback="missing" if state % 2 else ""),
    ]


class Service:
    """Publishes like the real one, with a clock that goes where it likes."""

    def __init__(self) -> None:
        self.entries: list[dict[str, str]] = []
        self.digests: list[str] = []
        self.lines: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.now = BEGIN

    def place(self, document: str, language: str) -> Place:
        """The next place of a language in the log."""
        own = self.lines.setdefault((document, language), [])
        last = self.entries[-1] if self.entries else None
        return Place(
            document,
            language,
            len(own) + 1,
            own[-1][0] if own else "",
            len(self.entries) + 1,
            self.digests[-1] if self.digests else "",
            release.earlier_digest(self.digests) if last and not last["signature"] else "",
        )

    def add(self, document: str, language: str, key: Key = OURS, **more: Any) -> None:
        """Publish, roll back (``restores``) or withdraw (``reason``), some seconds later."""
        self.now += timedelta(seconds=more.pop("seconds", 7))
        place, state = self.place(document, language), len(self.entries)
        kind = Kind.ROLLBACK if "restores" in more else Kind.RELEASE
        kind = Kind.WITHDRAWAL if "reason" in more else kind
        ahead = timedelta(days=more.pop("days", 0))
        decision = Decision("u4", "u5", self.now, self.now + ahead, key.name, kind=kind, **more)
        if kind is Kind.WITHDRAWAL:
            frozen = release.withdraw(place, decision, 1)
        elif kind is Kind.ROLLBACK:
            content = self.lines[document, language][decision.restores - 1][1]
            frozen = release.restore(place, decision, content)
        else:
            frozen = release.freeze(
                place,
                decision,
                source_language="en",
                revision=1,
                skeleton='{"title":"s1"}',
                texts=texts(language, state),
            )
        self.keep(place, frozen, key)

    def add_unsigned(self, document: str, language: str, seconds: int = 7, by: str = "u5") -> None:
        """Publish as services did before there were signatures: format 1."""
        self.now += timedelta(seconds=seconds)
        place = self.place(document, language)
        made = release.freeze(
            place,
            Decision("u4", by, self.now, self.now, ""),
            source_language="en",
            revision=1,
            skeleton='{"title":"s1"}',
            texts=[each for each in texts(language, len(self.entries)) if not each.fallback],
        )
        facts = json.loads(made.manifest) | {"format": 1}
        for name in ("kind", "log", "summary", "effective_at", "signer"):
            del facts[name]
        for row in facts["texts"]:
            del row["codes"]
        manifest = release.canonical(facts)
        self.keep(place, Frozen(made.content, manifest, release.sha256(manifest)), None)

    def keep(self, place: Place, frozen: Frozen, key: Key | None) -> None:
        """Store a release at the end of the log."""
        signature = key.sign(release.message("release", frozen.manifest)) if key else ""
        entry = {"manifest": frozen.manifest, "content": frozen.content, "signature": signature}
        self.entries.append(entry | {"key": key.name if key else ""})
        self.digests.append(frozen.digest)
        self.lines[place.document, place.language].append((frozen.digest, frozen.content))

    def head(self, key: Key = OURS, size: int | None = None) -> dict[str, str]:
        """The signed head after so many releases; after all of them by default."""
        size = len(self.digests) if size is None else size
        digest = self.digests[size - 1] if size else ""
        old = size and not self.entries[size - 1]["signature"]
        earlier = release.earlier_digest(self.digests[:size]) if old else ""
        made = release.write_head("Pinger Panel", size, digest, self.now, earlier)
        return release.signed_head(made, key.sign(release.message("head", made)), key.name)

    def bundle(self, key: Key = OURS) -> Bundle:
        """Everything, with its head."""
        made: Bundle = json.loads(release.write_bundle(self.entries, self.head(key)))
        return made


def release_of_format_1() -> Frozen:
    """The first release of ``old-rules``, as it was written before there were signatures."""
    made = Service()
    made.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    made.add_unsigned("old-rules", "en", seconds=0, by="u1")
    (entry,) = made.entries
    return Frozen(entry["content"], entry["manifest"], made.digests[0])


def service(*, unsigned: int = 0) -> Service:
    """Two documents in three languages with all that can happen to them, in 14 releases or more."""
    made = Service()
    for number in range(unsigned):
        made.add_unsigned(("policy", "terms")[number % 2], ("en", "fr")[number // 2 % 2])
    for language in ("en", "fr", "ar"):
        made.add("policy", language, summary="" if language == "en" else "Nouveau.")
    made.add("terms", "en", days=30)
    made.add("policy", "fr", summary="Une phrase.\nEt une autre.")
    made.add("policy", "fr", restores=len(made.lines["policy", "fr"]) - 1)
    made.add("policy", "ar", reason="Elle était fausse.")
    made.add("terms", "en", seconds=0)
    made.add("terms", "fr", ROTATED)
    made.add("policy", "ar", ROTATED)
    made.add("policy", "en", ROTATED, days=1)
    made.add("terms", "fr", ROTATED, reason="Trop tôt.")
    made.add("terms", "fr", ROTATED, restores=1)
    made.add("policy", "fr", ROTATED)
    return made


# --- Falsifying ----------------------------------------------------------------------------------


def spelt(bundle: Bundle) -> bytes:
    """A bundle as a file."""
    return (release.canonical(bundle) + "\n").encode("utf-8", "surrogatepass")


def _edited(bundle: Bundle, at: int, change: Callable[[dict[str, Any]], object]) -> Bundle:
    """Change the facts of a manifest, and write it as neatly as the real ones."""
    facts = json.loads(bundle["releases"][at]["manifest"])
    change(facts)
    bundle["releases"][at]["manifest"] = release.canonical(facts)
    return bundle


def flip(bundle: Bundle, chance: random.Random) -> bytes:
    """Another value for one byte of the file."""
    data = bytearray(spelt(bundle))
    data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    return bytes(data)


def drop(bundle: Bundle, chance: random.Random) -> bytes:
    """Leave one out."""
    del bundle["releases"][chance.randrange(len(bundle["releases"]))]
    return spelt(bundle)


def reorder(bundle: Bundle, chance: random.Random) -> bytes:
    """Exchange two."""
    entries = bundle["releases"]
    one, two = chance.sample(range(len(entries)), 2)
    entries[one], entries[two] = entries[two], entries[one]
    return spelt(bundle)


def repeat(bundle: Bundle, chance: random.Random) -> bytes:
    """Put one in twice."""
    entries = bundle["releases"]
    entries.insert(chance.randrange(len(entries) + 1), chance.choice(entries))
    return spelt(bundle)


def swap_dates(bundle: Bundle, chance: random.Random) -> bytes:
    """Exchange the dates of two releases."""
    entries = bundle["releases"]
    dates = [json.loads(entry["manifest"])["published_at"] for entry in entries]
    while True:
        one, two = chance.sample(range(len(entries)), 2)
        if dates[one] != dates[two]:
            break
    for at, date in ((one, dates[two]), (two, dates[one])):
        _edited(bundle, at, lambda facts, date=date: facts.update(published_at=date))  # type: ignore[misc]
    return spelt(bundle)


def date_anew(bundle: Bundle, chance: random.Random) -> bytes:
    """Move a date, forward or back."""
    at = chance.randrange(len(bundle["releases"]))

    def change(facts: dict[str, Any]) -> None:
        name = chance.choice([n for n in ("published_at", "effective_at") if n in facts])
        moved = datetime.fromisoformat(facts[name]) + timedelta(
            seconds=chance.choice((-1, 1)) * chance.randrange(1, 10**6)
        )
        facts[name] = release.moment(moved)

    return spelt(_edited(bundle, at, change))


def replace_text(bundle: Bundle, chance: random.Random) -> bytes:
    """Exchange a text and mend every digest that needs no key, along the whole log."""
    full = [at for at, entry in enumerate(bundle["releases"]) if entry["content"]]
    at = chance.choice(full)
    entry = bundle["releases"][at]
    content = json.loads(entry["content"])
    row = chance.choice(content["texts"])
    row["target"] += chance.choice((" ", "!", " not", "\u200b"))
    write_anew(bundle, at, release.canonical(content))
    return spelt(bundle)


def write_anew(bundle: Bundle, first: int, content: str, key: Key | None = None) -> None:
    """Give a release other texts, and mend all that follows; signed anew where there is a key."""
    entries = bundle["releases"]
    old: list[str] = []
    new: list[str] = []
    for at, entry in enumerate(entries):
        old.append(release.sha256(entry["manifest"]))
        facts = json.loads(entry["manifest"])
        if at == first:
            entry["content"] = content
            rows = [verify.manifest_row(row) for row in json.loads(content)["texts"]]
            for row in rows if facts["format"] == 1 else ():
                del row["codes"]
            facts |= {"content": release.sha256(content), "texts": rows}
        renamed = dict(zip(old, [*new, ""], strict=True))
        facts["previous"] = renamed.get(facts["previous"], facts["previous"])
        if "log" in facts:
            facts["log"]["previous"] = new[-1] if new else ""
            if "earlier" in facts["log"]:
                facts["log"]["earlier"] = release.earlier_digest(new)
            if key is not None and at >= first:
                facts["signer"] = entry["key"] = key.name
        entry["manifest"] = release.canonical(facts)
        if key is not None and at >= first and entry["key"]:
            entry["signature"] = key.sign(release.message("release", entry["manifest"]))
        new.append(release.sha256(entry["manifest"]))
    if key is not None:
        head = json.loads(bundle["head"]["head"]) | {"digest": new[-1]}
        made = release.canonical(head)
        signature = key.sign(release.message("head", made))
        bundle["head"] = release.signed_head(made, signature, key.name)


def sign_anew(bundle: Bundle, chance: random.Random) -> bytes:
    """Write history anew from some release on, and sign all of it with a foreign key."""
    full = [at for at, entry in enumerate(bundle["releases"]) if entry["content"]]
    at = chance.choice(full)
    content = json.loads(bundle["releases"][at]["content"])
    content["texts"][0]["target"] += "!"
    write_anew(bundle, at, release.canonical(content), FOREIGN)
    return spelt(bundle)


def sign_one_anew(bundle: Bundle, chance: random.Random) -> bytes:
    """Sign one release with a foreign key, its manifest as it was or naming that key."""
    at = chance.randrange(len(bundle["releases"]))
    if chance.random() < 0.5:
        _edited(bundle, at, lambda facts: facts.update(signer=FOREIGN.name))
    entry = bundle["releases"][at]
    signature = FOREIGN.sign(release.message("release", entry["manifest"]))
    entry |= {"signature": signature, "key": FOREIGN.name}
    return spelt(bundle)


def fork(bundle: Bundle, chance: random.Random) -> bytes:
    """Two servers with one key went on alone: what both published stands in one bundle."""
    other = Service()
    real = service()
    at = chance.randrange(1, len(real.entries))
    other.entries, other.digests = real.entries[:at], real.digests[:at]
    for number, digest in enumerate(other.digests):
        facts = json.loads(other.entries[number]["manifest"])
        own = other.lines.setdefault((facts["document"], facts["language"]), [])
        own.append((digest, other.entries[number]["content"]))
    other.now = BEGIN + timedelta(days=1)
    other.add("policy", "en", summary="Another truth.")
    index = chance.randrange(at, len(bundle["releases"]) + 1)
    bundle["releases"].insert(index, other.entries[-1])
    return spelt(bundle)


def cut_tail(bundle: Bundle, chance: random.Random) -> bytes:
    """Cut the tail off; the head of now stays."""
    del bundle["releases"][chance.randrange(len(bundle["releases"])) :]
    return spelt(bundle)


EDITS = (
    flip,
    drop,
    reorder,
    repeat,
    swap_dates,
    date_anew,
    replace_text,
    sign_anew,
    sign_one_anew,
    fork,
    cut_tail,
)
