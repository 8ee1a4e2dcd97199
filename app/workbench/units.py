"""What the page of one unit shows, and what whoever reads it may do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from app import access, queries
from app.database import db
from app.models import Candidate, History, Lineage
from app.queries import LanguageView, MemoryMatch, UnitView
from app.workbench import filters, review, words
from app.workbench.filters import Show
from app.workbench.pages import load, problems_in, status_of
from workflows import checks, glossary, segments
from workflows import review as core
from workflows.glossary import Finder, Piece, Term
from workflows.problems import Nature, Problem, SourceIsNotTranslated
from workflows.review import Action, State


@dataclass(frozen=True)
class Neighbours:
    """Addresses of the units before and after this one in the list it was opened from."""

    before: tuple[str, str, str] | None
    after: tuple[str, str, str] | None


@dataclass(frozen=True)
class UnitPage:
    """One unit under somebody's eyes."""

    view: LanguageView
    unit: UnitView
    show: Show
    near: Neighbours
    text: str
    """What stands in the box: the stored target, or what was typed and could not be saved."""
    history: Sequence[History]
    refusals: dict[Action, Problem | None]
    problems: tuple[Problem, ...] = ()
    """Why the last act was refused."""
    comment: str = ""
    """What was typed beside the reasons."""
    lineage: Sequence[tuple[Lineage, str]] = ()
    """What became of the segment in which revision, in words."""
    finder: Finder = field(default_factory=lambda: Finder((), ""))
    """The terms of the source with their translations."""
    taken: Candidate | None = None
    """The proposal whose text stands in the box, not saved."""
    matches: Sequence[MemoryMatch] = ()
    """What in the memory is like the source, best first."""
    inserted: bool = False
    """Whether a text from the memory stands in the box, not saved."""

    def may(self, action: str) -> bool:
        """Whether the reader may do this now."""
        return self.refusals[Action(action)] is None

    def refusal(self, action: str) -> Problem | None:
        """Why the reader may not do this now."""
        return self.refusals[Action(action)]

    def stale(self, candidate: Candidate) -> bool:
        """Whether a proposal was made for a source that no longer counts."""
        unit = self.unit.unit
        return candidate.source_digest not in {unit.source_digest, *unit.same_meaning}

    @property
    def reviewable(self) -> bool:
        """Whether the reader is an editor and the text waits for a decision."""
        return self.unit.state is State.TRANSLATED and self.may("return")

    @property
    def errors(self) -> list[Problem]:
        """Checks of the stored text that keep it from being approved."""
        return checks.blocking(checks.check(self.unit.text, self.unit.target))

    @property
    def advice(self) -> list[Problem]:
        """Checks of the stored text that ask for a second look."""
        text, target = self.unit.text, self.unit.target
        found = [problem for problem in checks.check(text, target) if not problem.blocking]
        return found + glossary.check(text, target, self.finder, self.view.language)

    @property
    def terms(self) -> list[Term]:
        """The terms in the source, each once, in order."""
        return glossary.found_in(self.finder, self.unit.text)

    @property
    def pieces(self) -> list[Piece]:
        """The source, cut at its terms."""
        text = self.unit.text
        return list(glossary.pieces(text, self.finder.find(text)))

    @property
    def preview(self) -> str:
        """The stored text as visitors will see it; safe HTML, empty when it can't be read."""
        try:
            return segments.render_text(self.unit.target, self.unit.links)
        except Problem:
            return ""


@dataclass(frozen=True)
class Posted:
    """The form of a unit as it was sent; fields that it does not have are not read."""

    target: str
    version: int
    draft: bool
    show: Show

    @classmethod
    def read(cls) -> Posted:
        """The form of this request; without a text or a version it is no form of ours."""
        target, version = request.form.get("target"), request.form.get("version", type=int)
        if target is None or version is None:
            abort(400)
        show = filters.asked(request.form.get("show"), Show.TODO)
        return cls(target, version, request.form.get("do") == "draft", show)


def refusals(unit: UnitView, tag: str) -> dict[Action, Problem | None]:
    """For each action why the reader may not do it now, or None; asked of the one table."""
    found: dict[Action, Problem | None] = {}
    actor, rules = access.current_actor(), access.rules()
    for action in Action:
        try:
            core.act(
                unit.state,
                action,
                actor.roles_in(tag),
                reason="-",
                own_text=review.own(unit, actor),
                four_eyes=rules.four_eyes,
            )
            found[action] = None
        except Problem as problem:
            found[action] = problem
    return found


