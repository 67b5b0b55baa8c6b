"""Tables for spreadsheets: CSV of which nothing is executed, streamed, so that any number of rows costs the same."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse, StreamingHttpResponse

from teams.text import neutral_cell

#: Spreadsheets take a file without this for one of their own country's old encoding.
MARK = "\ufeff"


class _Echo:
    """What csv writes to: each line is handed back instead of kept."""

    def write(self, line: str) -> str:
        return line


def sheet_lines(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write a table line by line. Text is made harmless; numbers stay what they are, and None is an empty cell."""
    writer = csv.writer(_Echo())
    yield MARK + str(writer.writerow([_cell(header) for header in headers]))
    for row in rows:
        yield str(writer.writerow([_cell(each) for each in row]))


def sheet(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    """Answer with such lines as a file of that name (without its ending), to be saved."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def no_sheet(wrong: Iterable[str]) -> HttpResponse:
    """Answer with what is wrong with what was asked, a sentence a line: a file of something else would be believed."""
    words = "".join(f"{line}\n" for line in wrong)
    return HttpResponse(
        words, status=422, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _cell(value: object) -> object:
    return neutral_cell(value) if isinstance(value, str) else value
