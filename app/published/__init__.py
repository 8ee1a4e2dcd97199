"""What is released, as pages and as finished bytes. Reads releases, never a draft."""

from app.published.changes import Change, Fate, Part, changes
from app.published.composing import Composed, Section, compose
from app.published.export import Exported, export, redirects_of
from app.published.lag import Lag, compare
from app.published.nginx import config as nginx_config
from app.published.publisher import CHOICE, READ, Leading, PolicySource, Publisher, Source
from app.published.snapshot import CODINGS, Crossing, Entry, Folder, Snapshot, SnapshotDamaged
from app.published.store import NO_PAST, Name, Page, Past, Policy, Shelf, Store

__all__ = [
    "CHOICE",
    "CODINGS",
    "NO_PAST",
    "READ",
    "Change",
    "Composed",
    "Crossing",
    "Entry",
    "Exported",
    "Fate",
    "Folder",
    "Lag",
    "Leading",
    "Name",
    "Page",
    "Part",
    "Past",
    "Policy",
    "PolicySource",
    "Publisher",
    "Section",
    "Shelf",
    "Snapshot",
    "SnapshotDamaged",
    "Source",
    "Store",
    "changes",
    "compare",
    "compose",
    "export",
    "nginx_config",
    "redirects_of",
]
