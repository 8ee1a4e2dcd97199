"""Settings: defaults, every way to get one wrong, and what a broken configuration says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.config import SETTINGS, ConfigurationError, Settings, load

KEY = "k" * 32


def lines(environ: Mapping[str, str]) -> list[str]:
    """What is said of a broken configuration, a line for each problem."""
    with pytest.raises(ConfigurationError) as caught:
        load(environ)
    return caught.value.problems


# --- What is right -------------------------------------------------------------------------------


def test_every_setting_has_a_default() -> None:
    home = Path("instance").absolute()
    assert load({}) == Settings(
        home=home,
        database_url=f"sqlite:///{home}/panel.db",
        secret_key="",
        signing_key=None,
        base_url="",
        hosts=(),
        default_language="en",
        languages=(
            *("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru"),
            *("zh-Hans", "zh-Hant"),
        ),
        site_name="Pinger Panel",
        four_eyes=True,
        smtp_url="",
        mail_from="panel@localhost",
        messages_to="",
        message_rate=10,
        response_days=14,
        retention_days=180,
        link_hours=24,
        catalog_mib=8,
        catalog_entries=20_000,
        entry_kib=64,
        proxies=0,
        log_level="info",
        port=8000,
    )


def test_blank_value_is_the_default() -> None:
    assert load({setting.name: "  " for setting in SETTINGS}) == load({})


def test_process_environment_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert load().port == 8123


GIVEN = {
    "PANEL_HOME": "~/panel",
    "PANEL_DATABASE_URL": "postgresql+psycopg://panel:s3cret@db.example.org:5432/panel",
    "PANEL_SECRET_KEY": KEY,
    "PANEL_SIGNING_KEY": "/keys/signing.pem",
    "PANEL_BASE_URL": "https://policies.example.org:8443/",
    "PANEL_HOSTS": "policies.example.org, .example.net, localhost:8000, [::1]:8000",
    "PANEL_DEFAULT_LANGUAGE": "ar",
    "PANEL_LANGUAGES": " ar , zh-Hant,pt-BR,",
    "PANEL_SITE_NAME": " Büro für Datenschutz ",
    "PANEL_FOUR_EYES": "Off",
    "PANEL_SMTP_URL": "smtps://user:p%40ss@mail.example.org:465",
    "PANEL_MAIL_FROM": "panel@example.org",
    "PANEL_MESSAGES_TO": "privacy@example.org",
    "PANEL_MESSAGE_RATE": "0",
    "PANEL_RESPONSE_DAYS": "30",
    "PANEL_RETENTION_DAYS": "365",
    "PANEL_LINK_HOURS": "1",
    "PANEL_CATALOG_MIB": "16",
    "PANEL_CATALOG_ENTRIES": "50000",
    "PANEL_ENTRY_KIB": "128",
    "PANEL_PROXIES": "2",
    "PANEL_LOG_LEVEL": "WARNING",
    "PORT": "65535",
    "PATH": "/usr/bin",
}


def test_every_setting_is_read() -> None:
    assert load(GIVEN) == Settings(
        home=Path.home() / "panel",
        database_url="postgresql+psycopg://panel:s3cret@db.example.org:5432/panel",
        secret_key=KEY,
        signing_key=Path("/keys/signing.pem"),
        base_url="https://policies.example.org:8443",
        hosts=("policies.example.org", ".example.net", "localhost:8000", "[::1]:8000"),
        default_language="ar",
        languages=("ar", "zh-Hant", "pt-BR"),
        site_name="Büro für Datenschutz",
        four_eyes=False,
        smtp_url="smtps://user:p%40ss@mail.example.org:465",
        mail_from="panel@example.org",
        messages_to="privacy@example.org",
        message_rate=0,
        response_days=30,
        retention_days=365,
        link_hours=1,
        catalog_mib=16,
        catalog_entries=50_000,
        entry_kib=128,
        proxies=2,
        log_level="warning",
        port=65535,
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [("on", True), ("TRUE", True), ("1", True), ("yes", True), ("no", False), ("0", False)],
)
def test_switch_is_read(value: str, expected: bool) -> None:
    assert load({"PANEL_FOUR_EYES": value}).four_eyes is expected


@pytest.mark.parametrize("url", ["sqlite:////srv/panel.db", "postgresql+psycopg:///panel"])
def test_database_is_read_as_it_is(url: str) -> None:
    assert load({"PANEL_DATABASE_URL": url}).database_url == url


# --- What is wrong -------------------------------------------------------------------------------

DATABASE = "postgresql+psycopg://user:password@host/name or sqlite:////path/to/panel.db"
HIDDEN = "(the rest is not shown)"
OWN_FILE = "unset it to use SQLite in PANEL_HOME"
OUTLIVES = "name the database: it has to outlive one connection"
PORTS = "a port number from 1 to 65535"
SMTP = "smtp[s]://[user:password@]host[:port]"
LOCAL_SMTP = "for example smtp://localhost:25"
BASE = "http(s)://host[:port]"
BASE_LIKE = "for example https://policies.example.org"
DIGITS = "write digits only, for example 30"
TAG = "a BCP 47 language tag"
TAG_LIKE = "for example en, pt-BR or zh-Hant"
HOSTS = "host names without http://"
HOST_LIKE = "for example policies.example.org"

BROKEN = [
    (
        "PANEL_HOME",
        __file__,
        repr(__file__[:80]),
        "a folder",
        "name a folder, or one that can be made",
    ),
    (
        "PANEL_HOME",
        "~nobody-has-this-name/panel",
        "'~nobody-has-this-name/panel'",
        "a folder of somebody this machine knows",
        "write the whole path",
    ),
    (
        "PANEL_DATABASE_URL",
        "postgresql://u:hunter2@db/panel",
        f"postgresql://… {HIDDEN}",
        DATABASE,
        "write postgresql+psycopg:// in front of what comes after ://",
    ),
    (
        "PANEL_DATABASE_URL",
        "postgres://u:hunter2@db/panel",
        f"postgres://… {HIDDEN}",
        DATABASE,
        "write postgresql+psycopg:// in front of what comes after ://",
    ),
    ("PANEL_DATABASE_URL", "mysql://u:hunter2@db/x", f"mysql://… {HIDDEN}", DATABASE, OWN_FILE),
    ("PANEL_DATABASE_URL", "hunter2.db", "a value (not shown)", DATABASE, OWN_FILE),
    (
        "PANEL_DATABASE_URL",
        "postgresql+psycopg://u:hunter2@db:port/x",
        f"postgresql+psycopg://… {HIDDEN}",
        DATABASE,
        OWN_FILE,
    ),
    ("PANEL_DATABASE_URL", "sqlite://", f"sqlite://… {HIDDEN}", DATABASE, OUTLIVES),
    ("PANEL_DATABASE_URL", "sqlite:///:memory:", f"sqlite://… {HIDDEN}", DATABASE, OUTLIVES),
    (
        "PANEL_DATABASE_URL",
        "postgresql+psycopg://u:hunter2@db",
        f"postgresql+psycopg://… {HIDDEN}",
        DATABASE,
        OUTLIVES,
    ),
    (
        "PANEL_SECRET_KEY",
        "hunter2",
        "a value (not shown)",
        "at least 32 characters",
        "unset it and run 'flask setup', which makes one",
    ),
    (
        "PANEL_SIGNING_KEY",
        "/",
        "'/'",
        "a file with a private key",
        "name the file, not its folder",
    ),
    ("PANEL_BASE_URL", "policies.example.org", "'policies.example.org'", BASE, BASE_LIKE),
    ("PANEL_BASE_URL", "ftp://example.org", "'ftp://example.org'", BASE, BASE_LIKE),
    ("PANEL_BASE_URL", "https://example.org/en", "'https://example.org/en'", BASE, BASE_LIKE),
    ("PANEL_BASE_URL", "https://example.org?a", "'https://example.org?a'", BASE, BASE_LIKE),
    ("PANEL_BASE_URL", "https://[::1", "'https://[::1'", BASE, BASE_LIKE),
    ("PANEL_BASE_URL", "https://a:99999", "'https://a:99999'", BASE, BASE_LIKE),
    ("PANEL_BASE_URL", "https://a b", "'https://a b'", BASE, BASE_LIKE),
    ("PANEL_HOSTS", "https://example.org", "'https://example.org'", HOSTS, HOST_LIKE),
    ("PANEL_HOSTS", "a.example,b.example/x", "'a.example,b.example/x'", HOSTS, HOST_LIKE),
    ("PANEL_HOSTS", "*", "'*'", HOSTS, HOST_LIKE),
    ("PANEL_DEFAULT_LANGUAGE", "English!", "'English!'", TAG, TAG_LIKE),
    (
        "PANEL_DEFAULT_LANGUAGE",
        "pt",
        "'pt'",
        "one of PANEL_LANGUAGES",
        "add pt to PANEL_LANGUAGES",
    ),
    (
        "PANEL_LANGUAGES",
        "en,pt_br",
        "'en,pt_br'",
        "pt-BR, the canonical form of pt_br",
        "write pt-BR",
    ),
    ("PANEL_LANGUAGES", "en,iw", "'en,iw'", "he, the canonical form of iw", "write he"),
    (
        "PANEL_LANGUAGES",
        "en,xx",
        "'en,xx'",
        "a language that CLDR has data for, not xx",
        "leave it out",
    ),
    (
        "PANEL_LANGUAGES",
        "en,fr,en",
        "'en,fr,en'",
        "language tags, each once",
        "for example en,fr,ar",
    ),
    ("PANEL_LANGUAGES", ",", "','", "language tags, each once", "for example en,fr,ar"),
    (
        "PANEL_SITE_NAME",
        "Panel\r\nBcc: all@example.org",
        "'Panel\\r\\nBcc: all@example.org'",
        "one line of at most 100 characters",
        "shorten it",
    ),
    ("PANEL_FOUR_EYES", "maybe", "'maybe'", "on or off", "write on or off"),
    ("PANEL_SMTP_URL", "mail.example.org:25", "a value (not shown)", SMTP, LOCAL_SMTP),
    ("PANEL_SMTP_URL", "http://u:hunter2@m", f"http://… {HIDDEN}", SMTP, LOCAL_SMTP),
    ("PANEL_SMTP_URL", "smtp://u:hunter2@m:x", f"smtp://… {HIDDEN}", SMTP, LOCAL_SMTP),
    ("PANEL_SMTP_URL", "smtp://u:hunter2@m/x", f"smtp://… {HIDDEN}", SMTP, LOCAL_SMTP),
    (
        "PANEL_MAIL_FROM",
        "Panel <panel@example.org>",
        "'Panel <panel@example.org>'",
        "one e-mail address",
        "for example privacy@example.org",
    ),
    (
        "PANEL_MESSAGES_TO",
        "a@example.org, b@example.org",
        "'a@example.org, b@example.org'",
        "one e-mail address",
        "for example privacy@example.org",
    ),
    (
        "PANEL_MESSAGE_RATE",
        "-1",
        "'-1'",
        "a whole number from 0 to 100000",
        "write digits only, for example 0",
    ),
    ("PANEL_RESPONSE_DAYS", "0", "'0'", "a whole number from 1 to 100000", DIGITS),
    ("PANEL_RETENTION_DAYS", "1e3", "'1e3'", "a whole number from 1 to 100000", DIGITS),
    ("PANEL_LINK_HOURS", "0", "'0'", "a whole number from 1 to 100000", DIGITS),
    ("PANEL_CATALOG_MIB", "8 MiB", "'8 MiB'", "a whole number from 1 to 100000", DIGITS),
    ("PANEL_CATALOG_ENTRIES", "-1", "'-1'", "a whole number from 1 to 100000", DIGITS),
    ("PANEL_ENTRY_KIB", "0.5", "'0.5'", "a whole number from 1 to 100000", DIGITS),
    (
        "PANEL_PROXIES",
        "100001",
        "'100001'",
        "a whole number from 0 to 100000",
        "write digits only, for example 0",
    ),
    (
        "PANEL_LOG_LEVEL",
        "loud",
        "'loud'",
        "debug, info, warning or error",
        "write info",
    ),
    ("PORT", "http", "'http'", PORTS, "for example PORT=8000"),
    ("PORT", "0", "'0'", PORTS, "for example PORT=8000"),
    ("PORT", "65536", "'65536'", PORTS, "for example PORT=8000"),
    ("PORT", "9" * 5000, f"'{'9' * 80}…'", PORTS, "for example PORT=8000"),
]


@pytest.mark.parametrize(("name", "value", "found", "expected", "fix"), BROKEN)
def test_wrong_value_says_found_expected_and_fix(
    name: str, value: str, found: str, expected: str, fix: str
) -> None:
    said = lines({name: value})
    assert said == [f"{name}: found {found}; expected {expected}; fix: {fix}"]
    assert "hunter2" not in said[0]


def test_every_setting_can_be_wrong() -> None:
    assert {row[0] for row in BROKEN} == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("PANEL_DATABASE", "did you mean PANEL_DATABASE_URL?"),
        ("PANEL_SMPT_URL", "did you mean PANEL_SMTP_URL?"),
        ("PANEL_LANGUAGE", "did you mean PANEL_LANGUAGES?"),
        ("PANEL_port", "did you mean PORT?"),
        ("PANEL_PORT", "did you mean PORT?"),
        ("PANEL_QUUX", "see the table in README.md"),
    ],
)
def test_unknown_name_is_refused_with_a_suggestion(name: str, fix: str) -> None:
    assert lines({name: "x"}) == [
        f"{name}: found a setting that does not exist; expected one of ours; fix: {fix}"
    ]


def test_all_errors_are_told_at_once() -> None:
    environ = {name: value for name, value, *_ in reversed(BROKEN)} | {"PANEL_SMPT_URL": "x"}
    said = lines(environ)
    names = [line.partition(":")[0] for line in said]
    assert names == ["PANEL_SMPT_URL", *(setting.name for setting in SETTINGS)]
    text = str(ConfigurationError(said))
    assert text.splitlines() == [
        f"The configuration has {len(SETTINGS) + 1} errors:",
        *(f"  {line}" for line in said),
    ]


def test_one_error_is_told_in_the_singular() -> None:
    assert str(ConfigurationError(lines({"PORT": "x"}))).startswith(
        "The configuration has 1 error:\n  PORT: found 'x'"
    )


def test_settings_never_print_their_secrets() -> None:
    found = load(
        {
            "PANEL_SECRET_KEY": "hunter2" * 5,
            "PANEL_DATABASE_URL": "postgresql+psycopg://u:hunter2@db/panel",
            "PANEL_SMTP_URL": "smtp://u:hunter2@mail",
        }
    )
    assert "hunter2" not in repr(found)
    assert "port=8000" in repr(found)
