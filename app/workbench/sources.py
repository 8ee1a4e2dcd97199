"""Bringing a source in: choose a file, look at what it would become, apply."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, operations, queries
from app.database import transaction
from app.operations import Act, DocumentImport
from app.workbench.blueprint import blueprint
from app.workbench.pages import Upload, carried, status_of, to, uploaded
from workflows import sources
from workflows.alignment import Change
from workflows.problems import ChangedMeanwhile, Problem
from workflows.segments import Segment
from workflows.sources import Source


@dataclass(frozen=True)
class Asked:
    """What the form says besides the file."""

    slug: str
    title: str
    language: str

    @classmethod
    def read(cls) -> Asked:
        """The form of this request."""
        return cls(
            request.form.get("slug", "").strip(),
            request.form.get("title", "").strip()[:300],
            request.form.get("language", ""),
        )


@dataclass(frozen=True)
class Line:
    """One segment of the preview: what becomes of it, and what it said before."""

    change: Change
    segment: Segment | None
    before: str


@blueprint.get("/import")
def import_page() -> str:
    """The form for a file."""
    asked = Asked(request.args.get("slug", ""), "", access.rules().languages[0])
    return render_template("workbench/import.html", asked=asked, problems=[])


@blueprint.post("/import")
def import_preview() -> Response:
    """Show what the file would become; nothing is written."""
    asked = Asked.read()
    try:
        file = uploaded()
        return preview(asked, file)
    except Problem as problem:
        return refused(asked, problem)


@blueprint.post("/import/apply")
def import_source() -> Response:
    """Store what the preview showed, if it would still become the same revision."""
    asked = Asked.read()
    try:
        file = carried()
        source = read(file)
        with transaction() as session:
            report = store(access.act(session), asked, file, source)
    except ChangedMeanwhile as problem:
        return preview(asked, file, problem)
    except Problem as problem:
        return refused(asked, problem)
    if report.unchanged:
        message = gettext("The document says this already; nothing was written.")
    else:
        message = gettext("Revision %(number)s is stored.", number=report.revision)
    return to("board_page", message)


def read(file: Upload) -> Source:
    """The document in the file; before the transaction, so that nobody waits for the reading."""
    return sources.read(file.data, name=file.name)


def run(act: Act, asked: Asked, file: Upload, source: Source, *, dry_run: bool) -> DocumentImport:
    """Import the source, or say what importing it would do."""
    return operations.import_document(
        act,
        asked.slug,
        source,
        file_digest=hashlib.sha256(file.data).hexdigest(),
        language=asked.language,
        title=asked.title,
        dry_run=dry_run,
    )


def store(act: Act, asked: Asked, file: Upload, source: Source) -> DocumentImport:
    """Import the file; raises ``ChangedMeanwhile`` when the preview was of another revision."""
    now = run(act, asked, file, source, dry_run=True)
    if request.form.get("revision") != str(now.revision):
        raise ChangedMeanwhile()
    return run(act, asked, file, source, dry_run=False)


def preview(asked: Asked, file: Upload, problem: Problem | None = None) -> Response:
    """The preview as a page."""
    source = read(file)
    with transaction() as session:
        report = run(access.act(session), asked, file, source, dry_run=True)
        found = queries.find_document(session, asked.slug)
        head = queries.revision(session, found) if found else None
        texts = [text.text for text in queries.source_texts(session, head)] if head else []
    html = render_template(
        "workbench/import_preview.html",
        asked=asked,
        file=file,
        report=report,
        lines=lines(report, texts),
        tag=found.source_language if found else asked.language,
        changes=report.changes,
        problems=[problem] if problem else [],
    )
    return Response(html, status_of(problem) if problem else 200, mimetype="text/html")


def lines(report: DocumentImport, texts: list[str]) -> list[Line]:
    """The segments in their new order, then those that are gone."""
    return [
        Line(
            pair.change,
            report.segments[pair.new] if pair.new is not None else None,
            texts[pair.old] if pair.old is not None else "",
        )
        for pair in report.pairs
    ]


def refused(asked: Asked, problem: Problem) -> Response:
    """The form again, with what was wrong."""
    html = render_template("workbench/import.html", asked=asked, problems=[problem])
    return Response(html, status_of(problem), mimetype="text/html")
