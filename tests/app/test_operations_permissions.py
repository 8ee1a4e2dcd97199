"""Roles are per language: every write by everybody who may not, on both databases.

A refusal for want of a role comes before everything else: whoever has no role in a language learns
neither what is in it nor what isn't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from app import operations
from app.operations import Act
from app.operations.act import VISITOR
from tests.app.support_operations import HOURS, TITLE, exported, refused, unchanged, unit
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    acting,
    approve,
    editor,
    import_source,
    publish,
    translate,
    translator,
)
from workflows.problems import Problem
from workflows.review import Role

Write = Callable[[Act, str, Mapping[str, Any]], object]

# Each would succeed for an editor of the language (who did not write the text).
WRITES: dict[str, Write] = {
    "save": lambda act, tag, at: operations.save(
        act, SLUG, tag, at["waiting"], "Neu.", version=at["version"]
    ),
    "draft": lambda act, tag, at: operations.save(
        act, SLUG, tag, at["waiting"], "Neu.", version=at["version"], draft=True
    ),
    "propose": lambda act, tag, at: operations.propose(act, SLUG, tag, at["waiting"], "Neu."),
    "accept": lambda act, tag, at: operations.accept(
        act, SLUG, tag, at["candidate"], version=at["version"]
    ),
    "dismiss": lambda act, tag, at: operations.dismiss(act, SLUG, tag, at["candidate"]),
    "approve": lambda act, tag, at: operations.approve(
        act, SLUG, tag, at["waiting"], version=at["version"]
    ),
    "approve_all": lambda act, tag, at: operations.approve_all(
        act, SLUG, tag, {at["waiting"]: at["version"]}
    ),
    "return_": lambda act, tag, at: operations.return_(
        act, SLUG, tag, at["waiting"], version=at["version"], reason="Weil."
    ),
    "reopen": lambda act, tag, at: operations.reopen(
        act, SLUG, tag, at["reviewed"], version=at["version"] + 1, reason="Weil."
    ),
    "import_catalog": lambda act, tag, at: operations.import_catalog(act, SLUG, tag, at["po"]),
    "preview": lambda act, tag, at: operations.import_catalog(
        act, SLUG, tag, at["po"], dry_run=True
    ),
    "sign_off": lambda act, tag, at: operations.sign_off(act, SLUG, tag),
    "publish": lambda act, tag, at: operations.publish(act, SLUG, tag),
    "withdraw": lambda act, tag, at: operations.withdraw(act, SLUG, tag, "Weil."),
    "roll_back": lambda act, tag, at: operations.roll_back(act, SLUG, tag, 1),
}
FOR_EDITORS = {"approve", "approve_all", "return_", "reopen"}
RELEASING = {"sign_off", "publish", "withdraw", "roll_back"}
# Nothing of this exists: the answer to a stranger must be the same.
NOWHERE = {
    "waiting": "s0000000000",
    "reviewed": "s0000000000",
    "version": 77,
    "candidate": 999_999,
    "po": b"no catalog",
}


@pytest.fixture
def at(house: Flask) -> dict[str, Any]:
    """German with a reviewed text, one that waits, and a proposal."""
    key, reviewed = unit("de", HOURS).key, unit("de", TITLE).key
    with acting(translator("de")) as act:
        operations.save(act, SLUG, "de", key, "Offen.", version=0)
        operations.save(act, SLUG, "de", reviewed, "Hausordnung", version=0)
    with acting(editor("de")) as act:
        operations.approve(act, SLUG, "de", reviewed, version=1)
        candidate = operations.propose(act, SLUG, "de", key, "Immer offen.")
        assert candidate is not None
    return {
        "waiting": key,
        "reviewed": reviewed,
        "version": 1,
        "candidate": candidate.id,
        "po": exported("de"),
    }


class TakenBack(Exception):
    """Ends a transaction whose work is not wanted."""


@contextmanager
def taken_back() -> Iterator[None]:
    """Assert that the block got to its end."""
    with pytest.raises(TakenBack):
        yield


def as_visitor(write: Write) -> Write:
    """The same write by somebody who isn't signed in."""
    return lambda act, tag, at: write(Act(act.session, VISITOR, act.now, act.rules), tag, at)


def code_of(write: Write, email: str, tag: str, at: Mapping[str, Any]) -> str:
    """The code of the problem with which somebody is refused."""
    with pytest.raises(Problem) as caught, acting(email) as act:
        write(act, tag, at)
    return caught.value.code


def strangers() -> list[str]:
    """Everybody who has no role in German."""
    with acting() as act:
        operations.add_user(act, "nobody@example.org", "Nobody")
    others = [translator("fr"), editor("fr"), translator("en"), editor("en")]
    return [*others, ADMINISTRATOR, "nobody@example.org", ""]


