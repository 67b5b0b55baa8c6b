"""The uploaded file: kept in the database piece by piece, read back as a stream."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from leads.models import ImportPiece, LeadImport

PIECE = 1 << 20  # bytes; what is in memory at a time
LARGEST = 50 * PIECE  # bytes of a file


class Unreadable(Exception):
    """The file cannot be read as a table, or not to its end; the words say what to do."""


def keep_file(*, of: LeadImport, pieces: Iterable[bytes]) -> None:
    """Write the file into the database, in rows of one piece each."""
    for number, piece in enumerate(_of_one_size(pieces)):
        ImportPiece.objects.create(of=of, number=number, data=piece)


def _of_one_size(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


class _Stored(io.RawIOBase):
    """The pieces of an import in order, as a file that is read once, forwards."""

    def __init__(self, of: LeadImport) -> None:
        super().__init__()
        self._of, self._number, self._rest = of, 0, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._rest:
            held = ImportPiece.objects.filter(of=self._of, number=self._number).values_list("data", flat=True).first()
            if held is None:
                return 0
            self._rest, self._number = memoryview(bytes(held)), self._number + 1
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def open_stored(of: LeadImport) -> io.BufferedReader:
    """Read the file again, forwards; one piece of it is in memory."""
    return io.BufferedReader(_Stored(of), buffer_size=1 << 16)


def open_seekable(of: LeadImport) -> IO[bytes]:
    """Read the file again, in any order: a temporary copy, gone when it is closed."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115  # whoever asked for it closes it
    with open_stored(of) as stored:
        shutil.copyfileobj(stored, copy, PIECE)
    copy.seek(0)
    return copy
