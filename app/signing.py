"""The key that signs releases: read from a file, made by ``flask setup``, shown to everybody.

A key is named by its public half, the 32 bytes in hex: whoever has the name can check.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from app.config import ConfigurationError, Settings

EXPECTED = "an Ed25519 private key in PEM (PKCS #8), without a password"
MAX_BYTES = 10_000


@dataclass(frozen=True)
class Signer:
    """Whoever signs: operations get it as a value, and see nothing of where the key comes from."""

    key_id: str
    """The public key in hex."""
    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> Signer:
        """The signer that has this private key."""
        return cls(key.public_key().public_bytes_raw().hex(), key)

    def sign(self, message: bytes) -> str:
        """The signature under a message, in hex."""
        return self._key.sign(message).hex()


def make() -> bytes:
    """A new private key in PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load(settings: Settings) -> Signer | None:
    """The signer that the settings name; None before ``flask setup`` has made a key.

    Raises ``ConfigurationError`` for a file that can't be read or holds something else.
    """
    path = settings.signing_file
    fix = "name another file in PANEL_SIGNING_KEY"
    if not settings.signing_key:
        fix = "restore it from a backup, or move it away and run 'flask setup'"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES)
        if not data and not settings.signing_key:
            return None  # what an interrupted setup may leave
        key = load_pem_private_key(data, password=None)
    except (FileNotFoundError, NotADirectoryError):
        if not settings.signing_key:
            return None
        found = "no such file"
    except OSError as error:
        found, fix = str(error.strerror), "let the service read it"
    except (ValueError, TypeError, UnsupportedAlgorithm):
        found = "something else"
    else:
        if isinstance(key, Ed25519PrivateKey):
            return Signer.of(key)
        found = "a key of another kind"
    raise ConfigurationError([f"{path}: found {found}; expected {EXPECTED}; fix: {fix}"])


def public_pem(key_id: str) -> str:
    """A public key in PEM, from its name."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key_id))
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
