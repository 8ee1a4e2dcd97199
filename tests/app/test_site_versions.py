"""Looking back: versions that never change and what changed, by number and by the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from app import operations
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.support_serving import ask, begun, snapshot_of
from tests.app.support_versions import DAY, NEWEST, fill, publish_at, text
from tests.support.databases import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """That history; only read."""
    with policy.live_site(request, tmp_path_factory.mktemp("versions"), fill=fill) as app:
        yield app


@pytest.fixture
def own(filled: Filling) -> Flask:
    """The same on a database of the test's own."""
    return filled(fill)


def test_list_names_every_version_with_its_dates_and_words(site: Flask) -> None:
    page = text(site, "/en/house-rules/versions")
    assert re.findall(r'/versions/(\d)">', page) == ["3", "2", "1"]
    assert re.findall(r'datetime="(2026-\d\d-\d\d)"', page) == [
        "2026-03-21",
        "2026-03-31",
        "2026-03-11",
        "2026-03-01",
    ]
    assert "<p>We open earlier.</p>\n<p>The site moved.</p>" in page
    assert "Later &lt;b&gt;hours&lt;/b&gt;." in page
    assert page.count('<span class="mark">') == 1
    assert "/en/house-rules/changes/2..3" in page
    assert '<a href="/en/house-rules/versions">' in text(site, "/en/house-rules")


def test_version_says_what_it_said_for_ever(own: Flask) -> None:
    paths = [
        "/en/house-rules/versions/1",
        "/en/house-rules/versions/2",
        "/de/house-rules/versions/1",
    ]
    before = {path: ask(own, path) for path in paths}
    assert "from 9 to 17" in before[paths[0]].text
    assert "from 8 to 16" in before[paths[1]].text
    assert all("immutable" in found.headers["Cache-Control"] for found in before.values())
    with own.app_context():
        policy.import_source(policy.SOURCE + "\n\nOne more.\n")
        policy.publish("en")
        policy.translate("fr")
        policy.translate("fr", {"One more.": "Un de plus."})
        policy.approve("fr")
        policy.publish("fr")
    for path in paths:
        now = ask(own, path)
        assert (now.data, now.headers["ETag"]) == (before[path].data, before[path].headers["ETag"])


def test_version_leads_to_the_languages_of_its_time(site: Flask) -> None:
    first = text(site, "/en/house-rules/versions/1")
    assert 'hreflang="de"' not in first
    second = text(site, "/en/house-rules/versions/2")
    assert 'href="/de/house-rules/versions/1?choose"' in second
    assert 'hreflang="ar"' not in second
    assert 'href="/en/house-rules/versions/2?choose"' in text(site, "/ar/house-rules/versions/1")


def test_changes_are_told_word_by_word(site: Flask) -> None:
    page = text(site, "/en/house-rules/changes/1..2")
    words = re.search(r'<p class="words">(We run.*?)</p>', page)
    assert words
    hours = "from <del>9</del><ins>8</ins> to <del>17</del><ins>16</ins>"
    assert words[1] == f"We run this house {hours} o&#39;clock."
    assert '<del><bdi dir="ltr">https://example.org/</bdi></del>' in page
    assert '<ins><bdi dir="ltr">https://example.com/</bdi></ins>' in page
    assert "What we keep" not in page
    assert "<h2>Who we are</h2>" in page
    assert "We open earlier." in page
    assert "The first one." not in page
    whole = text(site, "/en/house-rules/changes/1..3")
    assert "We <ins>also </ins>run" in whole
    assert "Later &lt;b&gt;hours" in whole
    assert "We open earlier." in whole


