"""A policy under the rule ``mark``: French done for the most part, with a text of every kind left.

Every function needs an application context.
"""

from __future__ import annotations

from app import operations, queries
from app.models import Release
from tests.app import support_policy as policy
from tests.app.support_operations import unit
from tests.app.support_policy import ADMINISTRATOR, SLUG, acting, editor, translator
from workflows.release import Rule, RuleKind

TITLE = "House rules"
MISSING = ("House rules", "What we keep", "your name;", "your address:", "Names")
OUTDATED = "We keep three things:"
WAITING = "We run this house from 9 to 17 o'clock."
NEWER = policy.SOURCE.replace("We keep three things:", "We keep three of them:")


def rule(kind: RuleKind = RuleKind.MARK, percent: int = 50, **more: object) -> None:
    """Decide the rule of the policy."""
    facts = Rule(kind, percent).facts() | more
    with acting(ADMINISTRATOR) as act:
        operations.set_publication_rule(act, SLUG, Rule.of(facts))


def partly(language: str = "fr") -> None:
    """Translate and approve most of a language: one text waits, one is outdated, some have none."""
    policy.import_source()
    known = policy.TRANSLATIONS[language]
    with acting(translator(language)) as act:
        for source in known:
            if source not in (*MISSING, WAITING):
                operations.save(act, SLUG, language, key_of(act, source), known[source], version=0)
    policy.approve(language)
    with acting(translator(language)) as act:
        operations.save(act, SLUG, language, key_of(act, WAITING), known[WAITING], version=0)
    policy.import_source(NEWER)


def key_of(act: operations.Act, source: str) -> str:
    """The key of the text of the source."""
    document = queries.document(act.session, SLUG)
    units = queries.language(act.session, document, "en").units
    (found,) = (one for one in units if one.text == source)
    return found.key


def approve_waiting(language: str = "fr") -> None:
    """Approve what waits: the sign-off of before is void."""
    found = unit(language, WAITING)
    with acting(editor(language)) as act:
        operations.approve(act, SLUG, language, found.key, version=found.version)


def marked(language: str = "fr") -> Release:
    """English live, and a translation published with what is not approved in English."""
    policy.people()
    partly(language)
    rule()
    policy.publish("en")
    return policy.publish(language)


def fill() -> None:
    """The policy under the rule, with most of French approved and nothing signed off."""
    policy.people()
    partly()
    rule()


def sign_off(language: str) -> None:
    """Sign a language off as its editor."""
    with acting(editor(language)) as act:
        operations.sign_off(act, SLUG, language)
