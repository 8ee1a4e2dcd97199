"""Bytes of an XLIFF file -> Catalog. Nothing in the file is believed beyond what is read here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from workflows.catalogs.locales import agrees
from workflows.catalogs.model import Catalog, Entry, Header, Limits, short_digest, text_digest
from workflows.catalogs.reasons import (
    DamagedHeader,
    DuplicateEntry,
    EmptyCatalog,
    NotXliff,
    TooManyEntries,
    Truncated,
    UnknownCode,
    WrongLanguage,
    place,
)
from workflows.catalogs.xliff.codes import read_codes
from workflows.catalogs.xliff.marks import DIGESTS, NOTE, OURS, TOOL, read_moment
from workflows.catalogs.xmlfile import Node, read_xml
from workflows.problems import Problem

_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_HEX = re.compile(r"[0-9a-f]{16,64}\Z")
_OURS = re.compile(r"([a-z-]{1,20}): (.*)\Z", re.DOTALL)
_NAMED = 3
"""Unknown codes that are named of one unit: a file can be full of them."""
_STATES = ("initial", "needs-editing", "translated", "reviewed")
_STATES_2 = {
    "initial": "needs-editing",
    "translated": "translated",
    "reviewed": "reviewed",
    "final": "reviewed",
}
_STATES_1 = {
    "new": "needs-editing",
    "needs-adaptation": "needs-editing",
    "needs-l10n": "needs-editing",
    "needs-review-adaptation": "needs-editing",
    "needs-review-l10n": "needs-editing",
    "needs-translation": "needs-editing",
    "signed-off": "reviewed",
    "final": "reviewed",
}


def read_xliff(
    data: bytes, *, language: str, partial: bool = False, limits: Limits | None = None
) -> Catalog:
    """The catalog in ``data``, an XLIFF file of version 1.2 or 2.x in UTF-8 for ``language``.

    An explicit ``initial`` makes a text a draft; a text without any state counts as translated.
    A unit that a tool has cut into segments is read as one text, a draft as long as one of them
    has no translation. ``partial`` accepts a file with fewer units than were exported.

    Raises NotXliff, WrongLanguage, Truncated, TooManyEntries, and what ``read_xml`` raises. In
    ``Catalog.problems``: EmptyCatalog, DamagedHeader and DuplicateEntry; in ``Entry.problems``:
    UnknownCode.
    """
    reader = _Reader(language, limits or Limits())
    root = read_xml(data, ("unit", "trans-unit"), reader.take, reader.limits)
    if reader.root is None:
        reader.see(root)
    if not reader.entries:
        reader.problems.append(EmptyCatalog())
    header = reader.header()
    if len(reader.entries) < reader.expected and not partial:
        raise Truncated(expected=reader.expected, found=len(reader.entries))
    return Catalog(header, tuple(reader.entries), tuple(reader.problems))


@dataclass
class _Reader:
    language: str
    limits: Limits
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    """What the first file element says of the export."""
    seen: dict[tuple[str, str], Entry] = field(default_factory=dict)
    root: Node | None = None
    source_language: str = ""

    @property
    def expected(self) -> int:
        """How many entries were exported; 0 when the file does not tell."""
        count = self.about.get("entries", "")
        return int(count) if _NUMBER.match(count) else 0

    def see(self, root: Node) -> None:
        """Look at the root, once: whether it is XLIFF."""
        version = root.attributes.get("version", "")
        if root.name != "xliff" or version[:2] not in ("1.", "2."):
            found = f"{root.name} {version}".strip()
            raise NotXliff(place(root.line), found=found[:60])
        self.root = root

    def take(self, node: Node, around: tuple[Node, ...]) -> None:
        """Read one unit."""
        if self.root is None:
            self.see(around[0] if around else node)
            assert self.root is not None
        file = next((outer for outer in around if outer.name == "file"), self.root)
        self.about = self.about or _about(file)
        for outer, name in ((self.root, "trgLang"), (file, "target-language")):
            found = outer.attributes.get(name, "")
            if found and not agrees(found, self.language, exact=bool(self.about)):
                raise WrongLanguage(place(outer.line), found=found[:40], expected=self.language)
        for outer, name in ((self.root, "srcLang"), (file, "source-language")):
            self.source_language = self.source_language or outer.attributes.get(name, "")
        entry = _unit_1(node) if node.name == "trans-unit" else _unit_2(node)
        if not entry.source and not entry.target:
            return
        self.entries.append(entry)
        if len(self.entries) > self.limits.entries:
            raise TooManyEntries(place(entry.line), limit=self.limits.entries)
        first = self.seen.setdefault((entry.key, entry.source), entry)
        if first is not entry:
            self.problems.append(
                DuplicateEntry(place(entry.line), first=first.line, second=entry.line)
            )

    def header(self) -> Header | None:
        """What the file says of its export, if it is one of ours."""
        if not self.about.get("document"):
            return None
        revision = self.about.get("revision", "")
        if not _NUMBER.match(revision):
            self.problems.append(DamagedHeader(field="revision", found=revision[:40]))
            return None
        return Header(
            document=self.about["document"],
            language=self.language,
            revision=int(revision),
            export=self.about.get("export", ""),
            title=self.about.get("title", ""),
            source_language=self.source_language,
            exported_at=read_moment(self.about.get("exported-at", "")),
        )


def _about(file: Node) -> dict[str, str]:
    """What a file element says of the export, {} when it is none of ours."""
    metadata = _metadata(file)
    if metadata:
        return metadata
    said = file.attributes
    if said.get("product-name") != TOOL:
        return {}
    header = file.first("header")
    return {
        "document": said.get("original", ""),
        "revision": said.get("product-version", ""),
        "export": said.get("build-num", ""),
        "exported-at": said.get("date", ""),
        **(_notes_of_ours(header) if header else {}),
    }


def _metadata(node: Node) -> dict[str, str]:
    """Our part of the metadata module."""
    return {
        meta.attributes.get("type", ""): meta.text().strip()
        for metadata in node.all("metadata")
        for group in metadata.all("metaGroup")
        if group.attributes.get("category") == OURS
        for meta in group.all("meta")
    }


def _notes_of_ours(node: Node) -> dict[str, str]:
    found = (
        _OURS.match(note.text().strip())
        for note in node.all("note")
        if note.attributes.get("from") == OURS
    )
    return {match[1]: match[2] for match in found if match}


def _unit_2(node: Node) -> Entry:
    parts = [*node.all("segment", "ignorable")]
    segments = [part for part in parts if part.name == "segment"]
    sources = [source for part in parts if (source := part.first("source"))]
    targets = [part.first("target") for part in segments]
    empty = [not target or not target.children for target in targets]
    if len(segments) > 1:
        empty = [_blank(target) for target in targets]
    states = [_STATES_2.get(segment.attributes.get("state", ""), "") for segment in segments]
    if any(empty):
        # A unit of which only some segments are translated is work that is not finished.
        states.append("needs-editing")
    whole = [
        part.first("target") or (part.first("source") if part.name == "ignorable" else None)
        for part in parts
    ]
    translated = _ordered(whole) if not all(empty) else []
    notes = [note for group in node.all("notes") for note in group.all("note")]
    previous = [
        source
        for group in node.all("matches")
        for match in group.all("match")
        if match.attributes.get("origin") == OURS and (source := match.first("source"))
    ]
    return _entry(
        node,
        sources,
        translated,
        state=_lowest(states),
        said=_metadata(node),
        previous=previous,
        notes=[(note.text(), note.attributes.get("category") == NOTE) for note in notes],
    )


def _ordered(texts: Sequence[Node | None]) -> list[Node]:
    """The parts of a target in their order, where it is another than the source's (XLIFF 2.1,
    attribute ``order``: the place of a part, by default the one it stands at)."""
    placed = []
    for position, text in enumerate(texts, 1):
        if text is not None:
            order = text.attributes.get("order", "")
            placed.append((int(order) if _NUMBER.match(order) else position, text))
    return [text for _place, text in sorted(placed, key=lambda pair: pair[0])]


def _blank(text: Node | None) -> bool:
    """Whether there is nothing to read in it."""
    return text is None or not read_codes(text).text.strip()


def _pieces(text: Node | None) -> dict[str, Node]:
    """The segments that a tool has marked in a text of XLIFF 1.2, by id, wherever they stand."""
    found: dict[str, Node] = {}
    for child in text.children if text else ():
        if isinstance(child, Node):
            marked = child.name == "mrk" and child.attributes.get("mtype") == "seg"
            name = child.attributes.get("mid") or f"#{len(found)}"
            found |= {name: child} if marked else _pieces(child)
    return found


def _unfinished(node: Node) -> bool:
    """Whether a tool has cut a unit into segments of which only some are translated."""
    done = _pieces(node.first("target"))
    wanted = _pieces(node.first("seg-source")) or done
    return bool(done) and any(
        _blank(done.get(name)) and (wanted is done or not _blank(source))
        for name, source in wanted.items()
    )


def _unit_1(node: Node) -> Entry:
    source, target = node.first("source"), node.first("target")
    stated = target.attributes.get("state", "") if target else ""
    state = _STATES_1.get(stated, "translated" if stated else "")
    if node.attributes.get("approved") == "yes":
        state = "reviewed"
    if _unfinished(node):
        state = "needs-editing"
    previous = [
        old
        for alternative in node.all("alt-trans")
        if alternative.attributes.get("origin") == OURS and (old := alternative.first("source"))
    ]
    notes = [note for note in node.all("note") if note.attributes.get("from") != OURS]
    return _entry(
        node,
        [source] if source else [],
        [target] if target else [],
        state=state,
        said=_notes_of_ours(node),
        previous=previous,
        notes=[(note.text(), note.attributes.get("from") == TOOL) for note in notes],
    )


def _lowest(states: Sequence[str]) -> str:
    """The state of a unit of several segments: "" when none of them tells."""
    told = [state for state in states if state]
    return min(told, key=_STATES.index) if told else ""


def _entry(
    node: Node,
    sources: Sequence[Node],
    targets: Sequence[Node],
    *,
    state: str,
    said: dict[str, str],
    previous: Sequence[Node],
    notes: Sequence[tuple[str, bool]],
) -> Entry:
    """The entry of a unit; codes in its target that are none of ours are its problems."""
    source, target = read_codes(*sources), read_codes(*targets)
    digests = {name: said.get(name, "") for name in DIGESTS}
    known = bool(_HEX.match(digests["source-digest"]))
    was = digests["target-digest"] if _HEX.match(digests["target-digest"]) else ""
    exported = digests["state"] if digests["state"] in _STATES else ""
    same = short_digest(text_digest(target.text)) == short_digest(was)
    if not target.text:
        state = "initial"
    elif state == "reviewed":
        state = "reviewed" if known and exported == "reviewed" and same else "translated"
    unknown = list(dict.fromkeys(target.unknown))[:_NAMED]
    return Entry(
        key=_key(node, known=known),
        source=source.text,
        target=target.text,
        state=state or "translated",
        note="\n".join(text for text, ours in notes if ours),
        previous_source=read_codes(*previous[:1]).text,
        source_digest=short_digest(digests["source-digest"]) if known else "",
        target_digest=short_digest(was) if known else "",
        exported_state=(exported or ("translated" if was else "initial")) if known else "",
        comment="\n".join(text for text, ours in notes if not ours),
        line=node.line,
        problems=tuple(UnknownCode(place(node.line), found=code) for code in unknown),
    )


def _key(node: Node, *, known: bool) -> str:
    """The key of a unit: in its name where a tool gave it another id. In a file that lost what we
    said of it, ids of other tools are no keys."""
    name = node.attributes.get("id", "")
    names = (name, node.attributes.get("resname", ""))
    ours = next((found for found in names if _OUR_KEY.match(found)), "")
    return ours or (name if known else "")


_OUR_KEY = re.compile(r"s[0-9a-z]{9,19}\Z")
