"""Every reason the core can refuse or complain: one base class, one subclass a reason.

A problem is a value: it can be raised (nothing was done) or collected in a report (this one
entry was not taken). Its two sentences are message ids of the interface catalog: ``what`` says
what is wrong and ``mend`` how to put it right, with ``{name}`` placeholders filled from
``details``. Front rooms translate the two sentences; the core never does.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar


class Nature(StrEnum):
    """What kind of refusal a problem is."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    TOO_LARGE = "too-large"


def N_(message: str) -> str:
    """Mark a message id for extraction without translating it here."""
    return message


class Phrases(str):
    """A detail in words of its own: as codes, and as message ids that front rooms translate."""

    __slots__ = ("messages",)
    messages: tuple[tuple[str, dict[str, int]], ...]
    """Each with the numbers that fill its ``%(name)s`` placeholders."""

    @classmethod
    def of(cls, codes: str, messages: Iterable[tuple[str, dict[str, int]]]) -> Phrases:
        """The codes, and what they mean, one message each."""
        found = cls(codes)
        found.messages = tuple(messages)
        return found


class Problem(Exception):
    """The base of all reasons.

    ``place`` says where (``line 12``, a segment key, a file name); ``blocking`` problems stop the
    act they are found in, the others are advice. ``nature`` sorts refusals into the few kinds
    that callers treat differently; the core knows no protocol.
    """

    code: ClassVar[str] = "problem"
    what: ClassVar[str] = N_("Something is not as it should be.")
    mend: ClassVar[str] = N_("Check the input and try again.")
    blocking: ClassVar[bool] = True
    nature: ClassVar[Nature] = Nature.INVALID

    def __init__(self, place: str = "", **details: str | int) -> None:
        self.place = place
        self.details = details
        super().__init__(self.text())

    def __reduce__(self) -> tuple[object, ...]:
        # An exception is made again from its arguments, which here is the text alone.
        return _again, (type(self), self.args, vars(self))

    def text(self) -> str:
        """The problem in English, for logs and terminals: place, what, mend."""
        body = f"{self.what.format(**self.details)} {self.mend.format(**self.details)}"
        return f"{self.place}: {body}" if self.place else body

    def as_dict(self) -> dict[str, object]:
        """A JSON-able form with a stable code; the sentences stay in English."""
        return {
            "code": self.code,
            "place": self.place,
            "blocking": self.blocking,
            "what": self.what.format(**self.details),
            "mend": self.mend.format(**self.details),
            "details": dict(self.details),
        }


def _again(kind: type[Problem], args: tuple[object, ...], values: dict[str, object]) -> Problem:
    """A problem that comes from another process."""
    problem = kind.__new__(kind)
    problem.args = args
    vars(problem).update(values)
    return problem


class NotPermitted(Problem):
    """The actor lacks the role that the act wants."""

    code: ClassVar[str] = "not-permitted"
    nature: ClassVar[Nature] = Nature.FORBIDDEN
    what: ClassVar[str] = N_("You don't have the role that this needs: {role} ({language}).")
    mend: ClassVar[str] = N_("Ask an administrator for it.")


class NoSuchDocument(Problem):
    """No document has this slug."""

    code: ClassVar[str] = "no-such-document"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("There is no document “{slug}”.")
    mend: ClassVar[str] = N_("“flask document list” names the documents there are.")


class NoSuchSegment(Problem):
    """The document has no such segment now."""

    code: ClassVar[str] = "no-such-segment"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("The document has no segment “{key}” now.")
    mend: ClassVar[str] = N_("It may have been removed from the source: load the page again.")


class NoSuchCandidate(Problem):
    """The proposal is gone or was decided already."""

    code: ClassVar[str] = "no-such-candidate"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("This proposal no longer waits for a decision.")
    mend: ClassVar[str] = N_("Load the page again to see what became of it.")


class NoSuchUser(Problem):
    """Nobody has this e-mail address here."""

    code: ClassVar[str] = "no-such-user"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("Nobody here has the address “{email}”.")
    mend: ClassVar[str] = N_("“flask user list” names the people there are.")


