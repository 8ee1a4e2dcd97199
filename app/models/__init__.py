"""The tables, by noun: people, documents, translations, releases, messages, glossary, history."""

from app.models.base import UtcDateTime
from app.models.documents import (
    Document,
    Editorial,
    Lineage,
    Revision,
    Segment,
    SourceText,
)
from app.models.glossary import Term, TermTranslation
from app.models.history import History
from app.models.messages import Message
from app.models.people import Grant, SignInLink, User
from app.models.releases import Release
from app.models.translations import Candidate, SignOff, Translation

__all__ = [
    "Candidate",
    "Document",
    "Editorial",
    "Grant",
    "History",
    "Lineage",
    "Message",
    "Release",
    "Revision",
    "Segment",
    "SignInLink",
    "SignOff",
    "SourceText",
    "Term",
    "TermTranslation",
    "Translation",
    "User",
    "UtcDateTime",
]
