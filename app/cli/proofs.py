"""``flask release head``, ``bundle`` and ``verify``: what proves the releases to outsiders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from app import access, queries
from app.cli.common import Refused, command, settings
from app.database import db
from app.files import write_whole
from app.models import Release
from app.operations.releasing import NoSigningKey
from workflows import release as core
from workflows.release import verify as proof
from workflows.release.verify import Broken, Unreadable

SCRIPT = Path(proof.__file__)


class NotRead(Refused):
    """A file that is no bundle, head or key; the command ends with 2."""

    exit_code = 2


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File. [standard output]")
@command
def head(output: Path | None) -> None:
    """Print the signed head: how many releases, and the last.

    \b
    Example: flask release head -o heads/2026-12-01.json

    Keep heads where nobody who administers this service can write: with one of them
    it is seen when releases were cut off or written anew since.
    """
    _hand_out(output, core.canonical(_head(None)) + "\n")


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File. [standard output]")
@click.option(
    "--with-script",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder for bundle.json and the program that checks it.",
)
@command
def bundle(output: Path | None, folder: Path | None) -> None:
    """Write all releases with their proofs into one file.

    \b
    Example: flask release bundle --with-script proof

    Whoever gets it checks it without this service: python proof/verify.py proof/bundle.json
    """
    text = _bundle(list(queries.log_rows(db.session)))
    if folder is not None:
        write_whole(folder / "bundle.json", text.encode())
        write_whole(folder / SCRIPT.name, SCRIPT.read_bytes())
        click.echo(f"Next: python {folder / SCRIPT.name} {folder / 'bundle.json'}")
    if output is not None or folder is None:
        _hand_out(output, text)


@click.command()
@click.argument("file", required=False, metavar="[BUNDLE]", type=click.Path(path_type=Path))
@click.option(
    "--key", "keys", multiple=True, help="A key to trust: PEM file or hex. [those used here]"
)
@click.option(
    "--head", "kept", type=click.Path(path_type=Path), help="A head that was kept from earlier."
)
@click.option(
    "--max-mib",
    type=click.IntRange(1, 100_000),
    default=proof.MAX_MIB,
    show_default=True,
    help="Read no larger bundle.",
)
@command
def verify(file: Path | None, keys: tuple[str, ...], kept: Path | None, max_mib: int) -> None:
    """Prove that no release was changed, dropped or moved.

    \b
    Example: flask release verify --head heads/2026-12-01.json

    Without BUNDLE the database itself is checked. Ends with 1 at the first bad link, which it
    names, and with 2 when a file can't be read.
    """
    try:
        trusted = frozenset(key for text in keys for key in proof.public_keys(text))
        saved = proof.read_bytes(kept, 1) if kept else None
        rows = [] if file else _rows()
        found = proof.read_bytes(file, max_mib) if file else _bundle(rows).encode()
        lines = proof.verify(found, trusted, saved)
        for row in rows:
            _compare(row)
    except Broken as broken:
        click.echo(f"First bad link: {broken}")
        raise click.exceptions.Exit(1) from None
    except Unreadable as error:
        raise NotRead(f"Can't be read: {error}.") from None
    click.echo("\n".join(lines))


def _rows() -> list[Release]:
    """All releases of the database, in the order of the log; raises ``Broken``."""
    try:
        return list(queries.log_rows(db.session))
    except ValueError as error:  # SQLite keeps any text at all where a moment belongs
        what = f"the database has something else in place of a moment ({proof.shown(error)})"
        raise Broken("a release", what) from None


def _hand_out(output: Path | None, text: str) -> None:
    if output is None:
        click.echo(text, nl=False)
    else:
        write_whole(output, text.encode())
        click.echo(f"{output}: {len(text.encode())} bytes.")


def _head(last: Release | None) -> dict[str, str]:
    """The head that ends with this release, or with the last one there is."""
    signer = access.rules().signer
    if signer is None:
        raise NoSigningKey()
    end = queries.log_end(db.session)
    index, digest, latest, signed = end.index, end.digest, end.published_at, end.signed
    if last is not None:
        index, digest, latest = last.log_index, last.digest, last.published_at
        signed = bool(last.signature)
    earlier = "" if signed else core.earlier_digest(queries.log_digests(db.session)[:index])
    now = datetime.now(UTC)
    text = core.write_head(settings().site_name, index, digest, max(now, latest or now), earlier)
    return core.signed_head(text, signer.sign(core.message("head", text)), signer.key_id)


def _bundle(rows: Sequence[Release]) -> str:
    entries = [
        {
            "manifest": row.manifest,
            "content": row.content,
            "signature": row.signature,
            "key": row.key_id,
        }
        for row in rows
    ]
    return core.write_bundle(entries, _head(rows[-1] if rows else None))


def _compare(row: Release) -> None:
    """Raise ``Broken`` when the columns of a release say other than its manifest."""
    entry = {"manifest": row.manifest, "content": "", "signature": "", "key": ""}
    shown = proof.Release(row.log_index, entry)
    published = core.moment(row.published_at)
    columns = {
        # Where the database keeps no order any more, neither of the two may be there.
        "document": getattr(row.document, "slug", ""),
        "language": row.language,
        "number": row.number,
        "revision": getattr(row.revision, "number", 0),
        "previous": row.previous_digest,
        "published_by": f"u{row.published_by_id}",
        "published_at": published,
    }
    if shown.signed:
        columns |= {
            "kind": row.kind,
            "effective_at": core.moment(row.effective_at),
            "signer": row.key_id,
            "log": shown.facts["log"] | {"index": row.log_index},
        }
    elif (row.kind, core.moment(row.effective_at)) != (core.Kind.RELEASE, published):
        raise Broken(shown.name, "the database gives it a kind or a date of its own")
    for name, value in {**columns, "digest": row.digest}.items():
        expected = shown.digest if name == "digest" else shown.facts[name]
        if value != expected:
            what = f"the database has another “{name}” beside its manifest"
            raise Broken(shown.name, what, expected, value)
    texts = core.texts_digest(row.content) if row.content else ""
    if row.texts_digest != texts:
        what = "it is compared by another digest than that of its texts"
        raise Broken(shown.name, what, texts, row.texts_digest)
    if getattr(row.revision, "document_id", None) != row.document_id:
        raise Broken(shown.name, "its revision is one of another document")
