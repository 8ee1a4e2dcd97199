"""What is live, and the pages made of it, in the memory of this process.

One small query a request tells whether a release was added since, or a publication rule changed;
while nothing was, nothing else is read, checked or rendered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app import queries
from app.database import DatabaseError
from app.logs import log
from app.queries import LiveHead
from workflows import release
from workflows.release import Content, Kind, ReleaseDamaged

MAX_PAGES = 1_000
"""Pages kept at once; more come only from many host names or very many languages."""


@dataclass(frozen=True)
class Page:
    """The bytes of a page and the hash that names them."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class Policy:
    """A document with at least one release in force, be it a withdrawal."""

    slug: str
    source_language: str
    heads: Mapping[str, LiveHead]
    """The live release of each language."""
    withdrawn: Mapping[str, LiveHead] = field(default_factory=dict)
    """The withdrawal in force of each language that has one."""
    releases: int = 0
    """How many there are of it, those whose day has not come included."""

    def languages(self, order: tuple[str, ...]) -> tuple[str, ...]:
        """The languages with a live release, in the order of the site."""
        return tuple(tag for tag in order if tag in self.heads)

    def gone(self, order: tuple[str, ...]) -> tuple[str, ...]:
        """The languages that were withdrawn, in the order of the site."""
        return tuple(tag for tag in order if tag in self.withdrawn)

    @property
    def source(self) -> LiveHead | None:
        """The live release of the document's own language."""
        return self.heads.get(self.source_language)


@dataclass(frozen=True)
class Shelf:
    """Everything that is live at one moment, and the pages made of exactly that.

    A page may be kept here under whatever its bytes depend on besides the releases and the rules of
    their documents: a new release or another rule makes a new shelf, and settings and interface
    words don't change while a process runs.
    """

    stamp: queries.Stamp
    policies: Mapping[str, Policy]
    _pages: dict[Hashable, Page] = field(default_factory=dict, compare=False, repr=False)

    def page(self, key: Hashable, render: Callable[[], str]) -> Page:
        """The page kept under ``key``, rendered when it is not there yet."""
        found = self._pages.get(key)
        if found is None:
            body = render().encode()
            found = Page(body, hashlib.sha256(body).hexdigest()[:32])
            if len(self._pages) >= MAX_PAGES:
                self._pages.clear()
            self._pages[key] = found
        return found


def _policy(slug: str, found: Mapping[str, LiveHead], releases: int) -> Policy:
    return Policy(
        slug,
        next(iter(found.values())).source_language,
        {tag: head for tag, head in found.items() if not head.withdrawn},
        {tag: head for tag, head in found.items() if head.withdrawn},
        releases,
    )


class Store:
    """The shelf of one app, kept up to date, and the contents of what stands on it."""

    def __init__(self) -> None:
        self._shelf = Shelf((0, 0, 0), {})
        self._contents: dict[str, Content] = {}

    def shelf(
        self, session: Session, now: datetime | None = None, *, strict: bool = False
    ) -> Shelf:
        """What is live now; what was live last while the database doesn't answer.

        A release whose day has come, or another publication rule, makes a new shelf just as a new
        release does. Raises
        ``DatabaseError`` only when nothing has been read yet, or when it is ``strict``.
        """
        # The stamp comes first: a release committed in between is then seen by the next request.
        now = now or datetime.now(UTC)
        try:
            stamp = queries.release_stamp(session, now)
        except DatabaseError as error:
            session.rollback()
            if strict or not self._shelf.policies:
                raise
            log.error("database down, serving what was live", problem=type(error).__name__)
            return self._shelf
        if stamp != self._shelf.stamp:
            heads: dict[str, dict[str, LiveHead]] = {}
            for head in queries.live_heads(session, now):
                heads.setdefault(head.slug, {})[head.language] = head
            counts = queries.release_counts(session)
            policies = {slug: _policy(slug, found, counts[slug]) for slug, found in heads.items()}
            live = {head.digest for found in heads.values() for head in found.values()}
            kept = {digest: content for digest, content in self._contents.items() if digest in live}
            self._contents = kept
            self._shelf = Shelf(stamp, policies)
        return self._shelf

    def facts(self, session: Session, head: LiveHead) -> dict[str, Any]:
        """What the manifest of a release says; raises ``ReleaseDamaged``."""
        return self._read(session, head)[2]

    def content(self, session: Session, head: LiveHead) -> Content:
        """The texts of a release in force, checked against its digest when they are first read.

        Raises ``ReleaseDamaged`` when they don't match it, or belong to another release.
        """
        found = self._contents.get(head.digest)
        if found is None:
            found = self._contents[head.digest] = self.version(session, head)
        return found

    def version(self, session: Session, head: LiveHead) -> Content:
        """The texts of any release, which are not kept in memory; raises like ``content``."""
        content, manifest, _ = self._read(session, head)
        found = release.read(content, manifest, head.digest)
        if found.language != head.language:
            raise ReleaseDamaged(number=head.number)
        return found

    def _read(self, session: Session, head: LiveHead) -> tuple[str, str, dict[str, Any]]:
        content, manifest = queries.release_texts(session, head.release_id)
        said = release.facts(manifest, head.digest)
        promised = (said["document"], said["language"], said["number"])
        # The first format knew neither dates nor kinds.
        since = said.get("effective_at", release.moment(head.effective_at))
        kind = said.get("kind", Kind.RELEASE)
        wanted = (head.slug, head.language, head.number)
        if promised != wanted or (since, kind) != (release.moment(head.effective_at), head.kind):
            raise ReleaseDamaged(number=head.number)
        return content, manifest, said
