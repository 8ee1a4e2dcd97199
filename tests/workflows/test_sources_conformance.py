"""Documents of others, all there are beside the project: an export imports to the same document."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from workflows.problems import Problem
from workflows.sources import Source, normalized, read, write_html, write_markdown

FILES = Path(__file__).resolve().parents[3] / "shared" / "conformance"
FOLDERS = ("policies", "docx")
MAIN = "word/document.xml"
REFUSED = {
    # Nothing but pictures, or nothing at all.
    "empty.docx": "empty-document",
    "external-picture.docx": "empty-document",
    "tiny-picture.docx": "empty-document",
    "tiny-picture-target-base-relative.docx": "empty-document",
    "tiny-picture.png": "wrong-format",
}
"""The files that hold no document, with the code of the reason."""


def samples() -> list[Path]:
    """Every file, and every folder that is an unpacked Word document."""
    files = [path for name in FOLDERS for path in sorted((FILES / name).rglob("*"))]
    found = [path for path in files if path.is_file()]
    return found + [path for path in files if (path / MAIN).is_file()]


def content(path: Path) -> tuple[bytes, str]:
    """The bytes and the name of a file, or of the document that a folder is packed to."""
    if path.is_file():
        return path.read_bytes(), path.name
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each in sorted(path.rglob("*")):
            if each.is_file():
                archive.writestr(str(each.relative_to(path)), each.read_bytes())
    return packed.getvalue(), f"{path.name}.docx"


@pytest.mark.parametrize(
    ("write", "ending"), [(write_markdown, "md"), (write_html, "html")], ids=["md", "html"]
)
def test_documents_of_others_come_back_as_they_were_read(
    write: Callable[[Source], str], ending: str
) -> None:
    if not FILES.is_dir():
        pytest.skip(f"the documents of others are not there: no {'/'.join(FILES.parts[-2:])}")
    refused = {}
    for path in samples():
        data, name = content(path)
        try:
            source = read(data, name=name)
        except Problem as problem:
            refused[name] = problem.code
            continue
        written = write(source)
        back = read(written.encode(), name=f"x.{ending}")
        assert normalized(back) == normalized(source), name
        assert write(back) == written, name
    assert refused == REFUSED
