"""Bytes that are taken, and bytes that are refused with their reason and line."""

from __future__ import annotations

import pytest

from workflows.problems import Problem
from workflows.sources import MAX_BYTES, read
from workflows.sources.decoding import MAX_LINE, MAX_LINES, balanced, decode


def refusal(data: bytes, name: str = "", media_type: str | None = None) -> tuple[str, str]:
    """The code and the place of what ``read`` raises."""
    with pytest.raises(Problem) as caught:
        read(data, name=name, media_type=media_type)
    assert caught.value.blocking
    assert caught.value.text()
    return caught.value.code, caught.value.place


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"one\r\ntwo\r\n", "one\ntwo\n"),
        (b"one\rtwo\r", "one\ntwo\n"),
        (b"\xef\xbb\xbfone", "one"),
        ("tab\tand caf\u00e9".encode(), "tab\tand caf\u00e9"),
        ("\u2067\u05e9\u2069 a\u200db\u200fc".encode(), "\u2067\u05e9\u2069 a\u200db\u200fc"),
    ],
)
def test_decode_normalises_line_ends_and_byte_order_mark(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"fine\nna\xefve\n", "not-utf-8", "line 2"),
        (b"a\r\nb\rc\n\xc0\xaf", "not-utf-8", "line 4"),
        (b"\xed\xa0\x80", "not-utf-8", "line 1"),
        ("caf\u00e9".encode("utf-16"), "not-utf-8", "line 1"),
        (b"a\nb\0c", "nul-byte", "line 2"),
        (b"a\n\nb\x1b[31m", "forbidden-character", "line 3"),
        (b"a\x0cb", "forbidden-character", "line 1"),
        ("a\u0085b".encode(), "forbidden-character", "line 1"),
        ("a\u202eb".encode(), "forbidden-character", "line 1"),
        ("a\u202ab\u202c".encode(), "forbidden-character", "line 1"),
        ("a\nb\u2028c".encode(), "forbidden-character", "line 2"),
        ("a\ufeffb".encode(), "forbidden-character", "line 1"),
        ("a\U000e0041".encode(), "forbidden-character", "line 1"),
        ("one\n\ntwo \u2067three".encode(), "unbalanced-direction", "line 3"),
        ("one \u2069two\u2066".encode(), "unbalanced-direction", "line 1"),
        (b"one\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n", "conflict-marks", "line 2"),
        (b"", "empty-document", ""),
        (b" \n\t\n\r\n", "empty-document", ""),
        (b"ok\n" + b"x" * (MAX_LINE + 1), "line-too-long", "line 2"),
        (b"x\n" * (MAX_LINES + 1), "too-many-lines", ""),
        (b"x" * (MAX_BYTES + 1), "source-too-large", ""),
    ],
)
def test_read_refuses_bytes_that_are_no_clean_text(data: bytes, code: str, place: str) -> None:
    assert refusal(data) == (code, place)
    assert refusal(data, media_type="text/markdown") == (code, place)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04\x14\x00word/document.xml", "Word (.docx)"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument (.odt)"),
        (b"PK\x03\x04anything", "ZIP"),
        (b"%PDF-1.7\n", "PDF"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Word (.doc)"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><p>hello", "HTML"),
        (b'<?xml version="1.0"?>\n<html>', "HTML"),
        (b"\xde\x12\x04\x95\0\0", "MO"),
    ],
)
def test_read_names_the_format_under_a_lying_name(data: bytes, name: str) -> None:
    with pytest.raises(Problem) as caught:
        read(data, name="policy.md", media_type="text/markdown")
    assert (caught.value.code, caught.value.details) == ("wrong-format", {"format": name})
    assert f"in the format {name}" in caught.value.text()
    assert "save it as Markdown, HTML, Word (.docx) or plain text." in caught.value.text()


@pytest.mark.parametrize(
    ("data", "name", "media_type", "expected"),
    [
        (b"# One", "a.txt", "text/markdown; charset=UTF-8", "text/markdown"),
        (b"# One", "a.txt", None, "text/plain"),
        (b"plain words", "A.MD", None, "text/markdown"),
        (b"plain words", "a.b.markdown", "application/octet-stream", "text/markdown"),
        (b"plain words", "", None, "text/plain"),
        (b"1. Scope\n\nText.", "notes", None, "text/plain"),
        (b"# One\n\nText.", "notes.unknown", None, "text/markdown"),
        (b"See [us](/us).", "", None, "text/markdown"),
        (b"One\n===\n", "", None, "text/markdown"),
        (b"<p>One", "page.HTML", None, "text/html"),
        (b"One", "a.htm", None, "text/html"),
        (b"One", "a.xhtml", "application/octet-stream", "text/html"),
        (b"<p>One", "a.md", "text/html; charset=utf-8", "text/html"),
        (b"One", "", "application/xhtml+xml", "text/html"),
        (b"<!DOCTYPE html>One", "", None, "text/html"),
        (b"\xef\xbb\xbf\n<HTML>One", "page", None, "text/html"),
        (b"<p>One", "page", None, "text/plain"),
    ],
)
def test_media_type_is_declared_or_named_or_sniffed(
    data: bytes, name: str, media_type: str | None, expected: str
) -> None:
    assert read(data, name=name, media_type=media_type).media_type == expected


@pytest.mark.parametrize(
    ("data", "name", "media_type", "found"),
    [
        (b"PK\x03\x04word/document.xml", "page.html", None, "Word (.docx)"),
        (b"%PDF-1.7", "", "text/html", "PDF"),
        (b"PK\x03\x04anything", "policy.docx", None, "ZIP"),
        (b"# Policy", "policy.docx", None, "text"),
        (b"<html>", "policy.docx", None, "HTML"),
        (b"\xd0\xcf\x11\xe0", "policy.docx", None, "Word (.doc)"),
        (b"<html>", "policy.txt", None, "HTML"),
    ],
)
def test_read_refuses_a_name_or_type_that_lies(
    data: bytes, name: str, media_type: str | None, found: str
) -> None:
    with pytest.raises(Problem) as caught:
        read(data, name=name, media_type=media_type)
    assert (caught.value.code, caught.value.details) == ("wrong-format", {"format": found})


def test_lines_of_html_may_be_long() -> None:
    data = b"<p>" + b"<p>".join([b"word " * 400] * 40)
    assert refusal(data, name="a.md") == ("line-too-long", "line 1")
    assert len(read(data, name="a.html").blocks) == 40


def test_read_refuses_types_it_does_not_know() -> None:
    assert refusal(b"words", media_type="application/pdf") == ("unsupported-media-type", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("\u2066a\u2067b\u2069\u2069", True),
        ("\u2068a", False),
        ("\u2069\u2066", False),
    ],
)
def test_balanced_pairs_isolates(text: str, expected: bool) -> None:
    assert balanced(text) is expected
