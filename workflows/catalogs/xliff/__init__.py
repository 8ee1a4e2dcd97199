"""XLIFF 2.1 and 1.2: the same entries as in a PO file, and the same three-way merge behind them.

``write_xliff`` and ``read_xliff`` are twins over bytes. States and what was exported travel in the
standard places of each version: ``state`` and ``subState``, the metadata module and the candidates
module of 2.1; ``state``, ``approved``, notes and ``alt-trans`` of 1.2.
"""

from workflows.catalogs.xliff.reading import read_xliff
from workflows.catalogs.xliff.writing import write_xliff

__all__ = ["read_xliff", "write_xliff"]
