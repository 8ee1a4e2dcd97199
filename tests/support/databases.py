"""A fresh database for every test, copied from one that was migrated once.

The app is imported where it is used: tests of the workflows run without it, and start faster.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from sqlalchemy.orm import Session

SECRET = "tests-only-" + "k" * 32
ENGINES = ("sqlite", "postgresql")


def signing_pem() -> bytes:
    """A private key in PEM, the same in every process: databases are copied between them."""
    key = Ed25519PrivateKey.from_private_bytes(b"tests-only".ljust(32, b"."))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def settings_for(home: Path, url: str) -> dict[str, str]:
    """The settings every test starts from; a data folder that is there gets a key that signs."""
    if home.is_dir():
        (home / "signing-key.pem").write_bytes(signing_pem())
    return {
        "PANEL_HOME": str(home),
        "PANEL_DATABASE_URL": url,
        "PANEL_SECRET_KEY": SECRET,
        "PANEL_LOG_LEVEL": "warning",
    }


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file, as ``PANEL_DATABASE_URL`` takes it."""
    return f"sqlite:///{path}"


def migrate(home: Path, url: str) -> None:
    """Migrate a database to head and leave nobody connected to it: it is to be copied.

    In a thread of its own: where a browser's loop runs, no application context can be left.
    """
    from app.database import upgrade

    def inside() -> None:
        app = make_app(settings_for(home, url))
        upgrade(app)
        disconnect(app)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(inside).result()


def make_app(settings: dict[str, str]) -> Flask:
    """The app with these settings, in testing mode: errors are raised, not turned into pages."""
    from app import create_app

    app = create_app(settings)
    app.testing = True
    return app


def reading_session() -> Session:
    """The session of the current application context."""
    from app.database import db

    return db.session


def disconnect(app: Flask) -> None:
    """Close every connection an application holds."""
    from app.database import db

    with app.app_context():
        db.session.close()
        db.engine.dispose()


def copy_sqlite(template: Path, target: Path) -> str:
    """Copy a database file; returns the address of the copy.

    The template must be at rest: a write-ahead log beside it would be left behind.
    """
    rest = [name for name in ("-wal", "-journal") if Path(f"{template}{name}").exists()]
    assert not rest, f"{template} is still in use: {rest}"
    shutil.copyfile(template, target)
    return sqlite_url(target)


def lift_protection(connection: sa.Connection) -> None:
    """Remove the triggers that keep releases from being changed, as a fault of the disk would."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ALTER TABLE release DISABLE TRIGGER ALL"))
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'release'"
    for name in connection.execute(sa.text(names)).scalars().all():
        connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
