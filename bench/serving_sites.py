"""Sites to measure: of many languages, many policies, a long history."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import babel.localedata
import polib

from app import config, operations, queries
from app.database import transaction, upgrade_here
from app.operations import Act, Actor, Rules, operator
from bench.corpus import policy
from tests.support.databases import make_app, settings_for, sqlite_url
from workflows import catalogs, languages, sources
from workflows.review import Role

TWELVE = ("en", "ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")
PARAGRAPHS = 80
EDITOR = "editor@example.org"


@dataclass(frozen=True)
class Site:
    """What a site has: languages, policies, and releases of the first policy's source."""

    name: str
    languages: tuple[str, ...] = TWELVE
    policies: int = 1
    releases: int = 1
    paragraphs: int = PARAGRAPHS


def many_languages(count: int) -> tuple[str, ...]:
    """So many languages that CLDR has data for, English first."""
    found = ["en"]
    for name in sorted(babel.localedata.locale_identifiers()):
        tag = languages.parse_tag(name.replace("_", "-"))
        if tag and tag not in found and "-" not in tag and _taken(tag):
            found.append(tag)
    return tuple(found[:count])


def _taken(tag: str) -> bool:
    try:
        config.load({"PANEL_LANGUAGES": f"en,{tag}"})
    except config.ConfigurationError:
        return False
    return True


def build(site: Site, home: Path) -> dict[str, str]:
    """Make the site in a data folder; returns the settings to serve it with."""
    home.mkdir(parents=True, exist_ok=True)
    settings = settings_for(home, sqlite_url(home / "panel.db"))
    settings["PANEL_LANGUAGES"] = ",".join(site.languages)
    app = make_app(settings)
    rules = Rules(languages=site.languages, four_eyes=False, signer=app.config["SIGNER"])
    with app.app_context():
        upgrade_here()
        with transaction() as session:
            act = Act(session, operator(), datetime.now(UTC), rules)
            operations.add_user(act, EDITOR, "Editor")
            for tag in site.languages:
                operations.grant(act, EDITOR, Role.EDITOR, tag)
        for number in range(site.policies):
            _release(rules, f"policy-{number + 1}", site.languages, _source(site.paragraphs, 0))
        for number in range(1, site.releases):
            _release(rules, "policy-1", ("en",), _source(site.paragraphs, number))
    return settings


def _source(paragraphs: int, number: int) -> bytes:
    rows = ["# The policy", f"It is edition {number + 1} of it."]
    for text in policy("en", paragraphs, 1)[1:]:
        mark = "## " if text.role == "heading" else ""
        rows.append(mark + text.text.replace("<", "").replace(">", ""))
    return "\n\n".join(rows).encode()


def _release(rules: Rules, slug: str, tags: Sequence[str], data: bytes) -> None:
    with transaction() as session:
        act = Act(session, operator(), datetime.now(UTC), rules)
        source = sources.read(data, media_type="text/markdown")
        digest = hashlib.sha256(data).hexdigest()
        operations.import_document(act, slug, source, file_digest=digest, language="en")
    for tag in tags:
        with transaction() as session:
            actor = Actor.of(queries.user_by_email(session, EDITOR))
            act = Act(session, actor, datetime.now(UTC), rules)
            if tag != "en":
                _translate(act, slug, tag)
            operations.sign_off(act, slug, tag)
            operations.publish(act, slug, tag)


def _translate(act: Act, slug: str, tag: str) -> None:
    view = queries.language(act.session, queries.document(act.session, slug), tag)
    file = polib.pofile(
        catalogs.write_po(*queries.catalog_export(act.session, view)).decode(), wrapwidth=0
    )
    for entry in file:
        entry.msgstr = f"[{tag}] {entry.msgid}"
    operations.import_catalog(act, slug, tag, str(file).encode())
    view = queries.language(act.session, queries.document(act.session, slug), tag)
    operations.approve_all(act, slug, tag, {unit.key: unit.version for unit in view.units})
