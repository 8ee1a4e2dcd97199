"""What stood on the page: a receipt names a release and the source it was compared with then.

A page is made of these two and of nothing else, so naming both brings back exactly that page: its
texts, and the marks on what the source said differently at the time.
"""

from __future__ import annotations

import re

from flask import Response, abort, g, render_template

from app import queries
from app.database import db
from app.negotiation import settings
from app.queries import LiveHead
from app.site import front, pages
from app.site.front import blueprint
from workflows.release import ReleaseDamaged

_RECEIPT = re.compile(f"([0-9a-f]{{{pages.DIGITS}}})(?:-([0-9a-f]{{{pages.DIGITS}}}))?")


@blueprint.get("/receipts/<receipt>")
def receipt(receipt: str) -> Response | tuple[str, int]:
    """The page that carried this receipt, with what it takes to verify it."""
    head, source = _named(receipt)
    # The page speaks the language of the release, whatever this visitor prefers.
    g.language = head.language
    try:
        page = pages.page_of(front.shelf(), head, source, front.root())
    except ReleaseDamaged as problem:
        return pages.damaged(problem, head)
    html = render_template(
        "site/receipt.html",
        selector=front.Selector(()),
        proof=queries.proof(db.session, head),
        **page,
    )
    response = Response(html, mimetype="text/html")
    response.headers["Content-Language"] = head.language
    return pages.finished(response)


def _named(receipt: str) -> tuple[LiveHead, LiveHead | None]:
    """The release, and the source it was compared with; ends the request with 404 for others."""
    match = _RECEIPT.fullmatch(receipt)
    if match is None:
        abort(404)
    head = queries.receipt_head(db.session, match[1])
    source = queries.receipt_head(db.session, match[2]) if match[2] else None
    if head is None or head.withdrawn or head.language not in settings().languages:
        abort(404)
    if match[2] and (
        source is None
        or source.withdrawn
        or (source.slug, source.language) != (head.slug, head.source_language)
    ):
        abort(404)
    return head, source
