"""What anybody needs to check the releases without us: the public keys, and the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Response, current_app, request

from app import queries, signing
from app.database import db
from app.signing import Signer
from app.site.front import blueprint
from workflows.release import canonical, sha256, verify

CACHED = "public, max-age=3600"


@blueprint.get("/release-keys.json")
def keys() -> Response:
    """Every public key with which a release was signed, and the one that signs now."""
    signer: Signer | None = current_app.config["SIGNER"]
    now = signer.key_id if signer else ""
    found = list(queries.signing_keys(db.session))
    if now and now not in found:
        found.append(now)
    return _answer(canonical({"keys": [_key(key, now) for key in found]}), "application/json")


def _key(key_id: str, now: str) -> dict[str, object]:
    return {
        "key_id": key_id,
        "algorithm": "Ed25519",
        "public_key": key_id,
        "pem": signing.public_pem(key_id),
        "signs_now": key_id == now,
    }


@blueprint.get("/verify.py")
def program() -> Response:
    """The program that checks a bundle of releases, as it is."""
    return _answer(_program(), "text/plain")


@cache
def _program() -> str:
    return Path(verify.__file__).read_text(encoding="utf-8")


def _answer(text: str, mimetype: str) -> Response:
    response = Response(text, content_type=f"{mimetype}; charset=utf-8")
    response.headers["Cache-Control"] = CACHED
    response.set_etag(sha256(text)[:32])
    response.make_conditional(request)
    return response
