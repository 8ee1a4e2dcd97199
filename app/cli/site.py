"""``flask site``: the published site as files."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from app.cli.common import Refused, command, settings
from app.files import write_whole
from app.published import (
    Exported,
    Publisher,
    Snapshot,
    SnapshotDamaged,
    export,
    nginx_config,
)


@click.group()
def site() -> None:
    """The published site as files.

    \b
    Example: flask site export /srv/policies
    """


@site.command("export")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", "address", metavar="URL", help="Any place fsspec knows, as s3://bucket/site.")
@click.option(
    "--nginx",
    "config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a configuration of nginx for FOLDER there.",
)
@click.option(
    "--listen", default="127.0.0.1:8080", show_default=True, help="Where nginx is to listen."
)
@click.option(
    "--service", default="", metavar="URL", help="The running service, for forms and the workbench."
)
@command
def export_site(
    folder: Path | None, address: str | None, config: Path | None, listen: str, service: str
) -> None:
    """Write the published site to FOLDER, compressed twins beside it.

    \b
    Examples:
      flask site export /srv/policies --nginx /etc/nginx/conf.d/policies.conf
      flask site export --to s3://policies/site

    Exporting to the same place again writes what changed and removes what went. PANEL_BASE_URL
    has to be set, as pages name their own address. Other stores than folders need the package that
    fsspec names when it is missing.
    """
    if (folder is None) == (address is None):
        raise Refused("Say where to: a folder, or --to with an address. One of them.")
    if config is not None and folder is None:
        raise Refused("A configuration of nginx is for a folder; name one.")
    if not settings().base_url:
        raise Refused("Set PANEL_BASE_URL first, such as https://policies.example.org.")
    publisher: Publisher = current_app.extensions["panel_publisher"]
    place = str(folder.absolute()) if folder is not None else str(address)
    try:
        snapshot, done = _exported(publisher, place)
    except (ImportError, ValueError) as error:
        # fsspec says which package is missing, or that it doesn't know the kind of address.
        raise Refused(f"{place}: {error}") from error
    click.echo(f"{done.files} files; {done.written} written, {done.removed} removed.")
    if config is not None:
        text = nginx_config(
            snapshot,
            settings().languages,
            root=place,
            listen=listen,
            service=service,
            secure=settings().base_url.startswith("https://"),
        )
        write_whole(config, text.encode())
        click.echo(f"Next: nginx -t && nginx -s reload  (it listens on {listen})")


def _exported(publisher: Publisher, place: str) -> tuple[Snapshot, Exported]:
    """Publish and export; once more from the releases when what lay there was damaged."""
    publisher.refresh()
    try:
        return _export(publisher, place)
    except SnapshotDamaged:
        publisher.refresh(anew=True)
        return _export(publisher, place)


def _export(publisher: Publisher, place: str) -> tuple[Snapshot, Exported]:
    found = publisher.folder.current()
    assert found is not None
    return found[1], export(publisher.folder, found[1], place)
