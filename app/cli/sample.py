"""The sample: our own policies in twelve languages, with people, terms, reviews and releases.

Every step is one transaction and does nothing where something is already: an interrupted run goes
on where it stopped, and a later one changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from flask import current_app

from app import operations, queries
from app.cli.common import settings, writing
from app.cli.people import link_for
from app.operations import Act
from workflows import languages, sources
from workflows.problems import NoSuchUser
from workflows.review import Role, State

DOMAIN = "pinger-panel.example"
ADMINISTRATOR = f"administrator@{DOMAIN}"
TRANSLATOR = f"translator@{DOMAIN}"
EDITOR = f"editor@{DOMAIN}"
SAMPLE_TRANSLATOR = f"sample-translator@{DOMAIN}"
SAMPLE_EDITOR = f"sample-editor@{DOMAIN}"
GLOSSARY = "policies/glossary.tbx"

Say = Callable[[str], object]


class Goal(IntEnum):
    """How far a step brings its language."""

    IMPORTED = 0
    REVIEWED = 1
    SIGNED_OFF = 2
    PUBLISHED = 3


WORDS = {
    Goal.IMPORTED: "imported",
    Goal.REVIEWED: "imported, reviewed",
    Goal.SIGNED_OFF: "imported, reviewed, signed off",
    Goal.PUBLISHED: "imported, reviewed, signed off, published",
}


@dataclass(frozen=True)
class Source:
    """A source to import as the revision with this number."""

    slug: str
    file: str
    revision: int
    goal: Goal


@dataclass(frozen=True)
class Catalog:
    """A language's catalog to import from the shelf."""

    slug: str
    tag: str
    goal: Goal


# Chosen so that every status is seen. Hebrew was published before the source moved on.
STEPS: tuple[Source | Catalog, ...] = (
    Source("privacy-policy", "policies/earlier/privacy-policy.1.md", 1, Goal.PUBLISHED),
    Catalog("privacy-policy", "he", Goal.PUBLISHED),
    Source("privacy-policy", "policies/privacy-policy.md", 2, Goal.PUBLISHED),
    *(
        Catalog("privacy-policy", tag, Goal.PUBLISHED)
        for tag in ("ar", "de", "es", "fr", "ja", "pt-BR", "zh-Hans", "zh-Hant")
    ),
    Catalog("privacy-policy", "hi", Goal.IMPORTED),
    Catalog("privacy-policy", "ru", Goal.IMPORTED),
    Source("cookie-notice", "policies/cookie-notice.md", 1, Goal.SIGNED_OFF),
    Catalog("cookie-notice", "de", Goal.IMPORTED),
    Catalog("cookie-notice", "es", Goal.REVIEWED),
    Catalog("cookie-notice", "fr", Goal.IMPORTED),
)


def root() -> Path:
    """The folder of the project: policies/ and locales/ lie there."""
    return Path(current_app.root_path).parent


def build(say: Say) -> None:
    """Make whatever of the sample is not there yet, a line for each step that does something."""
    with writing() as act:
        _people(act)
    with writing() as act:
        done = int(_glossary(act, say))
    for step in STEPS:
        with writing() as act:
            done += (
                _source(act, step, say) if isinstance(step, Source) else _catalog(act, step, say)
            )
    if not done:
        say("The sample is there already; nothing was changed.")


def _people(act: Act) -> None:
    tags = [tag for tag in settings().languages if tag != "en"]
    people: list[tuple[str, str, list[tuple[Role, str]]]] = [
        (ADMINISTRATOR, "Demo administrator", [(Role.ADMINISTRATOR, "")]),
        (TRANSLATOR, "Demo translator", [(Role.TRANSLATOR, "fr")]),
        (EDITOR, "Demo editor", [(Role.EDITOR, "fr"), (Role.EDITOR, "de")]),
        (SAMPLE_TRANSLATOR, "Sample translators", [(Role.TRANSLATOR, tag) for tag in tags]),
        (SAMPLE_EDITOR, "Sample editors", [(Role.EDITOR, tag) for tag in ("en", *tags)]),
    ]
    known = {user.email for user in queries.users(act.session)}
    for email, name, roles in people:
        # Somebody who is there already keeps the roles that were given or taken since.
        if email not in known:
            operations.add_user(act, email, name)
            for role, tag in roles:
                if tag == "" or tag in settings().languages:
                    operations.grant(act, email, role, tag)


def _glossary(act: Act, say: Say) -> bool:
    if "en" not in settings().languages or queries.stored_terms(act.session, "en"):
        return False
    data = (root() / GLOSSARY).read_bytes()
    report = operations.import_glossary(_acting(act, ADMINISTRATOR), "en", data)
    say(f"glossary, English: {report.counts['new']} terms and translations imported")
    return True


def _acting(act: Act, email: str) -> Act:
    """The same transaction with another person's hands."""
    actor = operations.Actor.of(queries.user_by_email(act.session, email))
    return Act(act.session, actor, act.now, act.rules)


def _source(act: Act, step: Source, say: Say) -> bool:
    found = queries.find_document(act.session, step.slug)
    if "en" not in settings().languages or (found is not None and found.head >= step.revision):
        return False
    say(f"{step.slug}, revision {step.revision}, English: {WORDS[step.goal]}")
    data = (root() / step.file).read_bytes()
    operations.import_document(
        act,
        step.slug,
        sources.read(data, name=step.file),
        file_digest=hashlib.sha256(data).hexdigest(),
        language="en",
    )
    _finish(_acting(act, SAMPLE_EDITOR), step.slug, "en", step.goal)
    return True


def _catalog(act: Act, step: Catalog, say: Say) -> bool:
    document = queries.find_document(act.session, step.slug)
    if document is None or step.tag not in settings().languages:
        return False
    view = queries.language(act.session, document, step.tag)
    if any(unit.version for unit in view.units):
        return False
    say(f"{step.slug}, {languages.autonym(step.tag)}: {WORDS[step.goal]}")
    locale = languages.to_locale(step.tag)
    path = root() / "locales" / locale / "LC_MESSAGES" / f"{step.slug}.po"
    translator = _acting(act, SAMPLE_TRANSLATOR)
    operations.import_catalog(translator, step.slug, step.tag, path.read_bytes())
    editor = _acting(act, SAMPLE_EDITOR)
    if step.goal >= Goal.REVIEWED:
        view = queries.language(act.session, document, step.tag)
        waiting = {u.key: u.version for u in view.units if u.state is State.TRANSLATED}
        operations.approve_all(editor, step.slug, step.tag, waiting)
    _finish(editor, step.slug, step.tag, step.goal)
    return True


def _finish(editor: Act, slug: str, tag: str, goal: Goal) -> None:
    if goal >= Goal.SIGNED_OFF:
        operations.sign_off(editor, slug, tag)
    if goal >= Goal.PUBLISHED:
        operations.publish(editor, slug, tag)


def links() -> Iterator[str]:
    """A line with a fresh one-time sign-in link for each of the three demo people."""
    for email, what in (
        (TRANSLATOR, "translator (fr)"),
        (EDITOR, "editor (fr, de)"),
        (ADMINISTRATOR, "administrator"),
    ):
        try:
            with writing() as act:
                token = operations.issue_link(act, email)
        except NoSuchUser:
            continue
        yield f"Sign in once as {what}:\n  {link_for(token)}"