@pytest.mark.parametrize(
    "path",
    [
        "/en/house-rules/changes/1..9",
        "/en/house-rules/changes/1..1",
        "/en/house-rules/changes/1-2",
        "/en/house-rules/changes/0..2",
        "/en/house-rules/changes/99999999999999999999..2",
        "/en/house-rules/versions/9",
        "/en/house-rules/versions/01",
        "/en/house-rules/versions/%D9%A1",
        "/en/house-rules/versions/0",
        "/en/house-rules/versions/99999999999999999999",
        "/fr/house-rules/versions",
        "/fr/house-rules/versions/1",
        "/xx/house-rules/versions",
        "/en/nothing/versions",
        "/en/house-rules/versions?on=yesterday",
        "/en/house-rules/versions?on=0000-00-00",
        "/receipts/0000000000000000",
        "/receipts/" + "f" * 64,
        "/receipts/..%2f..%2fetc",
    ],
)
def test_what_there_is_not_is_not_found(site: Flask, path: str) -> None:
    assert ask(site, path).status_code == 404


def test_changes_backwards_lead_to_the_right_order(site: Flask) -> None:
    answer = ask(site, "/en/house-rules/changes/2..1")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/en/house-rules/changes/1..2")


@pytest.mark.parametrize(
    ("day", "number"),
    [("2020-01-01", 1), ("2026-03-05", 1), ("2026-03-12", 2), ("2026-03-25", 2), ("2026-04-05", 3)],
)
def test_day_leads_to_what_was_in_force(site: Flask, day: str, number: int) -> None:
    answer = ask(site, f"/en/house-rules/versions?on={day}")
    assert answer.headers["Location"] == f"/en/house-rules/versions/{number}"


# --- RFC 7089 ------------------------------------------------------------------------------------


def gate(app: Flask, moment: str, languages: str = "en") -> tuple[int, str]:
    """Where the neutral address leads at a moment."""
    answer = ask(app, "/house-rules", Accept_Datetime=moment, Accept_Language=languages)
    assert answer.headers["Vary"] == "Accept-Language, Cookie, Accept-Datetime"
    assert 'rel="original timegate"' in answer.headers["Link"]
    assert "Memento-Datetime" not in answer.headers
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("moment", "languages", "leads"),
    [
        ("Sun, 01 Mar 2026 12:00:00 GMT", "en", "/en/house-rules/versions/1"),
        ("Thu, 01 Jan 1998 00:00:00 GMT", "en", "/en/house-rules/versions/1"),
        ("Wed, 11 Mar 2026 11:59:59 GMT", "en", "/en/house-rules/versions/1"),
        ("Wed, 11 Mar 2026 12:00:00 GMT", "en", "/en/house-rules/versions/2"),
        ("Wed, 25 Mar 2026 12:00:00 GMT", "en", "/en/house-rules/versions/2"),
        ("Tue, 31 Mar 2026 12:00:00 GMT", "en", "/en/house-rules/versions/3"),
        ("Thu, 31 Dec 2099 12:00:00 GMT", "en", "/en/house-rules/versions/3"),
        ("Wed, 11 Mar 2026 12:00:00 GMT", "de", "/de/house-rules/versions/1"),
        # There was no German one yet, and there never was a French one.
        ("Mon, 02 Mar 2026 12:00:00 GMT", "de", "/en/house-rules/versions/1"),
        ("Wed, 11 Mar 2026 12:00:00 GMT", "fr, ar;q=0.5, de;q=0.4", "/de/house-rules/versions/1"),
        ("Sat, 14 Mar 2026 12:00:00 GMT", "fr, ar;q=0.5, de;q=0.4", "/ar/house-rules/versions/1"),
    ],
)
def test_gate_leads_by_moment_and_language(
    site: Flask, moment: str, languages: str, leads: str
) -> None:
    assert gate(site, moment, languages) == (302, leads)


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-03-01T12:00:00Z",
        "Sun, 01 Mar 2026 12:00:00",
        "Sun, 01 Mar 2026 12:00:00 +0100",
        "Mon, 01 Mar 2026 12:00:00 GMT",
        "Sun, 31 Feb 2026 12:00:00 GMT",
        "Sunday, 01-Mar-26 12:00:00 GMT",
        "Sun Mar  1 12:00:00 2026",
        "Sun, 01 Mar 2026 25:00:00 GMT",
        "x" * 5_000,
        "",
    ],
)
def test_moment_in_another_form_is_refused(site: Flask, moment: str) -> None:
    assert gate(site, moment)[0] == 400


