"""A configuration of nginx that hands an exported site out as the service would.

nginx knows no language matching: what ours answers to any range is written down as a table, for
every set of languages that an address leads on to. The table is asked for the choice cookie and
for the first ``RANGES`` ranges of Accept-Language. Of their weights only 0 counts: the order is
taken as it stands, which is that of the weights in every browser. Where a header has more ranges,
or not in that order, a running service is asked; without one, the order counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from babel import Locale

from app.published.export import name_of
from app.published.snapshot import Crossing, Entry, Snapshot
from workflows import languages

RANGES = 6
PAST = ("on", "before")
"""What the list of versions reads of a query."""
_WRITTEN_BY_NGINX = {"Content-Type", "Content-Encoding", "ETag", "Location"}
_COOKIE_SECONDS = 365 * 24 * 3600


def config(
    snapshot: Snapshot, site: Sequence[str], *, root: str, listen: str, service: str, secure: bool
) -> str:
    """The configuration, for the ``http`` block of nginx (a file in ``conf.d``).

    ``root`` is the folder of the export, ``listen`` an address of nginx's own, ``service`` the
    address of the running service for all that is no file (forms, the workbench), or empty;
    ``secure`` marks the cookie for HTTPS.
    """
    offers = sorted({one.offered for one in snapshot.crossings.values()})
    lines = ["# Written by `flask site export`. Changes by hand are lost with the next export."]
    # nginx takes these in front of the first map only.
    lines += [f"map_hash_max_size {max(2048, 4 * len(snapshot.entries))};"]
    lines += ["map_hash_bucket_size 512;", *_ranges(), *_odd()]
    for number, offered in enumerate(offers):
        lines += _language(number, offered, site)
    numbers = {offered: number for number, offered in enumerate(offers)}
    headers = _Headers(snapshot)
    lines += headers.maps()
    lines += [
        "server {",
        f"    listen {listen};",
        f"    root {_quoted(root)};",
        "    absolute_redirect off;",
        "    server_tokens off;",
        # Kept as it was asked for: trying files changes $uri.
        "    set $panel_uri $uri;",
        "    gzip_static on;",
        "    types {",
        *(f"        {_quoted(kind)} {suffix};" for suffix, kind in _types(snapshot)),
        "    }",
        "    default_type application/octet-stream;",
        *(f"    add_header {name} {value} always;" for name, value in headers.lines),
    ]
    lines += _service(service)
    for at, (address, one) in enumerate(snapshot.crossings.items()):
        lines += _crossing(at, address, one, numbers[one.offered], service)
    for address, entry in snapshot.entries.items():
        lines += _special(address, entry, secure, headers)
    rest = "@service" if service else "=404"
    lines += [
        r"    location ~ \.(?:html|gz|br)$ { return 404; }",
        # Decoded, an address may hold line breaks: only what has none ever goes into an answer.
        f"    location ~ ^/(?<panel_tag>{'|'.join(site)})(?<panel_rest>/[A-Za-z0-9._/-]*)$ {{",
        *_choice("$panel_tag", "/$panel_tag$panel_rest", secure, headers),
        # Versions of a day, and older ones: no file knows them.
        *(
            f'        if ($arg_{name} != "") {{ return {418 if service else 404}; }}'
            for name in PAST
        ),
        f"        try_files $uri.html ${{uri}}index.html $uri {rest};",
        "    }",
        f"    location / {{ try_files $uri.html $uri {rest}; }}",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _choice(tag: str, back: str, secure: bool, headers: _Headers) -> list[str]:
    """Inside a location: remember the language of the address when the visitor chose it, and lead
    ``back`` to the page."""
    cookie = f"language={tag}; {'Secure; ' if secure else ''}HttpOnly; Path=/; SameSite=Lax"
    return [
        "        if ($args = choose) {",
        f'            add_header Set-Cookie "{cookie}; Max-Age={_COOKIE_SECONDS}";',
        '            add_header Cache-Control "no-store";',
        # Where a header is added, none is taken over from outside.
        *(f"            add_header {name} {value};" for name, value in headers.constant()),
        f"            return 303 {back};",
        "        }",
    ]


def _service(service: str) -> list[str]:
    if not service:
        return []
    return ["    location @service {", *_handed_on(service), "    }", _TO_SERVICE]


_TO_SERVICE = "    error_page 418 = @service;"


def _handed_on(service: str) -> Iterator[str]:
    yield f"        proxy_pass {service};"
    for name in ("Host $http_host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        yield f"        proxy_set_header {name};"


def _ranges() -> Iterator[str]:
    """The choice cookie and the first ranges of Accept-Language, each in a variable."""
    tag = "[A-Za-z0-9-]{1,35}"
    yield "map $http_cookie $panel_choice {"
    yield f'    "~(?:^|;\\s*)language=(?<panel_c>{tag})(?:;|$)" $panel_c;'
    yield '    default "";'
    yield "}"
    for number in range(RANGES):
        # A range of weight 0 is one that is not wanted (RFC 9110 12.4.2).
        refused = r"(?!\s*;\s*[qQ]=0(?:\.0{0,3})?\s*(?:,|$))"
        before = f"(?:[^,]*,){{{number}}}"
        yield f"map $http_accept_language $panel_want{number} {{"
        wanted = f"^{before}\\s*(?<panel_w{number}>{tag}){refused}\\s*(?:[;,]|$)"
        yield f'    "~{wanted}" $panel_w{number};'
        yield '    default "";'
        yield "}"


def _odd() -> Iterator[str]:
    """Whether there is no choice, and Accept-Language is not as the tables read it: in the order of
    its weights, of which each has one digit, and with no more ranges than they look at."""
    weighted = r"(?:[^,;=]+;\s*[qQ]=%s\s*(?:,|$))*"
    falling = "".join(weighted % rf"0\.{digit}0{{0,2}}" for digit in range(9, 0, -1))
    few = f"(?!(?:[^,]*,){{{RANGES}}})"
    yield 'map "$panel_choice|$http_accept_language" $panel_odd {'
    yield r'    "~^[^|]" "";'
    refused = weighted % r"0(?:\.0{0,3})?"
    yield rf'    "~^\|{few}(?:[^,;=]+(?:,|$))*{falling}{refused}$" "";'
    yield "    default 1;"
    yield "}"


def _language(number: int, offered: tuple[str, ...], site: Sequence[str]) -> Iterator[str]:
    """The language of a visitor among ``offered``, in ``$panel_language<number>``."""
    chosen = [(tag, near) for tag in site if (near := languages.negotiate(tag, offered, ""))]
    yield f"map $panel_choice $panel_chosen{number} {{"
    yield from (f"    {tag} {near};" for tag, near in chosen)
    yield '    default "";'
    yield "}"
    rows = list(table(offered))
    names = [f"$panel_chosen{number}"]
    for at in range(RANGES):
        names.append(f"$panel_got{number}_{at}")
        yield f"map $panel_want{at} {names[-1]} {{"
        yield from (f'    "~*^{range_}(?:-|$)" {tag or _EMPTY};' for range_, tag in rows)
        yield '    default "";'
        yield "}"
    yield f'map "{"|".join(names)}" $panel_language{number} {{'
    yield f'    "~^\\|*(?<panel_l{number}>[^|]+)" $panel_l{number};'
    yield '    default "";'
    yield "}"


_EMPTY = '""'


@cache
def table(offered: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Patterns of language ranges with the language of ``offered`` that our matcher gives them.

    The first that fits the beginning of a range counts, whole subtags only; empty: none of them,
    though the shorter range has one.
    """
    english = Locale("en")
    kinds = (
        (sorted(english.scripts), "[a-z]{4}"),
        (sorted(english.territories), "(?:[a-z]{2}|[0-9]{3})"),
    )
    # A language that alone is none of them may be one in another script, or where that is usual.
    written = {languages.likely_script(tag) for tag in offered}
    rows: list[tuple[str, str]] = []
    languages_of: dict[str, list[str]] = defaultdict(list)
    for name in sorted(languages.known_languages()):
        whole = languages.negotiate(name, offered, "")
        if whole:
            languages_of[whole].append(name)
        elif not any(languages.negotiate(f"{name}-{script}", offered, "") for script in written):
            continue
        for parts, any_other in kinds:
            found: dict[str, list[str]] = defaultdict(list)
            for part in parts:
                found[languages.negotiate(f"{name}-{part}", offered, "")].append(part)
            # What most of them give is told once, for those that have no name in CLDR, too.
            usual = max(found, key=lambda tag: len(found[tag]))
            for tag, some in found.items():
                if tag != usual:
                    rows.append((f"{name}-(?:{'|'.join(some)})", tag))
            if usual != whole:
                rows.append((f"{name}-{any_other}", usual))
    rows += [(f"(?:{'|'.join(names)})", tag) for tag, names in languages_of.items()]
    return tuple(rows)


