"""A small policy in English, French, Arabic and German, brought to life through the operations.

Every function needs an application context. ``everything()`` makes people, imports the source,
translates, reviews, signs off and publishes; the smaller functions do one step each.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, current_app

from app import operations, queries
from app.config import Settings
from app.database import transaction
from app.models import Release
from app.operations import Act, Actor, Rules, operator
from tests.app.support_filled import Filled
from tests.support import databases
from tests.support.postgres import Cluster
from workflows import sources
from workflows.review import Role, State

SLUG = "house-rules"
ADMINISTRATOR = "admin@example.org"
LANGUAGES = ("en", "fr", "ar", "de")

SOURCE = """\
# House rules

These rules are **short**. Write to [our desk](mailto:desk@example.org) with questions.

## 1. Who we are

We run this house from 9 to 17 o'clock.

## 2. What we keep

We keep three things:

1. your name;
2. your address:
   1. the street;
   2. the town;
3. what you tell us.

| What | How long |
| --- | --- |
| Names | 1 year |
| Messages | 30 days |

### 2.1 What we never keep

We never keep your password. See [section 1](#1) and [our site](https://example.org/).
"""

# What the source says, with its translations; the keys are the texts as segments hold them.
TEXTS: tuple[tuple[str, str, str, str], ...] = (
    ("House rules", "Règlement de la maison", "قواعد البيت", "Hausordnung"),
    (
        "These rules are <strong>short</strong>. Write to <a1>our desk</a1> with questions.",
        "Ces règles sont <strong>courtes</strong>. Écrivez à <a1>notre accueil</a1>.",
        "هذه القواعد <strong>قصيرة</strong>. اكتب إلى <a1>مكتبنا</a1> إن كان لديك سؤال.",
        "Diese Regeln sind <strong>kurz</strong>. Fragen gehen an <a1>unser Büro</a1>.",
    ),
    ("Who we are", "Qui nous sommes", "من نحن", "Wer wir sind"),
    (
        "We run this house from 9 to 17 o'clock.",
        "Nous tenons cette maison de 9 à 17 heures.",
        "ندير هذا البيت من الساعة 9 إلى الساعة 17.",
        "Wir führen dieses Haus von 9 bis 17 Uhr.",
    ),
    ("What we keep", "Ce que nous gardons", "ما نحتفظ به", "Was wir behalten"),
    (
        "We keep three things:",
        "Nous gardons trois choses :",
        "نحتفظ بثلاثة أشياء:",
        "Wir behalten drei Dinge:",
    ),
    ("your name;", "votre nom ;", "اسمك؛", "Ihren Namen;"),
    ("your address:", "votre adresse :", "عنوانك:", "Ihre Adresse:"),
    ("the street;", "la rue ;", "الشارع؛", "die Straße;"),
    ("the town;", "la ville ;", "المدينة؛", "den Ort;"),
    ("what you tell us.", "ce que vous nous dites.", "ما تقوله لنا.", "was Sie uns sagen."),
    ("What", "Quoi", "ماذا", "Was"),
    ("How long", "Combien de temps", "كم من الوقت", "Wie lange"),
    ("Names", "Les noms", "الأسماء", "Namen"),
    ("1 year", "1 an", "سنة 1", "1 Jahr"),
    ("Messages", "Les messages", "الرسائل", "Nachrichten"),
    ("30 days", "30 jours", "30 يومًا", "30 Tage"),
    (
        "What we never keep",
        "Ce que nous ne gardons jamais",
        "ما لا نحتفظ به أبدًا",
        "Was wir nie behalten",
    ),
    (
        "We never keep your password. See <a1>section 1</a1> and <a2>our site</a2>.",
        "Nous ne gardons jamais votre mot de passe. Voir <a1>section 1</a1>, <a2>site</a2>.",
        "لا نحتفظ أبدًا بكلمة مرورك. انظر <a1>القسم 1</a1> و<a2>موقعنا</a2>.",
        "Ihr Kennwort behalten wir nie. Siehe <a1>Abschnitt 1</a1> und <a2>unsere Seite</a2>.",
    ),
)
TRANSLATIONS: dict[str, dict[str, str]] = {
    "fr": {row[0]: row[1] for row in TEXTS},
    "ar": {row[0]: row[2] for row in TEXTS},
    "de": {row[0]: row[3] for row in TEXTS},
}


def translator(language: str) -> str:
    """The address of the one translator of a language."""
    return f"translator-{language}@example.org".lower()


def editor(language: str) -> str:
    """The address of the one editor of a language."""
    return f"editor-{language}@example.org".lower()


def settings() -> Settings:
    """The settings of the current app."""
    found: Settings = current_app.config["SETTINGS"]
    return found


@contextmanager
def live_site(
    request: pytest.FixtureRequest,
    folder: Path,
    fill: Callable[[], None] | None = None,
    **extra: str,
) -> Iterator[Flask]:
    """The app with everything live, or what ``fill`` makes, on the engine that the parameter of a
    fixture names.

    For fixtures that serve a whole module: tests that change rows take ``flask_app`` instead.
    """
    if request.param == "sqlite":
        path = folder / "panel.db"
        url = databases.copy_sqlite(request.getfixturevalue("sqlite_template"), path)
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        template = request.getfixturevalue("postgres_template")
        url = cluster.create(f"policy_{secrets.token_hex(4)}", template)
    app = databases.make_app(databases.settings_for(folder, url) | extra)
    filled: Filled = request.getfixturevalue("filled_databases")
    yield filled.fill(request, app, fill or everything)
    databases.disconnect(app)


@contextmanager
def acting(email: str = "", *, four_eyes: bool | None = None) -> Iterator[Act]:
    """A transaction in which the person with this address acts; the operator without one."""
    site = settings()
    eyes = site.four_eyes if four_eyes is None else four_eyes
    signer = current_app.config["SIGNER"]
    rules = Rules(site.languages, eyes, site.link_hours, signer=signer)
    with transaction() as session:
        actor = Actor.of(queries.user_by_email(session, email)) if email else operator()
        yield Act(session, actor, datetime.now(UTC), rules)


def people(languages: Sequence[str] = LANGUAGES) -> None:
    """An administrator, and a translator and an editor for each language."""
    with acting() as act:
        operations.add_user(act, ADMINISTRATOR, "Ada Admin")
        operations.grant(act, ADMINISTRATOR, Role.ADMINISTRATOR)
        for tag in languages:
            for email, role in (
                (translator(tag), Role.TRANSLATOR),
                (editor(tag), Role.EDITOR),
            ):
                operations.add_user(act, email, f"{role.value.title()} {tag}")
                operations.grant(act, email, role, tag)


def import_source(text: str = SOURCE, *, slug: str = SLUG) -> operations.DocumentImport:
    """Import a text as the next revision."""
    data = text.encode()
    with acting(ADMINISTRATOR) as act:
        return operations.import_document(
            act,
            slug,
            sources.read(data, media_type="text/markdown"),
            file_digest=hashlib.sha256(data).hexdigest(),
            language="en",
        )


def translate(
    language: str, texts: Mapping[str, str] | None = None, *, slug: str = SLUG, by: str = ""
) -> int:
    """Translate what has no current text, by the translator; returns how many were saved.

    ``texts`` (source to target) goes before ``TRANSLATIONS``; what neither knows is left alone.
    """
    known = TRANSLATIONS.get(language, {}) | dict(texts or {})
    saved = 0
    with acting(by or translator(language)) as act:
        document = queries.document(act.session, slug)
        for unit in queries.language(act.session, document, language).units:
            if unit.state in (State.INITIAL, State.NEEDS_EDITING) and unit.text in known:
                target, version = known[unit.text], unit.version
                operations.save(act, slug, language, unit.key, target, version=version)
                saved += 1
    return saved


def approve(language: str, *, slug: str = SLUG, by: str = "", four_eyes: bool = True) -> int:
    """Approve all that waits for review, by the editor; returns how many there were."""
    approved = 0
    with acting(by or editor(language), four_eyes=four_eyes) as act:
        document = queries.document(act.session, slug)
        for unit in queries.language(act.session, document, language).units:
            if unit.state is State.TRANSLATED:
                operations.approve(act, slug, language, unit.key, version=unit.version)
                approved += 1
    return approved


def publish(language: str, *, slug: str = SLUG) -> Release:
    """Sign the language off and publish it, by its editor."""
    with acting(editor(language)) as act:
        operations.sign_off(act, slug, language)
        return operations.publish(act, slug, language)


def begin() -> None:
    """People and source; nothing translated yet."""
    people()
    import_source()


def reviewed() -> None:
    """The same, with French and German translated and reviewed."""
    begin()
    for tag in ("fr", "de"):
        translate(tag)
        approve(tag)


def everything(languages: Sequence[str] = LANGUAGES) -> None:
    """People, source, and a live release in each of ``languages`` (English goes first)."""
    people()
    import_source()
    for tag in languages:
        if tag != "en":
            translate(tag)
            approve(tag)
        publish(tag)
