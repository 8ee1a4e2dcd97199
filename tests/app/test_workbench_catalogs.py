"""Catalogs through the workbench: down, up, look, apply."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_operations import HOURS, candidates, filled
from tests.app.support_policy import SLUG, editor, translator
from tests.app.support_workbench import Node, page, signed_in, unchanged, unit, url

ADDRESS = f"/workbench/{SLUG}/fr"
OTHER = "La maison est ouverte de 9 à 17 heures."


def fill() -> None:
    """French translated but for two segments."""
    support_policy.begin()
    support_policy.translate("fr", {"Names": "", "30 days": ""})


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The same, with its title reviewed."""
    flask_app = without_csrf(filled(fill))
    client = signed_in(flask_app, editor("fr"))
    client.post(f"{url(flask_app, 'fr', 'House rules')}/approve", data={"version": 1})
    return flask_app


def downloaded(client: FlaskClient) -> bytes:
    return client.get(f"{ADDRESS}/catalog.po").get_data()


def uploaded(client: FlaskClient, data: bytes, name: str = "x.po") -> TestResponse:
    return client.post(f"{ADDRESS}/upload", data={"file": (io.BytesIO(data), name)})


def verdicts(shown: Node) -> dict[str, int]:
    """How many rows of the tables say what."""
    found: dict[str, int] = {}
    for row in (row for body in shown.all("tbody") for row in body.all("tr")):
        (verdict,) = [c for c in row.attrs["class"].split() if c.startswith("verdict-")]
        found[verdict[8:]] = found.get(verdict[8:], 0) + 1
    return found


def test_download_is_a_file_named_after_document_and_language(bench: Flask) -> None:
    answer = signed_in(bench, translator("fr")).get(f"{ADDRESS}/catalog.po")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.fr.po"'
    assert answer.mimetype == "text/x-gettext-translation"
    assert answer.get_data().count(b"\nmsgctxt ") == len(support_policy.TEXTS)


def test_untouched_catalog_changes_nothing(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    with unchanged(bench):
        shown = page(uploaded(client, downloaded(client)))
    assert verdicts(shown) == {"same": len(support_policy.TEXTS)}
    (form,) = shown.all("form", action=f"{ADDRESS}/upload/apply")
    assert "disabled" in form.one("button").attrs


def test_preview_shows_every_entry_and_writes_nothing_and_apply_does_it(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    edited = {"Names": "Les noms", "House rules": "Le règlement", HOURS: OTHER, "30 days": "<em>"}
    edited |= {"What": ""}
    data = filled(downloaded(client), edited)
    with unchanged(bench):
        shown = page(uploaded(client, data))
    total = len(support_policy.TEXTS)
    expected = {"new": 1, "candidate": 1, "changed": 1, "problem": 1, "emptied": 1}
    assert verdicts(shown) == expected | {"same": total - 5}
    (form,) = shown.all("form", action=f"{ADDRESS}/upload/apply")
    # One emptied of 17 is more than five in a hundred.
    with unchanged(bench):
        again = client.post(f"{ADDRESS}/upload/apply", data=form.fields())
    assert again.status_code == 422
    (form,) = page(again).all("form", action=f"{ADDRESS}/upload/apply")
    done = page(client.post(f"{ADDRESS}/upload/apply", data=form.fields() | {"emptied": "1"}))
    assert done.one("div", class_="notice").text() == ("Applied 2 texts, kept 1 as a proposal.")
    assert verdicts(done) == verdicts(shown)
    assert (unit(bench, "fr").target, unit(bench, "fr", "Names").target) == (OTHER, "Les noms")
    assert unit(bench, "fr", "What").target == "Quoi"
    with bench.app_context():
        assert candidates("fr") == [("Le règlement", "upload", "open")]


def test_apply_after_a_change_shows_a_new_preview(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    data = filled(downloaded(client), {HOURS: OTHER})
    (form,) = page(uploaded(client, data)).all("form", action=f"{ADDRESS}/upload/apply")
    client.post(url(bench, "fr"), data={"target": "Ici de 9 à 17 heures.", "version": 1})
    with unchanged(bench):
        answer = client.post(f"{ADDRESS}/upload/apply", data=form.fields())
    assert answer.status_code == 409
    shown = page(answer)
    assert verdicts(shown)["conflict"] == 1
    assert "nothing was applied" in shown.one(id="problems").text()
    (again,) = shown.all("form", action=f"{ADDRESS}/upload/apply")
    assert again.fields()["base"] != form.fields()["base"]
    assert client.post(f"{ADDRESS}/upload/apply", data=again.fields()).status_code == 200
    with bench.app_context():
        assert candidates("fr") == [(OTHER, "upload", "open")]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"\xff\xfe\x00", 422),
        (b"PK\x03\x04" + b"\0" * 60, 422),
        (b'msgid "a"\nmsgstr "b', 422),
        (b'<<<<<<< mine\nmsgid "a"\nmsgstr ""\n', 422),
        (b"hello", 422),
    ],
)
def test_wrong_file_is_refused_in_words(bench: Flask, data: bytes, status: int) -> None:
    client = signed_in(bench, translator("fr"))
    with unchanged(bench):
        answer = uploaded(client, data)
    assert answer.status_code == status
    assert len(page(answer).one(id="problems").one("li").text()) > 20


