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
class Written:
    """The fields of the form: the rule as it is, or what was sent and refused."""

    kind: str
    percent: str
    authoritative: bool
    due: str


@dataclass(frozen=True)
class Shown:
    """The rule of a document, for whoever looks at its source."""

    rule: Rule
    may: bool
    """Whether the reader decides about it."""
    written: Written
    releases: int = 0
    """How many the document has, in all its languages."""
    kinds: tuple[RuleKind, ...] = tuple(RuleKind)
    most: int = MAX_DUE


def shown(view: LanguageView) -> Shown:
    """The rule, and whether the reader may change it."""
    rule = queries.rule_of(view.document)
    written = _written(rule, view.document.rule_changes)
    try:
        require_author(access.act(db.session), view.document)
    except NotPermitted:
        return Shown(rule, may=False, written=written)
    count = queries.release_counts(db.session).get(view.document.slug, 0)
    return Shown(rule, may=True, written=written, releases=count)


def _written(rule: Rule, changes: int) -> Written:
    form = request.form
    # What was written about another rule than that of now would hide it.
    if request.endpoint == "workbench.set_rule" and changes_shown() in (None, changes):
        kind, percent, due = (form.get(name, "") for name in ("rule", "percent", "due"))
        return Written(kind, percent, "authoritative" in form, due)
    due = str(rule.due_days or "")
    return Written(str(rule.kind), str(rule.percent), rule.authoritative, due)


def changes_shown() -> int | None:
    """How often the rule had been changed when the form was shown; None when it doesn't say."""
    return request.form.get("changes", type=int)


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