def neighbours(view: LanguageView, unit: UnitView, show: Show) -> Neighbours:
    """The units before and after in the list ``show``, whether or not this one is still in it."""
    if show is Show.REVIEW:
        return _queue_neighbours(view, unit)
    units = filters.chosen(view, show)
    before = [u for u in units if u.position < unit.position]
    after = [u for u in units if u.position > unit.position]
    slug, tag = view.document.slug, view.language
    return Neighbours(
        (slug, tag, before[-1].key) if before else None,
        (slug, tag, after[0].key) if after else None,
    )


def _queue_neighbours(view: LanguageView, unit: UnitView) -> Neighbours:
    items, at = review.queue(), review.place(view, unit)
    before = [item for item in items if item.place < at]
    after = [item for item in items if item.place > at]

    def name(item: review.Waiting) -> tuple[str, str, str]:
        return (item.view.document.slug, item.view.language, item.unit.key)

    return Neighbours(
        name(before[-1]) if before else None,
        name(after[0]) if after else None,
    )


def page(slug: str, tag: str, key: str, show: Show) -> UnitPage:
    """The page of a unit; raises ``SourceIsNotTranslated`` and whatever is missing."""
    view = load(slug, tag)
    if view.is_source:
        raise SourceIsNotTranslated(language=tag)
    unit = view.unit(key)
    history = queries.unit_history(db.session, view.document, key, tag)
    near = neighbours(view, unit, show)
    rows = queries.lineage_of(db.session, view.document, key)
    told = [(row, said) for row in rows if (said := words.lineage(row, key))]
    matches = queries.memory_matches(
        db.session,
        view.document.source_language,
        tag,
        unit.text,
        unit.unit.source_digest,
        without=unit.target,
    )
    shown = UnitPage(view, unit, show, near, unit.target, history, refusals(unit, tag))
    finder = queries.finder(db.session, view, [unit.text])
    return replace(shown, lineage=told, matches=matches, finder=finder)


def begun(shown: UnitPage, candidate_id: int | None) -> UnitPage:
    """The page with the text of one of its proposals in the box, not saved, to go on from."""
    if shown.may("save") or shown.may("propose"):
        for candidate in shown.unit.candidates:
            if candidate.id == candidate_id:
                return replace(shown, text=candidate.target, taken=candidate)
    return shown


def inserted(shown: UnitPage, entry_id: int | None) -> UnitPage:
    """The page with a text from the memory in the box, not saved; for browsers without scripts."""
    if shown.may("save") or shown.may("propose"):
        for match in shown.matches:
            if match.entry_id == entry_id:
                return replace(shown, text=match.target, inserted=True)
    return shown


def following(view: LanguageView, unit: UnitView, show: Show) -> str | None:
    """The key of the unit to go on with after this one; from the top again at the end."""
    others = [other for other in filters.chosen(view, show) if other.key != unit.key]
    later = [other for other in others if other.position > unit.position]
    if show is Show.ALL:
        return later[0].key if later else None
    return next((other.key for other in later + others), None)


def render(shown: UnitPage, status: int = 200) -> Response:
    """The page as an answer."""
    html = render_template(
        "workbench/unit.html",
        page=shown,
        view=shown.view,
        unit=shown.unit,
        tag=shown.view.language,
        reasons=words.REASONS,
        State=State,
    )
    return Response(html, status, mimetype="text/html")


def refused(slug: str, tag: str, key: str, problem: Problem) -> Response:
    """The page of the unit as it is now, with the reason why nothing was done."""
    if problem.nature is Nature.MISSING:
        raise problem
    show = filters.asked(request.form.get("show"), Show.TODO)
    comment = request.form.get("comment", "")
    shown = page(slug, tag, key, show)
    shown = replace(shown, problems=tuple(problems_in(problem)), comment=comment)
    return render(shown, status_of(problem))


def not_saved(slug: str, tag: str, key: str, form: Posted, problem: Problem) -> Response:
    """What was typed, with the reason why it was not saved: nothing is lost, ever."""
    if problem.nature is Nature.MISSING:
        html = render_template("workbench/kept.html", text=form.target, tag=tag, problem=problem)
        return Response(html, status_of(problem), mimetype="text/html")
    shown = page(slug, tag, key, form.show)
    if problem.nature is Nature.CONFLICT:
        html = render_template(
            "workbench/conflict.html",
            page=shown,
            view=shown.view,
            unit=shown.unit,
            tag=tag,
            yours=form.target,
            problem=problem,
        )
        return Response(html, status_of(problem), mimetype="text/html")
    shown = replace(shown, text=form.target, problems=tuple(problems_in(problem)))
    return render(shown, status_of(problem))