def _crossing(at: int, address: str, one: Crossing, number: int, service: str) -> Iterator[str]:
    """An address that leads on by preference."""
    lead = list(_lead(one, number))
    yield f"    location = {address} {{"
    if service:
        yield f"    {_TO_SERVICE}"
        yield "        recursive_error_pages on;"
        yield f"        error_page 419 = @asked{at};"
        yield '        if ($args != "") { return 418; }'
        if "Accept-Datetime" in one.answers[one.default].header("Vary"):
            yield '        if ($http_accept_datetime != "") { return 418; }'
        yield "        if ($panel_odd) { return 419; }"
    yield from lead
    yield "    }"
    if service:
        yield f"    location @asked{at} {{"
        yield from _handed_on(service)
        # Without the service, an answer that is near is better than none.
        yield f"        error_page 502 504 = @lead{at};"
        yield "    }"
        yield from (f"    location @lead{at} {{", *lead, "    }")


def _lead(one: Crossing, number: int) -> Iterator[str]:
    default = one.answers[one.default]
    for tag, answer in one.answers.items():
        yield f"        if ($panel_language{number} = {tag}) {{"
        yield from _given(answer)
        yield f"        {_redirect(answer)} }}"
    yield from _given(default)
    yield f"        {_redirect(default)}"


