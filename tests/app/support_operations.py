"""What the tests of the operations share: units by their source text, refusals, whole dumps.

Every function needs an application context; the policy is the one of ``support_policy``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import polib
import pytest
import sqlalchemy as sa

from app import queries
from app.database import Base, db
from app.models import Candidate, History
from app.operations.messages import Draft
from app.queries import LanguageView, UnitView
from tests.app.support_policy import SLUG, TRANSLATIONS
from workflows import catalogs
from workflows.problems import Problem

Dump: TypeAlias = dict[str, list[dict[str, Any]]]

# Three texts of the policy; the first two have their translations in ``TRANSLATIONS``.
TITLE = "House rules"
HOURS = "We run this house from 9 to 17 o'clock."
RULES = "These rules are <strong>short</strong>. Write to <a1>our desk</a1> with questions."
OTHER_EDITOR = "editor-two@example.org"
DRAFT = Draft(
    nonce="n" * 43,
    slug="house-rules",
    section="2.1",
    language="fr",
    release_number=3,
    release_digest="d" * 64,
    name="Une visiteuse",
    email="visitor@example.org",
    body="Pourquoi gardez-vous mon nom ?",
)


def view(language: str, slug: str = SLUG) -> LanguageView:
    """The document in one language as it is stored now."""
    db.session.close()
    document = queries.document(db.session, slug)
    return queries.language(db.session, document, language)


def unit(language: str, text: str = HOURS, slug: str = SLUG) -> UnitView:
    """The unit with this source text."""
    (found,) = (unit for unit in view(language, slug).units if unit.text == text)
    return found


def target_of(language: str, text: str = HOURS) -> str:
    """The translation of a source text that ``support_policy.translate`` saves."""
    return TRANSLATIONS[language][text]


def candidates(language: str) -> list[tuple[str, str, str]]:
    """Target, origin and state of every proposal in a language, oldest first."""
    with db.engine.connect() as connection:
        rows = connection.execute(
            sa.select(Candidate.target, Candidate.origin, Candidate.state)
            .where(Candidate.language == language)
            .order_by(Candidate.id)
        )
        return [(target, origin, state) for target, origin, state in rows]


def rows_of(connection: sa.Connection) -> Dump:
    """Every row of every table as this connection sees them, ordered by primary key."""
    return {
        table.name: [
            dict(row._mapping)
            for row in connection.execute(sa.select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
    }


def dump() -> Dump:
    """Every row of every table that is committed."""
    with db.engine.connect() as connection:
        return rows_of(connection)


def actions() -> list[str]:
    """The actions of the history, oldest first."""
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.select(History.action).order_by(History.id)))


@contextmanager
def unchanged() -> Iterator[None]:
    """Assert that the block leaves every table exactly as it was."""
    before = dump()
    yield
    assert dump() == before


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Assert that the block is refused with the problem of this code, and changes nothing."""
    with unchanged():
        with pytest.raises(Problem) as caught:
            yield
        assert caught.value.code == code


def exported(language: str) -> bytes:
    """The catalog of a language as it is handed out."""
    found = view(language)
    return catalogs.write_po(*queries.catalog_export(db.session, found))


def filled(po: bytes, targets: Mapping[str, str]) -> bytes:
    """A catalog after a translator's editor has been at it: new targets, by source text.

    The editor rewraps lines and drops the fuzzy flag of what was edited, as they all do.
    """
    file = polib.pofile(po.decode())
    missing = set(targets) - {entry.msgid for entry in file}
    assert not missing
    for entry in file:
        if entry.msgid in targets:
            entry.msgstr = targets[entry.msgid]
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            entry.previous_msgid = None
    return str(file).encode()
