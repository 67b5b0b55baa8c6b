"""Bringing files as a team lead does, and the machine's part of it."""

import csv
import io
import zipfile

from openpyxl import Workbook

from leads.importing import conducting
from leads.importing.columns import guess
from leads.models import ImportStep, LeadImport
from leads.models.imports import OnDuplicate, OnUnknown
from leads.tests.factories import NOW
from notifications.promises.drains import drain


def table(*rows, delimiter=","):
    """Rows of cells as the text of a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def workbook(*rows, **more_sheets):
    """Rows of cells as an XLSX file; further sheets by name."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, others in more_sheets.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def bring(by, content, name="leads.csv", at=NOW):
    data = content.encode() if isinstance(content, str) else content
    return conducting.take_in(by=by, file_name=name, pieces=[data], at=at)


def work(at=NOW):
    """Keep every step that is due."""
    return drain(ImportStep, at=at)


def tried(by, content, name="leads.csv", at=NOW, **said):
    """Bring a file and have it tried."""
    of = bring(by, content, name, at)
    choices = {
        "columns": guess(of.headers),
        "on_duplicate": OnDuplicate.SKIP,
        "on_unknown": OnUnknown.LEAVE,
        "isa": None,
        "tag": "",
    } | said
    conducting.set_columns(of=of, at=at, **choices)
    work(at)
    return fresh(of)


def imported(by, content, name="leads.csv", at=NOW, **said):
    """Bring a file, have it tried and imported."""
    of = tried(by, content, name, at, **said)
    conducting.start(of=of, at=at)
    work(at)
    return fresh(of)


def fresh(of):
    return LeadImport.objects.select_related("team", "by", "isa").get(pk=of.pk)


def outcomes(of):
    return {row.number: (row.outcome, row.remark) for row in of.rows.order_by("number")}
