"""Visitors' pages. Reads releases only."""

from app.site import messages, pages
from app.site.front import blueprint

__all__ = ["blueprint", "messages", "pages"]
