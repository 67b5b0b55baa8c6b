"""What a person does with an import: bring the file, say what its columns mean, have it tried, imported, undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from leads.importing import tables
from leads.importing.columns import guess, is_enough, save_mapping, saved_mapping
from leads.importing.encodings import Detector
from leads.importing.files import Unreadable, keep_file, open_seekable, open_stored
from leads.importing.steps import KEPT, begin, forget_now, owe_forgetting
from leads.importing.workbooks import sheet_names
from leads.models import ImportRow, ImportStep, LeadImport
from leads.models.imports import ImportStatus
from notifications.promises.endings import retry_now
from teams.models import Membership

SAMPLE = 5  # rows shown while columns are mapped
PREVIEW_BYTES = 64 << 10


class NotNow(Exception):
    """The import has gone on meanwhile, so this can no longer be done, or not yet."""


@transaction.atomic
def take_in(*, by: Membership, file_name: str, pieces: Iterable[bytes], at: datetime) -> LeadImport:
    """Keep an uploaded file and look at its beginning. Raises Unreadable, and then nothing is kept."""
    of = LeadImport.objects.create(
        team=by.team, by=by, file_name=file_name.strip()[-200:] or "leads", size=0, format="csv", created_at=at
    )
    detector, head, size = Detector(), b"", 0

    def watched() -> Iterable[bytes]:
        nonlocal head, size
        for piece in pieces:
            head = head or piece[:8]
            size += len(piece)
            detector.look(piece)
            yield piece

    keep_file(of=of, pieces=watched())
    of.size = size
    _recognise(of, head, detector)
    _look(of)
    owe_forgetting(of, due_at=at + KEPT)
    return of


def _recognise(of: LeadImport, head: bytes, detector: Detector) -> None:
    if not of.size:
        raise Unreadable("The file is empty.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is an old or a locked Excel file. Save it as XLSX without a password, or as CSV.")
    if head.startswith(b"PK"):
        of.format = "xlsx"
        with open_seekable(of) as source:
            of.sheets = [name[:120] for name in sheet_names(source)]
        of.sheet = next(iter(of.sheets), "")
        return
    reading = detector.reading()
    of.encoding, of.broken_characters = reading.encoding, reading.broken
    of.delimiter = tables.guess_delimiter(_beginning(of))


def _beginning(of: LeadImport) -> str:
    with open_stored(of) as source:
        text = source.read(PREVIEW_BYTES).decode(of.encoding, errors="replace").lstrip("\ufeff")
    unseen = sum(character < " " and character not in "\t\r\n" for character in text)
    if unseen > 10 and unseen * 20 > len(text):
        raise Unreadable("This is neither a CSV file nor an XLSX workbook.")
    return text


def _look(of: LeadImport) -> None:
    """Read headers and the first rows, and say what the columns look like."""
    with tables.opened(of) as rows:
        first = list(islice(rows, SAMPLE + 1))
    if not first:
        raise Unreadable("There is nothing in this file.")
    if len(first) == 1:
        raise Unreadable("The file has one row only. The first row names the columns; the leads follow.")
    of.headers = first[0][1]
    of.sample = [[number, tables.padded(cells, len(of.headers))] for number, cells in first[1:]]
    saved = saved_mapping(of.team, of.headers)
    of.columns = list(saved.columns) if saved else guess(of.headers)
    of.meant = saved.meant if saved else {}
    of.save()


@transaction.atomic
def read_as(*, of: LeadImport, encoding: str = "", delimiter: str = "", sheet: str = "") -> None:
    """Look at the file again, as a person says that it is to be read. Raises NotNow, Unreadable."""
    now = _locked(of, ImportStatus.DRAFT)
    if now.rows_total:
        raise NotNow("The rows have been read already. Discard this import and bring the file again.")
    if now.format == "xlsx":
        now.sheet = sheet if sheet in now.sheets else now.sheet
    else:
        if encoding and encoding != now.encoding:
            now.encoding, now.broken_characters = encoding, 0
        now.delimiter = delimiter or now.delimiter
    _look(now)


@transaction.atomic
def set_columns(  # what is decided on one page
    *,
    of: LeadImport,
    columns: Sequence[str],
    on_duplicate: str,
    on_unknown: str,
    isa: Membership | None,
    tag: str,
    at: datetime,
) -> None:
    """Say what the columns are, and have every row tried. Raises NotNow; Unreadable without phone and email."""
    if not is_enough(columns):
        raise Unreadable("Say which column is the phone number or the email address.")
    now = _locked(of, ImportStatus.DRAFT)
    if isa is not None and isa.team_id != now.team_id:
        raise NotNow("This person is not in the team.")
    now.columns, now.on_duplicate, now.on_unknown, now.isa, now.tag = list(columns), on_duplicate, on_unknown, isa, tag
    now.save()
    save_mapping(team=now.team, headers=now.headers, columns=now.columns, meant=now.meant, at=at)
    begin(now, ImportStatus.CHECKING if now.rows_total else ImportStatus.READING, at=at)


@transaction.atomic
def set_meanings(*, of: LeadImport, meant: dict[str, dict[str, str]], at: datetime) -> None:
    """Say what the file's stages and people are here, and have every row tried again. Raises NotNow."""
    now = _locked(of, ImportStatus.CHECKED)
    now.meant = {kind: {**now.meant.get(kind, {}), **words} for kind, words in meant.items()}
    now.save(update_fields=["meant"])
    save_mapping(team=now.team, headers=now.headers, columns=now.columns, meant=now.meant, at=at)
    begin(now, ImportStatus.CHECKING, at=at)


