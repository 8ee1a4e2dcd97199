"""Advice on what a page or a Word document shows and a text can't keep as it looks."""

from __future__ import annotations

from workflows.problems import N_
from workflows.sources.reasons import Advice


class PassageSetAside(Advice):
    code = "passage-set-aside"
    what = N_("The passage “{text}” is set aside, for what it is called in the page.")
    mend = N_("If it belongs to the text, take it back: it stands among what is set aside.")
