"""What is released, as pages and as finished bytes. Reads releases, never a draft."""

from app.published.composing import Composed, Section, compose
from app.published.lag import Lag, compare
from app.published.publisher import Leading, Publisher, Source
from app.published.snapshot import CODINGS, Crossing, Entry, Folder, Snapshot, SnapshotDamaged
from app.published.store import Page, Policy, Shelf, Store

__all__ = [
    "CODINGS",
    "Composed",
    "Crossing",
    "Entry",
    "Folder",
    "Lag",
    "Leading",
    "Page",
    "Policy",
    "Publisher",
    "Section",
    "Shelf",
    "Snapshot",
    "SnapshotDamaged",
    "Source",
    "Store",
    "compare",
    "compose",
]