@transaction.atomic
def change_columns(*, of: LeadImport) -> None:
    """Go back to the columns: the trial showed something. Raises NotNow."""
    now = _locked(of, ImportStatus.CHECKED)
    now.status = ImportStatus.DRAFT
    now.save(update_fields=["status"])


@transaction.atomic
def start(*, of: LeadImport, at: datetime) -> None:
    """Import what was tried. Raises NotNow."""
    begin(_locked(of, ImportStatus.CHECKED), ImportStatus.RUNNING, at=at)


@transaction.atomic
def take_back(*, of: LeadImport, at: datetime) -> None:
    """Remove the leads that nobody has worked on since. Raises NotNow, once the rows are forgotten too."""
    now = _locked(of, ImportStatus.DONE)
    if not can_take_back(now):
        raise NotNow("This was too long ago: which leads it brought is no longer kept.")
    counts = now.counts
    begin(now, ImportStatus.UNDOING, at=at)
    now.counts = counts
    now.save(update_fields=["counts"])


def can_take_back(of: LeadImport) -> bool:
    """Whether there is something to undo, and the rows are still kept."""
    return of.status == ImportStatus.DONE and ImportRow.objects.filter(of=of).exists()


@transaction.atomic
def discard(*, of: LeadImport, at: datetime) -> None:
    """Throw away a file that was not imported. Raises NotNow."""
    now = _locked(of, ImportStatus.DRAFT, ImportStatus.CHECKED, ImportStatus.UNREADABLE)
    now.status, now.finished_at = ImportStatus.DISCARDED, at
    now.save(update_fields=["status", "finished_at"])
    forget_now(now, at=at)


def try_again(*, of: LeadImport, at: datetime) -> bool:
    """Have the step that failed tried again; tells whether there was one."""
    step = failed_step(of)
    return step is not None and retry_now(step, at=at)


def failed_step(of: LeadImport) -> ImportStep | None:
    """The last step, if it was given up: then the import stands still."""
    if not of.is_working:
        return None
    last = of.owed_steps.order_by("-number").first()
    return last if last is not None and last.state == "failed" else None


def _locked(of: LeadImport, *statuses: ImportStatus) -> LeadImport:
    now = LeadImport.objects.select_for_update(of=("self",)).select_related("team", "by", "isa").get(pk=of.pk)
    if now.status not in statuses:
        raise NotNow(f"This import has gone on meanwhile: {now.get_status_display().lower()}.")
    return now
