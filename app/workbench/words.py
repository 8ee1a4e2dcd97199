"""The words of the workbench for states, reasons and acts, in the reader's language."""

from __future__ import annotations

import re
from datetime import datetime

from flask_babel import format_date, format_datetime, gettext, ngettext

from app import queries
from app.models import History, Lineage
from app.queries import LanguageView
from workflows.alignment import Change
from workflows.catalogs import Verdict
from workflows.editorial import Kind
from workflows.glossary import Usage
from workflows.languages import autonym
from workflows.problems import N_
from workflows.release import Check, Rule, RuleKind
from workflows.review import LanguageStatus, Role, State, Why

_ISOLATES = re.compile("[\u2066-\u2069]")

STATES = {
    State.INITIAL: N_("Not translated"),
    State.NEEDS_EDITING: N_("Needs editing"),
    State.TRANSLATED: N_("Waits for review"),
    State.REVIEWED: N_("Reviewed"),
}
STATUSES = {
    LanguageStatus.NOT_STARTED: N_("Not started"),
    LanguageStatus.IN_TRANSLATION: N_("In translation"),
    LanguageStatus.IN_REVIEW: N_("In review"),
    LanguageStatus.READY: N_("Ready to sign off"),
    LanguageStatus.SIGNED_OFF: N_("Signed off"),
    LanguageStatus.PUBLISHED: N_("Published"),
}
RULES = {
    RuleKind.HOLD: N_("A translation is published when all of it is approved"),
    RuleKind.MARK: N_("A translation is published when enough is approved; the rest is marked"),
    RuleKind.SOURCE_ONLY: N_("Only the source is published"),
}
VERDICTS = {
    Verdict.NEW: N_("New: fills an empty segment"),
    Verdict.SAME: N_("Same: nothing to do"),
    Verdict.CHANGED: N_("Changed: takes the place of the text here"),
    Verdict.CONFLICT: N_("Conflict: both changed, yours is kept as a proposal"),
    Verdict.CANDIDATE: N_("Reviewed here: yours is kept as a proposal"),
    Verdict.PARTED: N_("Split or merged since: yours is kept as a proposal for each part"),
    Verdict.UNKNOWN: N_("Unknown: the document has no such segment"),
    Verdict.EMPTIED: N_("Emptied in the file: the text here stays"),
    Verdict.MISSING: N_("Not in the file: the text here stays"),
    Verdict.PROBLEM: N_("Not taken: see what is wrong"),
}
ACTS = {
    "document.imported": N_("%(name)s imported the source"),
    "translation.saved": N_("%(name)s saved the translation"),
    "translation.imported": N_("%(name)s brought the translation in from a file"),
    "translation.approved": N_("%(name)s approved the translation as final"),
    "translation.returned": N_("%(name)s returned the translation"),
    "translation.reopened": N_("%(name)s reopened the translation"),
    "translation.revived": N_(
        "The review is valid again: %(name)s brought back the source it was given for"
    ),
    "translation.set-aside": N_(
        "The translation became a proposal: %(name)s split or merged its source"
    ),
    "editorial.marked": N_("%(name)s marked an edit of the source as editorial"),
    "editorial.confirmed": N_("%(name)s confirmed that an edit of the source is editorial"),
    "editorial.undone": N_("%(name)s took back that an edit of the source is editorial"),
    "candidate.added": N_("%(name)s proposed a text"),
    "candidate.accepted": N_("%(name)s accepted a proposal"),
    "candidate.dismissed": N_("%(name)s dismissed a proposal"),
    "candidate.closed": N_(
        "A proposal was closed: %(name)s brought back the source of a review of the same text"
    ),
    "document.rule-set": N_("%(name)s set the publication rule"),
    "term.added": N_("%(name)s added the term"),
    "term.changed": N_("%(name)s changed the term"),
    "term.translated": N_("%(name)s changed how the term is translated"),
    "term.removed": N_("%(name)s removed the term"),
    "term.imported": N_("%(name)s brought the term in from a file"),
    "language.signed-off": N_("%(name)s signed the language off"),
    "release.published": N_("%(name)s published a release"),
    "release.withdrawn": N_("%(name)s withdrew what was published"),
    "release.rolled-back": N_("%(name)s brought an earlier release back"),
}
CHANGES = {
    Change.KEPT: N_("Unchanged"),
    Change.MOVED: N_("Moved"),
    Change.EDITED: N_("Edited"),
    Change.SPLIT: N_("Split"),
    Change.MERGED: N_("Merged"),
    Change.ADDED: N_("Added"),
    Change.REMOVED: N_("Removed"),
}
# What a row of lineage means for one of the segments in it; the other one is %(other)s.
LINEAGE = {
    "edited": N_("The source was edited."),
    "moved": N_("It moved to another place."),
    "added": N_("It was added."),
    "removed": N_("It was removed."),
    "split-from": N_("It was split off from segment %(other)s."),
    "split-to": N_("A part of it became segment %(other)s."),
    "merged-from": N_("Segment %(other)s was merged into it."),
    "merged-to": N_("It was merged into segment %(other)s."),
}
FINDINGS = {
    Kind.NEGATION: N_("Negation"),
    Kind.MODAL: N_("Duty or permission"),
    Kind.SCOPE: N_("Scope of a rule"),
    Kind.NUMBER: N_("Number"),
    Kind.AMOUNT: N_("Amount"),
    Kind.DURATION: N_("Duration"),
    Kind.DATE: N_("Date"),
    Kind.PARTY: N_("Party"),
    Kind.DEFINED_TERM: N_("Defined term"),
    Kind.LABEL: N_("Label of a heading or list item"),
    Kind.LINK: N_("Where a link leads"),
    Kind.EMAIL: N_("E-mail address"),
    Kind.CODE: N_("Code or placeholder"),
    Kind.LANGUAGE: N_("There is no list of protected words for the source language"),
    Kind.TOO_MUCH: N_("More than spelling and punctuation"),
}
USAGES = {
    Usage.PREFERRED: N_("Preferred"),
    Usage.ADMITTED: N_("Admitted"),
    Usage.FORBIDDEN: N_("Not to be used"),
}
PARTS_OF_SPEECH = {
    "noun": N_("Noun"),
    "properNoun": N_("Proper noun"),
    "verb": N_("Verb"),
    "adjective": N_("Adjective"),
    "adverb": N_("Adverb"),
    "other": N_("Other part of speech"),
}
PARTS = {
    "title": N_("Title"),
    "heading": N_("Heading"),
    "paragraph": N_("Paragraph"),
    "item": N_("List item"),
    "cell": N_("Table cell"),
    "quote": N_("Quotation"),
}
ROLES = {
    Role.TRANSLATOR: N_("Translator"),
    Role.EDITOR: N_("Editor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
FURNITURE = {
    "navigation": N_("Navigation"),
    "brand": N_("Name of the site"),
    "form": N_("Form"),
    "image": N_("Image"),
    "front matter": N_("Front matter"),
    "dropped": N_("Dropped by you"),
    "hidden": N_("Hidden text"),
    "comment": N_("Comment"),
    "cells": N_("Cells without a column"),
}
ORIGINS = {
    "proposal": N_("typed here"),
    "upload": N_("from an uploaded catalog"),
    "split": N_("from the segment this was a part of"),
    "merged": N_("from the segments that were merged"),
    "superseded": N_("from work on a source that was taken back"),
}
DOUBTS = {
    "hidden-field": N_("A field that people don't see was filled in."),
    "quick": N_("It was sent faster than a person types."),
    "links": N_("It holds many links."),
    "repeated": N_("The same text had come several times in a day."),
    "by-hand": N_("Somebody here marked it as spam."),
}
REASONS = (
    N_("The meaning differs from the source."),
    N_("Something is missing or was added."),
    N_("The agreed terms are not used."),
    N_("There are mistakes of grammar or spelling."),
    N_("The tone does not suit the document."),
    N_("A number, a name or a link differs."),
)


def _word(table: dict[str, str], code: str) -> str:
    return str(gettext(table[code])) if code in table else code


def state(code: str) -> str:
    """The state of a unit."""
    return _word({str(key): text for key, text in STATES.items()}, code)


def status(code: str) -> str:
    """The status of a language."""
    return _word({str(key): text for key, text in STATUSES.items()}, code)


def condition(check: Check) -> str:
    """A line of the checklist."""
    message, numbers = check.words
    return str(gettext(message, **numbers))


def rule_kind(code: str) -> str:
    """What a publication rule does."""
    return _word({str(key): text for key, text in RULES.items()}, code)


def rule(found: Rule, language: str) -> str:
    """The publication rule of a document that is written in ``language``, in one line."""
    said = [rule_kind(found.kind)]
    if found.kind is RuleKind.MARK:
        said.append(str(gettext("from %(percent)s %% on", percent=found.percent)))
    if found.authoritative:
        said.append(
            str(gettext("The version in %(language)s is authoritative.", language=language))
        )
    if found.due_days is not None:
        said.append(
            ngettext(
                "Translations are due within %(num)s day",
                "Translations are due within %(num)s days",
                found.due_days,
            )
        )
    return " · ".join(said)


def outcome(row: History, source_language: str) -> str:
    """What was decided by a deed about releases: which one it made, or the rule; else empty."""
    facts = row.after or {}
    if row.action == queries.RULE_SET:
        return rule(Rule.of(facts), autonym(source_language))
    if row.action.startswith("release."):
        return str(gettext("Version %(number)s", number=facts["number"]))
    return ""


def lag(view: LanguageView) -> str:
    """For how long what visitors read lacks a release of the source; empty when it doesn't."""
    if view.lag_days is None or view.behind is None:
        return ""
    words = ngettext(
        "Behind the source for %(num)s day", "Behind the source for %(num)s days", view.lag_days
    )
    if view.behind.due is None:
        return str(words)
    date = format_date(view.behind.due, "long")
    if view.overdue:
        promise = gettext("overdue: it was promised by %(date)s", date=date)
    else:
        promise = gettext("promised by %(date)s", date=date)
    return f"{words} · {promise}"


def verdict(code: str) -> str:
    """What an upload does with one segment."""
    return _word({str(key): text for key, text in VERDICTS.items()}, code)


def change(code: str) -> str:
    """What became of a segment between two revisions."""
    return _word({str(key): text for key, text in CHANGES.items()}, code)


def lineage(row: Lineage, key: str) -> str:
    """What a row of lineage means for the segment ``key``; empty when another row tells it."""
    new, old = (part.key if part else "" for part in (row.segment, row.from_segment))
    code = row.change
    if code in (Change.SPLIT, Change.MERGED):
        if new == old:
            return ""
        code = f"{code}-from" if new == key else f"{code}-to"
    other = old if new == key else new
    return str(gettext(LINEAGE[code], other=isolated(other)))


def finding(kind: Kind) -> str:
    """What keeps an edit from being editorial."""
    return str(gettext(FINDINGS[kind]))


def role(code: str) -> str:
    """The role of a person."""
    return _word({str(key): text for key, text in ROLES.items()}, code)


def deed(code: str, name: str) -> str:
    """Who did what, as a sentence."""
    return str(gettext(ACTS.get(code, N_("%(name)s: another act")), name=isolated(name)))


def isolated(name: str) -> str:
    """A name between direction isolates, so that it turns nothing around in a sentence.

    It loses what would end the isolate too early, or begin one that never ends.
    """
    return f"\u2068{_ISOLATES.sub('', name)}\u2069"


def part(code: str) -> str:
    """The part a segment plays in the document."""
    return _word(PARTS, code)


def usage(code: str) -> str:
    """Whether a translation of a term is the one to use."""
    return _word({str(key): text for key, text in USAGES.items()}, code)


def part_of_speech(code: str) -> str:
    """What kind of word a term is."""
    return _word(PARTS_OF_SPEECH, code)


def furniture(code: str) -> str:
    """Why a line of a source was set aside."""
    return _word(FURNITURE, code)


def origin(code: str) -> str:
    """Where a proposal comes from."""
    return _word(ORIGINS, code)


def doubt(code: str) -> str:
    """What speaks for spam."""
    return _word(DOUBTS, code)


def reason(text: str) -> list[str]:
    """A reason as lines; the ready ones, stored in English, are said in the reader's language."""
    return [gettext(line) if line in REASONS else line for line in text.splitlines()]


def why(code: Why, count: int) -> str:
    """One reason for the status of a language."""
    counted = {
        Why.MISSING: lambda: ngettext(
            "%(num)s segment is not translated", "%(num)s segments are not translated", count
        ),
        Why.OUTDATED: lambda: ngettext(
            "The source of %(num)s segment has changed",
            "The source of %(num)s segments has changed",
            count,
        ),
        Why.NEEDS_EDITING: lambda: ngettext(
            "%(num)s segment needs editing", "%(num)s segments need editing", count
        ),
        Why.WAITING: lambda: ngettext(
            "%(num)s segment waits for review", "%(num)s segments wait for review", count
        ),
        Why.NOT_SIGNED_OFF: lambda: gettext("An editor has yet to sign it off"),
        Why.NOT_PUBLISHED: lambda: gettext("Signed off and not yet published"),
        Why.LIVE: lambda: gettext("Release %(number)s is live", number=count),
        Why.WITHDRAWN: lambda: gettext("Withdrawn by release %(number)s", number=count),
    }
    return str(counted[code]())


def reasons(view: LanguageView) -> list[str]:
    """The reasons for the status of a language."""
    dates = {row.number: row.effective_at for row in view.scheduled}
    return [
        scheduled(count, dates[count]) if code is Why.SCHEDULED else why(code, count)
        for code, count in view.status.why
    ]


def scheduled(number: int, date: datetime) -> str:
    """When a release takes effect; in UTC, as it was decided."""
    moment = format_datetime(date, "long", rebase=False)
    return str(gettext("Release %(number)s is scheduled for %(date)s", number=number, date=moment))
