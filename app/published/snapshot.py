"""The published site as finished bytes: what is kept, how it lies on the disk, how it is read.

A snapshot is everything that visitors may ask for without being known: pages, redirects, the few
static files. Each answer is kept as it was given by the site, with its body in up to three codings.
On the disk it is

    objects/<2 digits>/<SHA-256>    a body in one coding; never changed, shared by snapshots
    indexes/<SHA-256>.json          which address is answered by which objects
    current-<16 digits>             the SHA-256 of the index that is live

The last one is swapped by one rename, so a reader sees the old site or the new one and never a mix.
There is one for each maker: services of an old and a new version, or with other settings, don't
overwrite each other's pages. Everything that is read is compared with its digest first.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import brotli

from app.files import write_whole

FORMAT = 1
CODINGS = ("", "gzip", "br")
"""Content codings (RFC 9110 8.4.1); the first is none."""
MAKERS = 4
"""So many makers' snapshots are kept, those that were published last."""
LEAST = 512
"""Bytes; a shorter body is not worth a coding."""
Headers = tuple[tuple[str, str], ...]


class SnapshotDamaged(Exception):
    """A file of the snapshot isn't what its name says, or isn't there; holds its name."""


@dataclass(frozen=True)
class Answer:
    """One answer of the site, whole, as it is given without a coding."""

    status: str
    """Such as ``200 OK``."""
    headers: Headers
    """Without Content-Length."""
    body: bytes
    unchanged: Headers = ()
    """The headers of 304 Not Modified, for who has it already; empty when it has no entity tag."""


@dataclass(frozen=True)
class Entry:
    """An answer whose body lies on the disk: one object for each coding it has."""

    status: str
    headers: Headers
    objects: Mapping[str, str]
    """Coding -> SHA-256 of the body in it; always has ""."""
    unchanged: Headers = ()

    def header(self, wanted: str) -> str:
        """The value of a header, empty without it."""
        return next((value for name, value in self.headers if name == wanted), "")

    @property
    def permanent(self) -> bool:
        """Whether the site promised that it never changes (RFC 8246)."""
        return "immutable" in self.header("Cache-Control")

    @property
    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.header("Content-Type").startswith("text/html")


@dataclass(frozen=True)
class Crossing:
    """An address that leads on to one of several languages, by the visitor's preference."""

    offered: tuple[str, ...]
    default: str
    answers: Mapping[str, Entry]
    """The answer for each language offered."""


@dataclass(frozen=True)
class Part:
    """Answers that are made anew together: those about one policy, or about the site."""

    made_from: str
    """What they show: while it is the same, they are."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    """Address, with its query if it has one -> answer."""
    crossings: Mapping[str, Crossing] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """The whole published site at one moment."""

    made_from: str
    """What it shows: changes with every release."""
    made_by: str
    """What made it: changes with the code and the settings."""
    parts: Mapping[str, Part] = field(default_factory=dict)
    """By slug; the part of the site itself under ""."""

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Address -> answer, of all parts."""
        return {path: one for part in self.parts.values() for path, one in part.entries.items()}

    @cached_property
    def crossings(self) -> Mapping[str, Crossing]:
        """Address -> where it leads, of all parts."""
        return {path: one for part in self.parts.values() for path, one in part.crossings.items()}

    def objects(self) -> set[str]:
        """The names of all bodies that it needs."""
        every = [*self.entries.values()]
        every += [entry for one in self.crossings.values() for entry in one.answers.values()]
        return {name for entry in every for name in entry.objects.values()}


