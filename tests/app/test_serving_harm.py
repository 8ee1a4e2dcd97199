"""What goes wrong around the published site: no room, no folder, others at work, files left half
written."""

from __future__ import annotations

import errno
import shutil
import threading
from pathlib import Path

import pytest
import structlog
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.test import Client

from app.serving import Serving
from tests.app import support_policy as policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_serving import (
    BASE,
    ask,
    begun,
    folder_of,
    index_of,
    publisher_of,
    snapshot_of,
)
from tests.app.support_workbench import signed_in

PAGE = "/fr/house-rules"


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The small policy, live in four languages, on a database of the test's own."""
    return filled(policy.everything)


def publish_terms(app: Flask) -> None:
    """Release another policy."""
    with app.app_context():
        policy.import_source("# Terms\n\nBe kind.\n", slug="terms")
        policy.publish("en", slug="terms")


def test_full_disk_keeps_what_was_published(own: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    serving = begun(own)
    page = ask(serving, PAGE).data
    publish_terms(own)
    before = {path: path.stat().st_mtime_ns for path in folder_of(own).rglob("*")}
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr("app.published.snapshot.write_whole", full)
        for _ in range(3):
            serving.tend()
        assert ask(serving, PAGE).data == ask(Serving(own), PAGE).data == page
        assert ask(serving, "/en/terms").status_code == 200  # from the site
    after = {path: path.stat().st_mtime_ns for path in folder_of(own).rglob("*")}
    assert {path for path in before if after.get(path) != before[path]} <= {folder_of(own) / "lock"}
    # Said once, not every second.
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["not published"]
    serving.tend()
    assert "/en/terms" in index_of(own)["entries"]


def test_folder_that_is_taken_away_is_made_again(own: Flask) -> None:
    serving = begun(own)
    page = ask(serving, PAGE).data
    folder = folder_of(own)
    shutil.rmtree(folder)
    folder.write_text("not a folder")
    for accepted in ("", "br"):
        serving._next = 0
        assert ask(serving, PAGE, Accept_Encoding=accepted).data == page
    serving.tend()
    assert ask(Serving(own), PAGE).data == page
    folder.unlink()
    serving.tend()
    assert "br" in ask(serving, PAGE, Accept_Encoding="br").headers["Content-Encoding"]
    assert ask(Serving(own), PAGE).data == page


def test_half_written_files_are_swept_up(own: Flask) -> None:
    begun(own)
    folder = folder_of(own)
    (index,) = folder.glob("indexes/*")
    left = [folder / ".current-0.abcdefgh", index.with_name(f".{index.name[:40]}.abcdefgh")]
    left.append(next(folder.glob("objects/*")) / ".0.abcdefgh")
    for path in left:
        path.write_text("half of")
    publish_terms(own)
    begun(own)
    assert [path for path in left if path.exists()] == []
    assert ask(Serving(own), "/en/terms").status_code == 200


def test_only_who_released_something_waits_for_its_pages(
    own: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = begun(without_csrf(own))
    cookie = signed_in(own, policy.editor("en")).get_cookie("session")
    assert cookie is not None
    client = Client(serving, use_cookies=False)
    monkeypatch.setattr(serving.publisher, "_alone", lambda: pytest.fail("waited for the lock"))
    answer = client.post(
        "/workbench/language",
        base_url=BASE,
        headers={"Cookie": f"session={cookie.value}"},
        data={"tag": "fr", "back": "/workbench/"},
    )
    assert answer.status_code == 303


def test_two_makers_publish_into_one_folder(own: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = begun(own)
    other = Serving(own)
    monkeypatch.setattr(publisher_of(own), "made_by", "other" * 13)
    monkeypatch.setattr(publisher_of(own).folder, "pointer", folder_of(own) / "current-other")
    pages = {path: ask(first, path).data for path in snapshot_of_first(first)}
    failed: list[str] = []

    def publish() -> None:
        for _ in range(2):
            other.publisher.refresh(anew=True)

    publishing = threading.Thread(target=publish)
    publishing.start()
    while publishing.is_alive():
        failed += [path for path, body in pages.items() if ask(first, path).data != body]
    publishing.join()
    assert failed == []
    assert snapshot_of(own).made_by == "other" * 13


def snapshot_of_first(serving: Serving) -> list[str]:
    """Some addresses that a service answers by itself."""
    return [path for path in serving._live.held if path.startswith("/fr/")][:6]


def test_what_a_thread_says_next_names_no_request_that_is_over(own: Flask) -> None:
    serving = begun(own)
    assert ask(serving, "/healthz").status_code == 200
    assert structlog.contextvars.get_contextvars() == {}


def test_export_makes_anew_what_was_damaged(own: Flask, tmp_path: Path) -> None:
    begun(own)
    body = dict(index_of(own)["entries"][PAGE]["objects"])["br"]
    (folder_of(own) / "objects" / body[:2] / body).write_bytes(b"rot")
    settings = own.config["SETTINGS"]
    object.__setattr__(settings, "base_url", BASE)
    done = own.test_cli_runner().invoke(args=["site", "export", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / f"{PAGE[1:]}.html.br").exists()
