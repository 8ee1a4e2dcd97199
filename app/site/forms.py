"""The message form: what a visitor sends, what may be wrong with it, and its signed stamp.

The stamp stands in for a session: it is made when the form is shown, names the release that was
live then, and is signed, so the form needs no cookie.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from urllib.parse import urlsplit

from flask import current_app, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer

from app.negotiation import settings
from app.operations.messages import MAX_BODY
from app.operations.people import checked_address
from app.web import problem_text
from workflows.problems import BadAddress

MAX_NAME, MAX_EMAIL = 120, 254
SECONDS_TO_FILL = 2
LINKS = 4
"""More links than these in a message speak for spam."""
SECONDS_OPEN = 24 * 3600
# Invisible to whoever reads the message, or able to rearrange what is read. Line breaks and tabs
# are taken; lone surrogates and non-characters can't be stored everywhere.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Isolates are of use in a text; in a name they only rearrange what stands around it.
_HIDDEN_IN_LINE = re.compile(f"{_HIDDEN.pattern[:-1]}\u2066-\u2069]")
# Joiners are letters' company; an address that is copied from a page may bring spaces of no width.
_HIDDEN_IN_ADDRESS = re.compile(f"{_HIDDEN_IN_LINE.pattern[:-1]}\xad\u200b-\u200f\u2060-\u2064]")
_FIELDS = {"name": _HIDDEN_IN_LINE, "email": _HIDDEN_IN_ADDRESS, "message": _HIDDEN}
_SECTION = re.compile(r"[\w.-]{1,40}")
_LINK = re.compile(r"https?://|\bwww\.|\[url", re.IGNORECASE)


@dataclass(frozen=True)
class Stamp:
    """What a form remembers about itself."""

    nonce: str
    slug: str
    language: str
    """Of the page that the form stood on; the release is one in this language."""
    shown: float
    """Seconds since 1970."""
    number: int
    """Of the release that was live when the form was shown; 0 without one."""
    digest: str
    compared: str
    """The digest of the source release that the page was compared with then; empty for none."""

    @classmethod
    def new(
        cls, slug: str, language: str, number: int = 0, digest: str = "", compared: str = ""
    ) -> Stamp:
        """A stamp of now."""
        shown = round(time.time(), 3)
        return cls(secrets.token_hex(16), slug, language, shown, number, digest, compared)

    @property
    def age(self) -> float:
        """Seconds since the form was shown."""
        return time.time() - self.shown

    def signed(self) -> str:
        """The stamp as it stands in the form."""
        return str(_signer().dumps(astuple(self)))

    @classmethod
    def read(cls, text: str, slug: str) -> Stamp | None:
        """The stamp of a form that was sent; None unless we made it for this policy."""
        try:
            nonce, its_slug, *rest = _signer().loads(text)
            found = cls(nonce, its_slug, *rest)
        except (BadData, ValueError, TypeError):
            return None
        return found if its_slug == slug else None

    def serves(self, language: str) -> bool:
        """Whether a form with it is taken as it comes: it is of this language, and of today."""
        return self.language == language and self.age <= SECONDS_OPEN


def _signer() -> URLSafeSerializer:
    key = current_app.secret_key
    assert key is not None
    return URLSafeSerializer(key, salt="message form")


@dataclass(frozen=True)
class Sent:
    """A form as it was sent, with what is wrong with it; also what a fresh form shows."""

    name: str = ""
    email: str = ""
    body: str = ""
    section: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each field that is wrong, in the order of the form; ``form`` is the whole."""


def read(form: Mapping[str, str]) -> Sent:
    """Read what was sent. Hidden characters are taken out, and said to be, so that sending the
    form that is shown again works."""
    hidden = any(pattern.search(form.get(name, "")) for name, pattern in _FIELDS.items())
    name, email, body = (
        pattern.sub("", form.get(field, "").replace("\r\n", "\n").replace("\r", "\n"))
        for field, pattern in _FIELDS.items()
    )
    name, email, body = " ".join(name.split()), email.strip(), body.strip()
    errors: dict[str, str] = {}
    if hidden:
        errors["form"] = gettext(
            "Your message held characters that can't be seen. They have been taken out; "
            "check the text, then send it again."
        )
    if len(name) > MAX_NAME:
        errors["name"] = gettext(
            "Your name has more than %(limit)s characters: shorten it.", limit=MAX_NAME
        )
    if wrong := _wrong_address(email):
        errors["email"] = wrong
    if not body:
        errors["message"] = gettext("Write your message.")
    elif len(body) > MAX_BODY:
        errors["message"] = gettext(
            "Your message has %(length)s characters; at most %(limit)s fit. Shorten it.",
            length=len(body),
            limit=MAX_BODY,
        )
    return Sent(name, email, body, section_number(form), errors)


def identity(stamp: Stamp, sent: Sent) -> str:
    """What names a message: the same form with the same words is the same message, sent twice.

    With other words it is another one: a visitor who goes back to the form and writes again has
    two things to say.
    """
    written = [stamp.nonce, sent.name, sent.email, sent.body, sent.section]
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()


def section_number(values: Mapping[str, str]) -> str:
    """The section that a form or an address names; empty unless it can be one."""
    written = values.get("section", "")
    return written if _SECTION.fullmatch(written) else ""


def _wrong_address(email: str) -> str:
    if not email:
        return ""
    try:
        checked_address(email)
    except BadAddress as problem:
        return " ".join(problem_text(problem))
    return ""


def refusal(stamp: Stamp | None, language: str) -> str:
    """Why a form is not taken as it came, whatever it says; empty when nothing speaks against it.

    No reason loses a message: the form is shown again with everything in it, and sending that
    one works.
    """
    why = ""
    if not from_here():
        why = gettext("Your message came from another site. Check it, then send it from here.")
    elif stamp is None or stamp.age > SECONDS_OPEN:
        why = gettext("This form was open for more than a day. Check your message, then send it.")
    elif not stamp.serves(language):
        # Translators: visitors see this when they change the language while they write a message
        why = gettext("You began this message in another language. Check it, then send it.")
    return why


def doubts(stamp: Stamp, form: Mapping[str, str], sent: Sent) -> tuple[str, ...]:
    """Codes of what speaks for spam.

    None of it is a reason to refuse: a browser that fills in hidden fields, a password manager
    that is quick, or somebody who quotes many links must not lose a message. People look at it.
    """
    found = {
        "hidden-field": bool(form.get("subject")),
        "quick": stamp.age < SECONDS_TO_FILL,
        "links": len(_LINK.findall(f"{sent.name}\n{sent.body}")) > LINKS,
    }
    return tuple(code for code, doubtful in found.items() if doubtful)


def from_here() -> bool:
    """Whether the browser says that the form was sent by a page of this site, or says nothing."""
    fetch = request.headers.get("Sec-Fetch-Site")
    if fetch is not None:
        return fetch in ("same-origin", "none")
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(settings().base_url).netloc}
    return origin is None or urlsplit(origin).netloc in own - {""}
