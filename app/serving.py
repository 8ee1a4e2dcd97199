"""In front of Flask: published answers from memory, everything else to the site.

``Serving`` is a WSGI application around another one. What the snapshot holds is answered without
Flask, without the database and without a lock; a request costs a few look-ups in dictionaries and,
at most every ``GLANCE`` seconds, one question to the disk whether something else is published.
A thread asks the database every ``WATCH`` seconds, and at the moment at which something comes due,
whether anything was released, and publishes it. While it waits for an answer longer than
``HANGING``, the database hangs; then one thread of the server stays free of it, so that published
pages go out.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.sansio.http import parse_cookie
from werkzeug.sansio.utils import host_is_trusted

from app import access, negotiation, web
from app.config import Settings
from app.database import DatabaseError
from app.logs import log
from app.published import (
    CODINGS,
    READ,
    Crossing,
    Entry,
    Folder,
    Publisher,
    Snapshot,
    SnapshotDamaged,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GLANCE = 0.02
"""Seconds during which another process's release may not be seen here yet."""
WATCH = 1.0
HANGING = 1.5
"""Seconds after which a question that the database has not answered counts as hanging."""
PATIENCE = 10.0
"""Seconds that a request waits for a thread that may ask the database."""
KNOWN = 4_096
"""Headers that are remembered of each kind; then all are forgotten."""
MEMORY = 256 * 1024 * 1024
"""Bytes of bodies in memory; then all are read again when they are asked for."""
LONG = 1_024
"""Characters; a longer header is never remembered."""

Headers = list[tuple[str, str]]
Given = tuple[str, Headers, list[bytes]]
_NOT_MODIFIED = "304 NOT MODIFIED"
_NAME = re.compile("[A-Za-z0-9_.~-]+")
"""A name in a query that is written as it is."""


class _Held:
    """An entry with what of it is in memory: one answer for each coding."""

    __slots__ = ("answers", "codings", "entry", "tags", "unchanged")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.answers: list[Given | None] = [None] * len(CODINGS)
        # A short body has no coding: who accepts one gets it as it is.
        self.codings = [coding if coding in entry.objects else "" for coding in CODINGS]
        etag = entry.header("ETag").strip('"')
        # A coding is another representation, with a strong tag of its own (RFC 9110 8.8.3.3).
        self.tags = [_tag(etag, coding) for coding in self.codings] if etag else []
        self.unchanged: list[Given] = []
        for tag in self.tags if entry.unchanged else ():
            self.unchanged.append((_NOT_MODIFIED, _with_tag(entry.unchanged, tag), []))

    def size(self) -> int:
        """Bytes of bodies in memory."""
        return sum(len(body) for given in self.answers if given for body in given[2])

    def has(self, tags: str) -> bool:
        """Whether one of these entity tags, or ``*``, is that of this entry in any coding."""
        given = parse_etags(tags)
        return given.star_tag or any(given.is_strong(tag.strip('"')) for tag in self.tags)

    def same(self, tags: str, number: int) -> Given | None:
        """304 for a list of entity tags, or weak ones, or ``*``, when the tag of the coding with
        this number is among them: a cache takes 304 for leave to hand out what it has, and a page
        in another coding may be one that its visitor can't read."""
        if not self.unchanged:
            return None
        tag = self.tags[number]
        if tags == tag or parse_etags(tags).contains_weak(tag.strip('"')):
            return self.unchanged[number]
        return None


def _tag(etag: str, coding: str) -> str:
    return f'"{etag}-{coding}"' if coding else f'"{etag}"'


def _with_tag(headers: Iterable[tuple[str, str]], tag: str) -> Headers:
    return [(name, tag if name == "ETag" else value) for name, value in headers]


class _Live:
    """A snapshot as it is looked up: by address."""

    __slots__ = ("crossings", "held", "led")

    def __init__(self, snapshot: Snapshot, before: _Live | None = None) -> None:
        old: dict[str, _Held] = before.held if before else {}
        # What stayed the same stays in memory.
        self.held: dict[str, _Held] = {
            path: old[path] if path in old and old[path].entry == entry else _Held(entry)
            for path, entry in snapshot.entries.items()
        }
        self.crossings = {path: _Fork(one) for path, one in snapshot.crossings.items()}
        self.led: dict[tuple[str, str, str], _Held | None] = {}
        """What was found for a path and the Cookie and Accept-Language of visitors: one for all
        crossings, so that what is remembered doesn't grow with their number."""

    def every(self) -> Iterator[_Held]:
        """All that may be in memory, redirects included."""
        yield from self.held.values()
        for fork in self.crossings.values():
            yield from fork.held.values()

    def size(self) -> int:
        """Bytes of bodies in memory."""
        return sum(held.size() for held in self.every())


