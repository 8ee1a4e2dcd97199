"""The policy in a saved page: what is taken, what is set aside, and that nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflows.sources import Furniture, Source, read, walk
from workflows.sources.markdown import read_markdown
from workflows.sources.tagged import plain

POLICIES = Path(__file__).parents[2].parent / "shared" / "conformance" / "policies"

LONG = "We keep what you tell us for as long as the law asks for it, and no longer than that."
POLICY = f"<h1>Privacy policy</h1><p>{LONG}</p><h2>Rights</h2><p>{LONG}</p>"
TEXTS = [LONG, "Rights", LONG]


def source(html: str) -> Source:
    return read(html.encode(), media_type="text/html")


def texts(got: Source) -> list[str]:
    return [block.text for block in walk(got.blocks) if block.text]


def kept(got: Source) -> list[tuple[str, str]]:
    return [(piece.reason, piece.text) for piece in got.furniture]


SHELL = (
    "<a class='skip-link' href='#c'>Skip</a><header><a href=/>Acme</a><nav><ul><li>Home"
    "<li>Shop</ul></nav></header>{0}<aside>Read more</aside><footer><p>© 2026 Acme</p></footer>"
)


@pytest.mark.parametrize(
    "body",
    [
        f"<main>{POLICY}</main>",
        f"<div role=main>{POLICY}</div>",
        f"<div><article>{POLICY}</article></div>",
        f"<div class=page><div class=inner>{POLICY}</div></div>",
        POLICY,
        f"<form action=/>{POLICY}</form>",
        f"<table role=presentation><tr><td>{POLICY}</table>",
        (
            f"<section>{POLICY[: POLICY.index('<h2')]}</section><section>"
            f"{POLICY[POLICY.index('<h2') :]}</section>"
        ),
        f"<div class=cookie-banner>{POLICY}</div>",
    ],
)
def test_policy_is_found_in_its_page(body: str) -> None:
    got = source(SHELL.format(body))
    assert (got.title, texts(got)) == ("Privacy policy", TEXTS)
    assert kept(got) == [
        ("navigation", "Skip"),
        ("navigation", "Acme"),
        ("navigation", "Home"),
        ("navigation", "Shop"),
        ("navigation", "Read more"),
        ("navigation", "© 2026 Acme"),
    ]
    assert [problem.details for problem in got.problems if problem.code == "policy-found"] == [
        {"count": 6}
    ]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("<nav>On this page</nav>", [("navigation", "On this page")]),
        ("<div role=navigation>You are here</div>", [("navigation", "You are here")]),
        ("<ol class='c-breadcrumbs'><li>Home<li>Legal</ol>",
         [("navigation", "Home"), ("navigation", "Legal")]),
        ("<ul class=lang-switcher><li>Deutsch</ul>", [("navigation", "Deutsch")]),
        ("<div class=share-buttons><a href=/x>Share <b>this</b></a><br>Print</div>",
         [("navigation", "Share this"), ("navigation", "Print")]),
        (("<div id=cookie-consent><p>We use cookies</p><button>Accept</button>"
         "<button>Decline</button></div>"),
         [("form", "We use cookies"), ("form", "Accept"), ("form", "Decline")]),
        ("<div><h3>News</h3><form><label>Mail</label><input></form></div>",
         [("form", "News"), ("form", "Mail")]),
        ("<select><option>de<option>fr</select>", [("form", "de"), ("form", "fr")]),
        ("<p hidden>Secret</p>", [("hidden", "Secret")]),
        ("<div style='display: none'>Secret</div>", [("hidden", "Secret")]),
        ("<p><span class=sr-only>opens anew</span></p>", [("hidden", "opens anew")]),
    ],
)  # fmt: skip
def test_furniture_within_the_policy_is_set_aside(
    part: str, expected: list[tuple[str, str]]
) -> None:
    got = source(f"<main>{POLICY.replace('<h2', part + '<h2')}</main>")
    assert texts(got) == TEXTS
    assert kept(got) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("<header><p>Last changed in May</p></header>", "Last changed in May"),
        ("<footer><p>Last changed in May</p></footer>", "Last changed in May"),
        ("<h2 class=cookie-notice>Cookies</h2>", "Cookies"),
        ("<div class='row cookie-policy'><p>Our cookies</p></div>", "Our cookies"),
        ("<ul><li><a href=#r>Rights</a></ul>", "<a1>Rights</a1>"),
        ("<address>Acme, Paris</address>", "Acme, Paris"),
    ],
)
def test_what_may_belong_to_the_policy_stays_in_it(part: str, expected: str) -> None:
    got = source(f"<main>{POLICY}{part}</main>")
    assert texts(got) == [*TEXTS, expected]
    assert kept(got) == []


def test_title_above_the_text_is_found_by_the_name_of_the_page() -> None:
    got = source(
        f"<title>Your privacy | Acme</title><h1>Acme</h1><div><h1>Your privacy</h1></div>"
        f"<main><p>{LONG}</p></main>"
    )
    # "Acme" stands in the name of the page as well, and first: the site, not the policy.
    assert got.title == "Your privacy"
    assert kept(got) == [("navigation", "Acme")]


def test_signs_that_link_a_heading_to_itself_are_set_aside() -> None:
    got = source(f"<h1>T</h1><h2 id=x>Scope <a href=#x>#</a></h2><p>{LONG}")
    assert texts(got) == ["Scope", LONG]
    assert kept(got) == [("navigation", "#")]


def test_furniture_tells_its_line() -> None:
    html = f"<nav>\n<p>a\n<p class='x\ny'>\n\nb\nc</p></nav>\n<main>{POLICY}</main>\n<p>\nd"
    assert source(html).furniture == (
        Furniture(2, "a", "navigation"),
        Furniture(6, "b c", "navigation"),
        Furniture(10, "d", "navigation"),
    )


@pytest.mark.parametrize("name", ["Open_Collective_Privacy_Policy", "UptimeRobot_Privacy_Policy"])
def test_saved_pages_give_what_another_engine_found_in_them(name: str) -> None:
    page, expected = POLICIES / f"{name}.html", POLICIES / f"{name}.expected.md"
    if not page.is_file():
        pytest.skip("../shared/conformance is not there")
    reading = read_markdown(expected.read_text(encoding="utf-8"))
    wanted = [" ".join(plain(b.text).split()) for b in walk(reading.blocks) if b.text]
    got = source(page.read_text(encoding="utf-8"))
    found = [" ".join(plain(text).split()) for text in texts(got)]
    assert got.title == reading.title
    assert len(set(wanted) & set(found)) >= 0.98 * len(set(wanted))
    assert len(set(found) - set(wanted)) <= 0.02 * len(set(wanted))


@pytest.mark.parametrize(("longest", "title"), [(1000, "x" * 1000), (1001, "")])
def test_a_very_long_name_of_a_page_names_nothing(longest: int, title: str) -> None:
    assert source(f"<title>{'x' * longest}</title><p>{LONG}").title == title
