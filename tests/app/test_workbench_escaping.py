"""Whatever people type is shown as text, on every page that shows it."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask

from app import operations
from tests.app import support_policy
from tests.app.support_filled import Filling, without_csrf
from tests.app.support_inbox import leave
from tests.app.support_operations import HOURS
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor, translator
from tests.app.support_workbench import Node, page, signed_in, unit, url
from workflows.review import Role

CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'\"></textarea><svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "</title><style>*{}</style>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "<strong onclick=alert(1)>x</strong>",
    "<br1/ onload=alert(1)>\\<em>",
    "&lt;script&gt; &#x3C;b&#x3E;",
)
KNOWN = frozenset(
    re.findall(
        r"\w+",
        """
        html head meta title link script body a header div p nav ul li form input label
        select option button span bdi main h1 h2 h3 h4 ol section strong code textarea
        details summary fieldset legend del ins time dialog dl dt dd kbd table thead
        tbody tr th td br progress caption
        """,
    )
)


def fill() -> None:
    """Everything a person can type, typed with ill intent."""
    support_policy.people()
    source = support_policy.SOURCE + "".join(f"\n\nUse `{text}` now.\n" for text in CORPUS)
    support_policy.import_source(source)
    with acting() as act:
        operations.add_user(act, "evil@example.org", "".join(CORPUS[:2]))
        operations.grant(act, "evil@example.org", Role.TRANSLATOR, "fr")
        operations.grant(act, "evil@example.org", Role.EDITOR, "fr")


@pytest.fixture
def bench(filled: Filling) -> Flask:
    """The app with it."""
    return without_csrf(filled(fill))


def bad(shown: Node) -> list[str]:
    """Elements that no page of ours has, handlers, and links that lead into scripts."""
    found = [node.tag for node in shown.walk() if node.tag not in KNOWN | {""}]
    for node in shown.walk():
        found += [name for name in node.attrs if name.startswith("on") or name == "style"]
        found += [v for n, v in node.attrs.items() if n in ("href", "src") and "script:" in v]
    scripts = [node.attrs.get("src", "inline") for node in shown.all("script")]
    return found + [src for src in scripts if not src.startswith("/static/")]


@pytest.mark.parametrize("text", CORPUS)
def test_text_of_people_is_escaped_everywhere(bench: Flask, text: str) -> None:
    evil, address = signed_in(bench, "evil@example.org"), url(bench, "fr")
    draft = {"target": text, "version": 0, "do": "draft"}
    assert evil.post(address, data=draft).status_code == 303
    pages = [evil.get(address), evil.get(f"/workbench/{SLUG}/fr")]
    assert page(pages[0]).one("form", id="edit").fields()["target"] == text
    # Refused, conflicting and returned texts, reasons, proposals, names and messages.
    pages.append(evil.post(address, data={"target": f"<a1>{text}", "version": 1}))
    pages.append(evil.post(address, data={"target": text, "version": 99}))
    assert [answer.status_code for answer in pages[2:]] == [422, 409]
    evil.post(address, data={"target": "De 9 à 17 heures.", "version": 1})
    reason = {"version": 2, "comment": text}
    signed_in(bench, editor("fr")).post(f"{address}/return", data=reason)
    leave(bench, "fr", text, name=text[:100], email=text[:100])
    for email in (translator("fr"), ADMINISTRATOR):
        client = signed_in(bench, email)
        paths = (address, "/workbench/", f"/workbench/{SLUG}/fr", f"/workbench/{SLUG}/history")
        pages += [client.get(path) for path in paths]
    admin = signed_in(bench, ADMINISTRATOR)
    pages += [admin.get(f"/workbench/{place}") for place in ("people", "messages")]
    assert unit(bench, "fr").return_reason == text
    assert [bad(page(answer)) for answer in pages] == [[] for _ in pages]
    assert [answer.status_code for answer in pages[4:]] == [200] * len(pages[4:])


def test_proposal_and_preview_are_escaped(bench: Flask) -> None:
    with bench.app_context():
        support_policy.translate("fr")
    evil, address = signed_in(bench, "evil@example.org"), url(bench, "fr")
    safe = [text for text in CORPUS if "strong" not in text and "br1" not in text]
    for text in safe:
        evil.post(f"{address}/propose", data={"target": f"9 à 17 {text}", "version": 1})
    (first, *_rest) = unit(bench, "fr").candidates
    shown = page(evil.get(address))
    assert bad(shown) == []
    proposed = shown.one("ol", class_="candidates").all(
        "li", **{"aria-labelledby": f"candidate-{first.id}"}
    )
    assert safe[0].replace("<script>", "") in proposed[0].text() or safe[0] in proposed[0].text()
    data = {"version": 1}
    assert evil.post(f"{address}/candidates/{first.id}/accept", data=data).status_code == 303
    preview = page(evil.get(address)).one("p", class_="preview")
    assert preview.text() == f"9 à 17 {safe[0]}"
    assert preview.children == [preview.children[0]]


def test_names_of_files_and_slugs_are_escaped(bench: Flask) -> None:
    admin = signed_in(bench, ADMINISTRATOR)
    for text in CORPUS:
        form = {"slug": text, "title": text, "language": text}
        answers = [admin.post("/workbench/import", data=form)]
        name = text[:40].replace('"', "")  # a quotation mark would end the name in the header
        file = (io.BytesIO(f"# Rules\n\nA {text} line.\n".encode()), f"{name}.md")
        answers.append(admin.post("/workbench/import", data={**form, "slug": SLUG, "file": file}))
        answers.append(admin.get("/workbench/import", query_string={"slug": text}))
        answers.append(admin.get(f"/workbench/{SLUG}/fr", query_string={"show": text}))
        assert [bad(page(answer)) for answer in answers] == [[]] * 4, text
        codes = [answer.status_code for answer in answers]
        assert codes == [422, 200, 200, 200], page(answers[1]).one("main").text()


def test_source_text_is_escaped_in_lists(bench: Flask) -> None:
    shown = page(signed_in(bench, ADMINISTRATOR).get(f"/workbench/{SLUG}/fr"))
    assert bad(shown) == []
    texts = " ".join(li.text() for li in shown.one("ol", class_="units").all("li"))
    assert HOURS in texts
    assert "alert(1)" in texts
