"""Which coding of a published page goes out, and when none has to: Accept-Encoding, entity tags."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask import Flask

from app.serving import Serving
from tests.app.support_serving import ask, begun, index_of, said

PAGE = "/fr/house-rules"
CODED = ("", "gzip", "br")


@pytest.fixture(scope="module")
def serving(site: Flask) -> Serving:
    """The site with its snapshot in front."""
    return begun(site)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
        ("identity;q=1, gzip;q=0.5", ""),
        ("br;q=0.2, gzip;q=0.4, identity;q=0.3", "gzip"),
        ("identity, gzip, br", "br"),
        ("gzip;q=0.5", "gzip"),
        ("gzip;q=0.5, br;q=0, *", ""),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("gzip;q=0.1, *;q=0", "gzip"),
        ("identity;q=0", ""),
        ("*;q=0", ""),
        ("gzip;q=0", ""),
        ("gzip;q=oops,,;;=", ""),
        ("x" * 5_000, ""),
    ],
)
def test_compressed_page_is_the_same_page(serving: Serving, accepted: str, coding: str) -> None:
    plain = ask(serving, PAGE)
    packed = ask(serving, PAGE, Accept_Encoding=accepted)
    assert packed.headers.get("Content-Encoding", "") == coding
    unpack = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[coding]
    assert unpack(packed.data) == plain.data
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    tag = plain.headers["ETag"].strip('"')
    assert packed.headers["ETag"] == (f'"{tag}-{coding}"' if coding else f'"{tag}"')


def test_who_has_the_page_gets_it_not_again(site: Flask, serving: Serving) -> None:
    for coding in ("", "gzip", "br"):
        tag = ask(serving, PAGE, Accept_Encoding=coding).headers["ETag"]
        for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = ask(serving, PAGE, Accept_Encoding=coding, If_None_Match=sent)
            assert (again.status_code, again.data) == (304, b""), sent
        plain = ask(site, PAGE).headers["ETag"]
        unchanged = ask(site, PAGE, If_None_Match=plain)
        ours = ask(serving, PAGE, If_None_Match=plain)
        assert said(ours) == said(unchanged)
    assert ask(serving, PAGE, If_None_Match='"other"').status_code == 200


def test_answer_that_nothing_changed_is_that_of_the_site(site: Flask, serving: Serving) -> None:
    index = index_of(site)
    tagged = 0
    for path in (*index["entries"], *index["crossings"]):
        tag = ask(site, path).headers.get("ETag", '"none"')
        ours, site_says = (ask(app, path, If_None_Match=tag) for app in (serving, site))
        assert said(ours) == said(site_says), path
        tagged += ours.status_code == 304
    assert tagged == sum(bool(entry["unchanged"]) for entry in index["entries"].values()) > 30


def test_who_has_another_coding_gets_the_one_it_can_read(serving: Serving) -> None:
    tags = {coding: ask(serving, PAGE, Accept_Encoding=coding).headers["ETag"] for coding in CODED}
    for has in CODED:
        for reads in CODED:
            answer = ask(serving, PAGE, Accept_Encoding=reads, If_None_Match=tags[has])
            assert answer.status_code == (304 if has == reads else 200), (has, reads)
            assert answer.headers["ETag"] == tags[reads]
    listed = ", ".join(tags.values())
    for given in (listed, "*"):
        answer = ask(serving, PAGE, Accept_Encoding="gzip", If_None_Match=given)
        assert (answer.status_code, answer.headers["ETag"]) == (304, tags["gzip"])


def test_page_is_sent_only_if_it_is_the_one_that_is_asked_for(serving: Serving) -> None:
    tags = [ask(serving, PAGE, Accept_Encoding=coding).headers["ETag"] for coding in CODED]
    for sent in (*tags, f'"other", {tags[0]}', "*"):
        assert ask(serving, PAGE, If_Match=sent).status_code == 200, sent
    for sent in ('"other"', f"W/{tags[0]}"):
        assert ask(serving, PAGE, If_Match=sent).status_code == 412, sent


def test_what_is_in_memory_is_counted_and_given_back(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = begun(site)
    index = index_of(site)
    for path in (*index["entries"], *index["crossings"]):
        ask(serving, path)
    held = [one for one in serving._live.every() if any(one.answers)]
    assert len(held) == len(index["entries"]) + len(index["crossings"])
    assert serving._live.size() == serving._bytes > 0
    monkeypatch.setattr("app.serving.MEMORY", 0)
    ask(serving, PAGE, Accept_Encoding="br")
    assert [one for one in serving._live.every() if any(one.answers)] == [serving._live.held[PAGE]]


def test_headers_are_remembered_for_all_crossings_together(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.serving.KNOWN", 3)
    serving = begun(site)
    for path in ("/", "/languages", "/house-rules"):
        for tag in ("de", "fr", "ar"):
            ask(serving, path, Accept_Language=tag)
            assert len(serving._live.led) <= 3
