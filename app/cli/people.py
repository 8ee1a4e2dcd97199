"""``flask user``: people, roles, sign-in links."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from app import operations, queries
from app.cli.common import command, emit_json, json_option, settings, table, writing
from app.database import db
from workflows.review import Role


@click.group()
def user() -> None:
    """Add people, give them roles and sign-in links.

    \b
    Example: flask user add ana@example.org "Ana" --translator fr
    """


def address() -> str:
    """Where the service is reached: the public address, else this machine's."""
    return settings().base_url or f"http://127.0.0.1:{settings().port}"


def link_for(token: str) -> str:
    """The address of a one-time sign-in link."""
    return f"{address()}/workbench/sign-in/{token}"


def _roles(
    translator: tuple[str, ...], editor: tuple[str, ...], administrator: bool
) -> list[tuple[Role, str]]:
    named = [(Role.TRANSLATOR, tag) for tag in translator]
    named += [(Role.EDITOR, tag) for tag in editor]
    return named + [(Role.ADMINISTRATOR, "")] * administrator


def _words(roles: list[tuple[Role, str]]) -> str:
    return ", ".join(f"{role} {tag}".strip() for role, tag in roles)


@user.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--translator", multiple=True, metavar="LANGUAGE", help="Repeat it for more.")
@click.option("--editor", multiple=True, metavar="LANGUAGE", help="Repeat it for more.")
@click.option("--administrator", is_flag=True, help="Imports sources and gives roles.")
@command
def add(
    email: str, name: str, translator: tuple[str, ...], editor: tuple[str, ...], administrator: bool
) -> None:
    """Add a person and give them roles; run again to give more.

    \b
    Example: flask user add ana@example.org "Ana" --translator fr --editor de
    """
    wanted = _roles(translator, editor, administrator)
    with writing() as act:
        person = operations.add_user(act, email, name)
        given = [pair for pair in wanted if operations.grant(act, email, *pair)]
    roles = _words(given) or "no new role"
    click.echo(f"{person.email}: {roles}. Next: flask user link {person.email}")


@user.command("revoke")
@click.argument("email")
@click.option("--translator", multiple=True, metavar="LANGUAGE", help="Repeat it for more.")
@click.option("--editor", multiple=True, metavar="LANGUAGE", help="Repeat it for more.")
@click.option("--administrator", is_flag=True, help="Stop administering the site.")
@command
def revoke(
    email: str, translator: tuple[str, ...], editor: tuple[str, ...], administrator: bool
) -> None:
    """Take roles back from EMAIL, from their next request on.

    \b
    Example: flask user revoke ana@example.org --translator fr
    """
    named = _roles(translator, editor, administrator)
    with writing() as act:
        taken = [pair for pair in named if operations.revoke(act, email, *pair)]
    click.echo(f"{email}: {_words(taken) or 'no such role'} taken back.")


@user.command("link")
@click.argument("email")
@command
def link(email: str) -> None:
    """Print a one-time sign-in link for EMAIL.

    \b
    Example: flask user link ana@example.org
    """
    with writing() as act:
        token = operations.issue_link(act, email)
    click.echo(link_for(token))


@user.command("sign-out")
@click.argument("email")
@command
def sign_out(email: str) -> None:
    """End every session of EMAIL at once, and take tokens back.

    \b
    Example: flask user sign-out ana@example.org
    """
    with writing() as act:
        operations.end_sessions(act, email)
    click.echo(f"{email} is signed out everywhere.")


@user.command("token")
@click.argument("email")
@click.argument("name", required=False)
@click.option("--days", default=90, show_default=True, help="How long it is good for, at most 366.")
@click.option("--revoke", is_flag=True, help="Take the token of this name back.")
@command
def token(email: str, name: str | None, days: int, revoke: bool) -> None:
    """Print a token with which the program NAME acts for EMAIL.

    \b
    Examples: flask user token ana@example.org "nightly export" --days 30
              flask user token ana@example.org "nightly export" --revoke
              flask user token ana@example.org

    It is shown once, and may do by the API what EMAIL may. Without NAME the tokens of EMAIL are
    listed. "flask user sign-out" takes all of them back.
    """
    if name is None and revoke:
        raise click.UsageError("Name the token to take back; without --revoke they are listed.")
    if name is None:
        now = datetime.now(UTC)
        found = queries.api_tokens(db.session, queries.user_by_email(db.session, email), now)
        until = [[token.name, token.expires_at.isoformat(timespec="minutes")] for token in found]
        table(until, ["name", "good until"])
    elif revoke:
        with writing() as act:
            taken = operations.revoke_token(act, email, name)
        click.echo(f"{email}: {name}: {'taken back' if taken else 'there is no such token'}.")
    else:
        with writing() as act:
            secret = operations.issue_token(act, email, name, days)
        click.echo(secret)


@user.command("list")
@json_option
@command
def list_(as_json: bool) -> None:
    """List the people and their roles.

    \b
    Example: flask user list --json
    """
    rows = [
        {
            "email": person.email,
            "name": person.name,
            "roles": [f"{grant.role} {grant.language}".strip() for grant in person.grants],
        }
        for person in queries.users(db.session)
    ]
    if as_json:
        emit_json(rows)
    else:
        table(
            [[row["email"], row["name"], ", ".join(row["roles"])] for row in rows],
            ["email", "name", "roles"],
        )