def test_write_without_role_in_the_language_is_refused(at: dict[str, Any]) -> None:
    people = strangers()
    with unchanged():
        for name, write in WRITES.items():
            for email in people:
                assert code_of(write, email, "de", at) == "not-permitted", (name, email)
                assert code_of(write, email, "de", NOWHERE) == "not-permitted", (name, email)
            assert code_of(as_visitor(write), "", "de", at) == "not-permitted", name


def test_write_of_editors_is_refused_to_translators(at: dict[str, Any]) -> None:
    with unchanged():
        for name in FOR_EDITORS | RELEASING:
            expected = "not-permitted" if name in RELEASING else "action-not-allowed"
            assert code_of(WRITES[name], translator("de"), "de", at) == expected, name


def test_write_by_an_editor_is_not_refused(at: dict[str, Any]) -> None:
    """So that the refusals above are known to be for want of a role, and nothing else."""
    with unchanged():
        for name in set(WRITES) - RELEASING:
            with taken_back(), acting(editor("de")) as act:
                assert WRITES[name](act, "de", at) is not None, name
                raise TakenBack


def test_write_in_a_language_the_site_does_not_have_is_refused(at: dict[str, Any]) -> None:
    with unchanged():
        for name, write in WRITES.items():
            for tag in ("xx", "", "DE", "de\0", "../de"):
                assert code_of(write, editor("de"), tag, at) == "unknown-language", (name, tag)


def test_source_language_is_not_translated(at: dict[str, Any]) -> None:
    codes = {"accept": "no-such-candidate", "dismiss": "no-such-candidate"}
    with unchanged():
        for name in set(WRITES) - RELEASING:
            expected = codes.get(name, "source-is-not-translated")
            assert code_of(WRITES[name], editor("en"), "en", at) == expected, name


def test_administrator_is_no_editor(house: Flask) -> None:
    translate("fr")
    approve("fr")
    with refused("not-permitted"), acting(ADMINISTRATOR) as act:
        operations.sign_off(act, SLUG, "fr")
    publish("fr")


def test_role_counts_for_its_language_only(at: dict[str, Any]) -> None:
    """An editor of German who translates French is no editor of French."""
    with acting() as act:
        operations.grant(act, editor("de"), Role.TRANSLATOR, "fr")
    translate("fr")
    with refused("action-not-allowed"), acting(editor("de")) as act:
        operations.approve(act, SLUG, "fr", unit("fr").key, version=1)
    with refused("not-permitted"), acting(editor("de")) as act:
        operations.sign_off(act, SLUG, "fr")


def test_batch_with_one_foreign_key_is_refused_whole(at: dict[str, Any]) -> None:
    import_source("# Other\n\nA text of another document.\n", slug="other-rules")
    foreign = unit("de", "A text of another document.", "other-rules").key
    with refused("no-such-segment"), acting(editor("de")) as act:
        operations.approve_all(act, SLUG, "de", {at["waiting"]: 1, foreign: 0})


ADMINISTERING: dict[str, Callable[[Act], object]] = {
    "add_user": lambda act: operations.add_user(act, "new@example.org", "New"),
    "add_user who is there": lambda act: operations.add_user(act, ADMINISTRATOR, "Ada"),
    "grant": lambda act: operations.grant(act, translator("fr"), Role.EDITOR, "fr"),
    "grant administrator": lambda act: operations.grant(act, translator("fr"), Role.ADMINISTRATOR),
    "grant to nobody": lambda act: operations.grant(act, "no@example.org", Role.EDITOR, "fr"),
    "issue_link": lambda act: operations.issue_link(act, translator("fr")),
    "issue_token": lambda act: operations.issue_token(act, translator("fr"), "new", 1),
    "revoke_token": lambda act: operations.revoke_token(act, translator("fr"), "new"),
    "issue_link to nobody": lambda act: operations.issue_link(act, "no@example.org"),
    "end_sessions": lambda act: operations.end_sessions(act, translator("de")),
    "end_sessions of nobody": lambda act: operations.end_sessions(act, "no@example.org"),
}


def test_administering_is_for_administrators(house: Flask) -> None:
    with unchanged():
        for name, administer in ADMINISTERING.items():

            def write(act: Act, _tag: str, _at: Mapping[str, Any], do: Any = administer) -> object:
                return do(act)

            for email in (translator("fr"), editor("fr")):
                assert code_of(write, email, "", {}) == "not-permitted", name
            assert code_of(as_visitor(write), "", "", {}) == "not-permitted", name
