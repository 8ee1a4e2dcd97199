"""Why an edit is not taken as editorial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from workflows.editorial.model import Finding
from workflows.problems import N_, Nature, Problem

_NAMED = 8
_WIDTH = 60


class NotEditorial(Problem):
    """The edit changes what the text says; ``findings`` has everything, the sentence the first."""

    code: ClassVar[str] = "not-editorial"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("This is more than an editorial change: {changes}.")
    mend: ClassVar[str] = N_(
        "Undo what is named here, or save it as a change of substance: it then goes to the "
        "translators."
    )

    def __init__(self, findings: Sequence[Finding] = (), place: str = "") -> None:
        self.findings = tuple(findings)
        super().__init__(place, changes=_changes(self.findings), count=len(self.findings))


class NoEditorialList(Problem):
    """Without a list of words that bear meaning nothing can be called editorial."""

    code: ClassVar[str] = "no-editorial-list"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "Whether an edit is editorial cannot be checked for the source language “{language}”."
    )
    mend: ClassVar[str] = N_("Save it as a change of substance: it then goes to the translators.")

    def __init__(self, language: str = "", place: str = "") -> None:
        super().__init__(place, language=language[:_WIDTH])


def _changes(findings: Sequence[Finding]) -> str:
    """``negation “not” → –, number – → “3”``: codes and texts only, the same in all languages."""
    named = [
        f"{found.kind.value} {_quoted(found.before)} → {_quoted(found.after)}"
        for found in findings[:_NAMED]
    ]
    if len(findings) > _NAMED:
        named.append(f"+{len(findings) - _NAMED}")
    return ", ".join(named)


def _quoted(text: str) -> str:
    if not text:
        return "–"
    return f"“{text}”" if len(text) <= _WIDTH else f"“{text[: _WIDTH - 1]}…”"
