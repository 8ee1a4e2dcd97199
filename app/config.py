"""Settings, read from the environment; every one starts with ``PANEL_`` (and ``PORT``).

``load`` reads all of them, then refuses with one ``ConfigurationError`` that lists every wrong
value: what was found, what was expected, and how to mend it. A typo in a name is an error too:
a setting that is silently ignored is a setting that silently does not protect.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from babel import Locale, UnknownLocaleError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from workflows import languages

PREFIX = "PANEL_"
MINIMUM_SECRET = 32
THREADS = "FLASK_SERVE_THREADS"
"""How `flask serve` tells its workers how many threads each has; no setting of the service."""


class ConfigurationError(Exception):
    """One or more settings are wrong; ``problems`` holds a line for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = len(problems)
        head = f"The configuration has {count} {'error' if count == 1 else 'errors'}:"
        super().__init__("\n".join([head, *(f"  {line}" for line in problems)]))


class Wrong(ValueError):
    """A value that does not fit: ``expected`` and ``fix`` complete the message."""

    def __init__(self, expected: str, fix: str) -> None:
        self.expected = expected
        self.fix = fix
        super().__init__(expected)


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment, what it means and how it is read."""

    name: str
    doc: str
    default: str
    read: Callable[[str], object]
    secret: bool = False


def _text(value: str) -> str:
    if len(value) > 100 or not value.isprintable():
        raise Wrong("one line of at most 100 characters", "shorten it")
    return value


def _path(value: str) -> Path:
    try:
        path = Path(value).expanduser().absolute()
    except RuntimeError:
        raise Wrong("a folder of somebody this machine knows", "write the whole path") from None
    if path.exists() and not path.is_dir():
        raise Wrong("a folder", "name a folder, or one that can be made")
    return path


def _key_file(value: str) -> Path | None:
    # Its content is read where it is used: see app.signing.
    if value and Path(value).is_dir():
        raise Wrong("a file with a private key", "name the file, not its folder")
    return Path(value).absolute() if value else None


def _whole(value: str, least: int, most: int) -> int | None:
    # Digits are counted first: Python refuses to read thousands of them.
    if not value.isdecimal() or len(value) > 6 or not least <= int(value) <= most:
        return None
    return int(value)


def _port(value: str) -> int:
    number = _whole(value, 1, 65_535)
    if number is None:
        raise Wrong("a port number from 1 to 65535", "for example PORT=8000")
    return number


def _count(value: str) -> int:
    number = _whole(value, 0, 100_000)
    if number is None:
        raise Wrong("a whole number from 0 to 100000", "write digits only, for example 0")
    return number


def _span(value: str) -> int:
    number = _whole(value, 1, 100_000)
    if number is None:
        raise Wrong("a whole number from 1 to 100000", "write digits only, for example 30")
    return number


def _switch(value: str) -> bool:
    known = {"on": True, "true": True, "1": True, "yes": True}
    known |= {"off": False, "false": False, "0": False, "no": False}
    if value.lower() not in known:
        raise Wrong("on or off", "write on or off")
    return known[value.lower()]


def _tag(value: str) -> str:
    tag = languages.parse_tag(value)
    if tag is None:
        raise Wrong("a BCP 47 language tag", "for example en, pt-BR or zh-Hant")
    if tag != value:
        raise Wrong(f"{tag}, the canonical form of {value}", f"write {tag}")
    try:
        Locale.parse(languages.to_locale(tag))
    except (UnknownLocaleError, ValueError):
        raise Wrong(f"a language that CLDR has data for, not {tag}", "leave it out") from None
    return tag


def _tags(value: str) -> tuple[str, ...]:
    tags = tuple(_tag(part.strip()) for part in value.split(",") if part.strip())
    if not tags or len(set(tags)) != len(tags):
        raise Wrong("language tags, each once", "for example en,fr,ar")
    return tags


def _secret(value: str) -> str:
    if value and len(value) < MINIMUM_SECRET:
        raise Wrong(
            f"at least {MINIMUM_SECRET} characters",
            "unset it and run 'flask setup', which makes one",
        )
    return value


def _database(value: str) -> str:
    if not value:
        return value
    expected = "postgresql+psycopg://user:password@host/name or sqlite:////path/to/panel.db"
    if value.startswith(("postgresql://", "postgres://")):
        raise Wrong(expected, "write postgresql+psycopg:// in front of what comes after ://")
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise Wrong(expected, "unset it to use SQLite in PANEL_HOME") from None
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise Wrong(expected, "unset it to use SQLite in PANEL_HOME")
    if url.database in {None, "", ":memory:"}:
        raise Wrong(expected, "name the database: it has to outlive one connection")
    return value


def _address(value: str, schemes: set[str]) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        fits = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if fits and value.isprintable() and " " not in value else None


def _smtp(value: str) -> str:
    parts = _address(value, {"smtp", "smtps"}) if value else None
    if value and (parts is None or parts.path not in {"", "/"} or parts.query):
        raise Wrong("smtp[s]://[user:password@]host[:port]", "for example smtp://localhost:25")
    return value


def _mail(value: str) -> str:
    if value and not re.fullmatch(r"[^@\s<>,;:\"=?]+@[^@\s<>,;:\"=?]+", value):
        raise Wrong("one e-mail address", "for example privacy@example.org")
    return value


def _base_url(value: str) -> str:
    parts = _address(value, {"http", "https"}) if value else None
    whole = parts is not None and parts.path in {"", "/"} and not parts.username
    if value and (parts is None or not whole or parts.query or parts.fragment):
        raise Wrong("http(s)://host[:port]", "for example https://policies.example.org")
    return value.rstrip("/")


def _hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(part.strip() for part in value.split(",") if part.strip())
    for host in hosts:
        if not re.fullmatch(r"\.?[\w-]+(\.[\w-]+)*(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?", host):
            raise Wrong("host names without http://", "for example policies.example.org")
    return hosts


def _level(value: str) -> str:
    if value.lower() not in {"debug", "info", "warning", "error"}:
        raise Wrong("debug, info, warning or error", "write info")
    return value.lower()


SETTINGS: tuple[Setting, ...] = (
    Setting("PANEL_HOME", "The data folder: database, keys.", "instance", _path),
    Setting(
        "PANEL_DATABASE_URL",
        "The database; empty: SQLite in PANEL_HOME.",
        "",
        _database,
        secret=True,
    ),
    Setting(
        "PANEL_SECRET_KEY",
        "Signs sessions and forms; empty: the file secret-key in PANEL_HOME.",
        "",
        _secret,
        secret=True,
    ),
    Setting(
        "PANEL_SIGNING_KEY",
        "A PEM file with the key that signs releases; empty: signing-key.pem in PANEL_HOME.",
        "",
        _key_file,
    ),
    Setting(
        "PANEL_BASE_URL",
        "The public address, for links in mail and canonical links.",
        "",
        _base_url,
    ),
    Setting(
        "PANEL_HOSTS", "Host names the service answers to, comma-separated; empty: any.", "", _hosts
    ),
    Setting("PANEL_DEFAULT_LANGUAGE", "The site's default language.", "en", _tag),
    Setting(
        "PANEL_LANGUAGES",
        "Languages policies are translated into, comma-separated, in selector order.",
        "en,ar,de,es,fr,he,hi,ja,pt-BR,ru,zh-Hans,zh-Hant",
        _tags,
    ),
    Setting("PANEL_SITE_NAME", "The name shown at the top of every page.", "Pinger Panel", _text),
    Setting("PANEL_FOUR_EYES", "Whoever translated last can't approve (on or off).", "on", _switch),
    Setting("PANEL_SMTP_URL", "Mail server; empty: nothing is sent.", "", _smtp, secret=True),
    Setting("PANEL_MAIL_FROM", "Sender of the service's mail.", "panel@localhost", _mail),
    Setting(
        "PANEL_MESSAGES_TO", "Who receives visitors' messages by mail; empty: nobody.", "", _mail
    ),
    Setting(
        "PANEL_MESSAGE_RATE",
        "Messages accepted per visitor's network per hour; 0: no limit.",
        "10",
        _count,
    ),
    Setting(
        "PANEL_RESPONSE_DAYS", "Days within which messages are answered, as promised.", "14", _span
    ),
    Setting(
        "PANEL_RETENTION_DAYS",
        "Days that messages are kept, as shown beside the form.",
        "180",
        _span,
    ),
    Setting("PANEL_LINK_HOURS", "Hours a one-time sign-in link stays valid.", "24", _span),
    Setting("PANEL_CATALOG_MIB", "MiB of a catalog that is read at most.", "8", _span),
    Setting("PANEL_CATALOG_ENTRIES", "Entries of a catalog at most.", "20000", _span),
    Setting("PANEL_ENTRY_KIB", "KiB of one entry of a catalog at most.", "64", _span),
    Setting(
        "PANEL_PROXIES", "Reverse proxies in front whose X-Forwarded headers are true.", "0", _count
    ),
    Setting("PANEL_LOG_LEVEL", "debug, info, warning or error.", "info", _level),
    Setting("PORT", "The port the service listens on.", "8000", _port),
)


@dataclass(frozen=True)
class Settings:
    """All settings, read and checked. Field names are the settings' without the prefix."""

    home: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    signing_key: Path | None
    base_url: str
    hosts: tuple[str, ...]
    default_language: str
    languages: tuple[str, ...]
    site_name: str
    four_eyes: bool
    smtp_url: str = field(repr=False)
    mail_from: str
    messages_to: str
    message_rate: int
    response_days: int
    retention_days: int
    link_hours: int
    catalog_mib: int
    catalog_entries: int
    entry_kib: int
    proxies: int
    log_level: str
    port: int

    @property
    def secret_file(self) -> Path:
        """Where ``flask setup`` keeps the secret key it made."""
        return self.home / "secret-key"

    @property
    def signing_file(self) -> Path:
        """Where the key lies that signs releases."""
        return self.signing_key or self.home / "signing-key.pem"


