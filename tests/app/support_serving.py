"""What the tests of the published site share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from app.published import Publisher, Snapshot
from app.serving import Serving

BASE = "http://127.0.0.1:8000"


def begun(app: Flask) -> Serving:
    """A service that has published what there is, as it does when it starts."""
    found = Serving(app)
    found.refresh()
    return found


def publisher_of(app: Flask) -> Publisher:
    """The publisher of an app."""
    found: Publisher = app.extensions["panel_publisher"]
    return found


def folder_of(app: Flask) -> Path:
    """Where an app publishes."""
    return publisher_of(app).folder.path


def snapshot_of(app: Flask) -> Snapshot:
    """What an app has published."""
    found = publisher_of(app).folder.current()
    assert found is not None
    return found[1]


def index_of(app: Flask) -> dict[str, Any]:
    """The live index, as it lies on the disk."""
    folder = folder_of(app)
    (pointer,) = folder.glob("current-*")
    name = pointer.read_text().strip()
    found = json.loads((folder / "indexes" / f"{name}.json").read_text())
    return {
        what: {path: one for part in found["parts"].values() for path, one in part[what].items()}
        for what in ("entries", "crossings")
    }


def ask(app: Serving | Flask, path: str, method: str = "GET", **headers: str) -> TestResponse:
    """An answer; header names with underscores, no cookies kept."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    client = Client(app, use_cookies=False)
    return client.open(path, method=method, base_url=BASE, headers=named, buffered=True)


def said(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """An answer as it can be compared: without what a server adds, or says of a file only."""
    by_server = {"Date", "Last-Modified", "Accept-Ranges"}
    headers = sorted(row for row in answer.headers if row[0] not in by_server)
    return answer.status, headers, answer.data
