"""The values of catalogs: what is exported, what comes back, and what an import would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from workflows.digests import target_digest
from workflows.problems import Problem

XLIFF_VERSIONS = ("2.1", "1.2")
TBX_VERSIONS = ("2", "3")

DIGEST_LENGTH = 16
"""Hex digits of a digest in a catalog: 64 bits tell any two versions of one segment apart, and a
person who edits the file sees a short line. Digests in a file are hints for the merge, never
proof of anything: whoever can edit the text can edit them too."""


def short_digest(digest: str) -> str:
    """A digest as it stands in a catalog; "" stays "" and the digest of "" becomes ""."""
    return "" if digest in ("", _NOTHING) else digest[:DIGEST_LENGTH]


text_digest = target_digest
"""The digest of a target text, as segments have it, under its name in catalogs."""

_NOTHING = text_digest("")


@dataclass(frozen=True)
class Limits:
    """How much of an upload is read before it is refused."""

    size: int = 8 * 1024 * 1024
    """Bytes of the file."""
    lines: int = 500_000
    entries: int = 20_000
    """Entries, obsolete ones included."""
    entry: int = 64 * 1024
    """Bytes of one entry with its comments."""


@dataclass(frozen=True)
class Entry:
    """One segment of a catalog, in and out."""

    key: str
    """The segment's key; "" in files made by hand, which are matched by source."""
    source: str
    """Tagged source text."""
    target: str
    """Tagged target text, "" when there is none."""
    state: str
    """``initial`` | ``needs-editing`` | ``translated`` | ``reviewed``. Read from a file,
    ``reviewed`` only repeats what the export said of a text that was not changed since."""
    note: str = ""
    """Advice to translators, lines separated by ``\\n``."""
    previous_source: str = ""
    """The source the target was made for, when outdated."""
    source_digest: str = ""
    """Of the source as exported; in a file read, 16 hex digits, "" when the file had none. An
    entry written without it carries no digests at all and is merged two-way."""
    target_digest: str = ""
    """`text_digest` of the target as exported, worked out when it is not given; "" in a file read
    with a source digest: an empty target was exported."""
    exported_state: str = ""
    """State as exported, read back from the file; "" when the file does not tell. Not written:
    `write_po` takes ``state``."""
    comment: str = ""
    """The translator's own comment."""
    plural_source: str = ""
    plural_targets: tuple[str, ...] = ()
    """All forms in CLDR order, ``target`` being the first. Policy text has none."""
    line: int = 0
    """1-based line in the file read; 0 in an entry to be written."""
    obsolete: bool = False
    problems: tuple[Problem, ...] = ()
    """What is wrong with the target as it stands in a file read; it is not applied then."""


@dataclass(frozen=True)
class Header:
    """What the header of one of our catalogs says."""

    document: str
    """Slug of the document."""
    language: str
    """Language tag of the targets."""
    revision: int
    """Number of the source revision."""
    export: str
    """Digest that names the export."""
    title: str
    source_language: str
    exported_at: datetime | None = None
    """Aware time of the export; kept to the minute, in UTC. `write_po` needs it."""
    last_translator: str = ""
    """For Last-Translator; not read back, as tools rewrite it."""


@dataclass(frozen=True)
class Catalog:
    """A file that was read."""

    header: Header | None
    """None: the file has no header of ours."""
    entries: tuple[Entry, ...]
    """In file order; entries that stand twice are all here, and named in ``problems``."""
    problems: tuple[Problem, ...] = ()


class Verdict(StrEnum):
    """What an import would do with one segment."""

    NEW = "new"
    """Ours is empty, theirs is applied."""
    SAME = "same"
    """Nothing to do: equal, or theirs is what was exported and ours moved on (or was emptied)."""
    CHANGED = "changed"
    """Only theirs changed since the export: it is applied."""
    CONFLICT = "conflict"
    """Both changed, or it can't be told: ours stays, theirs becomes a candidate."""
    CANDIDATE = "candidate"
    """Ours is reviewed: it stays, theirs becomes a candidate."""
    UNKNOWN = "unknown"
    """No segment with this key."""
    EMPTIED = "emptied"
    """Theirs is empty and ours is not: ours stays."""
    MISSING = "missing"
    """The segment is not in the file: ours stays."""
    PARTED = "parted"
    """The segment was split or merged since: theirs becomes a candidate for each of its parts."""
    PROBLEM = "problem"
    """The entry is faulty: at most a candidate."""

    @property
    def applies(self) -> bool:
        """Whether theirs takes the place of ours."""
        return self in (Verdict.NEW, Verdict.CHANGED)

    @property
    def proposes(self) -> bool:
        """Whether theirs (when it is not empty and has a segment) becomes a candidate."""
        return self in (Verdict.CONFLICT, Verdict.CANDIDATE, Verdict.PARTED, Verdict.PROBLEM)


@dataclass(frozen=True)
class Unit:
    """A segment with its translation, as it is now."""

    key: str
    source: str
    source_digest: str
    target: str
    target_digest: str
    """`text_digest` of the target, worked out when it is ""."""
    state: str
    """Effective state: an outdated unit is ``needs-editing``."""
    earlier_sources: tuple[str, ...] = ()
    """Older source texts of this key, since it was split or merged last."""
    forerunners: tuple[tuple[str, str], ...] = ()
    """Key and source text of what it was a part of, or of what became parts of it."""
    emptied: bool = False
    """There was a target, and it was taken away."""


@dataclass(frozen=True)
class Row:
    """What an import would do with one segment or entry; nothing is done yet."""

    key: str
    verdict: Verdict
    source: str
    """The current source of the segment; the file's for an unknown key."""
    ours: str
    theirs: str
    line: int
    """1-based line in the file; 0 for a segment that is missing there."""
    source_text: str = ""
    """The source text which theirs translates: the current or an earlier one."""
    fuzzy: bool = False
    """Theirs lands as ``needs-editing``, not ``translated``."""
    comment: str = ""
    """The translator's comment in the file."""
    problems: tuple[Problem, ...] = field(default=())
