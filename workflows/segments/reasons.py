"""What is wrong with a tagged text, or with a stored skeleton."""

from __future__ import annotations

from workflows.problems import N_, Problem


class UnbalancedTag(Problem):
    """The base of all faults of nesting; ``place`` is the character, counted from 1."""

    code = "unbalanced-tag"
    what = N_("The tags do not fit together at {tag}.")
    mend = N_("Give every opening tag its closing tag, each pair inside the other.")


class UnclosedTag(UnbalancedTag):
    code = "unclosed-tag"
    what = N_("{tag} is opened and never closed.")
    mend = N_("Put {closing} where it ends.")


class StrayClosingTag(UnbalancedTag):
    code = "stray-closing-tag"
    what = N_("{tag} closes what was not opened.")
    mend = N_("Put {opening} where it begins, or take {tag} out.")


class CrossedTags(UnbalancedTag):
    code = "crossed-tags"
    what = N_("{tag} stands where {closing} should come first.")
    mend = N_("Close the tags in the opposite order of their opening.")


class NestedTag(UnbalancedTag):
    code = "nested-tag"
    what = N_("{tag} stands inside {outer}, which cannot hold it.")
    mend = N_("Close {outer} before it.")


class MissingCode(Problem):
    """``count`` more of ``tag`` in the source than in the translation."""

    code = "missing-code"
    what = N_("The source has {tag}, and the translation lacks it (missing: {count}).")
    mend = N_("Put it where it belongs in the translation, exactly as the source has it.")


class ExtraCode(Problem):
    """``count`` more of ``tag`` in the translation than in the source."""

    code = "extra-code"
    what = N_("The translation has {tag}, and the source does not (too many: {count}).")
    mend = N_("Take it out, or put a backslash in front if it is meant as plain text.")


class EmptyCode(Problem):
    """A link or emphasis around nothing, which nobody could see or follow."""

    code = "empty-code"
    what = N_("There is no text in {tag}.")
    mend = N_("Move the words it belongs to between its two tags.")


class BrokenSkeleton(Problem):
    """A stored skeleton that cannot have been written by this program."""

    code = "broken-skeleton"
    what = N_("The structure of this revision cannot be read: {reason}.")
    mend = N_("Restore it from a backup, or import the document again.")
