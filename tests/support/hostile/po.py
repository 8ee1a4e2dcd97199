"""Hostile PO files: each as large as a file may be, and the costliest that is read."""

from __future__ import annotations

from tests.support.hostile import Hostile

HEAD = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
LONG = b'msgid "%d"\nmsgstr ""\n' + b'"a"\n' * 15_000

HOSTILE = {
    "backslashes": Hostile(
        lambda: HEAD + b'msgid "a"\nmsgstr "' + b"\\" * 8_000_000,
        "catalog-entry-too-large",
        "line 5",
    ),
    "one line": Hostile(
        lambda: HEAD + b'msgid "a"\nmsgstr "' + b"x" * 8_000_000,
        "catalog-entry-too-large",
        "line 5",
    ),
    "continuation lines": Hostile(
        lambda: HEAD + b'msgid ""\n' + b'"a"\n' * 499_000, "catalog-entry-too-large", "line 4"
    ),
    "strings in a line": Hostile(
        lambda: HEAD + b'msgid "a"' + b'"a"' * 2_700_000, "catalog-entry-too-large", "line 4"
    ),
    "empty lines": Hostile(lambda: b"\n" * 8_000_000, "catalog-too-many-lines"),
    "comments": Hostile(lambda: b"#\n" * 499_000, "catalog-entry-too-large", "line 32769"),
    "one comment": Hostile(lambda: b"#" * 8_000_000, "catalog-entry-too-large", "line 1"),
    "flags": Hostile(lambda: b"#, " + b"a," * 4_000_000, "catalog-entry-too-large", "line 1"),
    "entries in a line": Hostile(
        lambda: b'msgid "a"msgstr "b"' * 400_000, "catalog-entry-too-large", "line 1"
    ),
    "spaces": Hostile(lambda: b"msgid " + b" " * 8_000_000, "catalog-entry-too-large", "line 1"),
    "number of a form": Hostile(
        lambda: b"msgstr[" + b" " * 8_000_000 + b"x", "catalog-entry-too-large", "line 1"
    ),
    "mark of a merge": Hostile(lambda: b"=" * 8_000_000, "catalog-entry-too-large", "line 1"),
    "one entry again and again": Hostile(
        lambda: HEAD + b'msgid "a"\nmsgstr "b"\n\n' * 100_000,
        "catalog-too-many-entries",
        "line 60007",
    ),
    "longest entries": Hostile(
        lambda: b"".join(LONG % number for number in range(30)), answer=[30, 450_000]
    ),
}

MO = {"20,000 entries": Hostile(lambda: b"20000", answer=10_444_576)}
"""Not read but written, of so many bytes: a quadratic writer takes a minute for it."""