def test_catalog_of_another_language_or_document_is_refused(bench: Flask) -> None:
    german = signed_in(bench, editor("de")).get(f"/workbench/{SLUG}/de/catalog.po").get_data()
    client = signed_in(bench, translator("fr"))
    renamed = downloaded(client).replace(SLUG.encode(), b"other-rules")
    with unchanged(bench):
        codes = [uploaded(client, data).status_code for data in (german, renamed)]
    assert codes == [422, 422]


def test_apply_without_a_file_is_refused(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    with unchanged(bench):
        codes = [
            client.post(f"{ADDRESS}/upload/apply", data=data).status_code
            for data in ({}, {"content": ""}, {"content": "%%%"}, {"base": "x"})
        ]
        codes.append(client.post(f"{ADDRESS}/upload").status_code)
    assert codes == [422] * 5


def test_file_with_fewer_entries_is_read_when_that_is_said(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    blocks = filled(downloaded(client), {HOURS: OTHER}).decode().split("\n\n")
    part = "\n\n".join(block for block in blocks if '"What"' not in block).encode()
    refused = uploaded(client, part)
    assert refused.status_code == 422
    assert "cut short" in page(refused).one("div", class_="error-summary").text()
    data = {"file": (io.BytesIO(part), "x.po"), "partial": "on"}
    shown = page(client.post(f"{ADDRESS}/upload", data=data))
    expected = {"changed": 1, "missing": 1, "same": len(support_policy.TEXTS) - 2}
    assert verdicts(shown) == expected
    (form,) = shown.all("form", action=f"{ADDRESS}/upload/apply")
    done = page(client.post(f"{ADDRESS}/upload/apply", data=form.fields()))
    assert verdicts(done) == expected
    with bench.app_context():
        assert unit(bench, "fr", HOURS).target == OTHER


@pytest.mark.parametrize("form", ["catalog.xlf", "catalog-1.2.xlf"])
def test_xliff_goes_down_and_up(bench: Flask, form: str) -> None:
    client = signed_in(bench, translator("fr"))
    answer = client.get(f"{ADDRESS}/{form}")
    assert answer.mimetype == "application/xliff+xml"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}.fr.xlf"'
    with unchanged(bench):
        shown = page(uploaded(client, answer.get_data(), "x.xlf"))
    assert verdicts(shown) == {"same": len(support_policy.TEXTS)}
    edited = answer.get_data().replace("à 17 heures".encode(), "à 18 heures".encode())
    shown = page(uploaded(client, edited, "x.xlf"))
    (form_,) = shown.all("form", action=f"{ADDRESS}/upload/apply")
    client.post(f"{ADDRESS}/upload/apply", data=form_.fields())
    assert "18 heures" in unit(bench, "fr", HOURS).target


def test_broken_xliff_is_refused_with_its_line(bench: Flask) -> None:
    client = signed_in(bench, translator("fr"))
    cut = client.get(f"{ADDRESS}/catalog.xlf").get_data()[:900]
    with unchanged(bench):
        answer = uploaded(client, cut, "x.xlf")
    assert answer.status_code == 422
    assert "well-formed" in page(answer).one("div", class_="error-summary").text()
