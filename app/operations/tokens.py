"""Tokens with which programs act for a person: made, and taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import ClassVar

from app import queries
from app.models import ApiToken
from app.operations.act import Act
from workflows.problems import N_, Nature, Problem

PREFIX = "pinger_"
"""Tells programs that look for leaked secrets what they have found."""
MAX_DAYS = 366


class TokenNameTaken(Problem):
    code: ClassVar[str] = "token-name-taken"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("{email} has a token named “{name}” already.")
    mend: ClassVar[str] = N_("Take it back first, or choose another name.")


class BadToken(Problem):
    code: ClassVar[str] = "bad-token"
    what: ClassVar[str] = N_("A token has a name of 1 to 80 characters and 1 to {days} days.")
    mend: ClassVar[str] = N_("Name what it is for, such as the program that will use it.")


def token_digest(token: str) -> str:
    """SHA-256 of a token: all that is kept of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def issue_token(act: Act, email: str, name: str, days: int) -> str:
    """Make a token for a person, good for so many days; only its digest is kept.

    Raises ``NotPermitted`` for all but administrators, ``NoSuchUser``, ``BadToken``,
    ``TokenNameTaken``.
    """
    act.require_administrator()
    user = queries.user_by_email(act.session, email)
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80 or not name.isprintable() or not 1 <= days <= MAX_DAYS:
        raise BadToken(days=MAX_DAYS)
    if any(token.name == name for token in queries.api_tokens(act.session, user, act.now)):
        raise TokenNameTaken(email=user.email, name=name)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=user.id,
        name=name,
        token_digest=token_digest(secret),
        created_at=act.now,
        expires_at=act.now + timedelta(days=days),
    )
    act.session.add(token)
    act.session.flush()
    act.record("token.issued", after={"user": user.id, "token": token.id, "name": name})
    return secret


def revoke_token(act: Act, email: str, name: str) -> bool:
    """Take a token back, from the next request on; False when they have none of this name."""
    act.require_administrator()
    user = queries.user_by_email(act.session, email)
    found = [t for t in queries.api_tokens(act.session, user, act.now) if t.name == name]
    for token in found:
        token.revoked_at = act.now
        act.session.flush()
        act.record("token.revoked", before={"user": user.id, "token": token.id, "name": name})
    return bool(found)
