"""Advice about numbers in front of texts: what they were taken for where both was possible."""

from __future__ import annotations

from workflows.problems import N_
from workflows.sources.reasons import Advice


class ItemGuessed(Advice):
    code = "item-guessed"
    what = N_("“{number}. {text}” is read as the next item of the list, not as a section.")
    mend = N_("If it begins a section, use Markdown, or number the list as 1) 2) 3).")


class SectionGuessed(Advice):
    code = "section-guessed"
    what = N_("“{number}. {text}” is read as a section, not as the next item of the list.")
    mend = N_("If it belongs to the list, number the list as 1) 2) 3).")


class LabelKept(Advice):
    code = "label-kept"
    what = N_("“{label}” may be the number of this text, and is kept in it.")
    mend = N_("If it is, take it out on the import screen; else there is nothing to do.")


class LabelWithWord(Advice):
    code = "label-with-word"
    what = N_("The number “{label}” has a word in it, so it is kept in the text and translated.")
    mend = N_("Use figures or letters alone, so that counting anew changes no text.")