class Folder:
    """The folder of the published site."""

    def __init__(self, path: Path, made_by: str) -> None:
        self.path = path
        self.pointer = path / f"current-{made_by[:16]}"

    def seen(self) -> tuple[int, int]:
        """What tells one publication from the next without reading it; zeros before the first."""
        try:
            found = self.pointer.stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_ino

    def pointers(self) -> list[Path]:
        """The pointers of all makers, the newest first."""
        return sorted(self.path.glob("current-*"), key=_written, reverse=True)

    def keep(self, answer: Answer, before: Entry | None = None) -> Entry:
        """Write the bodies of an answer, where they don't lie there yet.

        ``before`` is what was kept for its address: of an unchanged body nothing is made again.
        """
        objects = {"": self._keep(answer.body)}
        if before is not None and before.objects[""] == objects[""]:
            objects = dict(before.objects)
        elif len(answer.body) >= LEAST and _compressible(answer.headers):
            objects["gzip"] = self._keep(gzip.compress(answer.body, 9, mtime=0))
            objects["br"] = self._keep(brotli.compress(answer.body))
        return Entry(answer.status, answer.headers, objects, answer.unchanged)

    def _keep(self, body: bytes) -> str:
        name = hashlib.sha256(body).hexdigest()
        path = self._object(name)
        if not path.exists():
            write_whole(path, body)
        return name

    def body(self, name: str) -> bytes:
        """The object with this name.

        Raises ``SnapshotDamaged`` unless it is exactly that; then it is removed, to be made anew.
        """
        path = self._object(name)
        try:
            return _checked(path, name)
        except SnapshotDamaged:
            with suppress(OSError):
                path.unlink()
            raise

    def _object(self, name: str) -> Path:
        return self.path / "objects" / name[:2] / name

    def publish(self, snapshot: Snapshot) -> str:
        """Make a snapshot the live one, once all of it is safely on the disk; returns its name."""
        data = json.dumps(_row(snapshot), ensure_ascii=False, separators=(",", ":")).encode()
        name = hashlib.sha256(data).hexdigest()
        write_whole(self._index(name), data)
        write_whole(self.pointer, f"{name}\n".encode())
        return name

    def current(self, pointer: Path | None = None) -> tuple[str, Snapshot] | None:
        """The live snapshot of this maker, or of the one with that pointer; None before the first.

        With its name. Raises ``SnapshotDamaged`` when pointer or index are not as they were
        written.
        """
        pointer = pointer or self.pointer
        try:
            name = pointer.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise SnapshotDamaged(str(pointer)) from error
        if len(name) != 64 or not name.isalnum():
            raise SnapshotDamaged(str(pointer))
        value = json.loads(_checked(self._index(name), name))
        if value["format"] != FORMAT:
            raise SnapshotDamaged(str(self._index(name)))
        return name, _snapshot(value)

    def _index(self, name: str) -> Path:
        return self.path / "indexes" / f"{name}.json"

    def sweep(self, before: Snapshot) -> None:
        """Remove what no maker's live snapshot needs, nor the one that was live ``before``.

        Whoever still serves an older one asks the site itself for what is missing.
        """
        makers = self.pointers()
        for pointer in makers[MAKERS:]:
            pointer.unlink(missing_ok=True)
        names, objects = set(), before.objects()
        for pointer in makers[:MAKERS]:
            with suppress(SnapshotDamaged):
                if found := self.current(pointer):
                    names.add(found[0])
                    objects |= found[1].objects()
        for path in (self.path / "indexes").glob("*"):
            if path.stem not in names:
                path.unlink(missing_ok=True)
        # What somebody left half written who was killed: nobody else writes now.
        for path in self.path.glob(".current-*"):
            path.unlink(missing_ok=True)
        for path in (self.path / "objects").glob("??/*"):
            if path.name not in objects:
                path.unlink(missing_ok=True)


def _written(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


def _compressible(headers: Headers) -> bool:
    kinds = ("text/", "application/", "image/svg+xml")
    return any(name == "Content-Type" and value.startswith(kinds) for name, value in headers)


def _checked(path: Path, name: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SnapshotDamaged(str(path)) from error
    if hashlib.sha256(data).hexdigest() != name:
        raise SnapshotDamaged(str(path))
    return data


def _row(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_from": snapshot.made_from,
        "made_by": snapshot.made_by,
        "parts": {name: _part_row(part) for name, part in snapshot.parts.items()},
    }


def _part_row(part: Part) -> dict[str, Any]:
    return {
        "made_from": part.made_from,
        "entries": {path: _entry_row(one) for path, one in part.entries.items()},
        "crossings": {
            path: {
                "offered": one.offered,
                "default": one.default,
                "answers": {tag: _entry_row(answer) for tag, answer in one.answers.items()},
            }
            for path, one in part.crossings.items()
        },
    }


def _entry_row(one: Entry) -> dict[str, Any]:
    return {
        "status": one.status,
        "headers": one.headers,
        "objects": dict(one.objects),
        "unchanged": one.unchanged,
    }


def _snapshot(value: Mapping[str, Any]) -> Snapshot:
    parts = {name: _part(row) for name, row in value["parts"].items()}
    return Snapshot(value["made_from"], value["made_by"], parts)


def _part(row: Mapping[str, Any]) -> Part:
    return Part(
        row["made_from"],
        {path: _entry(one) for path, one in row["entries"].items()},
        {
            path: Crossing(
                tuple(one["offered"]),
                one["default"],
                {tag: _entry(answer) for tag, answer in one["answers"].items()},
            )
            for path, one in row["crossings"].items()
        },
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    headers, unchanged = (
        tuple((name, text) for name, text in row[what]) for what in ("headers", "unchanged")
    )
    return Entry(row["status"], headers, row["objects"], unchanged)
