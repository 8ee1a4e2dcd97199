"""Why a source document is refused, and what its author is advised to look at."""

from __future__ import annotations

from workflows.problems import N_, Problem


class NotUtf8(Problem):
    code = "not-utf-8"
    what = N_("The file is not UTF-8 text.")
    mend = N_("Save it again with the encoding UTF-8.")


class TooLarge(Problem):
    code = "source-too-large"
    what = N_("The file has {size} bytes; at most {limit} are read.")
    mend = N_("Split the document into several.")


class EmptyDocument(Problem):
    code = "empty-document"
    what = N_("There is no text in this document.")
    mend = N_("Check that it is the right file and that it was saved.")


class WrongFormat(Problem):
    code = "wrong-format"
    what = N_("This is a document in the format {format}, whatever its name says.")
    mend = N_("Save it as Markdown or plain text.")


class UnsupportedType(Problem):
    code = "unsupported-media-type"
    what = N_("Documents of the type {media_type} are not read.")
    mend = N_("Save it as Markdown (text/markdown) or plain text (text/plain).")


class NulByte(Problem):
    code = "nul-byte"
    what = N_("The file holds a NUL byte, so it is damaged or not text.")
    mend = N_("Save it again as UTF-8 text.")


class ForbiddenCharacter(Problem):
    code = "forbidden-character"
    what = N_("The invisible character {character} cannot be part of a text.")
    mend = N_("Remove it.")


class UnbalancedDirection(Problem):
    code = "unbalanced-direction"
    what = N_("An isolate for text direction is opened and not closed, or closed and not opened.")
    mend = N_("Pair every U+2066, U+2067 or U+2068 with one U+2069 within the paragraph.")


class ConflictMarks(Problem):
    code = "conflict-marks"
    what = N_("The file holds the marks of a merge that was not finished.")
    mend = N_("Decide between the two versions, and remove the marks.")


class LineTooLong(Problem):
    code = "line-too-long"
    what = N_("The line has {size} characters; at most {limit} are read.")
    mend = N_("Break it into paragraphs.")


class TooManyLines(Problem):
    code = "too-many-lines"
    what = N_("The file has {count} lines; at most {limit} are read.")
    mend = N_("Split the document into several.")


class TooComplex(Problem):
    code = "too-complex"
    what = N_("There is far more markup in this file than a text needs.")
    mend = N_("Check that it is the right file, or split it into several documents.")


class TooDeep(Problem):
    code = "too-deep"
    what = N_("Lists or quotations are nested more than {limit} levels deep here.")
    mend = N_("Use fewer levels.")


class TooManySegments(Problem):
    code = "too-many-segments"
    what = N_("The document has {count} segments; at most {limit} are taken.")
    mend = N_("Split the document into several.")


class SegmentTooLarge(Problem):
    code = "segment-too-large"
    what = N_("This paragraph has {size} characters; at most {limit} are taken.")
    mend = N_("Break it into paragraphs.")


class TooManyCodes(Problem):
    code = "too-many-codes"
    what = N_("One paragraph has more than {limit} links or line breaks.")
    mend = N_("Break it into paragraphs.")


class Advice(Problem):
    """What the author should look at; the document is taken as it is."""

    code = "advice"
    blocking = False


class EmptyPlaceholder(Advice):
    code = "empty-placeholder"
    what = N_("A name seems to be missing at “{found}”.")
    mend = N_("Fill it in, or rewrite the sentence.")


class SegmentTooLong(Advice):
    code = "segment-too-long"
    what = N_("This paragraph has {words} words.")
    mend = N_("Divide it: a change of one word sends the whole paragraph back to its translators.")


class DuplicateText(Advice):
    code = "duplicate-text"
    what = N_("The same text already stands in line {first}.")
    mend = N_("Check that it is meant to be there twice.")


class MissingFullStop(Advice):
    code = "missing-full-stop"
    what = N_("Two sentences seem to run into each other at “{found}”.")
    mend = N_("Put a full stop between them.")


class BrokenReference(Advice):
    code = "broken-reference"
    what = N_("The link to “{href}” leads to no heading of this document.")
    mend = N_("Use the number of a heading, as in #2.")


class LinkNotAllowed(Advice):
    code = "link-not-allowed"
    what = N_("The link to “{href}” is not kept; its text is.")
    mend = N_(
        "Link to http:, https:, mailto: with one address, #section, or a path such as /terms."
    )


class LinkInTitle(Advice):
    code = "link-in-title"
    what = N_("The title of a document has no links, so the one to “{href}” is set aside.")
    mend = N_("Put it into the first paragraph.")


class LinkTitleNotShown(Advice):
    code = "link-title-not-shown"
    what = N_("The title “{title}” of a link is not shown.")
    mend = N_("Say it in the text.")


class HtmlShown(Advice):
    code = "html-shown"
    what = N_("“{found}” is HTML and is shown as it is written.")
    mend = N_("Write it in Markdown, or leave it if readers are to see it.")


class ImageSetAside(Advice):
    code = "image-set-aside"
    what = N_("The image “{text}” is set aside.")
    mend = N_("Say in words what it shows.")


class CodeBlock(Advice):
    code = "code-block"
    what = N_("A block of code is kept as a paragraph of code.")
    mend = N_("If it is not meant as code, take away the indent or the fence.")


class FrontMatter(Advice):
    code = "front-matter"
    what = N_("The file begins with front matter, which is not supported and is set aside.")
    mend = N_("Give the title as a heading, and the rest as settings of the document.")


class NoTitle(Advice):
    code = "no-title"
    what = N_("The document has no title.")
    mend = N_("Give it one in its first line; in Markdown as “# Title”.")


class TitleGuessed(Advice):
    code = "title-guessed"
    what = N_("“{title}” is taken as the title.")
    mend = N_("If it is not, put the title alone in the first line.")


class HeadingGuessed(Advice):
    code = "heading-guessed"
    what = N_("A heading runs into its text: “{heading}” is taken as heading, “{rest}” as text.")
    mend = N_("Put the heading on a line of its own.")


class NumberedParagraph(Advice):
    code = "numbered-paragraph"
    what = N_("The numbered line {number} shows no heading and is kept as a paragraph.")
    mend = N_("If it has a heading, put that on a line of its own.")


class PerhapsHeading(Advice):
    code = "perhaps-heading"
    what = N_("“{text}” stands alone like a heading and is kept as a paragraph.")
    mend = N_("If it is a heading, give it a number, or use Markdown.")
