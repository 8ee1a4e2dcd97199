"""What several rooms of the workbench share: loading, refusing, moving on."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import ClassVar

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app import access, queries
from app.database import db
from app.queries import LanguageView
from app.web import STATUS
from workflows.problems import N_, Problem


class NoFile(Problem):
    """A form that wants a file came without one."""

    code: ClassVar[str] = "no-file"
    what: ClassVar[str] = N_("No file was chosen.")
    mend: ClassVar[str] = N_("Choose a file, then send the form again.")


class EmptyFile(Problem):
    """The file that was chosen has no bytes."""

    code: ClassVar[str] = "empty-file"
    what: ClassVar[str] = N_("The file is empty.")
    mend: ClassVar[str] = N_("Check that it was saved, then choose it again.")


class NotSaid(Problem):
    """A form came without something it can't do without."""

    code: ClassVar[str] = "not-said"
    what: ClassVar[str] = N_("The form is not complete.")
    mend: ClassVar[str] = N_("Fill in every field, then send it again.")


@dataclass(frozen=True)
class Upload:
    """A file a person chose, or the same file carried through a preview."""

    name: str
    data: bytes

    @property
    def carried(self) -> str:
        """The file in base64, for a hidden field of the preview."""
        return base64.b64encode(self.data).decode("ascii")


def uploaded() -> Upload:
    """The file of this request; raises ``NoFile`` and ``EmptyFile``."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoFile()
    data = file.read()
    if not data:
        raise EmptyFile()
    return Upload(file.filename[:200], data)


def carried() -> Upload:
    """The file that the preview's hidden field carried; raises ``NoFile``."""
    try:
        data = base64.b64decode(request.form.get("content", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoFile() from error
    if not data:
        raise NoFile()
    return Upload(request.form.get("name", "")[:200], data)


def load(slug: str, tag: str) -> LanguageView:
    """A document in one language; raises ``UnknownLanguage`` and ``NoSuchDocument``."""
    access.act(db.session).require_language(tag)
    return queries.language(db.session, queries.document(db.session, slug), tag)


def status_of(problem: Problem) -> int:
    """The status code of a refusal."""
    return int(STATUS[problem.nature])


def problems_in(problem: Problem) -> list[Problem]:
    """The problems behind a refusal: those it lists, or itself."""
    listed: list[Problem] = getattr(problem, "problems", [])
    return listed or [problem]


def to(endpoint: str, message: str = "", **values: str | int | None) -> Response:
    """Go on with a GET of another page, which says ``message`` once."""
    if message:
        flash(message)
    kept = {name: value for name, value in values.items() if value is not None}
    return redirect(url_for(f"workbench.{endpoint}", **kept), 303)  # type: ignore[arg-type]
