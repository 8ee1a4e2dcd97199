"""Visitors' pages. Reads releases only."""

from app.site import choosing, messages, pages, proofs
from app.site.front import blueprint

__all__ = ["blueprint", "choosing", "messages", "pages", "proofs"]
