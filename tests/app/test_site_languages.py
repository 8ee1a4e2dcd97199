"""Why this language: what the page says of a header and of a choice, and what it must not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from werkzeug.test import Client

from app.serving import Serving
from app.web import POLICY
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.app.test_site import BY_PREFERENCE, led_to, widen
from tests.support.databases import disconnect, make_app
from workflows import languages

ABOUT = "policy=house-rules"
NAMES = ("Vary", "Cache-Control", "Content-Language", "Content-Security-Policy")


@pytest.fixture
def wide_site(filled: Filling) -> Flask:
    """The policy in eight languages: more than the selector shows at once."""

    def fill() -> None:
        widen()
        policy.people(["ja"])
        policy.translate("ja", {row[0]: row[0] for row in policy.TEXTS})
        policy.approve("ja")
        policy.publish("ja")

    return filled(fill)


def read(client: FlaskClient, path: str, header: str = "") -> str:
    """The page at ``path`` for a browser with this Accept-Language header."""
    answer = client.get(path, headers={"Accept-Language": header} if header else {})
    assert answer.status_code == 200, answer.text
    return answer.text


def text_of(html: str) -> str:
    """What a piece of a page says."""
    return Markup(html).striptags()


def wishes(page: str) -> list[str]:
    """What the page says of each language the browser asks for."""
    if '<ol class="wishes">' not in page:
        return []
    part = page.partition('<ol class="wishes">')[2].partition("</ol>")[0]
    return [text_of(item) for item in re.findall(r"<li>(.*?)</li>", part, re.DOTALL)]


def reasons(page: str) -> str:
    """The part of the page that says what decides."""
    return text_of(page.partition('<ol class="reasons">')[2].partition("<section")[0])


def found(page: str) -> list[tuple[str, str]]:
    """The languages in the list that are shown, with their links."""
    part = page.partition('<ul class="offers">')[2].partition("</ul>")[0]
    shown = [item for item in part.split("<li ") if "<a " in item and '" hidden>' not in item]
    return [re.findall(r'hreflang="(.*?)" href="(.*?)"', item)[0] for item in shown]


# --- Addresses and headers -----------------------------------------------------------------------


def test_neutral_address_leads_to_the_language_it_explains(site: Flask) -> None:
    client = site.test_client()
    wanted = {"he": "/he/languages", "zh-TW, en;q=0.5": "/zh-Hant/languages", "xx": "/en/languages"}
    for header, target in wanted.items():
        answer = client.get("/languages", headers={"Accept-Language": header})
        assert (answer.status_code, answer.headers["Location"]) == (302, target)
        assert {name: answer.headers[name] for name in BY_PREFERENCE} == BY_PREFERENCE
    # About a policy it is one of the languages the policy is published in.
    target = f"/de/languages?{ABOUT}"
    assert led_to(client, f"/languages?{ABOUT}", Accept_Language="he,de") == (302, target)
    assert led_to(client, "/iw/languages") == (308, "/he/languages")
    assert led_to(client, "/xx/languages") == (404, None)


def test_page_is_of_its_visitor_and_kept_by_nobody(site: Flask) -> None:
    client = site.test_client()
    answer = client.get("/ar/languages", headers={"Accept-Language": "fr"})
    assert [answer.headers[name] for name in NAMES] == [*BY_PREFERENCE.values(), "ar", POLICY]
    assert "Set-Cookie" not in answer.headers
    assert '<html lang="ar" dir="rtl">' in answer.text
    head = client.head("/ar/languages", headers={"Accept-Language": "fr"})
    assert (head.status_code, head.data) == (200, b"")
    assert [head.headers[name] for name in (*NAMES, "Content-Length")] == [
        answer.headers[name] for name in (*NAMES, "Content-Length")
    ]
    assert client.head("/languages").status_code == 302
    searched = client.get("/en/languages?q=german")
    assert searched.headers["Cache-Control"] == "no-store"
    for page in (answer.text, searched.text):
        assert '<meta name="robots" content="noindex">' in page


def test_every_visitors_page_leads_there(site: Flask) -> None:
    client = site.test_client()
    for path in ("house-rules", "house-rules/message"):
        assert f'<a href="/fr/languages?{ABOUT}">' in client.get(f"/fr/{path}").text
    assert f'<a href="/he/languages?{ABOUT}">' in client.get("/he/house-rules").text


# --- Why -----------------------------------------------------------------------------------------


def test_page_says_what_each_wish_came_to(site: Flask) -> None:
    header = (
        "fr-CA, ca;q=0.9, uk;q=0.8, zh-TW;q=0.7, en;q=0.6, qq;q=0.5, gsw;q=0.4, *;q=0.1, de;q=0"
    )
    page = read(site.test_client(), "/en/languages", header)
    assert wishes(page) == [
        (
            "Canadian French (Français canadien) – Close enough: French."
            " It may be written a little differently. This decides."
        ),
        (
            "Catalan (Català) – We don’t have it."
            " Spanish is the closest, but too different to be shown unasked."
        ),
        "Ukrainian (Українська) – We don’t have it.",
        "Chinese (Taiwan) (中文 (台灣)) – We have it: Traditional Chinese.",
        "English – We have it.",
        "qq – We don’t have it.",
        "Swiss German (Schwiizertüütsch) – We don’t have it.",
        "Any language will do.",
        "German (Deutsch) – Your browser asks not to get it.",
    ]
    assert "leads you to: French." in reasons(page)
    assert "<bdi><code>qq</code></bdi>" in page


def test_page_about_a_policy_knows_what_it_is_published_in(site: Flask) -> None:
    client = site.test_client()
    page = read(client, f"/en/languages?{ABOUT}", "he, gsw;q=0.5")
    assert wishes(page) == [
        "Hebrew (עברית) – We don’t have it.",
        (
            "Swiss German (Schwiizertüütsch) – Close enough: German."
            " Most who read the one read the other. This decides."
        ),
    ]
    assert '<a href="/en/house-rules">House rules</a>' in page
    assert "We have it. This decides." in wishes(read(client, "/en/languages", "he"))[0]


def test_page_without_a_header_names_the_default(site: Flask) -> None:
    page = read(site.test_client(), "/fr/languages")
    assert wishes(page) == []
    assert languages.name_in("en", "fr") in reasons(page)


def test_choice_decides_and_can_be_forgotten(site: Flask) -> None:
    client = site.test_client()
    client.get("/de/languages?choose=")
    page = read(client, "/en/languages", "fr")
    assert "You chose German on this site." in reasons(page)
    assert wishes(page) == ["French (Français) – We have it."]
    assert "leads you to: German." in reasons(page)
    stamp = re.findall(r'name="stamp" value="(.*?)"', page)[0]
    answer = client.post(f"/en/languages?{ABOUT}", data={"stamp": stamp})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/languages?{ABOUT}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Set-Cookie"].startswith("language=; Expires=Thu, 01 Jan 1970")
    assert led_to(client, "/languages", Accept_Language="fr") == (302, "/fr/languages")
    assert "there is no cookie" in reasons(read(client, "/en/languages"))
    again = client.post("/en/languages", data={"stamp": stamp})
    assert (again.status_code, again.headers.get("Set-Cookie")) == (303, None)


def test_choice_the_policy_is_not_published_in_decides_nothing(site: Flask) -> None:
    client = site.test_client()
    client.get("/he/languages?choose=")
    page = read(client, f"/en/languages?{ABOUT}", "fr")
    assert "This policy has not been published in it yet." in reasons(page)
    assert wishes(page) == ["French (Français) – We have it. This decides."]


@pytest.mark.parametrize(
    ("stamp", "headers"),
    [
        ("", {}),
        ("ImRlIg.wrong", {}),
        (None, {"Sec-Fetch-Site": "cross-site"}),
        (None, {"Origin": "https://evil.example"}),
    ],
)
def test_choice_is_not_forgotten_for_another_site(
    site: Flask, stamp: str | None, headers: dict[str, str]
) -> None:
    client = site.test_client()
    client.get("/de/languages?choose=")
    right = re.findall(r'name="stamp" value="(.*?)"', read(client, "/en/languages"))[0]
    sent = {"stamp": right if stamp is None else stamp}
    answer = client.post("/en/languages", data=sent, headers=headers)
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (400, None)
    assert led_to(client, "/languages") == (302, "/de/languages")


def test_page_answers_without_the_database(tmp_path: Path) -> None:
    app = make_app({"PANEL_HOME": str(tmp_path / "none"), "PANEL_SECRET_KEY": "k" * 40})
    page = read(app.test_client(), f"/en/languages?{ABOUT}", "fr-CA")
    assert "leads you to: French." in reasons(page)
    disconnect(app)


# --- Hostile headers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("<script>alert(1)</script>", []),
        ('fr"><b>', []),
        ("{{7*7}}, %(x)s", []),
        ("a" * 100_000, []),
        ("a-" * 400 + "b", [f"{'a-' * 20} – We know no language by this code."]),
        ("xx," * 19 + "de", ["xx – We don’t have it."] * 19 + ["German (Deutsch) – We have it."]),
        ("xx," * 20 + "de", ["xx – We don’t have it."] * 20),
        ("en-x-" + "-".join(["aaaaaaaa"] * 12), None),
    ],
)
def test_hostile_header_is_cut_and_escaped(
    site: Flask, header: str, expected: list[str] | None
) -> None:
    page = read(site.test_client(), "/en/languages", header)
    said = [line.removesuffix(" This decides.") for line in wishes(page)]
    assert expected is None or said == expected
    assert len(page) < 30_000
    assert re.findall(r"<(b|script)[ >]", page) == ["script"]


def test_header_is_cut_at_20_ranges_and_1024_characters(site: Flask) -> None:
    client = site.test_client()
    for header, tag in {
        "xx," * 19 + "de": "de",
        "xx," * 20 + "de": "en",
        "de," + " " * 1_019 + "fr;q=1": "de",
        "xx," + " " * 1_019 + "de": "de",
        "xx," + " " * 1_020 + "de": "en",
    }.items():
        assert led_to(client, "/house-rules", Accept_Language=header)[1] == f"/{tag}/house-rules"


# --- The list and its search ---------------------------------------------------------------------


def test_list_leads_to_the_same_page_and_section(site: Flask) -> None:
    client = site.test_client()
    offered = found(read(client, f"/en/languages?{ABOUT}&section=sabcdefghij"))
    assert len(offered) == 12
    assert offered[0] == ("en", "/en/house-rules?choose=#sabcdefghij")
    assert ("he", "/he/house-rules?choose=#sabcdefghij") in offered
    assert found(read(client, "/en/languages"))[2] == ("de", "/de/languages?choose=")
    chosen = client.get("/de/house-rules?choose=")
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/de/house-rules")


@pytest.mark.parametrize("query", ["german", "de", "allemand", "deutsch", "Alemán", "germn"])
def test_search_finds_a_language_by_any_name(site: Flask, query: str) -> None:
    page = read(site.test_client(), f"/fr/languages?q={query}&{ABOUT}")
    assert found(page) == [("de", "/de/house-rules?choose=")]
    assert "Languages found: 1" in page or " 1<" in page
    assert f'value="{query}"' in page


def test_search_without_a_result_says_so_and_offers_all(site: Flask) -> None:
    page = read(site.test_client(), f"/en/languages?q=klingon&{ABOUT}")
    assert found(page) == []
    assert "No language of this site is called like that." in page
    assert f'<a href="/en/languages?{ABOUT}">Show all languages</a>' in page


@pytest.mark.parametrize(
    "query",
    [
        "q=%3Cscript%3E",
        "q=%FF",
        "q=" + "x" * 5_000,
        "policy=../x",
        "section=%22%3E",
    ],
)
def test_hostile_query_is_escaped_or_ignored(site: Flask, query: str) -> None:
    page = read(site.test_client(), f"/en/languages?{query}")
    assert "<script>" not in page
    assert "\0" not in page
    assert "x" * 61 not in page
    assert '">"' not in page


@pytest.mark.parametrize("query", ["q=%00%FF", "policy=%00"])
def test_nul_in_a_query_is_no_address(site: Flask, query: str) -> None:
    assert site.test_client().get(f"/en/languages?{query}").status_code == 404


def test_long_selector_can_be_searched_with_and_without_scripts(wide_site: Flask) -> None:
    client = wide_site.test_client()
    page = client.get("/fr/house-rules").text
    folded = page.partition("<details>")[2].partition("</details>")[0]
    assert '<form class="find" action="/fr/languages">' in folded
    assert '<input type="hidden" name="policy" value="house-rules">' in folded
    listed = re.findall(r'<li data-names="(.*?)"><a lang="(.*?)"', folded)
    assert [tag for _, tag in listed] == ["en", "ar", "de", "fr", "he", "ja", "pt-BR", "zh-Hant"]
    assert {"de", "deutsch", "german", "allemand", "aleman"} <= set(listed[2][0].split())
    # What stands in the open carries no names, and no page of a few languages does.
    assert page.count("data-names") == len(listed)


def test_nothing_of_the_visitor_stands_on_a_page_that_is_kept(wide_site: Flask) -> None:
    client = wide_site.test_client()
    before = client.get("/fr/house-rules", headers={"Accept-Language": "ca"}).data
    client.get("/de/languages?choose=")
    assert client.get("/fr/house-rules", headers={"Accept-Language": "ja"}).data == before


def test_published_page_speaks_its_language(filled: Filling) -> None:
    app = filled(policy.everything)
    serving = Serving(app)
    serving.refresh()
    for tag, words in {"en": "Version 1", "ar": "الإصدار 1", "fr": "Aller au contenu"}.items():
        answer = Client(serving).get(f"/{tag}/house-rules", base_url="http://127.0.0.1:8000")
        assert words in answer.text
        assert ("Skip to the content" in answer.text) is (tag == "en")
