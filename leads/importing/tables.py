"""A file as rows of text: CSV in any of the usual forms, and the sheets of a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from leads.importing.encodings import REPLACEMENT
from leads.importing.files import Unreadable, open_seekable, open_stored
from leads.importing.workbooks import rows_of_sheet
from leads.models import LeadImport

MOST_COLUMNS = 200
MOST_ROWS = {"csv": 1_000_000, "xlsx": 100_000}
LONGEST_CELL = 10_000  # characters; the rest of a longer one is cut
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
_LINES_LOOKED_AT = 20

Row = tuple[int, list[str]]


def guess_delimiter(text: str) -> str:
    """The character that cuts the first lines into the same number of cells, the most of them."""
    first = text.splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:  # Excel's own hint
        return first[0][4]
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
        except csv.Error:
            continue
        widths = widths[:_LINES_LOOKED_AT]
        score = sum(width == widths[0] for width in widths) * (widths[0] - 1) if widths else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best


@contextmanager
def opened(of: LeadImport) -> Iterator[Iterator[Row]]:
    """The rows of the file that are not empty, each with its number, streamed. Raises Unreadable, also on the way."""
    source: IO[bytes] = open_seekable(of) if of.format == "xlsx" else open_stored(of)
    with source:
        raw = rows_of_sheet(source, of.sheet) if of.format == "xlsx" else _rows_of_text(source, of)
        yield _filled(raw, most=MOST_ROWS[of.format])


def _rows_of_text(source: IO[bytes], of: LeadImport) -> Iterator[Row]:
    text = io.TextIOWrapper(source, encoding=of.encoding, errors="replace", newline="")
    reader = csv.reader(text, delimiter=of.delimiter or ",")
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1 and cells:
                cells[0] = cells[0].lstrip("\ufeff")
                if cells[0].lower().startswith("sep=") and len(cells) <= 2:
                    continue
            yield number, cells
    except csv.Error as error:
        raise Unreadable(
            f"After row {number} a quotation mark is opened and never closed, so the rest reads as one cell. "
            "Correct it in the file, or save the file again from a spreadsheet."
        ) from error


def _filled(rows: Iterator[Row], *, most: int) -> Iterator[Row]:
    """Without empty rows; text that the database takes; a clear word when there is too much of it."""
    seen = 0
    for number, cells in rows:
        tidy = [_kept(cell) for cell in cells]
        while tidy and not tidy[-1]:
            tidy.pop()
        if not tidy:
            continue
        if len(tidy) > MOST_COLUMNS:
            raise Unreadable(f"Row {number} has more than {MOST_COLUMNS} columns. Remove those that are not needed.")
        seen += 1
        if seen > most + 1:  # the headers are no row
            advice = "Save it as CSV" if most < MOST_ROWS["csv"] else "Cut it in two"
            raise Unreadable(f"The file has more than {most:,} rows. {advice} and import that.")
        yield number, tidy


def _kept(cell: str) -> str:
    """NUL and half pairs, which PostgreSQL refuses, become a mark that people see."""
    cell = cell.strip()[:LONGEST_CELL]
    if cell.isascii() and "\x00" not in cell:
        return cell
    return "".join(REPLACEMENT if each == "\x00" or "\ud800" <= each <= "\udfff" else each for each in cell)


def padded(cells: Sequence[str], width: int) -> list[str]:
    """As many cells as there are columns."""
    return [*cells[:width], *[""] * (width - len(cells))]