def test_memento_says_from_when_it_was_the_page(site: Flask) -> None:
    for number, since in (
        (1, "Sun, 01 Mar 2026 12:00:00 GMT"),
        (3, "Tue, 31 Mar 2026 12:00:00 GMT"),
    ):
        answer = ask(site, f"/en/house-rules/versions/{number}")
        assert answer.headers["Memento-Datetime"] == since
        assert answer.headers["Link"] == (
            '</house-rules>; rel="original timegate", '
            '</en/house-rules/timemap>; rel="timemap"; type="application/link-format"'
        )
    assert "Memento-Datetime" not in ask(site, "/en/house-rules").headers
    assert 'rel="timemap"' in ask(site, "/en/house-rules").headers["Link"]


def test_timemap_lists_what_was_in_force(site: Flask) -> None:
    answer = ask(site, "/en/house-rules/timemap")
    assert answer.mimetype == "application/link-format"
    base = "http://127.0.0.1:8000"
    days = ("Sun, 01 Mar", "Wed, 11 Mar", "Tue, 31 Mar")
    moments = [f"{day} 2026 12:00:00 GMT" for day in days]
    ends = f'from="{moments[0]}"; until="{moments[2]}"'
    assert answer.text.splitlines() == [
        f'<{base}/house-rules>; rel="original timegate",',
        f'<{base}/en/house-rules/timemap>; rel="self"; type="application/link-format"; {ends},',
        f'<{base}/en/house-rules/versions/1>; rel="first memento"; datetime="{moments[0]}",',
        f'<{base}/en/house-rules/versions/2>; rel="memento"; datetime="{moments[1]}",',
        f'<{base}/en/house-rules/versions/3>; rel="last memento"; datetime="{moments[2]}"',
    ]


# --- Receipts ------------------------------------------------------------------------------------


def receipt_on(page: str) -> str:
    """The receipt that stands on a page."""
    found = re.search(r'href="/receipts/([0-9a-f-]+)"', page)
    assert found
    return found[1]


def body(page: str) -> str:
    """What stands on a page from its title to its colophon."""
    return page[page.index("<h1") : page.index('<footer class="colophon">')]


def test_receipt_brings_back_exactly_that_page(own: Flask) -> None:
    lagging = text(own, "/de/house-rules")
    assert 'class="changed"' in lagging
    receipt = receipt_on(lagging)
    with own.app_context():
        policy.import_source(NEWEST + "\n\nOne more.\n")
        policy.publish("en")
    now = text(own, "/de/house-rules")
    assert receipt_on(now) != receipt
    then = ask(own, f"/receipts/{receipt}")
    assert body(then.text) == body(lagging) != body(now)
    assert then.headers["Content-Language"] == "de"
    assert '<html lang="de"' in then.text
    assert "noindex" in then.text
    plain = receipt_on(text(own, "/en/house-rules"))
    assert "-" not in plain
    assert body(text(own, f"/receipts/{plain}")) == body(text(own, "/en/house-rules"))


def test_receipt_of_a_strange_pair_is_none(own: Flask) -> None:
    english = receipt_on(text(own, "/en/house-rules"))
    german, source = receipt_on(text(own, "/de/house-rules")).split("-")
    assert source == english
    for wrong in (
        f"{english}-{german}",
        f"{german}-{german}",
        f"{german}-{'0' * 16}",
        # The source is compared with nothing.
        f"{english}-{english}",
        f"{german}-{english.upper()}",
    ):
        assert ask(own, f"/receipts/{wrong}").status_code == 404, wrong


# --- Feeds and maps ------------------------------------------------------------------------------