def _redirect(entry: Entry) -> str:
    return f"return {entry.status[:3]} {entry.header('Location')};"


def _given(entry: Entry) -> Iterator[str]:
    """The headers of an answer that nginx makes by itself."""
    for name, value in entry.headers:
        if name not in _WRITTEN_BY_NGINX:
            yield f"        add_header {name} {_quoted(value)} always;"


def _special(address: str, entry: Entry, secure: bool, headers: _Headers) -> Iterator[str]:
    """Answers that are no plain files: redirects, pages with another status than 200, and what has
    no suffix to tell its type by."""
    plain = entry.status.startswith("200")
    if "?" in address or (plain and (entry.is_page or "." in address.rpartition("/")[2])):
        return
    yield f"    location = {address} {{"
    if plain:
        yield f"        default_type {_quoted(entry.header('Content-Type'))};"
        yield "        try_files $uri =404;"
        yield "    }"
        return
    if entry.status.startswith("3"):
        yield from _choice(address.split("/")[1], address, secure, headers)
        yield from _given(entry)
        yield f"        {_redirect(entry)}"
    else:
        yield f"        error_page {entry.status[:3]} /{name_of(address, entry)};"
        yield f"        return {entry.status[:3]};"
        yield "    }"
        yield f"    location = /{name_of(address, entry)} {{"
        yield "        internal;"
        yield from _given(entry)
    yield "    }"


def _types(snapshot: Snapshot) -> list[tuple[str, str]]:
    """The content type of each suffix."""
    found = {}
    for address, entry in snapshot.entries.items():
        name = name_of(address, entry) or ""
        if "." in name.rpartition("/")[2]:
            found[name.rpartition(".")[2]] = entry.header("Content-Type")
    return sorted(found.items())


class _Headers:
    """The headers of files: the same for all, or in a map by address where they differ."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.entries = {
            address.partition("?")[0]: entry
            for address, entry in snapshot.entries.items()
            if name_of(address, entry)
        }
        self.values: dict[str, dict[str, str]] = {}
        for address, entry in self.entries.items():
            for name, value in entry.headers:
                if name not in _WRITTEN_BY_NGINX:
                    self.values.setdefault(name, {})[address] = value
        self.lines = [(name, self._value(name)) for name in self.values]

    def constant(self) -> list[tuple[str, str]]:
        """Those that are the same for all."""
        return [(name, value) for name, value in self.lines if value.startswith('"')]

    def _value(self, name: str) -> str:
        values = self.values[name]
        if len(values) == len(self.entries) and len(set(values.values())) == 1:
            return _quoted(next(iter(values.values())))
        return f"$panel_{name.lower().replace('-', '_')}"

    def maps(self) -> Iterator[str]:
        """A map for every header that is not the same for all."""
        for name, variable in self.lines:
            if variable.startswith("$"):
                yield f"map $panel_uri {variable} {{"
                yield from (
                    f"    {_quoted(address)} {_quoted(value)};"
                    for address, value in self.values[name].items()
                )
                yield '    default "";'
                yield "}"


def _quoted(text: str) -> str:
    """A string of a configuration; ``$`` has a meaning in it that can't be escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
