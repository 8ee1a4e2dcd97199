"""Proves that no release in a bundle was edited, dropped, reordered, dated back or forked.

A module of the project and, as it is, a program: it needs Python 3.11 and ``cryptography`` alone.

    python verify.py BUNDLE.json [--key KEY]... [--head FILE]

KEY is a public key to trust: a PEM file, or 64 hex digits; FILE a head of an earlier day. Ends with
0 when all holds, 1 with the first bad link, 2 if a file can't be read. Limits: docs/releases.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

try:
    from itertools import pairwise

    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
except ImportError as missing:
    print(f"Can't run: {missing}. Wanted: Python 3.11, pip install cryptography.", file=sys.stderr)
    raise SystemExit(2) from None

BUNDLE, HEAD, MAX_MIB = "pinger-panel bundle 1", "pinger-panel head 1", 64
_KEY, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_CODE = re.compile(r"</?[a-z]+\d*/?>|\{\w+\}")
_PEM = re.compile(rb"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)
_SAID = r'"%s":"?([^",]{1,80})'
_WRONG_SHAPE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)


class Unreadable(Exception):
    """Not a bundle, a head or a key at all."""


class Broken(Exception):
    """A bad link: where it is, what is wrong, what was expected and found."""

    def __init__(self, where: str, what: str, expected: object = "", found: object = "") -> None:
        self.where, self.what = where, what
        more = f" Expected: {shown(expected)}. Found: {shown(found)}." if expected != found else ""
        super().__init__(f"{where}: {what[:400]}.{more}")


def _expect(where: str, what: str, expected: object, found: object) -> None:
    if expected != found:
        raise Broken(where, what, expected, found)


def shown(it: object) -> str:
    """Anything out of a bundle, fit for one line of a terminal."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in str(it)[:160]) or "nothing"


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, no escapes beyond the needed ones."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8; of any text at all, so that damage is told and never crashes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def manifest_row(text: Mapping[str, Any]) -> dict[str, Any]:
    """What a manifest says of one text: digests of all it is made of, and who reviewed it."""
    links = [[link["number"], link["href"], link["title"]] for link in text["links"]]
    source = json.dumps([text["source"], links], ensure_ascii=False, separators=(",", ":"))
    row: dict[str, Any] = {
        "key": text["key"],
        "source": sha256(source),
        "target": sha256(text["target"].replace("\r\n", "\n").replace("\r", "\n")),
        "codes": sha256(canonical([_CODE.findall(text["target"]), links])),
        "reviewed_by": text["reviewed_by"],
    }
    row |= {name: text[name] for name in ("reviewed_source", "fallback") if text.get(name)}
    if text.get("editorial"):
        row["editorial"] = [change["before"] for change in text["editorial"]]
    return row


def earlier_digest(digests: Sequence[str]) -> str:
    """What names releases without signatures, in their order: said by what follows, and heads."""
    return sha256("\n".join(digests)) if digests else ""


def message(kind: str, text: str) -> bytes:
    """What is signed of the manifest of a "release", or of a "head": its digest, and what it is."""
    return f"pinger-panel {kind} 1\0{sha256(text)}".encode()


