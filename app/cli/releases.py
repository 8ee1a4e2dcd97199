"""``flask release``: sign off, publish, withdraw, bring back, list, show, export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from app import operations, queries
from app.cli.common import Refused, as_option, command, emit_json, json_option, table, writing
from app.database import db
from app.files import write_whole
from app.models import Release
from workflows import catalogs
from workflows import release as core
from workflows.catalogs import Entry, Header


@click.group()
def release() -> None:
    """Sign off, publish, list and prove releases.

    \b
    Example: flask release publish privacy-policy fr --as editor@example.org
    """


@release.command("sign-off")
@click.argument("slug")
@click.argument("language")
@as_option
@command
def sign_off(slug: str, language: str, email: str) -> None:
    """Sign SLUG in LANGUAGE off, exactly as it is now.

    \b
    Example: flask release sign-off privacy-policy fr --as editor@example.org

    Any later edit of a source or a translation makes the sign-off void.
    """
    with writing(email) as act:
        row = operations.sign_off(act, slug, language)
    click.echo(f"{slug} {language} is signed off at {row.digest[:16]}.")
    click.echo(f"Next: flask release publish {slug} {language} --as {email}")


def _moment(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> datetime | None:
    """A moment with its zone, as ISO 8601 writes it."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter("write a moment with its zone, for example 2026-12-01T00:00Z")
    return moment


@release.command("publish")
@click.argument("slug")
@click.argument("language")
@as_option
@click.option("--effective", callback=_moment, help="When it takes effect. [at once]")
@click.option("--summary", default="", help="What changed, for visitors, in LANGUAGE.")
@command
def publish(slug: str, language: str, email: str, effective: datetime | None, summary: str) -> None:
    """Publish SLUG in LANGUAGE, at once or from a day on.

    \b
    Examples:
      flask release publish privacy-policy fr --as editor@example.org
      flask release publish terms en --as bo@x.org --effective 2026-12-01T00:00Z

    Everything must be reviewed, free of blocking checks and signed off. Until the day comes
    visitors read what is in force; then the new release is live by itself.
    """
    with writing(email) as act:
        row = operations.publish(act, slug, language, effective_at=effective, summary=summary)
    click.echo(f"{slug} {language} release {row.number} {_since(row)}: {row.digest}")


def _tags(_context: click.Context, _option: click.Parameter, value: str | None) -> list[str]:
    """The languages that are named; none of them unless the option is left out altogether."""
    tags = [tag.strip() for tag in (value or "").split(",") if tag.strip()]
    if value is not None and not tags:
        # An empty variable of a script must not publish everything.
        raise click.BadParameter("name languages, for example en,fr, or leave the option out")
    return tags


@release.command("publish-all")
@click.argument("slug")
@as_option
@click.option("--effective", callback=_moment, help="When they all take effect. [at once]")
@click.option("--only", callback=_tags, help="These languages, as in en,fr. [all that are begun]")
@command
def publish_all(slug: str, email: str, effective: datetime | None, only: Sequence[str]) -> None:
    """Publish SLUG in its languages together: all of them, or none.

    \b
    Examples:
      flask release publish-all terms --as admin@example.org
      flask release publish-all terms --only en,fr --as bo@example.org

    An administrator may do it, or whoever is an editor of each language in it.
    """
    with writing(email) as act:
        rows = operations.publish_all(act, slug, languages=only, effective_at=effective)
        lines = [f"{slug} {r.language} release {r.number} {_since(r)}: {r.digest}" for r in rows]
    click.echo("\n".join(lines))


def _since(row: Release) -> str:
    if row.effective_at <= row.published_at:
        return "is live"
    return f"is scheduled for {core.moment(row.effective_at)}"


@release.command("withdraw")
@click.argument("slug")
@click.argument("language")
@as_option
@click.option("--reason", required=True, help="Why, in one public sentence in LANGUAGE.")
@command
def withdraw(slug: str, language: str, email: str, reason: str) -> None:
    """Take what is published of SLUG in LANGUAGE away, at once.

    \b
    Example: flask release withdraw terms fr --as bo@x.org --reason "Remplacées."

    The page says when and why. Every release stays in the log, and can be brought back.
    """
    with writing(email) as act:
        row = operations.withdraw(act, slug, language, reason)
    click.echo(f"{slug} {language} is withdrawn by release {row.number}: {row.digest}")


@release.command("rollback")
@click.argument("slug")
@click.argument("language")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@as_option
@click.option("--summary", default="", help="What changed, for visitors, in LANGUAGE.")
@command
def rollback(slug: str, language: str, number: int, email: str, summary: str) -> None:
    """Bring the texts of release NUMBER back, at once.

    \b
    Example: flask release rollback terms fr 2 --as editor@example.org

    It is a new release with exactly the texts, approvals and reviewers of the earlier one.
    """
    with writing(email) as act:
        row = operations.roll_back(act, slug, language, number, summary=summary)
    click.echo(
        f"{slug} {language} release {row.number} is live, "
        f"with the texts of release {number}: {row.digest}"
    )


