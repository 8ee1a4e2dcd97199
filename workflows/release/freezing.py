"""The freezing that makes a release immutable, and reading it back.

A release holds two canonical JSON texts. ``content`` is everything needed to show the page again
for ever: title, structure, every source and target with its links, who translated and who
approved it and when. ``manifest`` is the decision and the list of digests that proves it; its own
SHA-256 names the release. Each manifest names the one before it of the same document and language,
and the one before it in the whole service. Manifests of format 1 knew the first of these only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from workflows import review, segments
from workflows.release.model import (
    Content,
    Decision,
    EditorialChange,
    Frozen,
    Kind,
    Place,
    ReleaseDamaged,
    Text,
    Withdrawn,
)
from workflows.release.verify import BUNDLE, HEAD, canonical, manifest_row, sha256
from workflows.sources import Link

FORMAT = 2
OPTIONAL = ("reviewed_source", "editorial", "fallback")


def freeze(
    place: Place,
    decision: Decision,
    *,
    source_language: str,
    revision: int,
    skeleton: str,
    texts: Sequence[Text],
) -> Frozen:
    """Make the immutable form of a release."""
    content = {
        "format": FORMAT,
        "title": title_of(texts, place.document),
        "language": place.language,
        "source_language": source_language,
        "revision": revision,
        "skeleton": skeleton,
        "texts": [_content_row(text) for text in texts],
    }
    return _frozen(place, decision, revision, canonical(content), content["texts"])


def title_of(texts: Sequence[Text], document: str) -> str:
    """What a release is called: its first text with the role ``title``; else its document."""
    return next((text.target for text in texts if text.role == "title"), document)


def restore(place: Place, decision: Decision, content: str) -> Frozen:
    """A rollback: the content of an earlier release, exactly as it was, under a new manifest."""
    value = json.loads(content)
    return _frozen(place, decision, value["revision"], content, value["texts"])


def withdraw(place: Place, decision: Decision, revision: int) -> Frozen:
    """A withdrawal: a manifest without texts."""
    return _frozen(place, decision, revision, "", [])


def _frozen(place: Place, decision: Decision, revision: int, content: str, rows: Any) -> Frozen:
    log: dict[str, Any] = {"index": place.index, "previous": place.log_previous}
    if place.earlier:
        log["earlier"] = place.earlier
    facts: dict[str, Any] = {
        "format": FORMAT,
        "kind": str(decision.kind),
        "document": place.document,
        "language": place.language,
        "number": place.number,
        "revision": revision,
        "previous": place.previous,
        "log": log,
        "content": sha256(content),
        "summary": decision.summary,
        "signed_off_by": decision.signed_off_by,
        "published_by": decision.published_by,
        "published_at": moment(decision.published_at),
        "effective_at": moment(decision.effective_at),
        "signer": decision.signer,
        "texts": [manifest_row(row) for row in rows],
    }
    if decision.kind is Kind.ROLLBACK:
        facts["restores"] = decision.restores
    if decision.kind is Kind.WITHDRAWAL:
        facts["reason"] = decision.reason
    manifest = canonical(facts)
    return Frozen(content, manifest, sha256(manifest))


def moment(at: datetime) -> str:
    """A moment as manifests write it: UTC, whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _content_row(text: Text) -> dict[str, Any]:
    row = asdict(text)
    return {k: v for k, v in row.items() if v or k not in OPTIONAL}


def facts(manifest: str, digest: str) -> dict[str, Any]:
    """What a manifest says; raises ``ReleaseDamaged`` unless it is the one that is named."""
    if sha256(manifest) != digest:
        # A manifest that isn't the one that was named can't be asked for its number.
        raise ReleaseDamaged(number=digest[:16])
    return dict(json.loads(manifest))


def read(content: str, manifest: str, digest: str) -> Content:
    """Read a release back; raises ``ReleaseDamaged`` unless content and manifest match, and
    ``Withdrawn`` for a withdrawal."""
    promised = facts(manifest, digest)
    if promised.get("content") != sha256(content):
        raise ReleaseDamaged(number=promised.get("number", digest[:16]))
    if promised.get("kind") == Kind.WITHDRAWAL:
        raise Withdrawn(number=promised["number"])
    value = json.loads(content)
    texts = {}
    for row in value["texts"]:
        links = tuple(Link(**link) for link in row.pop("links"))
        changes = tuple(EditorialChange(**change) for change in row.pop("editorial", ()))
        texts[row["key"]] = Text(links=links, editorial=changes, **row)
    return Content(
        title=value["title"],
        language=value["language"],
        source_language=value["source_language"],
        revision=value["revision"],
        skeleton=value["skeleton"],
        texts=texts,
        summary=promised.get("summary", ""),
    )


def texts_digest(content: str) -> str:
    """What the sign-off of a release covered, worked out from its content: see ``review``."""
    value = json.loads(content)
    units = [
        review.Unit(
            row["key"],
            row["source_digest"],
            target_digest=segments.target_digest(row["target"]),
        )
        for row in value["texts"]
    ]
    fallbacks = [row["key"] for row in value["texts"] if row.get("fallback")]
    return review.texts_digest(units, segments.digest(value["skeleton"]), fallbacks)


def write_head(service: str, size: int, digest: str, made_at: datetime, earlier: str = "") -> str:
    """What a head says: how many releases there are in the whole service, and the last one.

    ``earlier`` is ``earlier_digest`` of them all when the last one is older than signatures.
    """
    facts: dict[str, str | int] = {
        "format": HEAD,
        "service": service,
        "size": size,
        "index": size,
        "digest": digest,
        "made_at": moment(made_at),
    }
    return canonical(facts | {"earlier": earlier} if earlier else facts)


def signed_head(head: str, signature: str, key: str) -> dict[str, str]:
    """A head with its signature, as it is handed out and kept."""
    return {"head": head, "signature": signature, "key": key}


def write_bundle(releases: Sequence[dict[str, str]], head: dict[str, str]) -> str:
    """Releases in the order of the log, each with manifest, content, signature and key."""
    return canonical({"format": BUNDLE, "releases": list(releases), "head": head}) + "\n"
