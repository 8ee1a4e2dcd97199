"""``kill -9`` while the site is published: what lies on the disk is one whole site, old or new."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.published.snapshot import Answer, Entry, Folder, Snapshot
from tests.support.processes import ROOT, bound_to_us

KILLS = 100
PAGES = 12


def publish_for_ever(path: Path) -> None:
    """Publish one edition after the other, each a page in twelve languages, until killed."""
    folder = Folder(path, "maker")
    number = 0
    while True:
        number += 1
        entries = {f"/{page}": _kept(folder, page, number) for page in range(PAGES)}
        before = folder.current()
        folder.publish(Snapshot(str(number), "maker", entries))
        folder.sweep(before[1] if before else Snapshot("", ""))


def _kept(folder: Folder, page: int, number: int) -> Entry:
    body = f"page {page} of edition {number}\n".encode() * 40
    return folder.keep(Answer("200 OK", (("Content-Type", "text/html"),), body))


def whole(path: Path) -> str:
    """The edition that is live; fails unless all of it is there and of one edition."""
    found = Folder(path, "maker").current()
    assert found is not None
    snapshot = found[1]
    assert len(snapshot.entries) == PAGES
    for address, entry in snapshot.entries.items():
        for name in entry.objects.values():
            assert Folder(path, "maker").body(name)
        body = Folder(path, "maker").body(entry.objects[""]).decode()
        assert body.startswith(f"page {address[1:]} of edition {snapshot.made_from}\n")
    return snapshot.made_from


def test_killed_publisher_leaves_one_whole_site(tmp_path: Path) -> None:
    dice = random.Random(1)
    seen = set()
    pointer = tmp_path / "current-maker"
    command = [*bound_to_us("KILL"), sys.executable, "-m", __name__, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as nursery:
        assert nursery.stdin
        assert nursery.stdout
        for _ in range(KILLS):
            was = pointer.stat().st_mtime_ns if pointer.exists() else 0
            nursery.stdin.write("another\n")
            nursery.stdin.flush()
            pid = int(nursery.stdout.readline())
            while not pointer.exists() or pointer.stat().st_mtime_ns == was:
                time.sleep(0.001)
            time.sleep(dice.uniform(0, 0.03))
            os.kill(pid, signal.SIGKILL)
            assert nursery.stdout.readline() == "dead\n"
            seen.add(whole(tmp_path))
    assert len(seen) > 1
    # What died half-way left nothing that grows: the next one that lives sweeps it up.
    assert len(list(tmp_path.glob("objects/*/*"))) <= 9 * PAGES + KILLS


def nurse() -> None:
    """For each line, a child that publishes until it is killed: a fork needs no second to start."""
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            publish_for_ever(Path(sys.argv[1]))
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    nurse()
