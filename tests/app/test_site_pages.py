"""What a policy page shows: exactly the release, what differs from the source, nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import operations, queries
from app.database import db
from tests.app import support_policy as policy
from tests.app.support_filled import Filling
from tests.support.databases import lift_protection
from workflows.review import State

CHANGED = policy.SOURCE.replace("from 9 to 17", "from 8 to 16")
SCRIPTS = (
    "<script>alert(1)</script>",
    "<img/src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "{{7*7}} %(x)s ${7*7}",
    "</textarea></title></style></script>--><b>",
    '" onmouseover="alert(1)',
)


def fill() -> None:
    """A source with people, and nothing translated yet."""
    policy.everything(("en",))


@pytest.fixture
def own_site(filled: Filling) -> Flask:
    """The same on a database of the test's own."""
    return filled(fill)


def read(app: Flask, path: str, status: int = 200) -> str:
    """The text of a page, in a session of its own."""
    answer = app.test_client().get(path)
    assert answer.status_code == status, answer.text
    return answer.text


class Elements(HTMLParser):
    """The names of all elements and attributes of a page, as a parser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def links(page: str, inside: str) -> list[str]:
    """The links within the first element that starts like this, up to the end of its list."""
    part = page[page.index(inside) :]
    return re.findall(r"<a [^>]*>[^<]*</a>", part[: part.index("</ul>")])


def test_selector_names_each_language_in_its_own_words(site: Flask) -> None:
    assert links(read(site, "/ar/house-rules"), '<nav class="languages"') == [
        '<a lang="en" dir="ltr" hreflang="en" href="/en/house-rules?choose">English</a>',
        (
            '<a lang="ar" dir="rtl" hreflang="ar" href="/ar/house-rules?choose"'
            ' aria-current="true">العربية</a>'
        ),
        '<a lang="de" dir="ltr" hreflang="de" href="/de/house-rules?choose">Deutsch</a>',
        '<a lang="fr" dir="ltr" hreflang="fr" href="/fr/house-rules?choose">Français</a>',
    ]


def test_page_carries_language_direction_version_and_date(site: Flask) -> None:
    page = read(site, "/ar/house-rules")
    assert '<html lang="ar" dir="rtl">' in page
    assert "<title>قواعد البيت – Pinger Panel</title>" in page
    assert re.search(r'<h1 id="s[a-z2-7]{10}">قواعد البيت</h1>', page)
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\d">\d+ \w+ \d{4}</time>', page)
    assert '<html lang="de" dir="ltr">' in read(site, "/de/house-rules")


def test_heading_ids_are_equal_in_all_languages(site: Flask) -> None:
    def ids(tag: str) -> list[tuple[str, str]]:
        return re.findall(r'<(h[1-6]) id="(s[a-z2-7]{10})"', read(site, f"/{tag}/house-rules"))

    assert [name for name, _ in ids("en")] == ["h1", "h2", "h2", "h3"]
    assert ids("fr") == ids("ar") == ids("de") == ids("en")


def test_contents_permalinks_and_questions_lead_to_sections(site: Flask) -> None:
    page = read(site, "/fr/house-rules")
    contents = page[page.index('<nav class="contents"') :].partition("</nav>")[0]
    entries = re.findall(r'<li>(.*?)<a href="#(\w+)">(.*?)</a></li>', contents)
    assert [(label, title) for label, _, title in entries] == [
        ('<span class="label">1.</span> ', "Qui nous sommes"),
        ('<span class="label">2.</span> ', "Ce que nous gardons"),
    ]
    for _, key, title in entries:
        assert f'<h2 id="{key}">' in page
        assert re.search(f'<a class="permalink" href="#{key}" aria-label="[^"]*{title}', page)
    asked = re.findall(r'href="(/fr/house-rules/message[^"]*)"', page)
    assert asked == [
        "/fr/house-rules/message?section=1",
        "/fr/house-rules/message?section=2",
        "/fr/house-rules/message",
    ]


def test_lists_and_tables_keep_their_structure(site: Flask) -> None:
    page = " ".join(read(site, "/de/house-rules").split())
    assert (
        "<ol> <li>Ihren Namen;</li> <li>Ihre Adresse: <ol> <li>die Straße;</li> "
        "<li>den Ort;</li> </ol> </li> <li>was Sie uns sagen.</li> </ol>"
    ) in page
    assert re.search(
        r'<div class="scroll" role="region" tabindex="0" aria-label="[^"]+"><table> <thead>', page
    )
    assert '<th scope="col">Wie lange</th>' in page


def test_search_engines_learn_of_every_language(site: Flask) -> None:
    page = read(site, "/fr/house-rules")
    root = "http://localhost"
    assert re.findall(
        r'<link rel="(canonical|alternate)"(?: hreflang="(.*?)")? href="(.*?)">', page
    ) == [
        ("canonical", "", f"{root}/fr/house-rules"),
        ("alternate", "en", f"{root}/en/house-rules"),
        ("alternate", "ar", f"{root}/ar/house-rules"),
        ("alternate", "de", f"{root}/de/house-rules"),
        ("alternate", "fr", f"{root}/fr/house-rules"),
        ("alternate", "x-default", f"{root}/house-rules"),
    ]


def test_language_without_a_release_offers_the_source_and_the_nearest(site: Flask) -> None:
    page = read(site, "/he/house-rules", 404)
    assert '<html lang="he" dir="rtl">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert (
        '<a lang="en" dir="ltr" hreflang="en" href="/en/house-rules">House rules (English)</a>'
    ) in page
    assert len(links(page, '<nav class="languages"')) == 4
    assert "aria-current" not in page


def test_up_to_date_page_carries_no_notice(site: Flask) -> None:
    for tag in policy.LANGUAGES:
        page = read(site, f"/{tag}/house-rules")
        assert [
            word for word in ("notice", "changed", "mark", "source") if f'class="{word}' in page
        ] == []


def test_importing_a_source_changes_no_public_page(own_site: Flask) -> None:
    with own_site.app_context():
        policy.translate("fr")
        policy.approve("fr")
        policy.publish("fr")
        before = [own_site.test_client().get(f"/{t}/house-rules").data for t in ("en", "fr")]
        policy.import_source(CHANGED)
    after = [own_site.test_client().get(f"/{t}/house-rules").data for t in ("en", "fr")]
    assert after == before


def test_outdated_page_marks_exactly_what_changed(own_site: Flask) -> None:
    newer = CHANGED.replace("1. your name;\n", "").replace(
        "We never keep your password", "Guests are welcome.\n\nWe never keep your password"
    )
    with own_site.app_context():
        policy.translate("ar")
        policy.approve("ar")
        policy.publish("ar")
        policy.import_source(newer)
        policy.publish("en")
    page = " ".join(read(own_site, "/ar/house-rules").split())
    marked = re.findall(r'<(\w+) class="changed"><span class="mark">[^<]*</span> ([^<]*)<', page)
    assert marked == [
        ("p", "ندير هذا البيت من الساعة 9 إلى الساعة 17."),
        ("li", "اسمك؛"),
    ]
    sources = re.findall(
        r'<details class="source"><summary>[^<]*</summary>\s*<div lang="en" dir="ltr">(.*?)</div>',
        page.replace('<details class="source"> ', '<details class="source">').replace(
            "</summary> ", "</summary>"
        ),
    )
    assert [text.strip() for text in sources] == [
        "<p>Guests are welcome.</p>",
        "We run this house from 8 to 16 o&#x27;clock.",
    ]
    notice = page[page.index('<section class="notice"') :].partition("</section>")[0]
    assert notice.count("<p>") == 3
    assert 'class="notice"' not in read(own_site, "/en/house-rules")


def test_translation_that_is_newer_than_the_published_source_says_so(own_site: Flask) -> None:
    with own_site.app_context():
        policy.import_source(CHANGED)
        policy.translate("de", {"We run this house from 8 to 16 o'clock.": "Von 8 bis 16 Uhr."})
        policy.approve("de")
        policy.publish("de")
    page = read(own_site, "/de/house-rules")
    assert "Von 8 bis 16 Uhr." in page
    assert "We run this house from 9 to 17 o&#x27;clock." in page
    assert "8 to 16" not in page
    assert page.count('class="changed"') == 1


def test_page_says_how_many_parts_their_translator_approved(own_site: Flask) -> None:
    two = policy.editor("de")
    with own_site.app_context():
        with policy.acting(two) as act:
            document = queries.document(act.session, policy.SLUG)
            for unit in queries.language(act.session, document, "de").units[:2]:
                target = policy.TRANSLATIONS["de"][unit.text]
                operations.save(act, policy.SLUG, "de", unit.key, target, version=0)
        policy.translate("de")
        policy.approve("de", four_eyes=False)
        policy.publish("de")
    page = read(own_site, "/de/house-rules")
    own = re.findall(r'<p class="meta">([^<]*)</p>', page)
    assert len(own) == 1
    assert re.search(r"\b2\b", own[0])


def test_hostile_text_is_shown_as_text(own_site: Flask) -> None:
    texts = [row[0] for row in policy.TEXTS if "<" not in row[0]]
    hostile = dict(zip(texts, SCRIPTS, strict=False))
    with own_site.app_context():
        policy.translate("fr", hostile)
        policy.approve("fr")
        policy.publish("fr")
    page = read(own_site, "/fr/house-rules")
    found = Elements()
    found.feed(page)
    assert found.names <= {
        *("html", "head", "meta", "title", "link", "script", "body", "a", "header", "p", "nav"),
        *("span", "ul", "li", "main", "article", "h1", "h2", "h3", "ol", "div", "section"),
        *("strong", "table", "thead", "tbody", "tr", "th", "td", "footer", "bdi", "time"),
    }
    assert found.attributes <= {
        *("lang", "dir", "class", "id", "href", "hreflang", "rel", "name", "content", "charset"),
        "data-words",
        *("type", "src", "defer", "scope", "role", "tabindex", "datetime"),
        *("aria-label", "aria-labelledby", "aria-current", "aria-hidden"),
    }
    (script,) = re.findall(r"<script[^>]*>", page)
    assert re.fullmatch(r'<script src="/static/site\.js\?v=[0-9a-f]{12}" defer>', script)
    assert "{{7*7}} %(x)s ${7*7}" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; – Pinger Panel</title>" in page


def test_draft_text_never_reaches_a_visitor(own_site: Flask) -> None:
    """Texts that are saved, returned, proposed, imported or sent, but not released."""
    with own_site.app_context():
        policy.translate("fr")
        policy.approve("fr")
        policy.publish("fr")
        policy.import_source(policy.SOURCE.replace("1 year", "CANARY-SOURCE 1 year"))
        plant("fr")
        plant("de")
    client = own_site.test_client()
    client.post("/fr/house-rules/message", data={"message": "CANARY-MESSAGE"})
    leaks = []
    for tag in ("en", "fr", "de", "he"):
        for path in ("", "house-rules", "house-rules/message?section=2"):
            answer = client.get(f"/{tag}/{path}", follow_redirects=True)
            if "CANARY" in answer.text or "CANARY" in str(answer.headers):
                leaks.append(answer.request.path)
    assert leaks == []


def plant(tag: str) -> None:
    """A saved draft, a text waiting for review, a candidate and a reason, all recognisable."""
    with policy.acting(policy.translator(tag)) as act:
        document = queries.document(act.session, policy.SLUG)
        units = [
            unit
            for unit in queries.language(act.session, document, tag).units
            if unit.state is not State.REVIEWED and "<" not in unit.text
        ]
        target = "CANARY-DRAFT 1"
        operations.save(act, policy.SLUG, tag, units[0].key, target, version=units[0].version)
    with policy.acting(policy.translator(tag)) as act:
        operations.propose(act, policy.SLUG, tag, units[0].key, "CANARY-CANDIDATE 1")
    with policy.acting(policy.editor(tag)) as act:
        document = queries.document(act.session, policy.SLUG)
        unit = queries.language(act.session, document, tag).unit(units[0].key)
        reason = "CANARY-REASON"
        operations.return_(act, policy.SLUG, tag, unit.key, version=unit.version, reason=reason)


def test_damaged_release_is_never_shown(own_site: Flask, session: Session) -> None:
    del session
    with own_site.app_context():
        policy.translate("fr")
        policy.approve("fr")
        policy.publish("fr")
        with db.engine.connect() as connection:
            lift_protection(connection)
            wrong = (
                "UPDATE release SET content = replace(content, :old, :new) WHERE language = 'fr'"
            )
            connection.execute(sa.text(wrong), {"old": "la maison", "new": "CANARY"})
            connection.commit()
    page = read(own_site, "/fr/house-rules", 500)
    assert '<html lang="fr" dir="ltr">' in page
    assert "CANARY" not in page
    assert "Règlement" not in page
    assert "House rules" in read(own_site, "/en/house-rules")
    assert read(own_site, "/fr/house-rules", 500) == page


def test_right_to_left_page_isolates_what_runs_the_other_way(own_site: Flask) -> None:
    texts = {
        "These rules are <strong>short</strong>. Write to <a1>our desk</a1> with questions.": (
            "قواعد <strong>قصيرة</strong>: <a1>desk@example.org</a1> أو help@example.org."
        )
    }
    with own_site.app_context():
        policy.translate("ar", texts)
        policy.approve("ar")
        policy.publish("ar")
    page = read(own_site, "/ar/house-rules")
    assert re.search(
        r'<a href="mailto:desk@example.org"><bdi>.*desk@example\.org.*</bdi></a>'
        r' أو <bdi dir="ltr">help@example\.org</bdi>\.',
        page,
    )


def test_link_to_another_page_of_the_site_keeps_the_language(own_site: Flask) -> None:
    linked = policy.SOURCE.replace("mailto:desk@example.org", "/house-rules/message")
    with own_site.app_context():
        policy.import_source(linked)
        policy.publish("en")
        policy.translate("fr")
        policy.approve("fr")
        policy.publish("fr")
    assert '<a href="/fr/house-rules/message">notre accueil</a>' in read(
        own_site, "/fr/house-rules"
    )
    assert '<a href="/en/house-rules/message">our desk</a>' in read(own_site, "/en/house-rules")


def test_sections_say_when_they_were_approved(site: Flask) -> None:
    page = read(site, "/fr/house-rules")
    sections = page.split('<section aria-labelledby="s')[1:]
    for section in sections:
        assert re.search(r'approved">.*<time datetime="\d{4}-\d\d-\d\d">', section)
