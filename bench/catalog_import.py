"""A whole import of a translated catalog, with history, in a process of its own.

``python -m bench.catalog_import SIZE [URL]`` makes a document of that many segments, exports its
French catalog, fills it in, imports it, and imports it once more. One line of JSON: wall seconds of
both imports and entries applied. Without a URL the database is an SQLite file.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import polib
import sqlalchemy as sa

from app import operations, queries
from app.database import db, transaction, upgrade_here
from app.models import History
from app.operations import Act, Actor, Rules, operator
from bench.corpus import ROOT, policy
from tests.support.databases import make_app, settings_for, sqlite_url
from workflows import catalogs, sources
from workflows.review import Role

RULES = Rules(languages=("en", "fr"))
SLUG, TRANSLATOR = "long", "translator@example.org"


def run(size: int, url: str = "") -> dict[str, float]:
    """Measure one import in a new process."""
    command = [sys.executable, "-m", "bench.catalog_import", str(size), *([url] if url else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _source(size: int) -> bytes:
    lines = ["# Long policy"]
    for text in policy("en", size, 1)[1:]:
        plain = re.sub(r"</?\w+>", "", text.text).replace("<", "").replace(">", "")
        lines.append(f"## {plain}" if text.role == "heading" else plain)
    return "\n\n".join(lines).encode()


def _filled(data: bytes) -> bytes:
    """The catalog as a translator sends it back."""
    file = polib.pofile(data.decode(), wrapwidth=0)
    for entry in file:
        if not entry.obsolete:
            entry.msgstr = f"[fr] {entry.msgid}"
    return str(file).encode()


def _prepared(size: int) -> bytes:
    data = _source(size)
    with transaction() as session:
        act = Act(session, operator(), datetime.now(UTC), RULES)
        source = sources.read(data, media_type="text/markdown")
        digest = hashlib.sha256(data).hexdigest()
        operations.import_document(act, SLUG, source, file_digest=digest, language="en")
        operations.add_user(act, TRANSLATOR, "Translator")
        operations.grant(act, TRANSLATOR, Role.TRANSLATOR, "fr")
        view = queries.language(session, queries.document(session, SLUG), "fr")
        return _filled(catalogs.write_po(*queries.catalog_export(session, view)))


def _import(data: bytes) -> tuple[float, int]:
    started = time.perf_counter()
    with transaction() as session:
        actor = Actor.of(queries.user_by_email(session, TRANSLATOR))
        act = Act(session, actor, datetime.now(UTC), RULES)
        report = operations.import_catalog(act, SLUG, "fr", data)
    return time.perf_counter() - started, report.applied


def main() -> None:
    """Measure in this process."""
    size = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = sys.argv[2] if len(sys.argv) > 2 else sqlite_url(home / "panel.db")
        with make_app(settings_for(home, url)).app_context():
            upgrade_here()
            data = _prepared(size)
            first, applied = _import(data)
            again, nothing = _import(data)
            rows = db.session.scalar(
                sa.select(sa.func.count()).where(History.action == "translation.imported")
            )
    assert (applied, nothing, rows) == (size, 0, size), (applied, nothing, rows)
    print(json.dumps({"first": first, "again": again, "applied": applied}))


if __name__ == "__main__":
    main()
