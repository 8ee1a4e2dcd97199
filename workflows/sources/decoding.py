"""Bytes to clean text: UTF-8 only, one kind of line end, nothing invisible that can deceive."""

from __future__ import annotations

import re

from workflows.sources.reasons import (
    ConflictMarks,
    ForbiddenCharacter,
    LineTooLong,
    NotUtf8,
    NulByte,
    TooLarge,
    TooManyLines,
    WrongFormat,
)

MAX_BYTES = 2 * 1024 * 1024
MAX_LINE = 64 * 1024
MAX_LINES = 40_000

_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "Word (.doc)"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\xde\x12\x04\x95", "MO"),
    (b"\x95\x04\x12\xde", "MO"),
)
_ZIPPED = (
    (b"word/", "Word (.docx)"),
    (b"opendocument.text", "OpenDocument (.odt)"),
    (b"xl/", "Excel (.xlsx)"),
    (b"epub+zip", "EPUB"),
)
_HTML = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
# Controls other than tab and line feed; embeddings and overrides of direction, for which isolates
# are the safe form (Unicode UAX 9, UTR 36); separators that some readers take for a line end;
# a byte order mark inside the text; noncharacters; and the invisible tag characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ufdd0-\ufdef\U000e0000-\U000e007f]"
)
_CONFLICT = re.compile(r"^<{7}(?: |$)", re.MULTILINE)


def decode(data: bytes, *, html: bool = False) -> str:
    """The text of a file, with LF line ends and without a byte order mark.

    A file that is ``html`` may be so, its lines may be as long as programs make them, and byte
    order marks within it are left out. Raises
    TooLarge, WrongFormat, NotUtf8, NulByte, ForbiddenCharacter, ConflictMarks, LineTooLong,
    TooManyLines.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(size=len(data), limit=MAX_BYTES)
    name = format_of(data)
    if name and not (html and name == "HTML"):
        raise WrongFormat(format=name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"line {_line(data, error.start)}") from None
    text = _unmarked(text, html=html).replace("\r\n", "\n").replace("\r", "\n")
    if found := _FORBIDDEN.search(text):
        place = f"line {text.count(chr(10), 0, found.start()) + 1}"
        if found.group() == "\0":
            raise NulByte(place)
        raise ForbiddenCharacter(place, character=f"U+{ord(found.group()):04X}")
    if mark := _CONFLICT.search(text):
        raise ConflictMarks(f"line {text.count(chr(10), 0, mark.start()) + 1}")
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        raise TooManyLines(count=len(lines), limit=MAX_LINES)
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE and not html:
            raise LineTooLong(f"line {number}", size=len(line), limit=MAX_LINE)
    return text


def _unmarked(text: str, *, html: bool) -> str:
    """The text without its byte order mark.

    Where programs put pages together from files, each may bring its own; nothing else is lost.
    """
    return text.replace("\ufeff", "") if html else text.removeprefix("\ufeff")


def format_of(data: bytes) -> str:
    """The proper name of a format that is no plain text, known by its first bytes, or ""."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((name for mark, name in _ZIPPED if mark in data), "ZIP")
    for mark, name in _MAGIC:
        if data.startswith(mark):
            return name
    return "HTML" if _HTML.match(data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()) else ""


def _line(data: bytes, offset: int) -> int:
    """The 1-based line of a byte, by any of the three line ends."""
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def forbidden(text: str) -> str:
    """The first character that no text may hold, as "U+202E", or ""."""
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def balanced(text: str) -> bool:
    """True when every isolate U+2066 to U+2068 has its U+2069 within the text."""
    depth = 0
    for sign in re.findall("[\u2066-\u2069]", text):
        depth += -1 if sign == "\u2069" else 1
        if depth < 0:
            return False
    return depth == 0
