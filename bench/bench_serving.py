"""What a published page costs, compared with the least that a server can do.

``python -m bench.bench_serving --help``; what the figures mean is in ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.report import table
from bench.serving_sites import Site, build, many_languages
from tests.support.processes import ROOT, free_port, start, stop
from tests.support.servers import environment

PAGE_AIM, REDIRECT_AIM, P99_AIM, FLAT = 1.15, 3.0, 1.5, 1.15
CONNECTIONS = 16
TICK = os.sysconf("SC_CLK_TCK")
PAGE = "/fr/policy-1"
_SERVERS = {"date", "server", "connection"}
"""Headers that each server writes by itself."""
BROWSER = "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"


@dataclass(frozen=True)
class Subject:
    """Something that is asked: a server, an address, headers."""

    name: str
    pid: int
    url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """One run: requests a second, microseconds of processor a request, 99th percentile in ms."""

    rate: float
    cost: float
    p99: float


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(prog="python -m bench.bench_serving", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, small sites")
    parser.add_argument("--seconds", type=int, default=4, help="of each run")
    parser.add_argument("--rounds", type=int, default=5, help="of all subjects, shuffled")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser.parse_args(argv)


@contextmanager
def served(
    command: Sequence[str], port: int, path: str, folder: Path, **more: str
) -> Iterator[int]:
    """A server on the first core until the block ends; its process id."""
    environ = environment(more | {"PORT": str(port), "PANEL_LOG_LEVEL": "error"})
    with (folder / f"{port}.log").open("wb") as log:
        child = start(["taskset", "-c", "0", *command], log=log, environ=environ)
        try:
            _wait(f"http://127.0.0.1:{port}{path}", child)
            yield child.pid
        finally:
            stop(child)


def _wait(url: str, child: subprocess.Popen[bytes]) -> None:
    for _ in range(1_200):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            assert child.poll() is None, f"the server of {url} ended"
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")


@contextmanager
def service(settings: dict[str, str], folder: Path) -> Iterator[tuple[int, str]]:
    """Our service with one thread, when it has published; its process id and address."""
    port = free_port()
    command = [sys.executable, "-m", "flask", "serve", "--threads", "1"]
    with served(command, port, "/healthz", folder, **settings) as pid:
        published = Path(settings["PANEL_HOME"]) / "published"
        while not list(published.glob("current-*")):
            time.sleep(0.1)
        time.sleep(0.5)
        yield pid, f"http://127.0.0.1:{port}"


@contextmanager
def nginx(body: bytes, folder: Path) -> Iterator[tuple[int, str]]:
    """nginx with the page as a file, one worker."""
    port = free_port()
    (folder / "page.html").write_bytes(body)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/temporary;" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;\n"
        f"events {{}}\nhttp {{ access_log off; default_type text/html; {temporary}\n"
        "keepalive_requests 1000000; open_file_cache max=9;\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    os.chmod(folder, 0o755)
    command = ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with served(command, port, "/page.html", folder) as pid:
        yield pid, f"http://127.0.0.1:{port}/page.html"


def cpu(pid: int) -> float:
    """Seconds of processor that a process and its children have used."""
    total = 0.0
    for one in (pid, *_children(pid)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICK
    return total


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from _children(int(child))


def measure(subject: Subject, seconds: int) -> Measured:
    """Ask from the second core as fast as it goes."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in subject.headers.items():
        command += ["-H", f"{name}: {value}"]
    before = cpu(subject.pid)
    done = subprocess.run(
        [*command, subject.url], capture_output=True, text=True, check=True, timeout=300
    )
    used = cpu(subject.pid) - before
    said = done.stdout
    assert "Non-2xx" not in said or subject.name in ("redirect", "304"), said
    requests = re.search(r"(\d+) requests in", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert requests
    assert p99
    assert rate
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return Measured(float(rate[1]), 1e6 * used / int(requests[1]), float(p99[1]) * scale)


def medians(subjects: Sequence[Subject], seconds: int, rounds: int) -> dict[str, Measured]:
    """Every subject once a round, in another order each time."""
    dice = random.Random(1)
    found: dict[str, list[Measured]] = defaultdict(list)
    for _ in range(rounds):
        for subject in dice.sample(list(subjects), len(subjects)):
            found[subject.name].append(measure(subject, seconds))
    return {
        name: Measured(
            *(
                statistics.median(getattr(run, what) for run in runs)
                for what in ("rate", "cost", "p99")
            )
        )
        for name, runs in found.items()
    }


def get(url: str, **headers: str) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of an answer."""
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request) as answer:
        rows = [row for row in answer.headers.items() if row[0].lower() not in _SERVERS]
        return rows, answer.read()


def compare(folder: Path, seconds: int, rounds: int) -> dict[str, Measured]:
    """One page of ours beside the same page by other means."""
    settings = build(Site("usual"), folder / "usual")
    with ExitStack() as stack:
        pid, address = stack.enter_context(service(settings, folder))
        headers, body = get(address + PAGE)
        tag = dict(headers)["etag"]
        page = folder / "page.json"
        page.write_text(json.dumps({"headers": headers, "body": body.decode()}), "utf-8")
        print(f"the page: {len(body):,} bytes", end="")
        for coding in ("gzip", "br"):
            print(
                f", {coding} {len(get(address + PAGE, **{'Accept-Encoding': coding})[1]):,}", end=""
            )
        print()
        url = address + PAGE
        subjects = [
            Subject("page", pid, url),
            Subject("gzip", pid, url, {"Accept-Encoding": "gzip, deflate"}),
            Subject("br", pid, url, {"Accept-Encoding": "gzip, deflate, br, zstd"}),
            Subject("304", pid, url, {"If-None-Match": tag}),
            Subject("version", pid, f"{url}/versions/1"),
            Subject("redirect", pid, f"{address}/policy-1", {"Accept-Language": BROWSER}),
        ]
        for name in ("bare", "bare_headers", "flask_bytes", "flask_babel"):
            port = free_port()
            command = [sys.executable, "-m", "bench.serving_apps", name, str(port), str(page)]
            other = stack.enter_context(served(command, port, PAGE, folder))
            subjects.append(Subject(name, other, f"http://127.0.0.1:{port}{PAGE}"))
        if shutil.which("nginx"):
            other, url = stack.enter_context(nginx(body, folder))
            subjects.append(Subject("nginx", other, url))
        return medians(subjects, seconds, rounds)


def growth(folder: Path, seconds: int, rounds: int, *, quick: bool) -> dict[str, Measured]:
    """The page and the redirect on sites that have more of something."""
    many, long = (30, 100) if quick else (100, 1_000)
    sites = [
        Site("usual, small page", paragraphs=10),
        Site("100 languages", many_languages(100), paragraphs=10),
        Site(f"{many} policies", ("en", "fr"), policies=many, paragraphs=10),
        Site(f"{long:,} releases", ("en", "fr"), releases=long, paragraphs=10),
    ]
    with ExitStack() as stack:
        subjects = []
        for site in sites:
            started = time.perf_counter()
            settings = build(site, folder / site.name.replace(" ", "-"))
            built = time.perf_counter()
            pid, address = stack.enter_context(service(settings, folder))
            print(
                f"{site.name}: made in {built - started:.0f} s, started and published in "
                f"{time.perf_counter() - built:.1f} s"
            )
            packed = {"Accept-Encoding": "br"}
            size = len(get(address + PAGE, **packed)[1])
            print(f"    its page: {size:,} bytes (br)")
            subjects.append(Subject(f"page, {site.name}", pid, address + PAGE, packed))
            redirect = Subject(
                f"redirect, {site.name}", pid, f"{address}/policy-1", {"Accept-Language": BROWSER}
            )
            subjects.append(redirect)
        return medians(subjects, seconds, rounds)


def show(found: dict[str, Measured], unit: Measured) -> str:
    """One line a subject; ``unit`` is what it is compared with."""
    rows = [
        (name, f"{one.rate:,.0f}", f"{one.cost:.1f}", f"{one.cost / unit.cost:.2f}x",
         f"{one.p99:.2f}", f"{one.p99 / unit.p99:.2f}x")
        for name, one in found.items()
    ]  # fmt: skip
    return table(["", "requests/s", "CPU us", "times", "p99 ms", "times"], rows)


def aims(found: dict[str, Measured], grown: dict[str, Measured]) -> list[tuple[str, str, bool]]:
    """Each aim with what was measured and whether it was reached."""
    bare = found["bare"]
    rows = []
    for name in ("page", "gzip", "br", "304", "version"):
        ratio = found[name].cost / bare.cost
        rows.append((f"{name}: <= {PAGE_AIM}x bare WSGI", f"{ratio:.2f}x", ratio <= PAGE_AIM))
    ratio = found["redirect"].cost / bare.cost
    rows.append((f"redirect: <= {REDIRECT_AIM}x", f"{ratio:.2f}x", ratio <= REDIRECT_AIM))
    ratio = found["page"].p99 / bare.p99
    rows.append((f"p99 of the page: <= {P99_AIM}x", f"{ratio:.2f}x", ratio <= P99_AIM))
    for name, one in grown.items():
        kind = name.partition(",")[0]
        ratio = one.cost / grown[f"{kind}, usual, small page"].cost
        rows.append((f"{name}: <= {FLAT}x of the usual", f"{ratio:.2f}x", ratio <= FLAT))
    return rows


def main(argv: Sequence[str] = ()) -> None:
    """Measure and print; ends with 1 when an aim is missed."""
    options = arguments(argv or sys.argv[1:])
    if missing := [name for name in ("wrk", "taskset") if not shutil.which(name)]:
        raise SystemExit(f"Not measured: {', '.join(missing)} must be installed (Debian: wrk).")
    started = time.perf_counter()
    (ROOT / ".cache").mkdir(exist_ok=True)
    seconds, rounds = (1, 2) if options.quick else (options.seconds, options.rounds)
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as name:
        folder = Path(name)
        found = compare(folder, seconds, rounds)
        print("\n" + show(found, found["bare"]))
        grown = growth(folder, seconds, rounds, quick=options.quick)
    print("\n" + show(grown, found["bare"]))
    reached = aims(found, grown)
    words = [(name, value, "reached" if ok else "NOT REACHED") for name, value, ok in reached]
    print("\n" + table(["aim", "measured", ""], words))
    if options.json:
        rows = {name: vars(one) for name, one in (found | grown).items()}
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(f"\n{time.perf_counter() - started:.0f} s in all")
    if not all(ok for _, _, ok in reached):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
