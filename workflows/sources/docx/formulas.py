"""Formulas of Word (OMML, ECMA-376-1, 22.1) as one line of text."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from workflows.sources.raised import raised

_FLAT = frozenset(("m:oMath", "m:r", "m:e", "w:r", "m:box", "m:num", "m:den", "m:sup", "m:sub"))
"""What shows its content in a line, where nothing else is said of it."""
_SKIPPED = ("rPr", "Pr")


def linear(formula: Element) -> tuple[str, bool]:
    """What a formula says, and whether nobody can read it as something else."""
    line = _Line()
    return " ".join(line.said(formula).split()), line.clear


class _Line:
    def __init__(self) -> None:
        self.clear = True

    def said(self, element: Element) -> str:
        tag = element.tag
        if tag in ("m:t", "w:t"):
            return element.text or ""
        if tag.endswith(_SKIPPED):
            return ""
        if tag in ("m:sSup", "m:sSub", "m:sSubSup"):
            return "".join(map(self._script, element))
        if tag == "m:f":
            return f"{self._group(element, 'm:num')}/{self._group(element, 'm:den')}"
        self.clear = self.clear and tag in _FLAT
        return "".join(map(self.said, element))

    def _script(self, part: Element) -> str:
        text = self.said(part)
        if part.tag not in ("m:sup", "m:sub") or not text.strip():
            return text
        written, clear = raised(text, up=part.tag == "m:sup")
        self.clear = self.clear and clear
        if written == text and text.strip()[0].isalnum():
            # In a formula no ending of a word is raised.
            self.clear = False
            return f"{'^' if part.tag == 'm:sup' else '_'}{text}"
        return written

    def _group(self, element: Element, tag: str) -> str:
        part = element.find(tag)
        text = "" if part is None else self.said(part).strip()
        return text if text.isalnum() else f"({text})"
