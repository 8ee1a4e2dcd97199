"""The workbench of translators and editors."""

from app.workbench import (
    board,
    catalogs,
    changes,
    inbox,
    languages,
    people,
    previewing,
    publishing,
    review,
    rules,
    signing_in,
    sources,
    terms,
    unit_views,
)
from app.workbench.blueprint import blueprint

ROOMS = (
    board,
    catalogs,
    changes,
    inbox,
    languages,
    people,
    previewing,
    publishing,
    review,
    rules,
    signing_in,
    sources,
    terms,
    unit_views,
)
"""Importing them has registered their routes."""

__all__ = ["ROOMS", "blueprint"]
