"""The head of a Markdown file: lines of YAML between two rules, of which two are understood."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_HEAD = re.compile(r"---[ \t]*\n((?:[^\n]*\n){1,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FIRST_LINE = re.compile(r"[A-Za-z_][\w-]*[ \t]*:")
_TITLE = re.compile(r"title[ \t]*:[ \t]+(.*)", re.IGNORECASE)
_EFFECTIVE = re.compile(r"effective(?:[-_]date)?[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*(?:#.*)?""")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_OTHER = tuple("[]{}|>&*!%@`?,\"'")
"""What begins a value that is no plain text."""


@dataclass(frozen=True)
class FrontMatter:
    """What a file says of itself before its text begins."""

    text: str = ""
    """As it is written, with the two rules; "" when there is none."""
    end: int = 0
    """The offset of the text of the document."""
    title: str = ""
    """Literal text, its white space folded."""
    effective: str = ""
    """As it is written; perhaps no day."""
    effective_line: int = 0
    unread: bool = False
    """True when it has lines that are not understood."""


def front_matter(text: str) -> FrontMatter:
    """The front matter of a file. Raises nothing; linear in its length."""
    match = _HEAD.match(text)
    if not match or not _FIRST_LINE.match(match[1].lstrip()):
        return FrontMatter()
    title = effective = ""
    effective_line = 0
    unread = False
    lines = [*match[1].split("\n"), ""]
    for number, line in enumerate(lines[:-1], 2):
        # A value may go on in an indented line, and then it is not understood.
        whole = not lines[number - 1].startswith((" ", "\t"))
        if found := _EFFECTIVE.fullmatch(line.strip()):
            effective = _value(found[1]) or _COMMENT.sub("", found[1]).strip()
            effective_line = number
        elif whole and (found := _TITLE.fullmatch(line)) and (value := _value(found[1])):
            title = " ".join(value.split())
        elif line.strip():
            unread = True
    return FrontMatter(
        match.group().strip("\n"), match.end(), title, effective, effective_line, unread
    )


def _value(written: str) -> str:
    """The text of a value on one line, without quotes and comment; "" when it is none."""
    if match := _QUOTED.fullmatch(written.strip()):
        quoted = match[1]
        if quoted.startswith("'"):
            return quoted[1:-1].replace("''", "'")
        try:
            return str(json.loads(quoted))
        except ValueError:
            return ""
    bare = _COMMENT.sub("", written).strip()
    return "" if bare.startswith(_OTHER) else bare
