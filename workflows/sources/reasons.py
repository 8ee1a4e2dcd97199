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
    mend = N_("Name it for what it is, or save it as Markdown, HTML, Word (.docx) or plain text.")


class UnsupportedType(Problem):
    code = "unsupported-media-type"
    what = N_("Documents of the type {media_type} are not read.")
    mend = N_("Save it as Markdown, HTML, Word (.docx) or plain text.")


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


class UnfinishedMarkup(Problem):
    code = "unfinished-markup"
    what = N_("What begins here as “{found}” has no end, so a browser shows nothing after it.")
    mend = N_("Save the page again, or close it where it is to end.")


class OtherCharset(Problem):
    code = "other-charset"
    what = N_("The page says of itself that its encoding is {charset}.")
    mend = N_("Save it with the encoding UTF-8, and let it say so: <meta charset=utf-8>.")


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
    what = N_("The same text already stands in line {first} (of a Word file: paragraph).")
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
    what = N_("The file begins with front matter; not all of it is understood, so it is set aside.")
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


class NotDocx(Problem):
    code = "not-docx"
    what = N_("This is no Word document of the kind .docx, whatever its name says.")
    mend = N_("Take away its password if it has one, and save it again as .docx.")


class DamagedArchive(Problem):
    code = "damaged-archive"
    what = N_("The document is damaged, or was not written by a word processor.")
    mend = N_("Open it in a word processor and save it again as .docx.")


class DamagedPart(Problem):
    code = "damaged-part"
    what = N_("This part of the document is no well-formed XML in UTF-8.")
    mend = N_("Open the document in a word processor and save it again as .docx.")


class TooManyMembers(Problem):
    code = "too-many-members"
    what = N_("The document consists of {count} files; at most {limit} are taken.")
    mend = N_("Open it in a word processor and save it again as .docx.")


class UnsafeMemberName(Problem):
    code = "unsafe-member-name"
    what = N_("No part of a document has such a name: it leads out of its folder.")
    mend = N_("Don't open this file; ask where it comes from.")


class LinkedMember(Problem):
    code = "linked-member"
    what = N_("This part of the document is a link to a file elsewhere.")
    mend = N_("Don't open this file; ask where it comes from.")


class EncryptedMember(Problem):
    code = "encrypted-member"
    what = N_("This part of the document is encrypted.")
    mend = N_("Take away the password, and save the document again.")


class RepeatedMember(Problem):
    code = "repeated-member"
    what = N_("This part is in the document twice, so nobody can tell which one counts.")
    mend = N_("Open the document in a word processor and save it again as .docx.")


class MembersOverlap(Problem):
    code = "members-overlap"
    what = N_("This part of the document shares its bytes with another one.")
    mend = N_("Don't open this file; ask where it comes from.")


class InflatesTooMuch(Problem):
    code = "inflates-too-much"
    what = N_("This part of the document unpacks to far more than it should ({limit} bytes).")
    mend = N_("If the document is really that large, split it into several.")


class DoctypeRefused(Problem):
    code = "doctype-refused"
    what = N_("This part of the document holds a document type declaration, which it must not.")
    mend = N_("Don't open this file; ask where it comes from.")


class IncludeRefused(Problem):
    code = "include-refused"
    what = N_("This part of the document asks for another file to be put in, which it must not.")
    mend = N_("Don't open this file; ask where it comes from.")


class TrackedChanges(Problem):
    code = "tracked-changes"
    what = N_("The document holds tracked changes, so its text is not decided yet.")
    mend = N_("Accept or reject all changes first, in the text and in the notes.")


class NotesAtEnd(Advice):
    code = "notes-at-end"
    what = N_("The notes of the document become a numbered list at its end; [1] marks their place.")
    mend = N_("If a note matters to readers, say it in the text.")


class ContentsSetAside(Advice):
    code = "contents-set-aside"
    what = N_("The table of contents is set aside: each page makes its own.")
    mend = N_("There is nothing to do.")


class PageHeaderSetAside(Advice):
    code = "page-header-set-aside"
    what = N_("The headers and footers of the printed pages are set aside.")
    mend = N_("If they say something that belongs to the text, say it there.")


class HiddenTextSetAside(Advice):
    code = "hidden-text-set-aside"
    what = N_("The hidden text “{text}” is set aside.")
    mend = N_("Delete it, or show it if readers are to see it.")


class StruckTextKept(Advice):
    code = "struck-text-kept"
    what = N_("“{text}” is struck through and is kept as normal text.")
    mend = N_("Delete it if it is no longer meant.")


class CommentSetAside(Advice):
    code = "comment-set-aside"
    what = N_("The comment “{text}” is set aside.")
    mend = N_("See whether the text is final, then delete the comment.")


class PartSetAside(Advice):
    code = "part-set-aside"
    what = N_("“{name}” is embedded in the document and is not read.")
    mend = N_("Copy its text into the document.")


class TextBoxMoved(Advice):
    code = "text-box-moved"
    what = N_("The text of a text box is put after the paragraph that holds it.")
    mend = N_("If it belongs elsewhere, move it there as a normal paragraph.")


class NumbersChanged(Advice):
    code = "numbers-changed"
    what = N_("The list item numbered “{written}” will be numbered {shown}.")
    mend = N_("Check the sentences that refer to it by its number.")


class CellFlattened(Advice):
    code = "cell-flattened"
    what = N_("A table cell holds a list or a table; its lines become lines of one text.")
    mend = N_("Check that they can be understood like that.")


class CellsSetAside(Advice):
    code = "cells-set-aside"
    what = N_("This row has more cells than its table has columns; “{text}” is set aside.")
    mend = N_("Give the head of the table another column, or write a bar in a text as \\|.")


class EffectiveDateUnreadable(Advice):
    code = "effective-date-unreadable"
    what = N_("“{found}” is given as the effective date and is no day of the calendar.")
    mend = N_("Write the day as year, month and day, as in 2026-01-31.")


class EffectiveDateDiffers(Advice):
    code = "effective-date-differs"
    what = N_("The text says “{found}”, and the document is to be effective from {effective}.")
    mend = N_("Correct one of the two dates.")


class PolicyFound(Advice):
    code = "policy-found"
    what = N_("The text is taken from a part of the page; {count} pieces around it are set aside.")
    mend = N_("Look through what is set aside for anything that belongs to the text.")


class SpanFlattened(Advice):
    code = "span-flattened"
    what = N_("A cell of this table reaches over several rows or columns; empty cells fill them.")
    mend = N_("Check that the table can be read like that.")


class ListStyleChanged(Advice):
    code = "list-style-changed"
    what = N_("A list that counts “{written}” will count “{shown}”.")
    mend = N_("Check the sentences that refer to its items.")