class _Fork:
    """A crossing with its answer in each language."""

    __slots__ = ("crossing", "held")

    def __init__(self, crossing: Crossing) -> None:
        self.crossing = crossing
        self.held = {tag: _Held(entry) for tag, entry in crossing.answers.items()}

    def lead(self, cookies: str, header: str, site: tuple[str, ...]) -> _Held | None:
        """The answer for a visitor with these Cookie and Accept-Language headers."""
        choice = None
        if negotiation.COOKIE in cookies:
            value = parse_cookie(cookies).get(negotiation.COOKIE, "")
            choice = negotiation.choice_in(value, site)
        one = self.crossing
        return self.held.get(negotiation.preferred(choice, header, one.offered, one.default))


class Serving:
    """Answers from the snapshot, and passes on to ``app`` what it doesn't hold."""

    def __init__(self, app: Flask, threads: int = 0) -> None:
        """``threads``: how many the server has; 0 when that is not known, and none is kept free."""
        settings: Settings = app.config["SETTINGS"]
        self.app = app
        self._slots = threading.Semaphore(threads - 1) if threads > 1 else None
        self._asked: float | None = None
        self.publisher: Publisher = app.extensions["panel_publisher"]
        self.folder: Folder = self.publisher.folder
        self.site = settings.languages
        self.trusted = settings.hosts
        self.only = "" if settings.base_url else self.publisher.base_url.partition("//")[2]
        self.host_name = "HTTP_X_FORWARDED_HOST" if settings.proxies else "HTTP_HOST"
        self._live = _Live(self._last() if self.publisher.base_url else Snapshot("", ""))
        self._seen = (0, 0)
        self._next = 0.0
        self._bytes = 0
        self._hosts: dict[str, bool] = {}
        self._codings: dict[str, int] = {}
        self._loading = threading.Lock()
        self._anew = False
        self._failing = ""
        if not self.publisher.base_url:
            log.warning("pages are not kept in memory", fix="set PANEL_BASE_URL")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if time.monotonic() > self._next:
            self._glance()
        path = environ["PATH_INFO"]
        if "?" in path:
            # It was written %3F: part of a path that no published address has.
            return self._pass(environ, start_response)
        live = self._live
        if (query := environ.get("QUERY_STRING")) and not _means_nothing(query):
            path = f"{path}?{query}"
        held = live.held.get(path)
        if held is None and path in live.crossings and "HTTP_ACCEPT_DATETIME" not in environ:
            held = self._lead(live, path, environ)
        method = environ["REQUEST_METHOD"]
        if held is None or method not in {"GET", "HEAD"} or not self._for_us(environ):
            return self._pass(environ, start_response)
        coding = environ.get("HTTP_ACCEPT_ENCODING", "")
        number = self._codings.get(coding)
        if number is None:
            number = self._coding(coding)
        if "HTTP_IF_MATCH" in environ and not held.has(environ["HTTP_IF_MATCH"]):
            # Left to the site, which says 412 and knows no codings.
            return self._pass(environ, start_response)
        tags = environ.get("HTTP_IF_NONE_MATCH")
        given = held.same(tags, number) if tags else None
        given = given or held.answers[number] or self._load(held, number)
        if given is None:
            return self._pass(environ, start_response)
        start_response(given[0], given[1])
        return given[2] if method == "GET" else []

    def _last(self) -> Snapshot:
        """What was published last, be it by an older version or with other settings: better than
        nothing while the database doesn't answer."""
        for pointer in self.folder.pointers():
            with suppress(SnapshotDamaged):
                if found := self.folder.current(pointer):
                    return found[1]
        return Snapshot("", "")

    def _lead(self, live: _Live, path: str, environ: WSGIEnvironment) -> _Held | None:
        cookies = environ.get("HTTP_COOKIE", "")
        header = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        found = live.led.get((path, cookies, header))
        if found is None:
            found = live.crossings[path].lead(cookies, header, self.site)
            if len(cookies) + len(header) < LONG:
                if len(live.led) >= KNOWN:
                    live.led.clear()
                live.led[path, cookies, header] = found
        return found

    def _for_us(self, environ: WSGIEnvironment) -> bool:
        """Whether the published answers are those for the host name that was asked."""
        host = environ.get(self.host_name) or environ.get("HTTP_HOST", "")
        fits = self._hosts.get(host)
        if fits is None:
            # The site refuses host names that aren't its own, and several of them.
            fits = host == self.only if self.only else "," not in host
            if fits and self.trusted:
                fits = host_is_trusted(host, self.trusted)
            if len(self._hosts) < KNOWN and len(host) < LONG:
                self._hosts[host] = fits
        return fits

    def _coding(self, header: str) -> int:
        """The number of the best coding for an Accept-Encoding header; the smallest of equals.

        None at all is ``identity``, wanted least when the header doesn't name it (RFC 9110
        12.5.3). A policy is shown plain even to who refuses that and accepts nothing else.
        """
        accept = parse_accept_header(header, Accept)
        weights = [accept.quality(coding or "identity") for coding in CODINGS]
        number = max(range(len(CODINGS)), key=lambda at: (weights[at], at))
        if not weights[number]:
            number = 0
        if len(header) < LONG:
            if len(self._codings) >= KNOWN:
                self._codings.clear()
            self._codings[header] = number
        return number

    def _load(self, held: _Held, number: int) -> Given | None:
        """Read a body and check it; None when it is damaged, which has it made anew."""
        entry = held.entry
        coding = held.codings[number]
        name = entry.objects[coding]
        try:
            body = self.folder.body(name)
        except SnapshotDamaged as error:
            log.error("published page damaged, the site answers instead", file=str(error))
            self._anew = True
            return None
        if self._bytes > MEMORY:
            self._bytes = 0
            for other in self._live.every():
                other.answers = [None] * len(CODINGS)
        self._bytes += len(body)
        headers = _with_tag(entry.headers, held.tags[number]) if held.tags else [*entry.headers]
        headers += [("Content-Encoding", coding)] if coding else []
        headers.append(("Content-Length", str(len(body))))
        held.answers[number] = given = (entry.status, headers, [body])
        return given

    def _pass(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._slots is None:
            return self._of_site(environ, start_response)
        deadline = time.monotonic() + PATIENCE
        while not self._slots.acquire(timeout=0.1):
            if self._hanging() or time.monotonic() > deadline:
                return web.busy(self.app, environ)(environ, start_response)
        try:
            return self._of_site(environ, start_response)
        finally:
            self._slots.release()

    def _hanging(self) -> bool:
        asked = self._asked
        return asked is not None and time.monotonic() - asked > HANGING

    def _of_site(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        written = environ["REQUEST_METHOD"] not in {"GET", "HEAD", "OPTIONS"}
        if not written or not environ["PATH_INFO"].startswith("/workbench/"):
            return self.app(environ, start_response)
        before = self._released()
        answer = self.app(environ, start_response)
        if not before or self._released() != before:
            # Who published sees it published with the very next request; whoever did something
            # else waits for nobody's pages.
            self.refresh()
        return answer

    def _released(self) -> str:
        with suppress(DatabaseError):
            return self.publisher.released()
        return ""

    def _glance(self) -> None:
        """See whether another snapshot is live, and take it."""
        self._next = time.monotonic() + GLANCE
        seen = self.folder.seen()
        if seen == self._seen or not self._loading.acquire(blocking=False):
            return
        try:
            if found := self.folder.current():
                self._live = _Live(found[1], self._live)
                self._bytes = self._live.size()
        except SnapshotDamaged as error:
            log.error("published site damaged", file=str(error))
            self._anew = True
        finally:
            self._seen = seen
            self._loading.release()

    def refresh(self) -> None:
        """Publish what is released, if it isn't yet; whatever goes wrong, the old stays."""
        anew, self._anew = self._anew, False
        try:
            self.publisher.refresh(anew=anew)
        except Exception as error:  # noqa: BLE001  (whatever it is, pages are served)
            self._anew |= anew
            name = type(error).__name__
            if name != self._failing:
                known = isinstance(error, (DatabaseError, OSError))
                log.error("not published", problem=name, exc_info=None if known else error)
            self._failing = name
        else:
            self._failing = ""
            self._next = 0.0

    def tend(self) -> None:
        """What is to be done from time to time: publish what came due, delete what did."""
        self._asked = time.monotonic()
        try:
            alive = self.publisher.alive()
        finally:
            self._asked = None
        if alive:
            if self._anew or self.publisher.behind():
                self.refresh()
            with self.app.app_context():
                access.expire_when_due()

    def watch(self) -> Serving:
        """Begin to look for releases by itself, in a thread that ends with the process."""

        def look() -> None:
            while True:
                try:
                    self.tend()
                except Exception as error:  # noqa: BLE001  (the next time may go well)
                    log.error("not tended", exc_info=error)
                time.sleep(self.publisher.pause(WATCH))

        threading.Thread(target=look, name="publisher", daemon=True).start()
        return self


def _means_nothing(query: str) -> bool:
    """Whether the site reads nothing of a query; False when that takes more than a look."""
    names = (part.partition("=")[0] for part in query.split("&"))
    return all(_NAME.fullmatch(name) and name not in READ for name in names)