class NoRelease(Problem):
    """Nothing was published under this number."""

    code: ClassVar[str] = "no-release"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("“{slug}” has no such release in {language}.")
    mend: ClassVar[str] = N_("“flask release list” names the releases there are.")


class UnknownLanguage(Problem):
    """The language is not one of the site's."""

    code: ClassVar[str] = "unknown-language"
    nature: ClassVar[Nature] = Nature.MISSING
    what: ClassVar[str] = N_("“{language}” is not a language of this site.")
    mend: ClassVar[str] = N_("The languages are: {languages}.")


class SourceIsNotTranslated(Problem):
    """The language is the document's own."""

    code: ClassVar[str] = "source-is-not-translated"
    what: ClassVar[str] = N_("{language} is the language this document is written in.")
    mend: ClassVar[str] = N_("Change its text by importing a new revision of the source.")


class VersionConflict(Problem):
    """Somebody saved first; ``details`` hold the text there is now."""

    code: ClassVar[str] = "version-conflict"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Someone has changed this text since you opened it.")
    mend: ClassVar[str] = N_("Compare the two texts, then save the one that should stay.")


class NothingToPublish(Problem):
    """The live release already says exactly this."""

    code: ClassVar[str] = "nothing-to-publish"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Release {number} already says exactly this.")
    mend: ClassVar[str] = N_("There is nothing to do.")


class NotReadyToSignOff(Problem):
    """Something is still missing or unreviewed."""

    code: ClassVar[str] = "not-ready-to-sign-off"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "{count} segments are not reviewed yet, so there is nothing to sign off."
    )
    mend: ClassVar[str] = N_("Review them first.")


class BadSlug(Problem):
    """A slug that can't stand in an address."""

    code: ClassVar[str] = "bad-slug"
    what: ClassVar[str] = N_("“{slug}” can't stand in an address.")
    mend: ClassVar[str] = N_("Use 2 to 80 lower-case letters a-z, digits and single hyphens.")


class BadLink(Problem):
    """The sign-in link is wrong, used or too old."""

    code: ClassVar[str] = "bad-link"
    nature: ClassVar[Nature] = Nature.FORBIDDEN
    what: ClassVar[str] = N_(
        "This sign-in link is not valid: it may have been used, or be too old."
    )
    mend: ClassVar[str] = N_("Ask for a new one.")


class BadAddress(Problem):
    """Not one e-mail address."""

    code: ClassVar[str] = "bad-address"
    what: ClassVar[str] = N_("“{email}” is not an e-mail address we can write to.")
    mend: ClassVar[str] = N_("Write it like name@example.org.")


class ChangedMeanwhile(Problem):
    """The language is no longer what the preview was made from."""

    code: ClassVar[str] = "changed-meanwhile"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("Texts have changed since this preview was made; nothing was applied.")
    mend: ClassVar[str] = N_("Look at the new preview, then apply it.")


class ReleasedMeanwhile(Problem):
    """The newest release is no longer the one that stood on the page with the button."""

    code: ClassVar[str] = "released-meanwhile"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_(
        "Somebody has published or withdrawn here since you loaded this page; nothing was done."
    )
    mend: ClassVar[str] = N_("Look at what is here now, then decide.")


class TextsChanged(Problem):
    """The texts are no longer those of the page on which the button was pressed."""

    code: ClassVar[str] = "texts-changed"
    nature: ClassVar[Nature] = Nature.CONFLICT
    what: ClassVar[str] = N_("A text has changed since you loaded this page; nothing was done.")
    mend: ClassVar[str] = N_("Look at what is here now, then decide.")


class WrongDocument(Problem):
    """A catalog of another document."""

    code: ClassVar[str] = "wrong-document"
    what: ClassVar[str] = N_("This is a catalog of “{found}”, not of “{wanted}”.")
    mend: ClassVar[str] = N_("Upload it where it belongs, or download the right one first.")
