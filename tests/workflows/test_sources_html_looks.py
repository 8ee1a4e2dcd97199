"""What only the look of a page says: kept as text where text can say it, and told where not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from workflows.sources import (
    Furniture,
    Kind,
    Source,
    normalized,
    read,
    walk,
    write_html,
    write_markdown,
)


def source(html: str) -> Source:
    got = read(f"<h1>T</h1>{html}".encode(), media_type="text/html")
    assert normalized(read(write_html(got).encode(), media_type="text/html")) == normalized(got)
    markdown = read(write_markdown(got).encode(), media_type="text/markdown")
    assert normalized(markdown) == normalized(got)
    return got


def texts(got: Source) -> list[str]:
    return [block.text for block in walk(got.blocks) if block.text]


def told(got: Source) -> list[tuple[str, Mapping[str, object]]]:
    return [(problem.code, problem.details) for problem in got.problems]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("10<sup>6</sup> and 2<sup>-3</sup>", "10⁶ and 2⁻³"),
        ("H<sub>2</sub>O, note<sup>1</sup>", "H₂O, note¹"),
        ("note<sup><a href=/1>1</a></sup>", "note<a1>¹</a1>"),
        ("<b>x<sup>2</b></sup>y", "<strong>x²</strong>y"),
        ("2<sup>1<sup>2</sup></sup>", "2¹²"),
        ("1<sup>st</sup>, 2<sup>e</sup>, M<sup>me</sup>", "1st, 2e, Mme"),
        ("Acme<sup>TM</sup> and Co<sup>®</sup>", "Acme™ and Co®"),
        ("note<sup>[1]</sup>, other<sup>*</sup>", "note[1], other*"),
        ("<q>never</q>", "“never”"),
        ("<q>say <q><i>never</i></q> again</q>", "“say <em>‘never’</em> again”"),
        ("a <q> </q>b", "a b"),
        ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>", "漢(かん)字(じ)"),
        ("<ruby>漢<rt>かん<rt>じ</ruby>だ", "漢(かん)(じ)だ"),
        ("<ruby>漢<rp>（</rp><rt>かん</rt><rp>）</rp></ruby>", "漢（かん）"),
    ],
)
def test_looks_become_text(html: str, expected: str) -> None:
    got = source(f"<p>{html}</p>")
    assert texts(got) == [expected]
    assert not told(got)


@pytest.mark.parametrize(
    ("html", "expected", "details"),
    [
        ("10<sup>6a</sup>", "10^6a", "6a"),
        ("x<sub>1,2</sub>", "x_1,2", "1,2"),
        ("x<sub>max</sub>", "xmax", "max"),
        ("x<sup>2<b>a</b></sup>", "x^2<strong>a</strong>", "2a"),
    ],
)
def test_raised_text_that_has_no_signs_is_told(html: str, expected: str, details: str) -> None:
    got = source(f"<p>{html}</p>")
    assert texts(got) == [expected]
    assert told(got) == [("raised-text-flattened", {"text": details})]


def test_a_long_raised_text_is_told_by_its_beginning() -> None:
    got = source(f"<p>x<sup>{'2 ' * 200}</sup></p>")
    assert told(got)[0] == ("raised-text-flattened", {"text": ("2 " * 40)})


@pytest.mark.parametrize(
    "html",
    [
        "<del>not</del>",
        "<s>n<b>o</b>t</s>",
        "<strike><del>not</del></strike>",
        "<span style='color: red; text-decoration: underline line-through'>not</span>",
        "<span style='TEXT-DECORATION-LINE: line-through'>not</span>",
    ],
)
def test_struck_text_is_kept_and_told(html: str) -> None:
    got = source(f"<p>You may {html} <ins>always</ins> object <del> </del>.</p>")
    assert [text.replace("<strong>o</strong>", "o") for text in texts(got)] == [
        "You may not always object ."
    ]
    assert told(got) == [("struck-text-kept", {"text": "not"})]


@pytest.mark.parametrize(
    ("html", "numbers", "problems"),
    [
        ("<ol><li>a<li value=5>b<li>c</ol>", [1, 5, 6], []),
        ("<ol><li value=4>a<li value=5>b<li value=6>c</ol>", [4, 5, 6], []),
        ("<ol start=3><li>a<li value=4>b<li value=2>c</ol>", [3, 4, 2], []),
        ("<ol type=a><li>a<li value=5>b<li>c</ol>", [1, 2, 3],
         [("numbers-changed", {"written": "5", "shown": 2})]),
        ("<ol reversed><li>a<li>b<li>c</ol>", [1, 2, 3],
         [("numbers-changed", {"written": "3", "shown": 1})]),
        ("<ol reversed start=9><li>a<li>b<li>c</ol>", [1, 2, 3],
         [("numbers-changed", {"written": "9", "shown": 1})]),
        ("<ol style='list-style: inside lower-roman'><li>a<li>b<li>c</ol>", [1, 2, 3],
         [("list-style-changed", {"written": "lower-roman", "shown": "1"})]),
        ("<ol type=i style='list-style-type: upper-alpha'><li>a<li>b<li>c</ol>", [1, 2, 3],
         [("list-style-changed", {"written": "A", "shown": "a"})]),
        ("<ol style='list-style: lower-latin'><li>a<li>b<li>c</ol>", [1, 2, 3], []),
        ("<ol style='list-style: decimal'><li>a<li>b<li>c</ol>", [1, 2, 3], []),
    ],
)  # fmt: skip
def test_numbers_of_lists_stay_or_are_told(
    html: str, numbers: list[int], problems: list[tuple[str, Mapping[str, object]]]
) -> None:
    got = source(html)
    shown = [
        block.start + place
        for block in got.blocks
        if block.kind is Kind.LIST
        for place in range(len(block.children))
    ]
    assert shown == numbers
    assert texts(got) == ["a", "b", "c"]
    assert told(got) == problems


def test_what_stands_for_something_else_is_set_aside() -> None:
    got = source(
        "<p>a <math><msup><mi>x</mi><mn>2</mn></msup></math> b</p>\n"
        "<noscript><p>Use &amp; <b>scripts</b>.</p></noscript>\n"
        "<p>c <object data=x.pdf><param name=y><a href=/x>Our form</a></object></p>"
        "<noscript><iframe src=x>no</iframe></noscript><svg><text>no</text></svg>"
        "<table><tr><noscript>no</noscript><td>d<td>e</table>"
    )
    assert texts(got) == ["a b", "c", "d", "e"]
    assert got.furniture == (
        Furniture(1, "x 2", "image"),
        Furniture(2, "Use & scripts .", "hidden"),
        Furniture(3, "Our form", "image"),
    )
    assert [code for code, _details in told(got)] == [
        "policy-found", "image-set-aside", "image-set-aside",
    ]  # fmt: skip


def test_a_page_that_needs_scripts_is_not_its_own_apology() -> None:
    long = "This application only works where scripts run, so please turn them on. " * 9
    got = source(f"<noscript>{long}</noscript><p>We say little.</p>")
    assert texts(got) == ["We say little."]


@pytest.mark.parametrize(
    ("html", "problems"),
    [
        ("<a href=/out><img alt='Opt out'></a>",
         [("image-set-aside", {"text": "Opt out"}),
          ("image-link-set-aside", {"text": "Opt out", "href": "/out"})]),
        ("<a href=/out><img alt=Door> Opt out</a>", [("image-set-aside", {"text": "Door"})]),
        ("<img alt=Logo><a href=/out></a>", [("image-set-aside", {"text": "Logo"})]),
    ],
)  # fmt: skip
def test_link_of_an_image_is_told_when_it_goes_with_it(
    html: str, problems: list[tuple[str, Mapping[str, object]]]
) -> None:
    got = source(f"<p>We process data. {html} here.</p>")
    assert told(got) == problems
