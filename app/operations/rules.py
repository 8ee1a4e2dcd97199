"""The publication rule of a document, and publishing several of its languages in one act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from app import queries
from app.models import Document, Release
from app.operations import releases
from app.operations.act import Act
from app.operations.editorial import require_author
from app.operations.releasing import NoSigningKey
from app.queries import LanguageView
from workflows.problems import N_, Nature, NotPermitted, Problem, ReleasedMeanwhile
from workflows.release import BadEffectiveDate, Kind, Rule, RuleKind
from workflows.review import LanguageStatus, Role


class NotAllReady(Problem):
    """``problems`` says of each language, in their place, why it can't be published."""

    code: ClassVar[str] = "not-all-ready"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Not all languages are ready, so none was published: {reasons}")
    mend: ClassVar[str] = N_("Mend what is named, or name only the languages that are ready.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(reasons=" ".join(problem.text() for problem in problems))
        self.problems = list(problems)


class NoLanguageToPublish(Problem):
    code: ClassVar[str] = "no-language-to-publish"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("No language of “{slug}” has anything new to publish.")
    mend: ClassVar[str] = N_("There is nothing to do.")


class RuleChanged(Problem):
    """The publication rule is no longer the one that stood on the page with the button."""

    code: ClassVar[str] = "rule-changed"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "Somebody has changed the publication rule since you loaded this page; nothing was done."
    )
    mend: ClassVar[str] = N_("Look at what is here now, then decide.")


def set_publication_rule(
    act: Act, slug: str, rule: Rule, *, changes_shown: int | None = None
) -> Document:
    """Decide how a document is published in its languages; the same rule again writes nothing.

    What is published stays as it is until the next release; the notices that the rule puts on pages
    change at once. Raises ``BadRule``, and ``RuleChanged`` when it was changed more often than the
    ``changes_shown``: a form holds the whole rule, and would undo what others decided.
    """
    if not act.actor.administrator and not act.actor.languages(Role.EDITOR):
        raise NotPermitted(role=Role.ADMINISTRATOR, language="*")
    document = act.document(slug)
    require_author(act, document)
    rule = Rule.of(rule.facts())
    before = queries.rule_of(document)
    if rule == before:
        return document
    if changes_shown not in (None, document.rule_changes):
        raise RuleChanged()
    document.rule = str(rule.kind)
    document.mark_percent = rule.percent
    document.authoritative = rule.authoritative
    document.translations_due = rule.due_days
    document.rule_changes += 1
    act.record(queries.RULE_SET, document=document, before=before.facts(), after=rule.facts())
    return document


def publish_all(
    act: Act,
    slug: str,
    *,
    languages: Sequence[str] = (),
    effective_at: datetime | None = None,
    releases_shown: int | None = None,
) -> list[Release]:
    """Publish several languages of a document in one act: all of them, or none.

    Without ``languages`` these are the source and every language that is begun, but none whose
    texts were taken away again: withdrawn, or replaced by an earlier release. A language whose
    newest release says exactly its texts of now, and no later, is passed over. The actor must be an
    editor of every language in it, or an administrator. Raises ``NotAllReady``, which names each
    language that is not and why, ``NoLanguageToPublish``, ``BadEffectiveDate``, and
    ``ReleasedMeanwhile`` when the document has other releases than the ``releases_shown``.
    """
    document, tags = _chosen(act, slug, languages)
    if releases_shown not in (None, queries.release_counts(act.session).get(slug, 0)):
        raise ReleasedMeanwhile()
    problems: list[Problem] = []
    done: list[Release] = []
    # The source comes first, and the others are read after it: they may stand in parts on it.
    for some in (tags[:1], tags[1:]):
        for view in queries.board(act.session, [document], some, act.now):
            try:
                releases.require_published(view)
                if not _said(view, effective_at or act.now):
                    done.append(releases.freeze(act, view, effective_at=effective_at))
            except (BadEffectiveDate, NoSigningKey):
                raise
            except Problem as problem:
                problem.place = view.language
                problems.append(problem)
    if problems:
        raise NotAllReady(problems)
    if not done:
        raise NoLanguageToPublish(slug=slug)
    return done


def _said(view: LanguageView, moment: datetime) -> bool:
    """Whether the newest release says exactly the texts of now, and no later than at ``moment``."""
    newest = view.newest
    if newest is None or newest.texts_digest != view.digest:
        return False
    return newest not in view.scheduled or newest.effective_at <= moment


def _chosen(act: Act, slug: str, languages: Sequence[str]) -> tuple[Document, list[str]]:
    """The document, and what is to be published of it: the source first when it is in it."""
    administrator = act.actor.administrator and act.actor.user_id is not None
    for tag in languages:
        act.require_language(tag)
        if not administrator:
            act.require_role(tag, Role.EDITOR)
    if not administrator and not act.actor.languages(Role.EDITOR):
        raise NotPermitted(role=Role.EDITOR, language="*")
    document = act.document(slug)
    source = document.source_language
    order = [source, *(tag for tag in act.rules.languages if tag != source)]
    tags = [tag for tag in order if tag in languages or not languages]
    if not languages:
        views = queries.board(act.session, [document], tags, act.now)
        tags = [view.language for view in views if _begun(act, view)]
    for tag in tags:
        if not administrator:
            act.require_role(tag, Role.EDITOR)
    return document, tags


def _begun(act: Act, view: LanguageView) -> bool:
    """Whether a language is one of those that are published together unless others are named."""
    if view.newest and view.newest.withdrawn:
        return False
    if view.newest and view.newest.kind == Kind.ROLLBACK:
        # What visitors were spared by going back must not come again unasked.
        rows = queries.releases(act.session, view.document, view.language)
        known = view.digest in [row.texts_digest for row in rows]
        if known and view.newest.texts_digest != view.digest:
            return False
    if view.is_source:
        return True
    if view.rule.kind is RuleKind.SOURCE_ONLY:
        return False
    return view.live is not None or view.status.status is not LanguageStatus.NOT_STARTED
