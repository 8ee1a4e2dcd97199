"""How a history is read: by which clock, and how often."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_serving import ask
from tests.app.support_versions import NEWEST, START, fill, text
from tests.app.support_workbench import statements


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The history on a database of the test's own."""
    return filled(fill)


def test_clock_that_was_set_back_takes_nothing_away(
    own: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ["/en/house-rules/versions", "/en/house-rules/timemap"]
    mementos = text(own, paths[1]).count("memento")
    with own.app_context():
        policy.import_source(NEWEST + "\n\nOne more.\n")
        policy.publish("en")
    monkeypatch.setattr("app.site.front.now", lambda: START)
    listed, timemap = (text(own, path) for path in paths)
    assert listed.index("in force</span>") < listed.index('<li value="3">')
    assert timemap.count("memento") == mementos + 1
    led = ask(own, "/house-rules", Accept_Datetime="Thu, 26 Nov 2099 12:00:00 GMT")
    assert led.location == "/en/house-rules/versions/4"


def test_looking_back_reads_the_history_of_a_policy_once(own: Flask) -> None:
    paths = [f"/en/house-rules/versions/{number}" for number in (1, 2, 3)]
    paths += ["/de/house-rules/versions/1", "/en/house-rules/changes/1..2", "/house-rules"]
    paths += ["/en/house-rules/timemap", "/en/house-rules/versions", "/de/house-rules"]
    ask(own, paths[0])
    said = statements(own, lambda: [ask(own, path) for path in paths])
    assert [one for one in said if "document.slug =" in one] == []
    # One look whether anything was released for each address, and the texts of releases.
    assert len([one for one in said if "count(*)" in one]) == len(paths)


def test_feed_reads_no_texts_twice(own: Flask) -> None:
    first, second = (statements(own, lambda: ask(own, "/en/feed.atom")) for _ in range(2))
    assert len([one for one in first if "release.content" in one]) == 3
    assert [one for one in second if "release.content" in one] == []
