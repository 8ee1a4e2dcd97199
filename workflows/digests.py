"""What a text is known by.

Apart from segments, which know how texts are cut and brought along all readers of documents: a
process that reads one catalog starts without those.
"""

from __future__ import annotations

import hashlib


def target_digest(text: str) -> str:
    """The identity of a target: SHA-256 over its exact characters with LF line ends."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(unix.encode("utf-8", "surrogatepass")).hexdigest()
