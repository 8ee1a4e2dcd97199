"""The store of released pages. Reads releases, never a draft; knows nothing of requests."""

from app.published.composing import Composed, Section, compose
from app.published.lag import Lag, compare
from app.published.store import Page, Policy, Shelf, Store

__all__ = [
    "Composed",
    "Lag",
    "Page",
    "Policy",
    "Section",
    "Shelf",
    "Store",
    "compare",
    "compose",
]
