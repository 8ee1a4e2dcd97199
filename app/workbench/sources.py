"""Bringing a source in: choose a file, mend what it would become, see what that means, store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import current_app, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app import access, operations
from app.database import transaction
from app.operations import Act, DocumentImport
from app.workbench.aside import Aside, asides
from app.workbench.blueprint import blueprint
from app.workbench.drafts import Aligned, Asked, Draft, Placed, Stored, aligned
from app.workbench.pages import carried, status_of, to, uploaded
from app.workbench.revising import NotLookedAt, Rows, pairs_to_json
from app.workbench.structure import LEVELS, Mended, Offer, Point, Text
from workflows import sources
from workflows.alignment import Change
from workflows.problems import ChangedMeanwhile, Problem
from workflows.segments import Segment, words
from workflows.sources.corrections import corrections_to_json

WINDOW = 250
"""Texts whose structure is shown at once."""


@blueprint.get("/import")
def import_page() -> str:
    """The form for a file."""
    asked = Asked(request.args.get("slug", ""), "", access.rules().languages[0])
    return form(asked, [])


@blueprint.post("/import")
def import_preview() -> Response:
    """Show what the file would become, with what its author has mended; nothing is written."""
    asked = Asked.read()
    try:
        file = carried() if "content" in request.form else uploaded()
        return preview(Draft.read(asked, file))
    except Problem as problem:
        return refused(asked, problem)


@blueprint.post("/import/apply")
def import_source() -> Response:
    """Store what the preview showed, if it would still become the same revision."""
    asked = Asked.read()
    try:
        draft = Draft.read(asked, carried())
        if draft.problems:
            return preview(draft)
        try:
            with transaction() as session:
                report = store(access.act(session), draft)
        except (ChangedMeanwhile, NotLookedAt) as problem:
            return preview(draft, problem)
    except Problem as problem:
        return refused(asked, problem)
    return stored(report)


def stored(report: DocumentImport) -> Response:
    """Go on after storing: to what has changed, or to the board."""
    if report.unchanged:
        return to("board_page", gettext("The document says this already; nothing was written."))
    message = gettext("Revision %(number)s is stored.", number=report.revision)
    if report.revision > 1 and "workbench.changes_page" in current_app.view_functions:
        return to("changes_page", message, slug=report.slug, revision=report.revision)
    return to("board_page", message)


def run(
    act: Act, draft: Draft, by_hand: Mapping[int, tuple[int, ...]], *, dry_run: bool
) -> DocumentImport:
    """Import the source, or say what importing it would do."""
    return operations.import_document(
        act,
        draft.asked.slug,
        draft.source,
        file_digest=hashlib.sha256(draft.file.data).hexdigest(),
        language=draft.asked.language,
        by_hand=by_hand,
        dry_run=dry_run,
    )


def store(act: Act, draft: Draft) -> DocumentImport:
    """Import the draft; raises ``ChangedMeanwhile`` and ``NotLookedAt`` for what was not shown."""
    edits = draft.edits(Stored.read(act, draft.asked))
    if edits.changed:
        raise NotLookedAt()
    report = run(act, draft, draft.by_hand(edits.pairs), dry_run=False)
    if request.form.get("revision") != str(report.revision):
        # Taken back with the transaction.
        raise ChangedMeanwhile()
    return report


@dataclass(frozen=True)
class Line:
    """One text of the document as it would be."""

    text: Text
    segment: Segment
    change: Change
    file_line: int
    offers: list[Offer]
    cuttable: bool
    points: list[Point]
    """Places for the cut that is asked about."""


@dataclass(frozen=True)
class Preview:
    """What the page of a preview shows."""

    draft: Draft
    stored: Stored
    found: Aligned
    rows: Rows
    start: int
    """The first text whose structure is shown, 0-based."""
    problems: tuple[Placed, ...]

    @property
    def report(self) -> DocumentImport:
        """What storing it would do."""
        return self.found.report

    @property
    def hidden(self) -> dict[str, str | int]:
        """What the form carries on besides the file."""
        asked = self.draft.asked
        return {
            "name": self.draft.file.name,
            "slug": asked.slug,
            "title": asked.title,
            "language": asked.language,
            "revision": self.report.revision,
            "head": self.stored.head,
            "corrections": corrections_to_json(self.draft.corrections),
            "pairs": pairs_to_json(self.found.pairs),
            "shown": pairs_to_json(self.rows.shown),
            "start": self.start,
            "at": "",
        }

    @property
    def at(self) -> str:
        """The text at whose field the reader goes on: after Enter the focus must not be lost."""
        return "" if self.problems else self.found.edits.last

    @property
    def mended(self) -> list[Mended]:
        """The corrections made so far."""
        return self.draft.structure.mended(self.draft.corrections)

    @property
    def asides(self) -> list[Aside]:
        """What is set aside, with what can be taken into the text."""
        return asides(self.draft.structure.read, self.report.source, self.draft.corrections)

    @property
    def open(self) -> bool:
        """Whether the structure is what the author is busy with."""
        busy = {"correct", "undo", "cut", "cut-at", "from"} & set(request.form)
        return not self.stored.head or bool(busy)

    @property
    def paragraphs(self) -> bool:
        """Whether places in the file are paragraphs, as in Word, and not lines."""
        return sources.counted_in(self.draft.source.media_type) == "paragraph"

    @property
    def total(self) -> int:
        """How many texts there are."""
        return len(self.draft.texts)

    @property
    def end(self) -> int:
        """The last text whose structure is shown, counted from 1."""
        return min(self.total, self.start + WINDOW)

    @property
    def starts(self) -> list[tuple[int, int]]:
        """The windows of the structure there are: first and last text, 0-based and from 1."""
        return [(at, min(self.total, at + WINDOW)) for at in range(0, self.total, WINDOW)]

    @property
    def unchanged(self) -> int:
        """Texts that stay as they are and where they are."""
        return self.report.changes[str(Change.KEPT)]

    def lines(self) -> Iterator[Line]:
        """The texts as they would be, with what can be mended about each."""
        structure, corrections = self.draft.structure, self.draft.corrections
        changes = {n: match.change for match in self.report.matches for n in match.new}
        asked = request.form.get("cut")
        for n in range(self.start, self.end):
            text = self.draft.texts[n]
            cuttable = structure.can_cut(text, corrections)
            yield Line(
                text,
                self.report.segments[n],
                changes[n],
                self.draft.lines[n],
                structure.offers(text, corrections),
                cuttable,
                structure.points(text, corrections) if cuttable and text.id == asked else [],
            )

    def advice(self) -> list[tuple[Problem, int, str]]:
        """Advice on the texts, with the number of each and its name when it is on the page."""
        first: dict[int, int] = {}
        for n, line in enumerate(self.draft.lines, 1):
            first.setdefault(line, n)
        found: list[tuple[Problem, int, str]] = []
        for problem in self.draft.source.problems:
            number = first.get(sources.number_of(problem.place), 0)
            near = self.start < number <= self.end
            found.append((problem, number, self.draft.texts[number - 1].id if near else ""))
        return found


def preview(draft: Draft, problem: Problem | None = None) -> Response:
    """The page of a preview; nothing is written."""
    with transaction() as session:
        act = access.act(session)
        now = Stored.read(act, draft.asked)
        found = aligned(draft, now, lambda pairs: run(act, draft, pairs, dry_run=True))
    rows = Rows(found.report, now.old, draft.ids, found.pairs, found.edits.typed)
    problems = found.problems or ((Placed(problem),) if problem else ())
    shown = Preview(draft, now, found, rows, _start(len(draft.texts)), problems)
    html = render_template(
        "workbench/import_preview.html",
        preview=shown,
        report=found.report,
        tag=now.tag,
        summary=summary(found.report, first=not now.head),
        levels=LEVELS,
        Change=Change,
    )
    status = status_of(problems[0].problem) if problems else 200
    return Response(html, status, mimetype="text/html")


def _start(total: int) -> int:
    """Where the structure begins that is to be shown: at a multiple of WINDOW."""
    asked = request.form.get("from", type=int)
    asked = asked if asked is not None else request.form.get("start", 0, type=int)
    return max(0, min(asked, total - 1)) // WINDOW * WINDOW


def summary(report: DocumentImport, *, first: bool) -> str:
    """What storing the source means, in one sentence."""
    impact = report.impact
    if first:
        count = sum(words(segment.text) for segment in report.segments)
        new: str = gettext(
            "A new document: %(segments)s, %(words)s to translate into each language.",
            segments=ngettext("%(num)s segment", "%(num)s segments", len(report.segments)),
            words=ngettext("%(num)s word", "%(num)s words", count),
        )
        return new
    begun = len(impact.languages)
    later: str = gettext(
        "%(languages)s; %(back)s, %(new)s; %(words)s; nothing approved is lost.",
        languages=ngettext("%(num)s language", "%(num)s languages", begun)
        if begun
        else gettext("No language has been begun"),
        back=ngettext(
            "%(num)s segment goes back to translators",
            "%(num)s segments go back to translators",
            impact.back,
        ),
        new=ngettext("%(num)s is new", "%(num)s are new", impact.new),
        words=ngettext("%(num)s word", "%(num)s words", impact.words),
    )
    return later


def refused(asked: Asked, problem: Problem) -> Response:
    """The form again, with what was wrong."""
    return Response(form(asked, [problem]), status_of(problem), mimetype="text/html")


def form(asked: Asked, problems: list[Problem]) -> str:
    """The form for a file."""
    return render_template(
        "workbench/import.html",
        asked=asked,
        problems=problems,
        largest=sources.MAX_FILE,
        longest=sources.MAX_BYTES,
    )
