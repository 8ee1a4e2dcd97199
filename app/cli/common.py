"""What all commands share: who acts, how refusals look, how results are printed."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app import access, queries
from app.config import Settings
from app.database import DatabaseError, db, is_damaged, transaction
from app.operations import Act, Actor, operator
from app.published import Publisher
from workflows.problems import Problem

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

as_option: Decorator = click.option(
    "--as", "email", required=True, metavar="EMAIL", help="Who acts: their roles count."
)
json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
dry_run_option: Decorator = click.option(
    "--dry-run", is_flag=True, help="Show what would happen; write nothing."
)


class Refused(click.ClickException):
    """A refusal in words; the command ends with 1 and has changed nothing."""

    def show(self, file: Any = None) -> None:
        """Print it on standard error."""
        click.echo(f"Error: {self.message}", file=file or sys.stderr)


def _mend(error: DatabaseError) -> str:
    if is_damaged(error):
        return (
            "Its file is damaged: put a backup in its place. Until then 'flask serve' goes on with "
            "the published pages."
        )
    return "Has 'flask setup' been run?"


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Run in the app's context; turn refusals of the core into one clear line."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except Problem as problem:
            if kwargs.get("as_json"):
                emit_json({"error": problem.as_dict()})
            raise Refused(problem.text()) from problem
        except DatabaseError as error:
            first = str(error.orig or error).partition("\n")[0]
            raise Refused(f"The database said: {first}. {_mend(error)}") from error
        except UnicodeEncodeError as error:
            if error.encoding != "utf-8":  # what the terminal can't show is another matter
                raise
            written = ascii(error.object[:80])
            raise Refused(f"{written} is no text in UTF-8. Write it anew.") from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has gone: click's business
                raise
            raise Refused(told(error, error.filename)) from error

    return with_appcontext(run)


def told(error: OSError, path: object) -> str:
    """What the system said of a file, as one sentence."""
    where = f"{path}: " if path else ""
    return f"{where}{error.strerror or error}."


def settings() -> Settings:
    """The settings of the service."""
    found: Settings = current_app.config["SETTINGS"]
    return found


@contextmanager
def writing(email: str | None = None) -> Iterator[Act]:
    """An act by the person with this address, or by the operator at the console."""
    with transaction() as session:
        actor = Actor.of(queries.user_by_email(session, email)) if email else operator()
        yield access.act(session, actor)
    publish()


def publish() -> None:
    """Let a running service show at once what this command released.

    Without one it is published when one starts; if it fails here the service tries it itself.
    """
    publisher: Publisher = current_app.extensions["panel_publisher"]
    if publisher.begun():
        with suppress(DatabaseError, OSError):
            publisher.refresh()


@contextmanager
def rehearsing(email: str | None = None) -> Iterator[Act]:
    """An act that only looks: nothing it does can be written."""
    actor = Actor.of(queries.user_by_email(db.session, email)) if email else operator()
    with db.session.no_autoflush:
        yield Act(db.session, actor, datetime.now(UTC), access.rules())


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of a file named on the command line, one more than ``limit`` at most."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def emit_json(value: object) -> None:
    """Print a value as JSON, keys in the order given."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def table(rows: Sequence[Sequence[object]], head: Sequence[str]) -> None:
    """Print rows in aligned columns under a heading."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def show_problems(problems: Sequence[Problem], where: str = "") -> None:
    """Print problems on standard error, advice marked as such, each with ``where`` in front."""
    for problem in problems:
        kind = "problem" if problem.blocking else "advice"
        click.echo(f"{kind}: {where}{problem.text()}", err=True)
