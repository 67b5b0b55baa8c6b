"""Sheets of an XLSX file: values only, read row by row, and refused when the file is a trap."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from leads.importing.files import Unreadable

#: A workbook is compressed; unpacked it may be this large. The texts of all cells are held in memory while it is read.
MOST_UNPACKED = 400 << 20  # bytes
MOST_TEXTS = 64 << 20  # bytes
MOST_PARTS = 2_000
DAMAGED = "This workbook is damaged. Open it in a spreadsheet and save it again."
ROWS_TOO_FAR = 2_000_000  # beyond any sheet
COLUMNS_READ = 201  # one more than is allowed, so that too many are noticed

_EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


def sheet_names(source: IO[bytes]) -> list[str]:
    """The sheets that are shown, in order. Raises Unreadable."""
    _refuse_traps(source)
    try:
        with closing(_book(source)) as book:
            return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except _BROKEN as error:
        raise Unreadable(DAMAGED) from error


def rows_of_sheet(source: IO[bytes], name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet as text, numbered as the spreadsheet does. Raises Unreadable, also on the way.

    Of a formula the value that was last calculated is read, of merged cells the first one has it.
    """
    try:
        with closing(_book(source)) as book:
            sheet = book[name] if name in book.sheetnames else book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its own size is not to be relied on
            rows = sheet.iter_rows(values_only=True, max_col=COLUMNS_READ, max_row=ROWS_TOO_FAR)
            for number, cells in enumerate(rows, start=1):
                yield number, [_words(cell) for cell in cells]
    except _BROKEN as error:
        raise Unreadable(DAMAGED) from error


_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
)


def _book(source: IO[bytes]) -> Any:
    source.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that do not concern us
        return load_workbook(source, read_only=True, data_only=True, keep_links=False)


def _refuse_traps(source: IO[bytes]) -> None:
    source.seek(0)
    try:
        parts = zipfile.ZipFile(source).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error
    texts = sum(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or texts > MOST_TEXTS:
        raise Unreadable("Unpacked, this workbook is too large. Save the sheet with the leads as CSV.")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("This workbook is locked with a password. Save it without one.")


def _words(value: Any) -> str:
    """A cell's value as people would type it."""
    if value is None or value in _EXCEL_ERRORS:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
