"""Which part of the archive is what: relationships (OPC, ISO/IEC 29500-2, 6.5)."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from workflows.sources.docx.archive import Archive
from workflows.sources.docx.styles import Styles, read_styles
from workflows.sources.docx.xmlparts import Budget, Reduce, parse
from workflows.sources.reasons import NotDocx

_MAIN = "word/document.xml"


@dataclass(frozen=True)
class Relationship:
    """A reference from one part to another, or to an address outside."""

    type: str
    """The last word of its type: "styles", "hyperlink", ..."""
    target: str
    """The name of a member, or the address as written."""
    external: bool


class Package:
    """The parts of a document. Raises NotDocx, and what ``Archive`` and ``parse`` raise.

    Addresses outside are only ever told, never opened.
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._budget = Budget()
        top = self._relationships("").values()
        found = [r.target for r in top if r.type == "officeDocument" and not r.external]
        self.main = next((name for name in found if name in archive), _MAIN)
        """The name of the part with the text."""
        if self.main not in archive:
            raise NotDocx
        self._own = self._relationships(self.main)

    @cached_property
    def styles(self) -> Styles:
        """The styles of the document."""
        return read_styles(self._tree("styles"), self.part("styles"))

    @cached_property
    def numbering(self) -> Element | None:
        """The lists of the document."""
        return self._tree("numbering")

    @property
    def links(self) -> Mapping[str, str]:
        """The addresses that the main part links to."""
        return _links(self._own)

    def links_of(self, name: str) -> Mapping[str, str]:
        """The addresses that another part links to."""
        return _links(self._relationships(name))

    def part(self, kind: str) -> str:
        """The name of the part of a kind, or ""."""
        return next(iter(self.parts(kind)), "")

    def parts(self, kind: str) -> list[str]:
        """The names of the parts of a kind, each once, in the order of the file."""
        names = (r.target for r in self._own.values() if r.type == kind and not r.external)
        return [name for name in dict.fromkeys(names) if name in self.archive]

    def tree(
        self,
        name: str,
        reduce: Reduce | None = None,
        *,
        numbered: bool = False,
        decided: bool = False,
    ) -> Element:
        """The tree of a part, as ``parse`` makes it, within the budget of the whole document."""
        chunks = self.archive.chunks(name)
        return parse(chunks, name, self._budget, reduce, numbered=numbered, decided=decided)

    def _tree(self, kind: str) -> Element | None:
        name = self.part(kind)
        return self.tree(name) if name else None

    def _relationships(self, part: str) -> dict[str, Relationship]:
        folder, _, name = part.rpartition("/")
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, Relationship] = {}
        if path not in self.archive:
            return found
        for element in self.tree(path).findall("Relationship"):
            target = element.get("Target", "")
            external = element.get("TargetMode", "").lower() == "external"
            if not external and not target.startswith("#"):
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = element.get("Type", "").rpartition("/")[2]
            found.setdefault(element.get("Id", ""), Relationship(kind, target, external))
        return found


def _links(relationships: Mapping[str, Relationship]) -> Mapping[str, str]:
    return {
        key: found.target
        for key, found in relationships.items()
        if found.type == "hyperlink" and (found.external or found.target.startswith("#"))
    }
