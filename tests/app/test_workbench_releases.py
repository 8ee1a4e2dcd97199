"""The page of a language: publishing from a day on, withdrawing, bringing back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.app import support_policy as policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_operations import dump
from tests.app.support_policy import SLUG, editor, translator
from tests.app.support_workbench import page, signed_in, unchanged

ADDRESS = f"/workbench/{SLUG}/fr"
REASON = "Il ne valait plus."


def fill() -> None:
    """English and French live; German reviewed."""
    policy.everything(("en", "fr"))
    policy.translate("de")
    policy.approve("de")


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The workbench with that."""
    return without_csrf(filled(fill))


def test_language_is_published_from_a_day_on(bench: Flask) -> None:
    client, address = signed_in(bench, editor("de")), f"/workbench/{SLUG}/de"
    (form,) = page(client.get(address)).all("form", action=f"{address}/sign-off")
    client.post(f"{address}/sign-off", data=form.fields())
    (form,) = page(client.get(address)).all("form", action=f"{address}/publish")
    labels = [label.text() for label in form.all("label")]
    assert labels == ["What changed, for visitors (plain text)", "In force from (UTC)"]
    day = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=3)
    data = form.fields() | {
        "effective": day.strftime("%Y-%m-%dT%H:%M"),
        "summary": "Erste Fassung.",
    }
    assert client.post(f"{address}/publish", data=data).status_code == 303
    shown = page(client.get(address))
    assert shown.one(id="status").text().startswith("Published: release 1 takes effect on ")
    assert "Release 1 is scheduled for" in shown.one("ul", class_="why").text()
    board = page(client.get("/workbench/"))
    assert "Release 1 is scheduled for" in board.text()
    with bench.app_context():
        row = dump()["release"][-1]
    assert (row["effective_at"], row["language"]) == (day, "de")
    assert bench.test_client().get(f"/de/{SLUG}").status_code == 404


@pytest.mark.parametrize(
    "effective", ["2020-01-01T00:00", "soon", "9999-12-31T23:59", "0001-01-01"]
)
def test_date_that_can_not_be_is_refused_and_what_was_written_stays(
    bench: Flask, effective: str
) -> None:
    client, address = signed_in(bench, editor("de")), f"/workbench/{SLUG}/de"
    (form,) = page(client.get(address)).all("form", action=f"{address}/sign-off")
    client.post(f"{address}/sign-off", data=form.fields())
    data = form.fields() | {"effective": effective, "summary": "Erste <Fassung>."}
    with unchanged(bench):
        answer = client.post(f"{address}/publish", data=data)
    assert answer.status_code == 422
    shown = page(answer)
    assert "can't take effect before" in shown.one(id="problems").text()
    assert shown.one(id="publish-effective").attrs["value"] == effective
    assert shown.one(id="publish-summary").text() == "Erste <Fassung>."


def test_language_is_withdrawn_after_a_confirmation(bench: Flask) -> None:
    client = signed_in(bench, editor("fr"))
    (form,) = page(client.get(ADDRESS)).all("form", action=f"{ADDRESS}/withdraw")
    data = form.fields() | {"reason": REASON}
    data.pop("confirm", None)
    with unchanged(bench):
        answer = client.post(f"{ADDRESS}/withdraw", data=data)
        assert answer.status_code == 422
        assert page(answer).one(id="withdraw-reason").attrs["value"] == REASON
        assert client.post(f"{ADDRESS}/withdraw", data={"confirm": "on"}).status_code == 422
    answer = client.post(f"{ADDRESS}/withdraw", data=data | {"confirm": "on"})
    assert answer.status_code == 303
    shown = page(client.get(ADDRESS))
    assert shown.one(id="status").text() == "Français is withdrawn."
    assert "Withdrawn by release 2" in shown.one("ul", class_="why").text()
    assert shown.all("form", action=f"{ADDRESS}/withdraw") == []
    assert "Open the published page" not in shown.text()
    assert bench.test_client().get(f"/fr/{SLUG}").status_code == 410
    history = page(client.get(f"/workbench/{SLUG}/history")).text()
    assert "withdrew what was published Version 2" in history
    assert REASON in history


def test_earlier_release_is_brought_back_after_a_confirmation(bench: Flask) -> None:
    client = signed_in(bench, editor("fr"))
    assert page(client.get(ADDRESS)).all("form", action=f"{ADDRESS}/roll-back") == []
    client.post(f"{ADDRESS}/withdraw", data={"reason": REASON, "confirm": "on"})
    (form,) = page(client.get(ADDRESS)).all("form", action=f"{ADDRESS}/roll-back")
    assert [option.attrs["value"] for option in form.all("option")] == ["1"]
    data = {"number": "1", "summary": "Comme avant."}
    with unchanged(bench):
        for wrong in (data, data | {"confirm": "on", "number": "x"}, {"confirm": "on"}):
            assert client.post(f"{ADDRESS}/roll-back", data=wrong).status_code in (404, 422)
    assert client.post(f"{ADDRESS}/roll-back", data=data | {"confirm": "on"}).status_code == 303
    shown = page(client.get(ADDRESS))
    assert shown.one(id="status").text() == "Release 3 is live, with the texts of release 1."
    assert bench.test_client().get(f"/fr/{SLUG}").status_code == 200


def test_translator_sees_no_forms_that_decide(bench: Flask) -> None:
    shown = page(signed_in(bench, translator("fr")).get(ADDRESS))
    for verb in ("publish", "withdraw", "roll-back"):
        assert shown.all("form", action=f"{ADDRESS}/{verb}") == []
    assert shown.all(id="releases-title") == []
