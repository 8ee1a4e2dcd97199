"""The service behind a real cache, and without its database in the middle of a rush."""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pytest

from tests.app import support_policy as policy
from tests.support import databases
from tests.support.nginx import running_nginx
from tests.support.postgres import running_cluster
from tests.support.processes import free_port
from tests.support.servers import LiveServer, running_server, wait_published

LANGUAGES = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")
Answer = tuple[int, dict[str, str], bytes]


def fill() -> None:
    """The policy live in twelve languages; most of them say it in marked English words."""
    policy.everything()
    rest = [tag for tag in LANGUAGES if tag not in policy.LANGUAGES]
    policy.people(rest)
    for tag in rest:
        policy.translate(tag, {row[0]: row[0] for row in policy.TEXTS})
        policy.approve(tag)
        policy.publish(tag)


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real service with twelve languages."""
    home = tmp_path_factory.mktemp("cached")
    url = databases.copy_sqlite(sqlite_template, home / "panel.db")
    settings = databases.settings_for(home, url)
    app = databases.make_app(settings)
    with app.app_context():
        fill()
    databases.disconnect(app)
    with running_server(settings) as running:
        wait_published(home)
        yield running


@pytest.fixture(scope="module")
def cache(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx in front of it, keeping whatever it may keep."""
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    text = f"""
        proxy_cache_path {folder}/kept keys_zone=kept:1m use_temp_path=off;
        server {{
            listen 127.0.0.1:{port};
            location / {{
                proxy_pass {server.url};
                proxy_set_header Host {urlsplit(server.url).netloc};
                proxy_cache kept;
                proxy_cache_key $scheme$host$request_uri;
                add_header X-Kept $upstream_cache_status always;
            }}
        }}"""
    with running_nginx(folder, text, port) as address:
        yield address


def fetch(address: str, path: str, headers: dict[str, str]) -> Answer:
    """Status, headers by lower-case name, and body, as they come."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        rows = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, rows, answer.read()
    finally:
        connection.close()


def test_cache_mixes_nothing_up_and_keeps_nothing_private(server: LiveServer, cache: str) -> None:
    asked = []
    for tag in LANGUAGES:
        for coding in ("identity", "gzip", "br"):
            for path in (f"/{tag}/house-rules", f"/{tag}/", f"/{tag}/house-rules/message"):
                # The language of the browser must not matter where the address has one.
                headers = {"Accept-Encoding": coding, "Accept-Language": random.choice(LANGUAGES)}
                asked.append((path, headers))
        for path in ("/", "/house-rules", "/house-rules/message", "/workbench/sign-in"):
            asked.append((path, {"Accept-Language": tag}))
            asked.append((path, {"Accept-Language": "xx", "Cookie": f"language={tag}"}))
        asked.append((f"/{tag}/house-rules?choose", {}))
    kept: Counter[str] = Counter()
    for path, headers in random.Random(1).sample(asked * 3, 3 * len(asked)):
        status, found, body = fetch(cache, path, headers)
        expected = fetch(server.url, path, headers)
        same = ("location", "content-language", "content-encoding", "etag", "vary", "content-type")
        assert (status, {name: found.get(name) for name in same}) == (
            expected[0],
            {name: expected[1].get(name) for name in same},
        ), (path, headers)
        # Forms carry a stamp of their time; everything else is the same to the byte.
        if "/message" not in path and "sign-in" not in path:
            assert body == expected[2], (path, headers)
        if found.get("x-kept") == "HIT":
            kept[path] += 1
            assert "set-cookie" not in found
            assert "private" not in found["cache-control"]
            assert "no-store" not in found["cache-control"]
    assert set(kept) == {f"/{tag}/{slug}" for tag in LANGUAGES for slug in ("house-rules", "")}


class Rush:
    """Visitors who ask for pages and languages, one request after the other, until the end."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.count = 0
        self.failures: list[tuple[str, object]] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(3)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def go_on(self, count: int) -> None:
        """Wait for so many more requests to be answered; fails when they are not."""
        until, deadline = self.count + count, time.monotonic() + 30
        while self.count < until:
            assert time.monotonic() < deadline, "visitors wait"
            time.sleep(0.01)

    def _ask(self, seed: int) -> None:
        dice = random.Random(seed)
        while not self._over.is_set():
            tag = dice.choice(LANGUAGES)
            path, expected = dice.choice(
                [
                    (f"/{tag}/house-rules", (200, None)),
                    (f"/{tag}/house-rules?choose", (303, f"/{tag}/house-rules")),
                    ("/house-rules", (302, f"/{tag}/house-rules")),
                ]
            )
            try:
                status, headers, _ = fetch(self.address, path, {"Accept-Language": tag})
            except OSError as error:
                self.failures.append((path, error))
                continue
            if (status, headers.get("location")) != expected:
                self.failures.append((path, (status, headers.get("location"), expected)))
            self.count += 1


@contextmanager
def rush_on(settings: dict[str, str], home: Path) -> Iterator[Rush]:
    """The service with these settings, when it has published, under a rush that is under way."""
    app = databases.make_app(settings)
    with app.app_context():
        fill()
    databases.disconnect(app)
    with running_server(settings) as server:
        wait_published(home)
        with Rush(server.url) as rush:
            rush.go_on(100)
            yield rush
            rush.go_on(300)
    assert rush.failures == []


def ask_for_form(rush: Rush, seen: list[int]) -> None:
    """Ask for a form, which needs the database; note the status."""
    seen.append(fetch(rush.address, "/en/house-rules/message", {})[0])


def processes(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from processes(int(child))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
def test_no_visitor_notices_that_postgresql_hangs_and_then_stops(tmp_path: Path) -> None:
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster())
        url = cluster.create("panel")
        databases.migrate(tmp_path, url)
        with rush_on(databases.settings_for(tmp_path, url), tmp_path) as rush:
            postmaster = int((cluster.socket / "data" / "postmaster.pid").read_text().split()[0])
            every = list(processes(postmaster))
            seen: list[int] = []
            for pid in every:
                os.kill(pid, signal.SIGSTOP)
            # Forms do ask the database: as many as would take every thread of the server.
            forms = [threading.Thread(target=ask_for_form, args=(rush, seen)) for _ in range(8)]
            for form in forms:
                form.start()
            rush.go_on(300)
            for pid in every:
                os.kill(pid, signal.SIGCONT)
            for form in forms:
                form.join()
            assert set(seen) == {200, 503}
            rush.go_on(100)
            stack.close()


def test_no_visitor_notices_that_the_sqlite_file_is_ruined(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "panel.db"
    url = databases.copy_sqlite(sqlite_template, path)
    with rush_on(databases.settings_for(tmp_path, url), tmp_path) as rush:
        path.write_bytes(b"not a database " * 1_000)
        rush.go_on(300)
        path.unlink()
