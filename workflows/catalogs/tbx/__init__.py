"""TBX-Basic: the glossary as terminology tools read and write it.

``write_tbx`` and ``read_tbx`` are twins over bytes. Version 2 (MARTIF) is what most tools read;
version 3 (ISO 30042:2019) is read in both of its styles and written as DCA.
"""

from workflows.catalogs.tbx.reading import Glossary, read_tbx
from workflows.catalogs.tbx.writing import write_tbx

__all__ = ["Glossary", "read_tbx", "write_tbx"]
