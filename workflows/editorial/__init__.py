"""The guard that keeps a change of substance from being called editorial.

An author may call the edit of a source segment editorial (a slip of the pen, punctuation, a link
that moved); reviews then carry over to the new text. What no plain list of words can show to be
harmless is refused, and the guard says what it saw.
"""

from __future__ import annotations

from workflows.editorial.guard import require_editorial, substantive
from workflows.editorial.lists import languages
from workflows.editorial.model import Finding, Kind, Known, Version
from workflows.editorial.reasons import NoEditorialList, NotEditorial
from workflows.editorial.usage import Usage, words_of

__all__ = [
    "Finding",
    "Kind",
    "Known",
    "NoEditorialList",
    "NotEditorial",
    "Usage",
    "Version",
    "languages",
    "require_editorial",
    "substantive",
    "words_of",
]
