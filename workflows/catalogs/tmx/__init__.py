"""TMX 1.4b, level 2: a translation memory out and in.

``write_tmx`` and ``read_tmx`` are twins over bytes. Inline codes are ``bpt``, ``ept`` and ``ph``;
the links of a source, which its text only numbers, and where a pair comes from are in ``prop``.
"""

from workflows.catalogs.tmx.model import Memory, Pair
from workflows.catalogs.tmx.reading import read_tmx
from workflows.catalogs.tmx.writing import write_tmx

__all__ = ["Memory", "Pair", "read_tmx", "write_tmx"]
