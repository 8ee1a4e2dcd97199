"""The tables, by noun: people, documents, translations, releases, messages, glossary, history,
memory."""

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
from app.models.memory import MemoryEntry, MemoryKey, MemoryOrigin
from app.models.messages import Message, Reply
from app.models.people import ApiToken, Grant, SignInLink, User
from app.models.releases import Release
from app.models.translations import Candidate, SignOff, Translation, translation_facts

__all__ = [
    "ApiToken",
    "Candidate",
    "Document",
    "Editorial",
    "Grant",
    "History",
    "Lineage",
    "MemoryEntry",
    "MemoryKey",
    "MemoryOrigin",
    "Message",
    "Release",
    "Reply",
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
    "translation_facts",
]