@release.command("list")
@click.argument("slug")
@click.argument("language", required=False)
@json_option
@command
def list_(slug: str, language: str | None, as_json: bool) -> None:
    """List the releases of SLUG, newest first.

    \b
    Example: flask release list privacy-policy fr
    """
    document = queries.document(db.session, slug)
    found = queries.live_releases(db.session, [document.id], datetime.now(UTC))
    rows = [
        {
            "language": row.language,
            "number": row.number,
            "kind": row.kind,
            "revision": row.revision.number,
            "published": row.published_at.isoformat(timespec="seconds"),
            "effective": row.effective_at.isoformat(timespec="seconds"),
            "state": _state(row, found.get((document.id, row.language))),
            "by": row.published_by.name,
            "digest": row.digest,
        }
        for row in queries.releases(db.session, document, language)
    ]
    if as_json:
        emit_json(rows)
    elif rows:
        table([list(row.values()) for row in rows], list(rows[0]))
    else:
        click.echo(f"{slug} has no release{f' in {language}' * bool(language)} yet.")


def _state(row: Release, standing: queries.Standing | None) -> str:
    """What a release is now: live, withdrawn (a withdrawal in force), scheduled, or past."""
    if standing is not None and row == standing.in_force:
        return "withdrawn" if row.withdrawn else "live"
    if standing is not None and row in standing.scheduled:
        return f"scheduled for {core.moment(row.effective_at)}"
    return "past"


@release.command("show")
@click.argument("slug", required=False)
@click.argument("language", required=False)
@click.argument("number", required=False, type=click.IntRange(1, 2**31 - 1))
@click.option("--receipt", help="The receipt that stands on a page, instead of the arguments.")
@json_option
@command
def show(
    slug: str | None, language: str | None, number: int | None, receipt: str | None, as_json: bool
) -> None:
    """Show a release: the decision, and its texts.

    \b
    Examples:
      flask release show privacy-policy fr 2
      flask release show --receipt 0a0f0e60975e759e
    """
    if receipt is not None:
        named = queries.receipt_head(db.session, receipt.partition("-")[0])
        if named is None or len(receipt) < 16:
            raise Refused(f"No release has the receipt {receipt[:80]!r}. Copy all of it.")
        slug, language, number = named.slug, named.language, named.number
    if slug is None or language is None or number is None:
        raise Refused("Name a release by SLUG, LANGUAGE and NUMBER, or by --receipt.")
    document = queries.document(db.session, slug)
    row = queries.release(db.session, document, language, number)
    facts = core.facts(row.manifest, row.digest)
    if as_json:
        emit_json(facts | {"digest": row.digest, "signature": row.signature})
        return
    found = queries.live_releases(db.session, [document.id], datetime.now(UTC))
    said = {
        "state": _state(row, found.get((document.id, language))),
        **{name: value for name, value in facts.items() if not isinstance(value, list | dict)},
        "log index": row.log_index,
        "digest": row.digest,
        "signature": row.signature or "none: older than signatures",
    }
    for name, value in said.items():
        click.echo(f"{name}: {str(value).replace(chr(10), ' / ')}")
    if not row.withdrawn:
        for text in core.read(row.content, row.manifest, row.digest).texts.values():
            stands = f", in the source language ({text.fallback})" if text.fallback else ""
            click.echo(f"\n[{text.key}] reviewed by {text.reviewed_by}{stands}\n{text.target}")


@release.command("export")
@click.argument("slug")
@click.argument("language")
@click.option("--number", type=int, help="Which release. [the live one]")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File.")
@click.option("--manifest", is_flag=True, help="Write the manifest (JSON) instead of the .mo.")
@command
def export(slug: str, language: str, number: int | None, output: Path, manifest: bool) -> None:
    """Compile a release of SLUG in LANGUAGE to a .mo file.

    \b
    Example: flask release export privacy-policy fr -o fr.mo
    """
    document = queries.document(db.session, slug)
    if number is None:
        row = queries.release_in_force(db.session, document, language, datetime.now(UTC))
    else:
        row = queries.release(db.session, document, language, number)
    content = core.read(row.content, row.manifest, row.digest)
    if manifest:
        data = row.manifest.encode()
    else:
        data = _compiled(row, content)
    write_whole(output, data)
    click.echo(f"{output}: {slug} {language} release {row.number}, {len(content.texts)} texts.")


def _compiled(row: Release, content: core.Content) -> bytes:
    header = Header(
        document=row.document.slug,
        language=row.language,
        revision=content.revision,
        export=row.digest,
        title=content.title,
        source_language=content.source_language,
        exported_at=row.published_at,
    )
    entries = [
        Entry(key=text.key, source=text.source, target=text.target, state="reviewed")
        for text in content.texts.values()
        # What stands in the source language is no translation; without an entry the source shows.
        if not text.fallback
    ]
    return catalogs.write_mo(entries, header)
