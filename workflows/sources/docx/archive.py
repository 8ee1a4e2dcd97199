"""The ZIP archive of a document: what no word processor writes is refused before it costs anything.

Nothing is ever written to disk, no member is opened that was not asked for by its exact name, and
what inflates is counted byte by byte: the sizes in the archive's directory are claims.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from stat import S_ISLNK
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from workflows.sources.reasons import (
    DamagedArchive,
    EncryptedMember,
    InflatesTooMuch,
    LinkedMember,
    MembersOverlap,
    NotDocx,
    RepeatedMember,
    TooLarge,
    TooManyMembers,
    UnsafeMemberName,
)

MAX_ARCHIVE = 8 * 1024 * 1024
MAX_MEMBERS = 1_000
MAX_TOTAL = 64 * 1024 * 1024
"""Bytes all members together may claim."""
MAX_PART = 16 * 1024 * 1024
"""Bytes one part that is read may have: a book of 20,000 paragraphs has less."""
MAX_READ = 24 * 1024 * 1024
"""Bytes of all parts that are read, each as often as it is."""
MAX_RATIO = 100
RATIO_FROM = 1024 * 1024
"""A small part may be as repetitive as it likes."""
MAX_DIRECTORY = 512 * 1024

_CHUNK = 64 * 1024
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1 | 0x40 | 0x2000


class Archive:
    """The members of a ZIP archive in memory, checked.

    Raises NotDocx, TooLarge, DamagedArchive, TooManyMembers, UnsafeMemberName, LinkedMember,
    EncryptedMember, RepeatedMember, MembersOverlap, InflatesTooMuch. The format is that of
    PKWARE's APPNOTE 6.3, without ZIP64, several disks, comments or anything around it.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_ARCHIVE:
            raise TooLarge(size=len(data), limit=MAX_ARCHIVE)
        if not data.startswith(b"PK\x03\x04"):
            raise NotDocx
        self._data = data
        self._read = 0
        directory = _directory(data)
        try:
            members = ZipFile(BytesIO(data)).infolist()
        except (BadZipFile, ValueError, EOFError, struct.error, NotImplementedError):
            raise DamagedArchive from None
        if len(members) > MAX_MEMBERS:
            raise TooManyMembers(count=len(members), limit=MAX_MEMBERS)
        for member in members:
            _refuse_member(member)
        self._members: dict[str, ZipInfo] = {}
        seen: set[str] = set()
        for member in members:
            # Word compares the names of parts without regard to case (OPC, ISO 29500-2, 6.2.2.3).
            if member.filename.lower() in seen:
                raise RepeatedMember(member.filename)
            seen.add(member.filename.lower())
            self._members[member.filename] = member
        self._starts = {member.filename: _start(data, member) for member in members}
        _refuse_overlap(members, self._starts, directory)
        total = 0
        for member in members:
            total += member.file_size
            if total > MAX_TOTAL:
                raise InflatesTooMuch(member.filename, limit=MAX_TOTAL)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def chunks(self, name: str) -> Iterator[bytes]:
        """The inflated bytes of a member, in pieces of bounded size.

        Raises KeyError for a name that is not there; InflatesTooMuch as soon as what came out
        passes MAX_PART, or MAX_RATIO times what went in, or MAX_READ with all that was read before;
        DamagedArchive for a wrong checksum.
        """
        member = self._members[name]
        start = self._starts[name]
        packed = memoryview(self._data)[start : start + member.compress_size]
        size = checksum = 0
        for used, piece in _inflated(packed, member):
            size += len(piece)
            if size > MAX_PART or (size > RATIO_FROM and size > MAX_RATIO * used):
                raise InflatesTooMuch(name, limit=MAX_PART)
            self._read += len(piece)
            if self._read > MAX_READ:
                raise InflatesTooMuch(name, limit=MAX_READ)
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != member.file_size or checksum != member.CRC:
            raise DamagedArchive(name)


def _directory(data: bytes) -> int:
    """The offset of the central directory, which must end where its end record begins."""
    if len(data) < _END.size:
        raise DamagedArchive
    mark, disk, first, here, count, size, offset, comment = _END.unpack(data[-_END.size :])
    if mark != b"PK\x05\x06" or disk or first or comment or here != count:
        raise DamagedArchive
    if count > MAX_MEMBERS:
        raise TooManyMembers(count=count, limit=MAX_MEMBERS)
    # The count is a claim too; zipfile reads as many entries as fit into the size.
    if size > MAX_DIRECTORY or offset + size != len(data) - _END.size:
        raise DamagedArchive
    return int(offset)


def _refuse_member(member: ZipInfo) -> None:
    # What zipfile cuts off after a NUL is still in orig_filename.
    name = member.orig_filename
    parts = name.removesuffix("/").split("/")
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)[:200]
    if (
        not name.isprintable()
        or "\\" in name
        or ":" in name
        or any(part in ("", ".", "..") for part in parts)
        or name != member.filename
    ):
        raise UnsafeMemberName(shown)
    if S_ISLNK(member.external_attr >> 16):
        raise LinkedMember(shown)
    if member.flag_bits & _ENCRYPTED:
        raise EncryptedMember(shown)
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise DamagedArchive(shown)


def _start(data: bytes, member: ZipInfo) -> int:
    """The offset of the packed bytes; the local header must be one, and name the same member."""
    at = member.header_offset
    if at < 0 or at + _LOCAL.size > len(data):
        raise DamagedArchive(member.filename)
    mark, _version, _flags, method, *_middle, name, extra = _LOCAL.unpack_from(data, at)
    start = at + _LOCAL.size + name + extra
    told = data[at + _LOCAL.size : at + _LOCAL.size + name]
    encoding = "utf-8" if member.flag_bits & 0x800 else "cp437"
    same = told == member.orig_filename.encode(encoding, "replace")
    if mark != b"PK\x03\x04" or method != member.compress_type or not same:
        raise DamagedArchive(member.filename)
    return int(start)


def _refuse_overlap(members: list[ZipInfo], starts: dict[str, int], directory: int) -> None:
    ordered = sorted(members, key=lambda member: member.header_offset)
    for member, after in pairwise([*ordered, None]):
        assert member is not None
        limit = after.header_offset if after else directory
        if starts[member.filename] + member.compress_size > limit:
            raise MembersOverlap(member.filename)


def _inflated(packed: memoryview, member: ZipInfo) -> Iterator[tuple[int, bytes]]:
    """Yield how many packed bytes were used so far, and what came out of them."""
    if member.compress_type == ZIP_STORED:
        for at in range(0, len(packed), _CHUNK):
            piece = bytes(packed[at : at + _CHUNK])
            yield at + len(piece), piece
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), _CHUNK):
            waiting: bytes | memoryview = packed[at : at + _CHUNK]
            end = min(at + _CHUNK, len(packed))
            while len(waiting):
                piece = inflater.decompress(waiting, _CHUNK)
                waiting = inflater.unconsumed_tail
                yield end - len(waiting), piece
        # What is still in the window comes out without further input.
        while piece := inflater.decompress(b"", _CHUNK):
            yield len(packed), piece
    except zlib.error:
        raise DamagedArchive(member.filename) from None
    if not inflater.eof or inflater.unused_data:
        raise DamagedArchive(member.filename)
