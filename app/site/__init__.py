"""Visitors' pages. Reads releases only."""

from app.site import messages, pages, proofs
from app.site.front import blueprint

__all__ = ["blueprint", "messages", "pages", "proofs"]
