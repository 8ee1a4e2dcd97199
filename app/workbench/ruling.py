"""The publication rule on the page of the source: what is decided, and the forms, read."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app import access, queries
from app.database import db
from app.operations.editorial import require_author
from app.queries import LanguageView
from workflows.problems import NotPermitted
from workflows.release import MAX_DUE, BadRule, Rule, RuleKind


@dataclass(frozen=True)
class Shown:
    """The rule of a document, for whoever looks at its source."""

    rule: Rule
    may: bool
    """Whether the reader decides about it."""
    releases: int = 0
    """How many the document has, in all its languages."""
    kinds: tuple[RuleKind, ...] = tuple(RuleKind)
    most: int = MAX_DUE


def shown(view: LanguageView) -> Shown:
    """The rule, and whether the reader may change it."""
    try:
        require_author(access.act(db.session), view.document)
    except NotPermitted:
        return Shown(queries.rule_of(view.document), may=False)
    count = queries.release_counts(db.session).get(view.document.slug, 0)
    return Shown(queries.rule_of(view.document), may=True, releases=count)


def asked() -> Rule:
    """The rule that the form describes; raises ``BadRule``."""
    return Rule.of(
        {
            "kind": request.form.get("rule", ""),
            "percent": _number("percent"),
            "authoritative": "authoritative" in request.form,
            "due_days": _number("due") if request.form.get("due", "").strip() else None,
        }
    )


def _number(name: str) -> int:
    written = request.form.get(name, "").strip()
    if not (written.isascii() and written.isdigit() and len(written) < 6):
        raise BadRule(most=MAX_DUE)
    return int(written)
