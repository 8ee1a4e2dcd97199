"""``flask setup``, ``flask demo``, ``flask serve``: getting it running."""

from __future__ import annotations

import os
import secrets
import socket

import click
from flask import current_app
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app import config, database, operations, queries, signing
from app.cli import sample
from app.cli.common import Refused, command, settings, writing
from app.cli.people import address
from app.files import write_whole


@click.command()
@command
def setup() -> None:
    """Make the data folder, the keys and the database.

    \b
    Example: PANEL_HOME=/srv/panel flask setup

    One key signs sessions, another one releases: keep a copy of signing-key.pem in a safe place.
    The database is brought to its newest revision. Doing it again changes nothing.
    """
    prepare()
    click.echo(f"Ready: {settings().home}. Next: flask demo, or flask document import SLUG FILE")


def prepare() -> None:
    """What ``flask setup`` does; doing it again changes nothing."""
    found = settings()
    # What visitors write to us lies in there: nobody else on this machine has to read it.
    found.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if config.secret_key(found) is None:
        key = secrets.token_urlsafe(48).encode()
        write_whole(found.secret_file, key, mode=0o600)
    current_app.secret_key = config.secret_key(found)
    if signing.load(found) is None:
        write_whole(found.signing_file, signing.make(), mode=0o600)
    current_app.config["SIGNER"] = signing.load(found)
    database.upgrade_here()
    # Where texts were approved before there was a memory, it has them from now on.
    if queries.memory_is_empty(database.db.session):
        with writing() as act:
            operations.rebuild_memory(act)


@click.command()
@command
def demo() -> None:
    """Set up the sample policy and print sign-in links.

    \b
    Example: flask demo && flask serve

    Running it again leaves what is there alone; the links are new, as each works once.
    """
    click.echo("Setting up …")
    prepare()
    sample.build(click.echo)
    click.echo("")
    click.echo(f"The policy: {address()}/")
    click.echo(f"The workbench: {address()}/workbench/")
    for line in sample.links():
        click.echo(line)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes."
)
@click.option(
    "--threads", default=4, show_default=True, type=click.IntRange(1, 256), help="Of each process."
)
@command
def serve(host: str, workers: int, threads: int) -> None:
    """Serve on PORT (8000) with the production server.

    \b
    Example: PORT=8080 flask serve --workers 2
    """
    if not config.secret_key(settings()):
        raise Refused("There is no secret key yet. Run 'flask setup' first.")
    _require_free(host, settings().port)
    click.echo(f"Serving on http://{host}:{settings().port}/ (Ctrl-C stops it)")
    os.environ[config.THREADS] = str(threads)
    Granian(
        "app:create_service",
        address=host,
        port=settings().port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


def _require_free(host: str, port: int) -> None:
    # Asked here, since the server would answer with a traceback of a hundred lines.
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        unknown = isinstance(error, socket.gaierror)
        why = error.strerror if unknown else os.strerror(error.errno or 0)
        raise Refused(
            f"{host}:{port} can't be listened on: {why}. "
            "Stop what uses it, or choose another port: PORT=8001 flask serve"
        ) from error
