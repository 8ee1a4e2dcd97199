"""People: who may sign in, with which role, by which one-time link."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from app import queries
from app.models import Grant, SignInLink, User
from app.operations.act import Act, storable
from app.operations.tokens import token_digest
from workflows.problems import BadAddress, BadLink, NoSuchUser
from workflows.review import Role

# One address, nothing that a mail header could be bent with.
_ADDRESS = re.compile(r"[^@\s<>,;:\"=?()\[\]\\]{1,64}@[^@\s<>,;:\"=?()\[\]\\]{1,189}")

# RFC 5322 dot-atom and a host name; no quotes, no comments, no literals, nothing encoded.
_REPLY = re.compile(
    r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)


def checked_address(email: str) -> str:
    """The address in lower case; raises ``BadAddress``, also for one that holds what nobody sees:
    it would look like the address of somebody else."""
    email = email.strip().lower()
    if not _ADDRESS.fullmatch(email) or not email.isprintable():
        raise BadAddress(email=email[:80])
    return email


def reply_address(email: str) -> bool:
    """Whether an address may stand in a header: plain ASCII, one address, nothing encoded."""
    return len(email) <= 254 and "=?" not in email and bool(_REPLY.fullmatch(email))


def add_user(act: Act, email: str, name: str) -> User:
    """Add a person, or return the one who has this address already."""
    act.require_administrator()
    email = checked_address(email)
    try:
        return queries.user_by_email(act.session, email)
    except NoSuchUser:
        pass
    user = User(
        email=email,
        name=storable(name, 120) or email,
        session_key=secrets.token_hex(32),
        created_at=act.now,
        grants=[],
    )
    if not act.add(user):
        return queries.user_by_email(act.session, email)
    act.record("user.added", after={"user": user.id})
    return user


def grant(act: Act, email: str, role: Role, language: str = "") -> bool:
    """Give a person a role in a language; False when they have it already.

    Raises ``NoSuchUser`` and ``UnknownLanguage``; administrators have no language.
    """
    act.require_administrator()
    if role is Role.ADMINISTRATOR:
        language = ""
    else:
        act.require_language(language)
    user = queries.user_by_email(act.session, email)
    if queries.find_grant(act.session, user, role, language) is not None:
        return False
    if not act.add(Grant(user_id=user.id, role=role, language=language)):
        return False
    act.session.refresh(user, ["grants"])
    act.record("role.granted", language=language, after={"user": user.id, "role": role})
    return True


def revoke(act: Act, email: str, role: Role, language: str = "") -> bool:
    """Take a role in a language back, from the next request on; False when they don't have it.

    What the person translated, approved and published stays theirs in the history.
    """
    act.require_administrator()
    user = queries.user_by_email(act.session, email)
    found = queries.find_grant(act.session, user, role, language)
    if found is None:
        return False
    act.session.delete(found)
    act.session.flush()
    act.session.refresh(user, ["grants"])
    act.record("role.revoked", language=language, before={"user": user.id, "role": role})
    return True


def issue_link(act: Act, email: str) -> str:
    """Make a one-time sign-in token for a person; only its digest is kept."""
    act.require_administrator()
    user = queries.user_by_email(act.session, email)
    token = secrets.token_urlsafe(32)
    act.session.add(
        SignInLink(
            user_id=user.id,
            token_digest=token_digest(token),
            created_at=act.now,
            expires_at=act.now + timedelta(hours=act.rules.link_hours),
        )
    )
    act.session.flush()
    act.record("link.issued", after={"user": user.id})
    return token


def redeem_link(act: Act, token: str) -> User:
    """Use up a sign-in token; raises ``BadLink`` when it is unknown, used or too old."""
    link = queries.sign_in_link(act.session, token_digest(token))
    if link is None or link.used_at or link.expires_at <= act.now or not link.user.active:
        raise BadLink()
    link.used_at = act.now
    act.session.flush()
    act.record("link.used", after={"user": link.user_id})
    return link.user


def end_sessions(act: Act, email: str) -> User:
    """End every session of a person at once, and void the sign-in links not used yet and the
    tokens of programs that act for them."""
    try:
        user = queries.user_by_email(act.session, email)
    except NoSuchUser:
        act.require_administrator()
        raise
    if user.id != act.actor.user_id:
        act.require_administrator()
    user.session_key = secrets.token_hex(32)
    for link in queries.open_links(act.session, user):
        link.used_at = act.now
    for token in queries.api_tokens(act.session, user, act.now):
        token.revoked_at = act.now
    act.session.flush()
    act.record("sessions.ended", after={"user": user.id})
    return user
