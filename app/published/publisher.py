"""Makes the snapshot: asks the site for every address that is public, and keeps what it answers.

The site itself stays the reference. Nothing is rendered here, and nothing is known of pages: an
answer is kept exactly as it was given, if the site said that anybody may have it.
"""

from __future__ import annotations

import fcntl
import hashlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from flask import Flask
from werkzeug.http import remove_entity_headers
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.test import Client

from app import queries
from app.config import Settings
from app.database import DatabaseError, db
from app.logs import QUIET, log
from app.published.snapshot import (
    Answer,
    Crossing,
    Entry,
    Folder,
    Headers,
    Part,
    Snapshot,
    SnapshotDamaged,
)
from app.published.store import Policy, Shelf, Store

ROOT = Path(__file__).resolve().parent.parent.parent
_SERVERS = {"Content-Length", "Date", "Last-Modified", "Accept-Ranges"}
"""What whoever sends an answer adds by itself, or what is only true of a file on a disk."""
PUBLIC = ("200 ", "302 ", "303 ", "308 ", "410 ")
TRUSTED = 60.0
"""Seconds for which an index that was read and is as old as it was needs no second look."""
CHOICE = "?choose"
"""Ends the addresses that answer with a cookie: the language in the address, for everybody."""
READ = frozenset({"before", "choose", "on", "policy", "q", "section", "v"})
"""What the site reads of queries. An address with anything else in its query, as mails and other
sites put behind it, is answered as the one without."""


@dataclass(frozen=True)
class Leading:
    """An address that leads on to one of the languages ``offered``, by preference."""

    path: str
    offered: tuple[str, ...]
    default: str


Source = Callable[[Shelf], Iterable[str | Leading]]
PolicySource = Callable[[Policy], Iterable[str | Leading]]
"""Tells which public addresses there are; runs in a request, so that it can use ``url_for``."""


