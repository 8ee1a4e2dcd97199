"""What is live is that of one moment, whoever else reads then."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import queries
from app.database import db
from app.published.store import Shelf, Store
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The policy live in English and French, on a database of the test's own."""
    return filled(lambda: policy.everything(("en", "fr")))


class _Compared(tuple[int, int, int]):
    """A stamp at whose comparison another thread puts an older shelf in place."""

    __slots__ = ()
    store = Store()

    def __ne__(self, other: object) -> bool:
        self.store._shelf = Shelf((0, 0, 0), {})
        return tuple.__ne__(self, other)

    __eq__ = tuple.__eq__
    __hash__ = tuple.__hash__


def test_shelf_is_that_of_its_moment_whatever_other_threads_read(
    own: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped = queries.release_stamp

    def stamp(session: Session, now: datetime) -> queries.Stamp:
        return _Compared(stamped(session, now))

    with own.app_context():
        store = _Compared.store = Store()
        first = store.shelf(db.session)
        assert list(first.policies) == [SLUG]
        monkeypatch.setattr(queries, "release_stamp", stamp)
        assert store.shelf(db.session) is first
