"""What people are told while the database is damaged or gone."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.database import DatabaseError, db, is_down
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG, editor
from tests.app.support_workbench import page, signed_in


def break_down(app: Flask) -> None:
    """Ruin the file of SQLite; let PostgreSQL take no more connections."""
    with app.app_context():
        db.session.close()
        url = db.engine.url
        db.engine.dispose()
        if url.drivername.startswith("sqlite"):
            path = Path(str(url.database))
            for rest in path.parent.glob(f"{path.name}-*"):
                rest.unlink()
            path.write_bytes(b"no database " * 9_999)
            return
        server = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            said = f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'
            connection.execute(sa.text(said))
        server.dispose()


@pytest.fixture
def broken(filled: Filling) -> Flask:
    """The site whose database has just broken down."""
    app = filled(policy.everything)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    break_down(app)
    return app


def test_visitor_is_told_to_come_back(broken: Flask) -> None:
    for path in (f"/de/{SLUG}", "/de/feed.atom", "/release-keys.json", f"/de/{SLUG}/message"):
        answer = broken.test_client().get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Die Datenbank" in page(broken.test_client().get(f"/de/{SLUG}")).text()
    assert broken.test_client().get("/healthz").status_code == 200


def test_workbench_tells_that_the_database_is_down(filled: Filling) -> None:
    app = filled(policy.everything)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = signed_in(app, editor("fr"))
    break_down(app)
    answer = client.get("/workbench/")
    assert answer.status_code == 503
    assert "The database does not answer at the moment" in page(answer).text()


def test_mistake_of_ours_is_none_of_the_database(filled: Filling) -> None:
    with filled(policy.begin).app_context(), pytest.raises(DatabaseError) as caught:
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))
    assert not is_down(caught.value)
