"""Names that the writer and the reader of XLIFF share."""

from __future__ import annotations

from datetime import UTC, datetime

CORE_2 = "urn:oasis:names:tc:xliff:document:2.0"
CORE_1 = "urn:oasis:names:tc:xliff:document:1.2"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"
OURS = "pinger-panel"
"""Category of our metadata and notes, origin of our matches."""
PREFIX = "pinger:"
"""In front of what we say in a subState."""
TOOL = "Pinger Panel"
NOTE = "note"
COMMENT = "comment"
"""Categories of notes: advice to translators, and what a translator wrote."""
DIGESTS = ("source-digest", "target-digest", "state")
"""What is said of an entry as it was exported."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def moment(value: datetime) -> str:
    """A moment as XLIFF has it, to the second, in UTC."""
    return value.astimezone(UTC).strftime(_TIME)


def read_moment(value: str) -> datetime | None:
    """The twin of ``moment``; None for what is none."""
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
