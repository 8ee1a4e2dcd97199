"""Hostile Word documents: refused with the place, or read without a look at anything else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.hostile import Readers, running_readers
from tests.support.hostile.docx import HOSTILE


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """A process that reads, under limits."""
    with running_readers("docx") as running:
        yield running


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_docx_is_refused_and_says_where_or_is_read_and_touches_nothing(
    name: str, readers: Readers
) -> None:
    hostile = HOSTILE[name]
    assert readers.read("docx", hostile.make()).what == hostile.what
