"""Who acts, when and under which rules; and the history that every act leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import queries
from app.config import Settings
from app.models import Document, History, User
from app.signing import Signer
from workflows.catalogs import Limits
from workflows.problems import NotPermitted, UnknownLanguage
from workflows.review import Role


def storable(text: str, limit: int) -> str:
    """Text as both databases keep it: trimmed, cut to ``limit`` characters, no NUL, and no half of
    a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()[:limit]


def counted(found: Iterable[StrEnum], kind: type[StrEnum]) -> dict[str, int]:
    """How many there are of each member of ``kind``; every one is there."""
    counts = Counter(found)
    return {str(member): counts[member] for member in kind}


@dataclass(frozen=True)
class Rules:
    """What the site's settings decide about writing."""

    languages: tuple[str, ...]
    four_eyes: bool = True
    link_hours: int = 24
    retention_days: int = 180
    site_name: str = ""
    limits: Limits = field(default_factory=Limits)
    """Of catalogs that are read."""
    signer: Signer | None = None
    """Who signs releases; None where no key was made yet."""

    @classmethod
    def of(cls, settings: Settings, signer: Signer | None = None) -> Rules:
        """The rules that the settings make."""
        return cls(
            settings.languages,
            settings.four_eyes,
            settings.link_hours,
            settings.retention_days,
            settings.site_name,
            Limits(
                size=settings.catalog_mib << 20,
                lines=25 * settings.catalog_entries,
                entries=settings.catalog_entries,
                entry=settings.entry_kib << 10,
            ),
            signer,
        )


@dataclass(frozen=True)
class Actor:
    """A person with roles, or the operator at the console (no ``user_id``), or a visitor."""

    user_id: int | None
    name: str
    roles: frozenset[tuple[Role, str]] = field(default_factory=frozenset)
    """Pairs of role and language; administrators have the language ''."""

    @classmethod
    def of(cls, user: User) -> Actor:
        """The actor that a person is, with the roles granted now."""
        roles = frozenset((Role(grant.role), grant.language) for grant in user.grants)
        return cls(user.id, user.name, roles)

    def roles_in(self, language: str) -> frozenset[Role]:
        """The roles in one language; administrators are that everywhere, and nothing else."""
        return frozenset(role for role, tag in self.roles if tag in {language, ""})

    @property
    def administrator(self) -> bool:
        """Whether the actor administers the site."""
        return (Role.ADMINISTRATOR, "") in self.roles

    def languages(self, *roles: Role) -> tuple[str, ...]:
        """The languages in which the actor has one of ``roles`` (any role when none is named)."""
        return tuple(sorted({t for role, t in self.roles if t and (not roles or role in roles)}))

    def reference(self) -> str:
        """How manifests name the actor: no personal data, resolvable here."""
        return "operator" if self.user_id is None else f"u{self.user_id}"


def operator() -> Actor:
    """Whoever has the console of the machine: may administer, and is named so in the history."""
    return Actor(None, "operator", frozenset({(Role.ADMINISTRATOR, "")}))


VISITOR = Actor(None, "visitor")


@dataclass(frozen=True)
class Act:
    """One act: in which transaction, by whom, when, under which rules."""

    session: Session
    actor: Actor
    now: datetime
    rules: Rules

    def require_administrator(self) -> None:
        """Raise ``NotPermitted`` unless the actor administers the site."""
        if not self.actor.administrator:
            raise NotPermitted(role=Role.ADMINISTRATOR, language="*")

    def require_role(self, language: str, *roles: Role) -> None:
        """Raise ``NotPermitted`` unless the actor has one of ``roles`` in ``language``."""
        if not self.actor.roles_in(language) & set(roles):
            raise NotPermitted(role=roles[0], language=language)

    def require_language(self, language: str) -> None:
        """Raise ``UnknownLanguage`` unless the site has this language."""
        if language not in self.rules.languages:
            raise UnknownLanguage(language=language, languages=", ".join(self.rules.languages))

    def document(self, slug: str) -> Document:
        """The document, held until the transaction ends; raises ``NoSuchDocument``."""
        return queries.document(self.session, slug, lock=True)

    def add(self, row: Any) -> bool:
        """Insert a row; False when another transaction came first with one of the same identity.

        Nothing else of this transaction is lost then.
        """
        try:
            with self.session.begin_nested():
                self.session.add(row)
        except IntegrityError:
            return False
        return True

    def fact(
        self,
        action: str,
        *,
        document: Document | None = None,
        segment_id: int | None = None,
        language: str = "",
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        reason: str = "",
    ) -> dict[str, Any]:
        """The columns of a row of history: this actor did ``action`` now."""
        return {
            "at": self.now,
            "actor_id": self.actor.user_id,
            "action": action,
            "document_id": document.id if document else None,
            "segment_id": segment_id,
            "language": language,
            "before": before,
            "after": after,
            "reason": reason,
        }

    def record(self, action: str, **what: Any) -> History:
        """Append one row of history in this transaction; takes what ``fact`` takes."""
        row = History(**self.fact(action, **what))
        self.session.add(row)
        self.session.flush()
        return row
