"""Working catalogs by address: download, rehearse an import, do it."""

from __future__ import annotations

from typing import ClassVar

from flask import jsonify, request
from werkzeug.wrappers import Response

from app import access, operations, queries
from app.api.blueprint import blueprint
from app.database import db, transaction
from workflows import catalogs
from workflows.problems import N_, Problem, SourceIsNotTranslated

CATALOG = "/documents/<slug>/<language>/catalog"
MEDIA_TYPES = {"po": "text/x-gettext-translation", "xliff": "application/xliff+xml"}
_YES_OR_NO = {"1": True, "true": True, "0": False, "false": False}


class BadParameter(Problem):
    """``values`` are those that can be given."""

    code: ClassVar[str] = "bad-parameter"
    what: ClassVar[str] = N_("{name}={found} is not understood.")
    mend: ClassVar[str] = N_("Give one of these: {values}.")


@blueprint.get(CATALOG)
def export_catalog(slug: str, language: str) -> Response:
    """The catalog as it is now, in the ``format`` asked for (PO by default)."""
    access.act(db.session).require_language(language)
    form = request.args.get("format", "po")
    if form not in catalogs.FORMATS:
        raise BadParameter(name="format", found=form[:40], values=", ".join(catalogs.FORMATS))
    document = queries.document(db.session, slug)
    if language == document.source_language:
        raise SourceIsNotTranslated(language=language)
    view = queries.language(db.session, document, language)
    data = catalogs.write_catalog(*queries.catalog_export(db.session, view), form)
    media_type = MEDIA_TYPES[form.partition("-")[0]]
    return Response(data, content_type=f"{media_type}; charset=utf-8")


@blueprint.post(CATALOG)
def import_catalog(slug: str, language: str) -> Response:
    """Merge the catalog in the body; with ``dry_run`` say what that would do and write nothing.

    ``base`` is the digest that a dry run gave: with it nothing is done when the language has
    changed since. ``partial`` and ``emptied`` as in ``operations.import_catalog``.
    """
    dry_run, partial = _flag("dry_run"), _flag("partial")
    emptied = _number("emptied")
    act, data = access.act(db.session), request.get_data()
    catalog = operations.read_catalog_for(act, slug, language, data, partial=partial)
    with transaction() as session:
        report = operations.import_catalog(
            access.act(session),
            slug,
            language,
            catalog,
            base=request.args.get("base"),
            emptied=emptied,
            dry_run=dry_run,
        )
    return jsonify(report.as_dict(dry_run=dry_run))


def _flag(name: str) -> bool:
    found = request.args.get(name, "0")
    if found not in _YES_OR_NO:
        raise BadParameter(name=name, found=found[:40], values=", ".join(_YES_OR_NO))
    return _YES_OR_NO[found]


def _number(name: str) -> int | None:
    found = request.args.get(name)
    if found is not None and not (found.isascii() and found.isdecimal() and len(found) < 10):
        raise BadParameter(name=name, found=found[:40], values="0, 1, 2, …")
    return int(found) if found is not None else None
