"""Aligning a new revision with the old one, so that keys travel with their texts.

Exact texts anchor the alignment, also where they moved; then what changed is found by likeness,
in place first and then anywhere, as edits, splits and merges. A match by likeness carries a key,
never a review: a review covers one exact source.
"""

from workflows.alignment.carrying import Carried, carry
from workflows.alignment.matching import align
from workflows.alignment.model import (
    EXACT,
    Alignable,
    Change,
    Match,
    PairingMisfit,
    Sources,
    joined,
)
from workflows.alignment.past import Past, pasts
from workflows.alignment.words import Kind, Mark, Piece, marked, word_diff

__all__ = [
    "EXACT",
    "Alignable",
    "Carried",
    "Change",
    "Kind",
    "Mark",
    "Match",
    "PairingMisfit",
    "Past",
    "Piece",
    "Sources",
    "align",
    "carry",
    "joined",
    "marked",
    "pasts",
    "word_diff",
]
