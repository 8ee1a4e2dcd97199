"""The published site as files that any web server, object store or CDN can hand out.

Every page becomes a file beside its compressed twins; what leads elsewhere is told in
``redirects.json``; ``manifest.json`` names each file with its address and digest. Files are written
so that a page never names one that isn't there yet, and an export into the same place again writes
what changed and removes what went.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import fsspec
from fsspec.implementations.local import LocalFileSystem

from app.files import write_whole
from app.published.snapshot import Entry, Folder, Snapshot
from workflows.problems import N_, Nature, Problem
from workflows.release import canonical

FORMAT = 1
MANIFEST = "manifest.json"
REDIRECTS = "redirects.json"
TWINS = {"": "", "gzip": ".gz", "br": ".br"}


class NotOurs(Problem):
    """``where`` something else lies already."""

    code: ClassVar[str] = "export-not-ours"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("{where} holds files that are no export of this service.")
    mend: ClassVar[str] = N_("Name an empty folder, or one that an export was written to before.")


@dataclass(frozen=True)
class Exported:
    """What an export did: counts of files."""

    files: int
    written: int
    removed: int


def name_of(address: str, entry: Entry) -> str | None:
    """The file of an address, relative and with ``/``; None for what has no body to show."""
    if entry.status.startswith("3"):
        return None
    path = address.partition("?")[0].removeprefix("/")
    if not entry.is_page:
        return path
    return f"{path}index.html" if path.endswith("/") or not path else f"{path}.html"


def files_of(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """File name -> address and object, in the order in which they are to be written.

    What pages need goes first, so that no page is there before it.
    """
    found: dict[str, tuple[str, str]] = {}
    for pages in (False, True):
        for address, entry in snapshot.entries.items():
            name = name_of(address, entry)
            if name is not None and entry.is_page is pages:
                for coding, body in entry.objects.items():
                    found[name + TWINS[coding]] = (address, body)
    return found


def redirects_of(snapshot: Snapshot) -> dict[str, Any]:
    """What leads elsewhere: always to the same place, or to one by language."""
    always = {
        address: {"status": int(entry.status[:3]), "location": entry.header("Location")}
        for address, entry in snapshot.entries.items()
        if entry.status.startswith("3") and "?" not in address
    }
    by_language = {
        address: {
            "default": one.default,
            "locations": {tag: answer.header("Location") for tag, answer in one.answers.items()},
        }
        for address, one in snapshot.crossings.items()
    }
    return {"format": FORMAT, "always": always, "by_language": by_language}


def export(folder: Folder, snapshot: Snapshot, place: str) -> Exported:
    """Write the site to ``place``: a folder, or any address that fsspec knows.

    Raises ``NotOurs``, ``SnapshotDamaged``, and whatever the store raises; then the manifest is
    that of the export before, and the next export goes on where this one stopped.
    """
    target = _Target(place)
    before = target.before()
    files = files_of(snapshot)
    redirects = canonical(redirects_of(snapshot)).encode()
    rows = {name: {"address": address, "sha256": body} for name, (address, body) in files.items()}
    rows[REDIRECTS] = {"address": "", "sha256": hashlib.sha256(redirects).hexdigest()}
    if before is None:
        # Whatever is left of a first export that stops, the next one knows that it is ours.
        before = {}
        begun = {name: {**row, "sha256": ""} for name, row in rows.items()}
        target.write(MANIFEST, _manifest("", begun), same=False)
    written = 0
    for name, (_, body) in files.items():
        written += target.write(name, folder.body(body), before.get(name) == body)
    target.write(REDIRECTS, redirects, same=False)
    gone = [name for name in before if name not in rows]
    target.write(MANIFEST, _manifest(snapshot.made_from, rows), same=False)
    for name in gone:
        target.remove(name)
    return Exported(len(files), written, len(gone))


def _manifest(made_from: str, rows: Mapping[str, Mapping[str, str]]) -> bytes:
    return canonical({"format": FORMAT, "made_from": made_from, "files": rows}).encode()


class _Target:
    """Where an export goes."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.system, self.root = fsspec.core.url_to_fs(place)
        self.local = isinstance(self.system, LocalFileSystem)

    def before(self) -> Mapping[str, str] | None:
        """File name -> digest, as the last export says, empty for one that was only begun; None
        when there was none."""
        if not self.system.exists(self._path(MANIFEST)):
            if self.system.exists(self.root) and self.system.ls(self.root):
                raise NotOurs(where=self.place)
            return None
        try:
            value = json.loads(self.system.cat_file(self._path(MANIFEST)))
            found = {str(name): str(row["sha256"]) for name, row in value["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotOurs(where=self.place) from error
        if not all(_inside(name) for name in found):
            raise NotOurs(where=self.place)
        return found

    def write(self, name: str, data: bytes, same: bool) -> bool:
        """Write a file unless it is there; returns whether it was written.

        ``same``: the last export wrote the same. A folder is looked at, a store is believed.
        """
        if not self.local:
            if not same:
                self.system.pipe_file(self._path(name), data)
            return not same
        path = self._local(name)
        if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
            return False
        write_whole(path, data)
        return True

    def remove(self, name: str) -> None:
        """Remove a file that the last export wrote, if it is still there."""
        if not self.local:
            if self.system.exists(self._path(name)):
                self.system.rm_file(self._path(name))
            return
        path = self._local(name)
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == Path(self.root) or (parent.exists() and any(parent.iterdir())):
                break
            if parent.exists():
                parent.rmdir()

    def _path(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}"

    def _local(self, name: str) -> Path:
        path = Path(self.root) / name
        # A link among our folders could lead anywhere.
        if not path.parent.resolve().is_relative_to(Path(self.root).resolve()):
            raise NotOurs(where=str(path.parent))
        return path


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
