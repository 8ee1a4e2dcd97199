"""Why a document cannot be written, or its structure not be corrected."""

from __future__ import annotations

from workflows.problems import N_, Problem


class CannotWrite(Problem):
    """``place`` is the first segment, as in "segment 12", that would not read back the same."""

    code = "cannot-write"
    what = N_("The format {format} has no way to say this: “{found}”.")
    mend = N_("Export the document in another format, or make this part of it simpler.")


class TooMuchToWrite(CannotWrite):
    """``place`` is the segment with which it becomes too much, where that can be told."""

    code = "too-much-to-write"
    what = N_("In the format {format} the document would be more than is read of one file.")
    mend = N_("Split the document into several, or export it in another format.")


class CorrectionMisfit(Problem):
    """``place`` is the segment, as in "segment 12", by its number before any correction."""

    code = "correction-misfit"
    what = N_("The correction “{verb}” cannot be made here.")
    mend = N_("Take it back, and look at what kind of text this is.")


class CorrectionsUnreadable(Problem):
    code = "corrections-unreadable"
    what = N_("The corrections cannot be read: {reason}.")
    mend = N_("Load the page again and make them anew.")
