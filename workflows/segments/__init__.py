"""Segments: the texts of a document, their keys, their codes, and the way back to a page."""

from __future__ import annotations

from workflows.digests import target_digest
from workflows.segments.birth import (
    Segment,
    digest,
    joined_digest,
    new_key,
    split,
)
from workflows.segments.inline import (
    Code,
    Piece,
    Placeholder,
    Text,
    Void,
    compare_codes,
    inline_codes,
    parse,
    render_text,
    write,
)
from workflows.segments.reasons import (
    BrokenSkeleton,
    EmptyCode,
    ExtraCode,
    MissingCode,
    UnbalancedTag,
)
from workflows.segments.rebuild import to_source
from workflows.segments.skeleton import Fill, Filled, Node, Skeleton, join, list_labels
from workflows.sources import shown_label
from workflows.sources.tagged import concatenated, plain, words

__all__ = [
    "BrokenSkeleton",
    "Code",
    "EmptyCode",
    "ExtraCode",
    "Fill",
    "Filled",
    "MissingCode",
    "Node",
    "Piece",
    "Placeholder",
    "Segment",
    "Skeleton",
    "Text",
    "UnbalancedTag",
    "Void",
    "compare_codes",
    "concatenated",
    "digest",
    "inline_codes",
    "join",
    "joined_digest",
    "list_labels",
    "new_key",
    "parse",
    "plain",
    "render_text",
    "shown_label",
    "split",
    "target_digest",
    "to_source",
    "words",
    "write",
]