def test_feed_tells_of_every_release_of_its_language(site: Flask) -> None:
    answer = ask(site, "/en/feed.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    top = ET.fromstring(answer.data)
    name = "{http://www.w3.org/2005/Atom}"
    entries = top.findall(f"{name}entry")
    assert [entry.findtext(f"{name}title") for entry in entries] == [
        "House rules – version 3",
        "House rules – version 2",
        "House rules – version 1",
    ]
    assert entries[1].findtext(f"{name}summary") == "We open earlier.\nThe site moved."
    assert entries[1].findtext(f"{name}updated") == "2026-03-11T12:00:00+00:00"
    ids = [entry.findtext(f"{name}id") or "" for entry in entries]
    assert len(set(ids)) == 3
    assert all(found.startswith("urn:uuid:") for found in ids)
    (link,) = entries[0].findall(f"{name}link")
    assert link.get("href") == "http://127.0.0.1:8000/en/house-rules/versions/3"
    assert "title" in answer.text
    assert ET.fromstring(ask(site, "/ja/feed.atom").data).findall(f"{name}entry") == []


def test_sitemap_names_every_language_with_all_others(site: Flask) -> None:
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ET.fromstring(ask(site, "/sitemap.xml").data)
    assert [one.text for one in index.iter(f"{name}loc")] == [
        "http://127.0.0.1:8000/sitemaps/house-rules.xml"
    ]
    urls = ET.fromstring(ask(site, "/sitemaps/house-rules.xml").data).findall(f"{name}url")
    assert [url.findtext(f"{name}loc") for url in urls] == [
        f"http://127.0.0.1:8000/{tag}/house-rules" for tag in ("en", "ar", "de")
    ]
    sets = {
        tuple(sorted((link.get("hreflang"), link.get("href")) for link in url.iter()
                     if link.get("hreflang")))
        for url in urls
    }  # fmt: skip
    base = "http://127.0.0.1:8000"
    assert sets == {
        (
            ("ar", f"{base}/ar/house-rules"),
            ("de", f"{base}/de/house-rules"),
            ("en", f"{base}/en/house-rules"),
            ("x-default", f"{base}/house-rules"),
        )
    }
    page = text(site, "/de/house-rules")
    for tag, address in next(iter(sets)):
        assert f'hreflang="{tag}" href="{address}">' in page
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text(site, "/robots.txt")
    # From a host that anybody could have named there are no addresses to tell.
    assert ask(site, "/sitemap.xml", Host="evil.example").status_code == 404


def test_all_of_it_is_served_without_the_site(site: Flask) -> None:
    serving = begun(site)
    for path in (
        "/en/house-rules/versions",
        "/en/house-rules/versions/1",
        "/en/house-rules/changes/1..2",
        "/de/house-rules/timemap",
        "/en/feed.atom",
        "/sitemap.xml",
        "/sitemaps/house-rules.xml",
        "/robots.txt",
    ):
        assert path in snapshot_of(site).entries, path
        assert ask(serving, path).data == ask(site, path).data
    at = "Sun, 01 Mar 2026 12:00:00 GMT"
    led = ask(serving, "/house-rules", Accept_Datetime=at, Accept_Language="en")
    assert led.headers["Location"] == "/en/house-rules/versions/1"


def test_version_that_was_overtaken_before_its_day_is_not_announced(own: Flask) -> None:
    with own.app_context():
        policy.import_source(policy.SOURCE + "\n\nOne more.\n")
        ahead = datetime.now(UTC).replace(microsecond=0) + 9 * DAY
        publish_at("en", datetime.now(UTC), effective=ahead)
    page = text(own, "/en/house-rules/versions")
    assert "not in force yet" in page
    assert ahead.date().isoformat() in text(own, "/en/house-rules/versions/4")
    with own.app_context(), policy.acting(policy.editor("en")) as act:
        operations.withdraw(act, policy.SLUG, "en", "It was wrong.")
    page = text(own, "/en/house-rules/versions")
    assert "not in force yet" not in page
    assert ahead.date().isoformat() not in page
    assert ahead.date().isoformat() not in text(own, "/en/house-rules/versions/4")
