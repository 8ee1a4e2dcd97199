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
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "PANEL_"
MINIMUM_SECRET = 32


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
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise Wrong("a port number from 1 to 65535", "for example PORT=8000")
    return int(value)


def _count(value: str) -> int:
    if not value.isdecimal() or int(value) > 100_000:
        raise Wrong("a whole number, 0 or more", "write digits only, for example 0")
    return int(value)


def _switch(value: str) -> bool:
    known = {"on": True, "true": True, "1": True, "yes": True}
    known |= {"off": False, "false": False, "0": False, "no": False}
    if value.lower() not in known:
        raise Wrong("on or off", "write on or off")
    return known[value.lower()]


def _tag(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise Wrong("a BCP 47 language tag", "for example en, pt-BR or zh-Hant")
    return value


def _tags(value: str) -> tuple[str, ...]:
    return tuple(_tag(part.strip()) for part in value.split(",") if part.strip())


def _secret(value: str) -> str:
    if value and len(value) < MINIMUM_SECRET:
        raise Wrong(
            f"at least {MINIMUM_SECRET} characters",
            "unset it and run 'flask setup', which makes one",
        )
    return value


def _database(value: str) -> str:
    if value.startswith("postgresql://") or value.startswith("postgres://"):
        rest = value.partition("://")[2]
        raise Wrong("postgresql+psycopg://… or sqlite:///…", f"postgresql+psycopg://{rest}")
    if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Wrong(
            "postgresql+psycopg://… or sqlite:///…",
            "unset it to use SQLite in PANEL_HOME",
        )
    return value


def _smtp(value: str) -> str:
    if value:
        parts = urlsplit(value)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise Wrong("smtp://[user:password@]host[:port]", "for example smtp://localhost:25")
    return value


def _mail(value: str) -> str:
    if value and not re.fullmatch(r"[^@\s<>,;:\"=?]+@[^@\s<>,;:\"=?]+", value):
        raise Wrong("one e-mail address", "for example privacy@example.org")
    return value


def _base_url(value: str) -> str:
    if value:
        parts = urlsplit(value)
        bare = not parts.query and not parts.fragment and parts.path in {"", "/"}
        if parts.scheme not in {"http", "https"} or not parts.hostname or not bare:
            raise Wrong("http(s)://host[:port]", "for example https://policies.example.org")
    return value.rstrip("/")


def _hosts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _level(value: str) -> str:
    if value.lower() not in {"debug", "info", "warning", "error"}:
        raise Wrong("debug, info, warning or error", "write info")
    return value.lower()


SETTINGS: tuple[Setting, ...] = (
    Setting("PANEL_HOME", "The data folder: database, secret key.", "instance", _path),
    Setting("PANEL_DATABASE_URL", "The database; empty: SQLite in PANEL_HOME.", "", _database),
    Setting(
        "PANEL_SECRET_KEY",
        "Signs sessions and forms; empty: the file secret-key in PANEL_HOME.",
        "",
        _secret,
        secret=True,
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
        "PANEL_RESPONSE_DAYS", "Days within which messages are answered, as promised.", "14", _count
    ),
    Setting(
        "PANEL_RETENTION_DAYS",
        "Days that messages are kept, as shown beside the form.",
        "180",
        _count,
    ),
    Setting("PANEL_LINK_HOURS", "Hours a one-time sign-in link stays valid.", "24", _count),
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
    database_url: str
    secret_key: str
    base_url: str
    hosts: tuple[str, ...]
    default_language: str
    languages: tuple[str, ...]
    site_name: str
    four_eyes: bool
    smtp_url: str
    mail_from: str
    messages_to: str
    message_rate: int
    response_days: int
    retention_days: int
    link_hours: int
    proxies: int
    log_level: str
    port: int

    @property
    def secret_file(self) -> Path:
        """Where ``flask setup`` keeps the secret key it made."""
        return self.home / "secret-key"


def _unknown(environ: Mapping[str, str]) -> list[str]:
    names = [setting.name for setting in SETTINGS]
    lines = []
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in names:
            near = difflib.get_close_matches(name, names, 1)
            fix = f"did you mean {near[0]}?" if near else "see the table in README.md"
            lines.append(f"{name}: found a setting that does not exist; unset it, or {fix}")
    return lines


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
            found = "a value (not shown)" if setting.secret else repr(raw)
            problems.append(
                f"{setting.name}: found {found}; expected {wrong.expected}; fix: {wrong.fix}"
            )
    languages, default = values.get("languages"), values.get("default_language")
    if isinstance(languages, tuple) and default and default not in languages:
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

    None before ``flask setup`` has run: commands work, serving refuses.
    """
    if settings.secret_key:
        return settings.secret_key
    try:
        return settings.secret_file.read_text("ascii").strip() or None
    except FileNotFoundError:
        return None
