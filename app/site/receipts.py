"""What stood on the page: a receipt names a release and the source it was compared with then.

A page is made of these two and of nothing else, so naming both brings back exactly that page: its
texts, and the marks on what the source said differently at the time. Where the publication rule of
the document had put a notice on it, the receipt also says which of its rules that was.
"""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Response, abort, g, render_template

from app import queries
from app.database import db
from app.negotiation import settings
from app.queries import LiveHead
from app.site import front, pages
from app.site.front import blueprint
from workflows.release import ReleaseDamaged, Rule

_DIGEST = f"([0-9a-f]{{{pages.DIGITS}}})"
_RECEIPT = re.compile(rf"{_DIGEST}(?:-{_DIGEST})?(?:-r(0|[1-9][0-9]{{0,5}}))?")


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
    spoken = front.store().version(db.session, head).languages
    return pages.finished(response, spoken=spoken)


def _named(receipt: str) -> tuple[LiveHead, LiveHead | None]:
    """The release, and the source it was compared with; ends the request with 404 for others, and
    for what no page ever had as its receipt, so that each page has one."""
    match = _RECEIPT.fullmatch(receipt)
    if match is None:
        abort(404)
    head = queries.receipt_head(db.session, match[1])
    source = queries.receipt_head(db.session, match[2]) if match[2] else None
    if head is None or head.withdrawn or head.language not in settings().languages:
        abort(404)
    if head.language == head.source_language and (match[2] or match[3]):
        # It is the source: compared with nothing, and no rule says anything of it.
        abort(404)
    if match[2] and (
        source is None
        or source.withdrawn
        or (source.slug, source.language) != (head.slug, head.source_language)
    ):
        abort(404)
    return _ruled(head, int(match[3] or 0), named=match[3] is not None), source


def _ruled(head: LiveHead, changes: int, *, named: bool) -> LiveHead:
    """The release under the rule of its document that a receipt names, or under none."""
    rule = queries.rule_then(db.session, head.slug, changes) if named else Rule()
    if rule is None or (named and not rule.authoritative and rule.due_days is None):
        abort(404)
    return replace(
        head,
        authoritative=rule.authoritative,
        due_days=rule.due_days,
        rule_changes=changes,
    )