class Publisher:
    """Keeps the folder ``published`` in the data folder true to what is released."""

    def __init__(self, app: Flask, store: Store) -> None:
        settings: Settings = app.config["SETTINGS"]
        self.app = app
        self.store = store
        self.sources: list[Source] = []
        self.policy_sources: list[PolicySource] = []
        self._answered = True
        self._released = ""
        self._due: datetime | None = None
        self._read: tuple[tuple[int, int], Snapshot | None] = ((0, 0), None)
        self._again = 0.0
        self.base_url = asked_as(settings)
        self.made_by = fingerprint(settings)
        self.folder = Folder(settings.home / "published", self.made_by)

    def begun(self) -> bool:
        """Whether a service with these settings has published from this data folder already."""
        return self.folder.pointer.exists()

    def alive(self) -> bool:
        """Whether the database answers; waits for as long as it takes."""
        try:
            with self.app.app_context():
                now = datetime.now(UTC)
                released = _name(self.store.shelf(db.session, now, strict=True))
                if released != self._released:
                    self._due = queries.next_effective(db.session, now)
                self._released = released
        except DatabaseError as error:
            if self._answered:
                log.error("database down", problem=type(error).__name__)
            self._answered = False
        else:
            self._answered = True
        return self._answered

    def pause(self, longest: float) -> float:
        """Seconds until something comes due, as far as is known; ``longest`` at most."""
        if self._due is None:
            return longest
        left = (self._due - datetime.now(UTC)).total_seconds()
        # What is over was seen, unless the database is down: then it is no reason to ask at once.
        return left if 0 < left < longest else longest

    def released(self) -> str:
        """A name for all that is released at this moment; raises ``DatabaseError``."""
        with self.app.app_context():
            return _name(self.store.shelf(db.session, strict=True))

    def behind(self) -> bool:
        """Whether something else is published than was released when the database last answered
        ``alive``; asks the disk only."""
        if not self.base_url:
            return False
        found = self._found()
        return found is None or found.made_from != self._released

    def refresh(self, *, anew: bool = False) -> bool:
        """Publish what is released now, unless exactly that is published already.

        Returns whether anything had to be done; ``anew`` trusts nothing that lies there. Raises
        ``DatabaseError`` and OSError, and then what was published stays.
        """
        if not self.base_url:
            return False
        # In a context of its own: what Flask and Babel know of a request around us, such as the
        # language it is answered in, must not show in a page.
        return Context().run(self._refresh, anew)

    def _refresh(self, anew: bool) -> bool:
        with self._alone():
            found = None if anew else self._found()
            before = found or Snapshot("", "")
            shelf, wanted = self._site(before)
            if found and found.made_from == _name(shelf):
                return False
            while True:
                made = self._made(shelf, wanted, before)
                # What was released while we asked may show on some pages and not on others.
                now, wanted = self._site(before)
                if now.stamp == shelf.stamp:
                    break
                shelf = now
            self.folder.publish(made)
            self.folder.sweep(before)
        log.info("published", addresses=len(made.entries) + len(made.crossings))
        return True

    def _site(self, before: Snapshot) -> tuple[Shelf, dict[str, _Wanted]]:
        """What is released, and the addresses that are to be asked for it, by part.

        A policy is asked for again when something about it was released, or when another one can
        be read in other languages now, to which its links may lead.
        """
        with self.app.test_request_context(base_url=self.base_url):
            shelf = self.store.shelf(db.session, strict=True)
            if before.made_from == _name(shelf):
                return shelf, {}
            there = {slug: sorted(one.heads) for slug, one in shelf.policies.items()}
            wanted = {"": _Wanted("", [one for source in self.sources for one in source(shelf)])}
            for slug, policy in shelf.policies.items():
                said = f"{policy!r} {there!r}".encode()
                made_from = hashlib.sha256(said).hexdigest()
                part = before.parts.get(slug)
                same = part is not None and part.made_from == made_from
                addresses = (one for source in self.policy_sources for one in source(policy))
                wanted[slug] = _Wanted(made_from, None if same else list(addresses))
            return shelf, wanted

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time; who waited finds the work done."""
        self.folder.path.mkdir(parents=True, exist_ok=True)
        with (self.folder.path / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _found(self) -> Snapshot | None:
        """What is published. Asked every second, it is read when it has changed, and once in a
        while all the same: a file that rots is to be found while there is a database."""
        seen = self.folder.seen()
        if seen != self._read[0] or time.monotonic() > self._again:
            self._again = time.monotonic() + TRUSTED
            try:
                found = self.folder.current()
            except SnapshotDamaged as error:
                log.error("published site damaged, making it anew", file=str(error))
                found = None
            self._read = seen, found[1] if found else None
        return self._read[1]

    def _made(self, shelf: Shelf, wanted: Mapping[str, _Wanted], before: Snapshot) -> Snapshot:
        # What one address makes a browser remember must not show in the answer of the next.
        client = Client(self.app, use_cookies=False)
        parts = {}
        for name, one in wanted.items():
            old = before.parts.get(name, Part(""))
            if one.addresses is None:
                parts[name] = old
            else:
                parts[name] = _Making(client, self.base_url, self.folder, old).part(one)
        return Snapshot(_name(shelf), self.made_by, parts)


@dataclass(frozen=True)
class _Wanted:
    """The addresses of a part; None when it is as it was."""

    made_from: str
    addresses: list[str | Leading] | None


@dataclass(frozen=True)
class _Making:
    """Asks the site, and keeps the answers in the folder."""

    client: Client
    base_url: str
    folder: Folder
    before: Part

    def part(self, wanted: _Wanted) -> Part:
        entries: dict[str, Entry] = {}
        crossings: dict[str, Crossing] = {}
        for address in wanted.addresses or ():
            if isinstance(address, Leading):
                crossings[address.path] = self.crossing(address)
            elif address in self.before.entries and self.before.entries[address].permanent:
                entries[address] = self.before.entries[address]
            elif (entry := self.entry(address)) is not None:
                entries[address] = entry
        return Part(wanted.made_from, entries, crossings)

    def entry(self, path: str) -> Entry | None:
        before = self.before.entries.get(path)
        answer = self.asked(path)
        if answer is None:
            # Better what stood there last than an error, for who may not even need what is new.
            log.error("not published anew", path=path, kept=before is not None)
            return before
        return self.folder.keep(answer, before)

    def crossing(self, leading: Leading) -> Crossing:
        """The answer in each language, as somebody gets it who asks for that language only."""
        answers = {}
        for tag in leading.offered:
            answer = self.asked(leading.path, {"Accept-Language": tag})
            if answer is not None:
                answers[tag] = self.folder.keep(answer)
        return Crossing(leading.offered, leading.default, answers)

    def asked(self, path: str, headers: Mapping[str, str] | None = None) -> Answer | None:
        """What the site answers, if it is meant for everybody."""
        given = self.ask(path, headers)
        cookie = any(name == "Set-Cookie" for name, _ in given[1])
        if not given[0].startswith(PUBLIC) or (cookie and not path.endswith(CHOICE)):
            return None
        return Answer(*given, _unchanged(*given[:2]))

    def ask(self, path: str, headers: Mapping[str, str] | None) -> tuple[str, Headers, bytes]:
        with self.client.open(
            path, base_url=self.base_url, headers=headers, environ_overrides={QUIET: True}
        ) as response:
            rows = [(name, value) for name, value in response.headers if name not in _SERVERS]
            return response.status, tuple(rows), response.data


def _unchanged(status: str, headers: Headers) -> Headers:
    """The headers of 304 to who has an answer already: asked for, each page would be made twice."""
    if not status.startswith("200 ") or not any(name == "ETag" for name, _ in headers):
        return ()
    kept = list(headers)
    remove_entity_headers(kept)
    return tuple(kept)


def _name(shelf: Shelf) -> str:
    return "/".join(map(str, shelf.stamp))


def asked_as(settings: Settings) -> str:
    """The address as which the site is asked for its pages; empty when it answers to none that is
    known, because there are trusted host names and no public address."""
    address = settings.base_url or f"http://127.0.0.1:{settings.port}"
    scheme, _, host = address.partition("://")
    if not settings.hosts or host_is_trusted(host, settings.hosts):
        return address
    # Pages name the public address, whichever host they are asked of.
    return f"{scheme}://{settings.hosts[0].lstrip('.')}" if settings.base_url else ""


def fingerprint(settings: Settings) -> str:
    """A digest of everything that a page is made by: code, words, settings, libraries."""
    digest = hashlib.sha256()
    said = [
        sys.version,
        *(version(name) for name in ("babel", "flask", "flask-babel", "jinja2", "werkzeug")),
        settings.base_url or str(settings.port),
        settings.site_name,
        settings.default_language,
        *settings.languages,
        str(settings.response_days),
        str(settings.retention_days),
    ]
    digest.update("\0".join(said).encode())
    for folder in ("app", "workflows", "locales"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".css", ".js", ".svg", ".mo"}:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
