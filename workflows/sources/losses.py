"""Advice on what a page or a Word document shows and a text can't keep as it looks."""

from __future__ import annotations

from workflows.problems import N_
from workflows.sources.reasons import Advice


class PassageSetAside(Advice):
    code = "passage-set-aside"
    what = N_("The passage “{text}” is set aside, for what it is called in the page.")
    mend = N_("If it belongs to the text, take it back: it stands among what is set aside.")


class RaisedTextFlattened(Advice):
    code = "raised-text-flattened"
    what = N_("“{text}” is raised or lowered in the file and is kept on the line.")
    mend = N_("Check that it is not mistaken for something else, or say it in words.")


class FormulaFlattened(Advice):
    code = "formula-flattened"
    what = N_("A formula is written on one line: “{text}”.")
    mend = N_("Check that it still says the same, or say it in words.")


class ImageLinkSetAside(Advice):
    code = "image-link-set-aside"
    what = N_("The image “{text}” is set aside, and with it its link to “{href}”.")
    mend = N_("Link the words that say what it shows.")
