"""Catalogs by hand: download, upload, look, apply."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from app import access, operations, queries
from app.database import db, transaction
from app.operations import CatalogImport
from app.workbench import languages
from app.workbench.blueprint import blueprint
from app.workbench.pages import Upload, carried, load, status_of, uploaded
from workflows import catalogs
from workflows.catalogs import Catalog, ManyEmptied, Verdict
from workflows.problems import ChangedMeanwhile, Problem, SourceIsNotTranslated

MEDIA_TYPES = {
    "po": "text/x-gettext-translation; charset=utf-8",
    "xl": "application/xliff+xml; charset=utf-8",
}
QUIET = (Verdict.SAME, Verdict.MISSING)


@blueprint.get("/<slug>/<language>/catalog.po", defaults={"form": "po"})
@blueprint.get("/<slug>/<language>/catalog.xlf", defaults={"form": "xliff-2.1"})
@blueprint.get("/<slug>/<language>/catalog-1.2.xlf", defaults={"form": "xliff-1.2"})
def download(slug: str, language: str, form: str) -> Response:
    """The working catalog of the language as it is now."""
    view = load(slug, language)
    if view.is_source:
        raise SourceIsNotTranslated(language=language)
    data = catalogs.write_catalog(*queries.catalog_export(db.session, view), form)
    answer = Response(data, content_type=MEDIA_TYPES[form[:2]])
    name = f"{slug}.{language}{catalogs.FORMATS[form]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/<slug>/<language>/upload")
def upload(slug: str, language: str) -> Response:
    """Show, entry by entry, what the file would do; nothing is written."""
    try:
        file = uploaded()
        report = preview(slug, language, file)
    except Problem as problem:
        return languages.render(load(slug, language), [problem], status_of(problem))
    return render(report, file)


@blueprint.post("/<slug>/<language>/upload/apply")
def apply(slug: str, language: str) -> Response:
    """Do what the preview showed, if the language still is what it was then."""
    form = request.form
    try:
        file = carried()
        catalog = read(slug, file, language)
        with transaction() as session:
            report = operations.import_catalog(
                access.act(session),
                slug,
                language,
                catalog,
                base=form.get("base", ""),
                emptied=form.get("emptied", type=int),
            )
    except (ChangedMeanwhile, ManyEmptied) as problem:
        return render(preview(slug, language, file), file, problem)
    except Problem as problem:
        return languages.render(load(slug, language), [problem], status_of(problem))
    return render(report)


def preview(slug: str, language: str, file: Upload) -> CatalogImport:
    """What applying the file would do now."""
    catalog = read(slug, file, language)
    with transaction() as session:
        return operations.import_catalog(access.act(session), slug, language, catalog, dry_run=True)


def read(slug: str, file: Upload, language: str) -> Catalog:
    """The catalog in the file; nobody waits for the database meanwhile."""
    partial = "partial" in request.form
    act = access.act(db.session)
    return operations.read_catalog_for(act, slug, language, file.data, partial=partial)


def render(
    report: CatalogImport, file: Upload | None = None, problem: Problem | None = None
) -> Response:
    """The table of a preview (with the file to apply) or of what was done."""
    html = render_template(
        "workbench/upload.html",
        report=report,
        view=load(report.slug, report.language),
        tag=report.language,
        file=file,
        problems=[problem] if problem else [],
        loud=[row for row in report.rows if row.verdict not in QUIET or row.problems],
        quiet=[row for row in report.rows if row.verdict in QUIET and not row.problems],
        counts={verdict: report.counts[str(verdict)] for verdict in Verdict},
        partial="partial" in request.form,
        would=sum(1 for row in report.rows if row.verdict.applies or row.verdict.proposes),
    )
    return Response(html, status_of(problem) if problem else 200, mimetype="text/html")
