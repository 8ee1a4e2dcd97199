"""What of a published translation no longer agrees with the published source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.release import Content, Text


@dataclass(frozen=True)
class Lag:
    """The differences between a live translation and the live source, by segment."""

    changed: Mapping[str, Text] = field(default_factory=dict)
    """Segments that say something else in the source now, each with its source."""
    removed: frozenset[str] = frozenset()
    """Segments that the source no longer has."""
    added: tuple[Text, ...] = ()
    """Segments that only the source has, in its order."""
    ahead: bool = False
    """The translation was made from a newer revision than the published source."""

    @property
    def marked(self) -> int:
        """How many parts of the translation carry a mark."""
        return len(self.changed) + len(self.removed)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.changed or self.removed or self.added)


def compare(translation: Content, source: Content) -> Lag:
    """Compare by key and digest of the source text; order and structure don't count."""
    changed, removed = {}, set()
    for key, text in translation.texts.items():
        now = source.texts.get(key)
        if now is None:
            removed.add(key)
        elif not _same(text, now):
            changed[key] = now
    return Lag(
        changed,
        frozenset(removed),
        tuple(text for key, text in source.texts.items() if key not in translation.texts),
        translation.revision > source.revision,
    )


def _same(text: Text, now: Text) -> bool:
    """Whether both sources say the same, in the same words or but for editorial changes."""
    return (
        now.source_digest == text.source_digest
        or text.source_digest in now.same_meaning
        or now.source_digest in text.same_meaning
    )
