"""People and their sign-in links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import ApiToken, Grant, SignInLink, User
from workflows.problems import NoSuchUser


def user_by_email(session: Session, email: str) -> User:
    """The person with this address; raises ``NoSuchUser``."""
    statement = sa.select(User).where(User.email == email.strip().lower())
    user = session.scalar(statement.options(selectinload(User.grants)))
    if user is None:
        raise NoSuchUser(email=email)
    return user


def user_by_session(session: Session, session_key: str) -> User | None:
    """The active person whose sessions carry this key."""
    statement = sa.select(User).where(User.session_key == session_key, User.active)
    return session.scalar(statement.options(selectinload(User.grants)))


def users(session: Session) -> Sequence[User]:
    """Everybody, by address."""
    return session.scalars(
        sa.select(User).order_by(User.email).options(selectinload(User.grants))
    ).all()


def sign_in_link(session: Session, token_digest: str) -> SignInLink | None:
    """The sign-in link whose token has this SHA-256, used or not."""
    return session.scalar(
        sa.select(SignInLink)
        .where(SignInLink.token_digest == token_digest)
        .options(joinedload(SignInLink.user))
        .with_for_update(of=SignInLink)
    )


def open_links(session: Session, user: User) -> Sequence[SignInLink]:
    """The sign-in links of a person that were not used yet, locked."""
    statement = sa.select(SignInLink).where(
        SignInLink.user_id == user.id, SignInLink.used_at.is_(None)
    )
    return session.scalars(statement.with_for_update()).all()


def find_grant(session: Session, user: User, role: str, language: str) -> Grant | None:
    """This person's grant of this role in this language."""
    return session.scalar(
        sa.select(Grant).where(
            Grant.user_id == user.id, Grant.role == role, Grant.language == language
        )
    )


def user_by_token(session: Session, token_digest: str, now: datetime) -> User | None:
    """The active person for whom the program acts whose token has this SHA-256."""
    statement = (
        sa.select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(User.active, ApiToken.token_digest == token_digest, *_good(now))
    )
    return session.scalar(statement.options(selectinload(User.grants)))


def api_tokens(session: Session, user: User, now: datetime) -> Sequence[ApiToken]:
    """The tokens of a person that are still good, oldest first."""
    statement = sa.select(ApiToken).where(ApiToken.user_id == user.id, *_good(now))
    return session.scalars(statement.order_by(ApiToken.id)).all()


def _good(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
