"""What both sides of TBX have in common."""

from __future__ import annotations

from workflows.glossary import Usage

TOOL = "Pinger Panel"
SPACE_3 = "urn:iso:std:iso:30042:ed-2"
"""The core namespace of version 3; elements of others say what they are by their name (DCT)."""
DOCTYPE_2 = '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n'
XCS_2 = "TBXBasicXCSV02.xcs"
STATUS = {
    Usage.PREFERRED: "preferredTerm-admn-sts",
    Usage.ADMITTED: "admittedTerm-admn-sts",
    Usage.FORBIDDEN: "deprecatedTerm-admn-sts",
}
CASE_SENSITIVE = "Case-sensitive"
UNTRANSLATED = "Do not translate"
"""Notes of an entry, as TBX-Basic has no place for these: people understand them in any tool."""
