"""What comes due goes live by itself, at its moment; and what is read at that moment is whole."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import operations, queries
from app.database import db
from app.published.store import Shelf, Store
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_policy import SLUG, acting, editor
from tests.app.support_serving import ask, begun

PAGE = f"/fr/{SLUG}"


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The policy live in English and French, on a database of the test's own."""
    return filled(lambda: policy.everything(("en", "fr")))


def test_look_is_taken_at_the_moment_at_which_something_comes_due(own: Flask) -> None:
    serving = begun(own)
    serving.tend()
    assert serving.publisher.pause(60) == 60
    with own.app_context():
        with acting(editor("fr")) as act:
            operations.withdraw(act, SLUG, "fr", "Non.")
        due = datetime.now(UTC) + timedelta(seconds=3)
        with acting(editor("fr")) as act:
            operations.publish(act, SLUG, "fr", effective_at=due)
    serving.tend()
    assert ask(serving, PAGE).status_code == 410
    assert serving.publisher.pause(0.01) == 0.01
    left = serving.publisher.pause(60)
    assert 0 < left <= 3
    time.sleep(left)
    # A clock and a sleep are not the same: what is missing then is little, and slept as well.
    time.sleep(serving.publisher.pause(0.01))
    assert serving.publisher.pause(60) == 60, "a database that is down is not asked all the time"
    serving.tend()
    assert ask(serving, PAGE).status_code == 200
    assert serving.publisher.pause(60) == 60


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
