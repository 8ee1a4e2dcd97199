"""What is live, and the pages made of it, in the memory of this process.

One small query a request tells whether a release was added since, or a publication rule changed;
while nothing was, nothing else is read, checked or rendered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
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
MAX_PASTS = 8
"""Policies whose past is kept at once: whoever asks for many versions asks for those of one."""
MAX_NAMES = 10_000
"""Releases whose title is kept at once."""


@dataclass(frozen=True)
class Page:
    """The bytes of a page and the hash that names them."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class Name:
    """What a release is called, and what it says of itself."""

    title: str
    """In tags, as a segment holds it."""
    language: str
    """Of the title: the source language where it stands in for a translation."""
    summary: str


class Past:
    """All releases of a policy in one language, and when each of them was in force."""

    def __init__(self, heads: Sequence[LiveHead]) -> None:
        self.heads = tuple(heads)
        """The newest first."""
        self.numbered = {head.number: head for head in heads}
        self.spans = release.spans(
            (head.number, head.published_at, head.effective_at) for head in heads
        )
        self.spanned = {span.number: span for span in self.spans}
        """Without those that were overtaken before their day."""

    def moment(self, now: datetime) -> datetime:
        """Now, or the moment of the last publication when a clock was set back: it takes nothing
        away that was in force."""
        return max([now, *(head.published_at for head in self.heads[:1])])

    def before(self, number: int) -> int:
        """The number of the last release with texts before this one; 0 without one."""
        earlier = (one.number for one in self.heads if one.number < number and not one.withdrawn)
        return next(earlier, 0)


NO_PAST = Past(())


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
    _pasts: dict[str, Mapping[str, Past]] = field(default_factory=dict, compare=False, repr=False)

    def past(self, session: Session, slug: str) -> Mapping[str, Past]:
        """The releases of a policy by language; empty when there is none.

        Read once as long as nothing is released, however many pages look back.
        """
        found = self._pasts.get(slug)
        if found is None:
            heads: dict[str, list[LiveHead]] = {}
            for head in queries.version_heads(session, slug):
                heads.setdefault(head.language, []).append(head)
            found = {tag: Past(some) for tag, some in heads.items()}
            if len(self._pasts) >= MAX_PASTS:
                self._pasts.clear()
            if found:
                self._pasts[slug] = found
        return found

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
        self._names: dict[str, Name] = {}

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
        # Others may put theirs in its place at any moment, be it an older one.
        shelf = self._shelf
        if stamp != shelf.stamp:
            heads: dict[str, dict[str, LiveHead]] = {}
            for head in queries.live_heads(session, now):
                heads.setdefault(head.slug, {})[head.language] = head
            counts = queries.release_counts(session)
            policies = {slug: _policy(slug, found, counts[slug]) for slug, found in heads.items()}
            live = {head.digest for found in heads.values() for head in found.values()}
            kept = {digest: content for digest, content in self._contents.items() if digest in live}
            self._contents = kept
            self._shelf = shelf = Shelf(stamp, policies)
        return shelf

    def facts(self, session: Session, head: LiveHead) -> dict[str, Any]:
        """What the manifest of a release says; raises ``ReleaseDamaged``."""
        return _said(head, queries.release_manifest(session, head.release_id))

    def name(self, session: Session, head: LiveHead) -> Name:
        """What a release with texts is called; these are read once, and then only what they said
        here is kept. Raises like ``content``."""
        found = self._names.get(head.digest)
        if found is None:
            content = self._contents.get(head.digest) or self.version(session, head)
            found = Name(content.title, content.title_language, content.summary)
            if len(self._names) >= MAX_NAMES:
                self._names.clear()
            self._names[head.digest] = found
        return found

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
        content, manifest = queries.release_texts(session, head.release_id)
        _said(head, manifest)
        found = release.read(content, manifest, head.digest)
        if found.language != head.language:
            raise ReleaseDamaged(number=head.number)
        return found


def _said(head: LiveHead, manifest: str) -> dict[str, Any]:
    """What a manifest says, if it is the one of this release."""
    said = release.facts(manifest, head.digest)
    promised = (said["document"], said["language"], said["number"])
    # The first format knew neither dates nor kinds.
    since = said.get("effective_at", release.moment(head.effective_at))
    kind = said.get("kind", Kind.RELEASE)
    wanted = (head.slug, head.language, head.number)
    if promised != wanted or (since, kind) != (release.moment(head.effective_at), head.kind):
        raise ReleaseDamaged(number=head.number)
    return said