def fits(key: str, signature: str, message: bytes) -> bool:
    """Whether a signature (hex) is that of the holder of a key (hex) under a message."""
    if not _KEY.fullmatch(key) or not _SIGNATURE.fullmatch(signature):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _obj(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _no("a name that stands twice")


def _no(value: str) -> NoReturn:
    raise ValueError(f"{value[:30]} has no place here")


_JSON: dict[str, Any] = {"object_pairs_hook": _obj, "parse_constant": _no, "parse_float": _no}


def read_json(found: str | bytes) -> Any:
    """JSON without floats, endless numbers and names said twice; raises ``Unreadable``."""
    text = found if isinstance(found, str) else found.decode("utf-8", "surrogateescape")
    try:
        return json.JSONDecoder(**_JSON, strict=False).decode(text)
    except (RecursionError, MemoryError):
        raise Unreadable("it is nested too deeply") from None
    except ValueError as error:
        # Where a byte of a bundle was changed, the entries before it can still be counted.
        place = text.count('{"content":"', 0, getattr(error, "pos", 0))
        where = f", in the entry of log index {place}" if place else ""
        raise Unreadable(f"it is not JSON as expected{where}: {shown(error)}") from None


def _texts(value: Any, *names: str) -> list[str]:
    """The texts that an object holds under exactly these names."""
    exact = type(value) is dict and sorted(value) == sorted(names)
    if not exact or not all(type(text) is str for text in value.values()):
        raise Unreadable(f"an object is not made of exactly these texts: {', '.join(names)}")
    return [value[name] for name in names]


class Release:
    """One release; ``place`` counts from 1, ``facts`` is its manifest, empty when damaged."""

    before: Release | None = None
    after: Release | None = None

    def __init__(self, place: int, entry: Any) -> None:
        found = _texts(entry, "manifest", "content", "signature", "key")
        self.manifest, self.content, self.signature, self.key = found
        self.place, self.digest = place, sha256(self.manifest)
        self.facts: dict[str, Any] = {}
        try:
            facts = read_json(self.manifest)
            self.line = (str(facts["document"]), str(facts["language"]))
            self.signed, self.date = (1, 2).index(facts["format"]) == 1, str(facts["published_at"])
            self.index: Any = facts["log"]["index"] if self.signed else place
            named = [facts["log"]["previous"], facts["signer"]] if self.signed else []
            "".join([facts["previous"], *named])
            self.facts, said = facts, [*self.line, facts["number"]]
        except (Unreadable, *_WRONG_SHAPE):
            self.line, self.signed, self.date, self.index = ("", ""), False, "", place
            # Damage must not hide its name.
            names = ("document", "language", "number")
            said = [(re.findall(_SAID % name, self.manifest) or ["unknown"])[0] for name in names]
        self.name = "{}, {}, release {} (log index {})".format(*map(shown, [*said, self.index]))


def read_head(signed: Any, where: str) -> tuple[dict[str, Any], str]:
    """What a signed head says, and its key; raises ``Unreadable`` and ``Broken``."""
    head, signature, key = _texts(signed, "head", "signature", "key")
    if not fits(key, signature, message("head", head)):
        raise Broken(where, "it was changed after it was signed: its signature does not fit")
    facts = read_json(head)
    if type(facts) is not dict or facts.get("format") != HEAD:
        raise Unreadable(f"{where} is no head of a known format")
    return facts, key


def public_keys(text: str) -> set[str]:
    """The keys that ``--key`` names: 64 hex digits, or a file with one PEM block or more."""
    if _KEY.fullmatch(text):
        return {text}
    try:
        keys = [load_pem_public_key(block) for block in _PEM.findall(read_bytes(Path(text), 1))]
    except (ValueError, UnsupportedAlgorithm):
        keys = []
    found = {key.public_bytes_raw().hex() for key in keys if isinstance(key, Ed25519PublicKey)}
    if not found:
        raise Unreadable(f"{shown(text)} is no public key of Ed25519: 64 hex digits, or PEM")
    return found


def read_bytes(path: Path, mib: int) -> bytes:
    """The bytes of a file of a limited size; raises ``Unreadable``."""
    try:
        with path.open("rb") as file:
            data = file.read((mib << 20) + 1)
    except (OSError, ValueError, OverflowError) as error:
        raise Unreadable(f"{shown(path)}: {getattr(error, 'strerror', error)}") from None
    if len(data) > mib << 20:
        raise Unreadable(f"{shown(path)} has more than {mib} MiB (--max-mib reads more)")
    return data


def walk(releases: Sequence[Release], trusted: frozenset[str]) -> None:
    """Raise ``Broken`` at the first release that is not as it must be."""
    lines: dict[tuple[str, str], list[Release]] = {}
    for release in releases:
        try:
            _signature(release, trusted)
            if release.signed:
                _order(release, releases)
            _line(release, lines.setdefault(release.line, []))
            _compare_texts(release)
        except (Unreadable, *_WRONG_SHAPE) as error:
            what = f"its manifest or its texts are not of the right shape ({shown(error)})"
            raise Broken(release.name, what) from None
        lines[release.line].append(release)


def _signature(release: Release, trusted: frozenset[str]) -> None:
    name, signer = release.name, release.facts.get("signer", "")
    if not release.facts:
        raise Broken(name, "its manifest was changed: it can't be read any more")
    _expect(name, "it is signed with another key than its manifest names", signer, release.key)
    if not release.signed:
        if release.before and release.before.signed:
            raise Broken(name, "it has no signature, but the release before it has one")
        _expect(name, "it has a signature, and yet it names no key", "", release.signature)
    elif not fits(signer, release.signature, message("release", release.manifest)):
        raise _edited(release)
    elif trusted and signer not in trusted:
        raise Broken(name, "it is signed with a key that is not trusted", "a known key", signer)


def _edited(release: Release) -> Broken:
    """What to say of a release whose signature doesn't fit."""
    before, after = release.before, release.after
    named = after.facts["log"]["previous"] if after and after.signed else ""
    if named == release.digest:
        return Broken(release.name, "its signature was changed; its manifest was not")
    what = "its manifest was changed after it was signed"
    for one, side in ((before, "before"), (after, "after")):
        out = one and one.date and (release.date < one.date) == (side == "before")
        if one and out and one.date != release.date:
            what += f": it is dated {shown(release.date)}, but the one {side} it {shown(one.date)}"
    return Broken(release.name, what, named or "the manifest that was signed", release.digest)


def _order(release: Release, releases: Sequence[Release]) -> None:
    name, log, before = release.name, release.facts["log"], release.before
    if release.index != release.place:
        raise _misplaced(release, releases)
    what = "it follows another release than here: one of the two was exchanged or changed"
    _expect(name, what, log["previous"], before.digest if before else "")
    old = releases[: release.place - 1] if before and not before.signed else ()
    what = "the releases that are older than signatures are not those that it names"
    _expect(name, what, log.get("earlier", ""), earlier_digest([r.digest for r in old]))
    date, effective = release.date, release.facts["effective_at"]
    if not _MOMENT.fullmatch(date) or not _MOMENT.fullmatch(effective):
        raise Broken(name, "one of its dates is no moment in UTC")
    if before and date < before.date:
        raise Broken(name, "it is dated back: the release before it is younger", before.date, date)
    if effective < date:
        raise Broken(name, "it is in force before it is published", date, effective)


def _misplaced(release: Release, releases: Sequence[Release]) -> Broken:
    """What to say of a release whose log index is not its place."""
    at, previous = release.place, release.facts["log"]["previous"]
    same = next((r for r in releases[: at - 1] if r.index == release.index), None)
    if same and same.digest == release.digest:
        return Broken(release.name, "it stands here twice")
    if same:
        what = f"the log forks: {same.name} has the same log index"
        return Broken(release.name, what, same.digest, release.digest)
    if any(r.index == at for r in releases if r.signed):
        what = "the order was changed: it stands in the place of another release"
        return Broken(release.name, what, at, release.index)
    lost = f"a release with log index {at} or before"
    # The next release of the same document and language names the lost one, too.
    heirs = [r for r in releases[at - 1 :] if r.signed and r.facts["previous"] == previous]
    if heirs and release.index == at + 1:
        said = (*heirs[0].line, heirs[0].facts["number"] - 1, at)
        lost = "{}, {}, release {} (log index {})".format(*map(shown, said))
    return Broken(lost, f"it is missing here (dropped): {release.name} stands in its place")


def _line(release: Release, own: Sequence[Release]) -> None:
    """Compare with the earlier releases of the same document and language."""
    facts, name, kind = release.facts, release.name, release.facts.get("kind", "release")
    number, previous = (own[-1].facts["number"] + 1, own[-1].digest) if own else (1, "")
    what = "it does not follow the release of its language before it: one of them was changed"
    _expect(name, what, f"{number} after {previous}", "{number} after {previous}".format(**facts))
    if kind == "withdrawal" and (release.content or facts["texts"] or not own):
        raise Broken(name, "it is a withdrawal, and yet has texts or nothing to withdraw")
    if kind == "rollback":
        there = own[facts["restores"] - 1].facts["content"] if facts["restores"] > 0 else ""
        _expect(name, "it does not bring back the texts it names", there, facts["content"])


def _compare_texts(release: Release) -> None:
    name, facts = release.name, release.facts
    _expect(name, "its texts were changed", facts["content"], sha256(release.content))
    if facts.get("kind") == "withdrawal":
        return  # it has none
    content = read_json(release.content)
    for what in ("language", "revision"):
        _expect(name, f"its texts are of another {what}", facts[what], content[what])
    _expect(name, "it has not all its texts", len(facts["texts"]), len(content["texts"]))
    for text, listed in zip(content["texts"], facts["texts"], strict=True):
        row = manifest_row(text)
        if not release.signed:
            del row["codes"]
        what = f"text “{shown(row['key'])}” is not what its manifest says"
        _expect(name, what, row["source"], text["source_digest"])
        _expect(name, what, canonical(listed), canonical(row))


def verify(
    data: bytes, trusted: frozenset[str] = frozenset(), saved: bytes | None = None
) -> list[str]:
    """Check a bundle, with trusted keys and a head from an earlier day; what was proved, in lines.

    Raises ``Broken`` with the first bad link, ``Unreadable`` for what is no bundle or head.
    """
    bundle = read_json(data)
    known = type(bundle) is dict and sorted(bundle) == ["format", "head", "releases"]
    if not known or bundle["format"] != BUNDLE or type(bundle["releases"]) is not list:
        raise Unreadable("it is no bundle of releases of a known format")
    releases = [Release(place, entry) for place, entry in enumerate(bundle["releases"], 1)]
    for one, other in pairwise(releases):
        one.after, other.before = other, one
    walk(releases, trusted)
    where, own = "the head in the bundle", {r.key for r in releases if r.signed}
    keys = trusted or frozenset(own | {read_head(bundle["head"], where)[1]})
    head = _compare_head(where, bundle["head"], keys, releases)
    _expect(where, "more releases follow it", head["size"], len(releases))
    if data.removesuffix(b"\n") != canonical(bundle).encode("utf-8", "surrogatepass"):
        raise Broken("the bundle", "all it says holds, but it is not spelt as it was written")
    lines = [f"{len(releases)} releases: none changed, dropped, reordered, dated back or forked."]
    if old := sum(not release.signed for release in releases):
        lines.append(f"The first {old} have no signatures: the head or what follows proves them.")
    lines.append("No head from an earlier day was given: a tail that was cut can't be seen.")
    if saved is not None:
        kept = _compare_head("the head that was kept", read_json(saved), keys, releases)
        date, size = shown(kept.get("made_at")), kept["size"]
        lines[-1] = f"They go on from the head of {date}, which counts {size} releases."
    said = "trusted" if trusted else "named by the bundle itself: compare it with one you know"
    return lines + [f"Key {key}: {said}." for key in sorted(keys)]


def _compare_head(where: str, signed: Any, keys: frozenset[str], releases: list[Release]) -> Any:
    head, key = read_head(signed, where)
    if key not in keys:
        raise Broken(where, "it is signed with a key that is not known", "a known key", key)
    size = head.get("size")
    if type(size) is not int or size < 0 or size != head.get("index"):
        raise Broken(where, "what it says makes no sense")
    if size > len(releases):
        what = f"the tail of the log was cut off, from log index {len(releases) + 1} on"
        raise Broken(where, what, f"{size} releases", len(releases))
    what = f"the log was written anew: the release with log index {size} is another one"
    _expect(where, what, head.get("digest"), releases[size - 1].digest if size else "")
    old = [r.digest for r in releases[:size]] if size and not releases[size - 1].signed else []
    _expect(where, "it names other unsigned releases", head.get("earlier", ""), earlier_digest(old))
    return head


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; its exit code."""
    parser = argparse.ArgumentParser(description="Check a bundle of releases.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", action="append", default=[], help="trusted: PEM file or hex")
    parser.add_argument("--head", type=Path, help="a head that was kept from an earlier day")
    parser.add_argument("--max-mib", type=int, default=MAX_MIB, help="read at most so much")
    asked = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", dict)(errors="backslashreplace")
    try:
        trusted = frozenset(key for text in asked.key for key in public_keys(text))
        saved = read_bytes(asked.head, 1) if asked.head else None
        print("\n".join(verify(read_bytes(asked.bundle, asked.max_mib), trusted, saved)))
    except Broken as broken:
        print(f"First bad link: {broken}")
        return 1
    except Unreadable as error:
        print(f"Can't be read: {error}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
