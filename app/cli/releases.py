"""``flask release``: sign off, publish, list, export."""

from __future__ import annotations

from pathlib import Path

import click

from app import operations, queries
from app.cli.common import as_option, command, emit_json, json_option, table, writing
from app.database import db
from app.files import write_whole
from app.models import Release
from workflows import catalogs
from workflows import release as core
from workflows.catalogs import Entry, Header


@click.group()
def release() -> None:
    """Sign off, publish, list and export releases.

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


@release.command("publish")
@click.argument("slug")
@click.argument("language")
@as_option
@command
def publish(slug: str, language: str, email: str) -> None:
    """Publish SLUG in LANGUAGE.

    \b
    Example: flask release publish privacy-policy fr --as editor@example.org

    Everything must be reviewed, free of blocking checks and signed off.
    """
    with writing(email) as act:
        row = operations.publish(act, slug, language)
    click.echo(f"{slug} {language} release {row.number} is live: {row.digest}")


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
    rows = [
        {
            "language": row.language,
            "number": row.number,
            "revision": row.revision.number,
            "published": row.published_at.isoformat(timespec="seconds"),
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
    ]
    return catalogs.write_mo(entries, header)