def _unknown(environ: Mapping[str, str]) -> list[str]:
    known = {setting.name.removeprefix(PREFIX): setting.name for setting in SETTINGS}
    lines = []
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known.values():
            near = difflib.get_close_matches(name.removeprefix(PREFIX).upper(), known, 1)
            fix = f"did you mean {known[near[0]]}?" if near else "see the table in README.md"
            lines.append(
                f"{name}: found a setting that does not exist; expected one of ours; fix: {fix}"
            )
    return lines


def _found(setting: Setting, raw: str) -> str:
    """What may be said of a wrong value: never a password, never pages of it."""
    if not setting.secret:
        return repr(raw if len(raw) <= 80 else f"{raw[:80]}…")
    scheme = re.match(r"[a-z0-9+]{1,30}://", raw) if setting.name.endswith("_URL") else None
    return f"{scheme[0]}… (the rest is not shown)" if scheme else "a value (not shown)"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting from ``environ`` (the process environment by default).

    Raises ``ConfigurationError`` with one line for each wrong or unknown setting.
    """
    environ = os.environ if environ is None else environ
    problems = _unknown(environ)
    values: dict[str, object] = {}
    for setting in SETTINGS:
        raw = environ.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name.removeprefix(PREFIX).lower()] = setting.read(raw)
        except Wrong as wrong:
            found = _found(setting, raw)
            problems.append(
                f"{setting.name}: found {found}; expected {wrong.expected}; fix: {wrong.fix}"
            )
    offered, default = values.get("languages"), values.get("default_language")
    if isinstance(offered, tuple) and default and default not in offered:
        problems.append(
            f"PANEL_DEFAULT_LANGUAGE: found {default!r}; expected one of PANEL_LANGUAGES; "
            f"fix: add {default} to PANEL_LANGUAGES"
        )
    if problems:
        raise ConfigurationError(problems)
    home = values["home"]
    assert isinstance(home, Path)
    values["database_url"] = values["database_url"] or f"sqlite:///{home / 'panel.db'}"
    return Settings(**values)  # type: ignore[arg-type]


def secret_key(settings: Settings) -> str | None:
    """The key that signs sessions and forms: the setting, else the file that setup made.

    None before ``flask setup`` has run: commands work, serving refuses. Raises
    ``ConfigurationError`` for a file that can't be read or holds too short a key.
    """
    if settings.secret_key:
        return settings.secret_key
    path = settings.secret_file
    try:
        key = path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        found, fix = error.strerror, "let the service read it"
    except UnicodeDecodeError:
        found, fix = "something that is no key", "delete it and run 'flask setup'"
    else:
        if not key or len(key) >= MINIMUM_SECRET:
            return key or None
        found, fix = "a key that is too short", "delete it and run 'flask setup'"
    raise ConfigurationError(
        [f"{path}: found {found}; expected at least {MINIMUM_SECRET} characters; fix: {fix}"]
    )
