"""Visitors' pages. Reads releases only."""

from app.site import choosing, feeds, memento, messages, pages, proofs, receipts, versions
from app.site.front import blueprint

__all__ = [
    "blueprint",
    "choosing",
    "feeds",
    "memento",
    "messages",
    "pages",
    "proofs",
    "receipts",
    "versions",
]
