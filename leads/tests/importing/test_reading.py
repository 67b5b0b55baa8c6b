"""Files in every form that people have."""

import codecs
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from leads.importing import conducting, tables, workbooks
from leads.importing.encodings import Detector
from leads.importing.files import PIECE, Unreadable, keep_file, open_stored
from leads.models import ImportPiece, LeadImport
from leads.tests.factories import NOW
from leads.tests.importing.bringing import bring, fresh, table, workbook, zipped

pytestmark = pytest.mark.django_db

WORDS = table(["Name", "Phone"], ["Žofie Ångström", "5125550123"])


def rows_of(of):
    with tables.opened(of) as rows:
        return list(rows)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (WORDS.encode(), "utf-8"),
        (codecs.BOM_UTF8 + WORDS.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + WORDS.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + WORDS.encode("utf-16-be"), "utf-16-be"),
        (WORDS.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF32_LE + WORDS.encode("utf-32-le"), "utf-32-le"),
    ],
)
def test_every_usual_encoding_reads_the_same(boss, data, encoding):
    of = bring(boss, data)

    assert (of.encoding, of.broken_characters) == (encoding, 0)
    assert rows_of(of) == [(1, ["Name", "Phone"]), (2, ["Žofie Ångström", "5125550123"])]


def test_what_windows_writes_is_recognised_by_not_being_utf_8(boss):
    of = bring(boss, "Name,Phone\r\nRenée Müller “R”,5125550123\r\n".encode("cp1252"))

    assert (of.encoding, of.broken_characters) == ("cp1252", 0)
    assert rows_of(of)[1] == (2, ["Renée Müller “R”", "5125550123"])


def test_a_few_broken_bytes_in_utf_8_are_marked_and_counted(boss):
    of = bring(boss, "Name,Phone\nZoë Ångström Šimůnek,5125550123\n".encode() + b"Br\xffken,5125550124\n")

    assert (of.encoding, of.broken_characters) == ("utf-8", 1)
    assert rows_of(of)[2] == (3, ["Br\ufffdken", "5125550124"])


def test_bytes_that_windows_does_not_know_are_counted():
    detector = Detector()
    detector.look(b"Name,Phone\nA\x81\x8d\xe9,1\n")

    assert (detector.reading().encoding, detector.reading().broken) == ("cp1252", 2)


def test_a_character_cut_between_two_pieces_is_whole():
    detector = Detector()
    for byte in "é🏡".encode():
        detector.look(bytes([byte]))

    assert detector.reading() == type(detector.reading())("utf-8", 0)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(boss, delimiter):
    of = bring(boss, table(["Name", "Phone", "Notes"], ["Dana", "5125550123", "a, b; c"], delimiter=delimiter))

    assert of.delimiter == delimiter
    assert of.headers == ["Name", "Phone", "Notes"]


def test_the_hint_that_excel_writes_is_not_a_row(boss):
    of = bring(boss, "sep=;\r\nName;Phone\r\nDana;5125550123\r\n")

    assert of.headers == ["Name", "Phone"]


def test_cells_over_several_lines_and_empty_lines_keep_their_numbers(boss):
    of = bring(boss, 'Name,Phone,Notes\n\nDana,5125550123,"one\ntwo"\n,,\nBo,5125550124,\n')

    assert rows_of(of) == [
        (1, ["Name", "Phone", "Notes"]),
        (3, ["Dana", "5125550123", "one\ntwo"]),
        (5, ["Bo", "5125550124"]),
    ]


def test_text_that_no_database_takes_becomes_a_mark(boss):
    of = bring(boss, "Name,Phone\nDa\x00na,5125550123\n")

    assert rows_of(of)[1][1][0] == "Da\ufffdna"
    assert fresh(of).sample[0][1][0] == "Da\ufffdna"


def test_a_quotation_mark_that_is_never_closed_is_named(boss):
    of = bring(boss, 'Name,Phone\nDana,5125550123\n"Bo,5125550124\n')
    big = 'Name,Phone\nDana,5125550123\n"Bo' + ",5125550124\n" * 20_000

    assert rows_of(of)[2][1][0].startswith("Bo,")  # short enough to be a cell
    with pytest.raises(Unreadable, match="quotation mark"):
        rows_of(bring(boss, big))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "nothing in this file"),
        (b"Name,Phone\n", "one row only"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old or a locked"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (bytes(range(256)) * 50, "neither"),
        (b"\x89PNG\r\n\x1a\n" + bytes(3000), "neither|nothing|one row"),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_not_kept(boss, data, words):
    with pytest.raises(Unreadable, match=words):
        bring(boss, data)

    assert not LeadImport.objects.exists()
    assert not ImportPiece.objects.exists()


def test_too_many_rows_and_columns_are_refused_with_advice(boss, monkeypatch):
    monkeypatch.setitem(tables.MOST_ROWS, "csv", 10)
    of = bring(boss, "Phone\n" + "5125550123\n" * 11)

    with pytest.raises(Unreadable, match=r"more than 10 rows\. Cut it in two"):
        rows_of(of)
    with pytest.raises(Unreadable, match="200 columns"):
        bring(boss, ",".join(f"c{n}" for n in range(201)) + "\n1,2\n")


def test_the_file_is_kept_in_pieces_and_reads_back_whole(boss):
    of = bring(boss, WORDS)
    ImportPiece.objects.all().delete()
    data = bytes(range(256)) * (PIECE // 128)  # two pieces
    keep_file(of=of, pieces=[data[:10], data[10 : PIECE + 5], data[PIECE + 5 :], b"rest"])

    assert [len(piece.data) for piece in of.pieces.order_by("number")] == [PIECE, PIECE, 4]
    with open_stored(of) as stored:
        assert stored.read() == data + b"rest"


# --- Workbooks --------------------------------------------------------------------------------------------------------


def test_a_workbook_gives_values_as_people_would_type_them(boss):
    of = bring(
        boss,
        workbook(
            ["Name", "Phone", "Date added", "Price", "Hot"],
            ["Dana", 5125550123.0, datetime(2026, 3, 1), 450000.5, True],  # noqa: DTZ001  # Excel knows no zones
            ["Bo", 5125550124, datetime(2026, 3, 1, 9, 30), None, False],  # noqa: DTZ001
            ["Cy", "(512) 555-0125", date(2026, 3, 2), "#N/A", None],
        ),
        "leads.xlsx",
    )

    assert of.format == "xlsx"
    assert rows_of(of)[1:] == [
        (2, ["Dana", "5125550123", "2026-03-01", "450000.5", "Yes"]),
        (3, ["Bo", "5125550124", "2026-03-01 09:30:00", "", "No"]),
        (4, ["Cy", "(512) 555-0125", "2026-03-02"]),
    ]


def test_of_a_formula_only_the_value_is_read_and_nothing_is_calculated(boss):
    of = bring(boss, workbook(["Name", "Phone"], ['=HYPERLINK("https://evil.example.com")', "5125550123"]), "x.xlsx")

    assert rows_of(of)[1] == (2, ["", "5125550123"])  # this workbook was never calculated


def test_merged_cells_empty_rows_and_other_sheets(boss):
    book = Workbook()
    sheet = book.active
    sheet.append(["Name", "Phone"])
    sheet["A4"], sheet["B4"], sheet["B5"] = "Dana", "5125550123", "5125550124"
    sheet.merge_cells("A4:A5")
    other = book.create_sheet("Others")
    other.append(["Email"])
    other.append(["bo@example.com"])
    hidden = book.create_sheet("Secret")
    hidden.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)

    of = bring(boss, file.getvalue(), "x.xlsx")

    assert of.sheets == ["Sheet", "Others"]
    assert rows_of(of) == [(1, ["Name", "Phone"]), (4, ["Dana", "5125550123"]), (5, ["", "5125550124"])]
    conducting.read_as(of=of, sheet="Others")
    assert fresh(of).headers == ["Email"]
    conducting.read_as(of=of, sheet="Secret")
    assert fresh(of).sheet == "Others"


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_unpacked(boss, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1 << 20)
    monkeypatch.setattr(workbooks, "MOST_TEXTS", 1 << 19)

    for parts in (
        {"xl/worksheets/sheet1.xml": b"0" * (2 << 20)},
        {"xl/sharedStrings.xml": b"0" * (1 << 20)},
        {f"xl/{number}.xml": b"" for number in range(workbooks.MOST_PARTS + 1)},
    ):
        with pytest.raises(Unreadable, match="too large"):
            bring(boss, zipped(**parts), "bomb.xlsx")


def test_an_entity_that_doubles_without_end_is_refused(boss):
    good = workbook(["Name", "Phone"], ["Dana", "5125550123"])
    doubled = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{doubled}]><worksheet>&e11;</worksheet>'

    with pytest.raises(Unreadable, match="damaged"):
        bring(boss, _with_part(good, "xl/worksheets/sheet1.xml", text.encode()), "laughs.xlsx")


def test_a_sheet_that_lies_about_its_size_costs_nothing(boss):
    good = workbook(["Name", "Phone"], ["Dana", "5125550123"])
    of = bring(boss, _with_dimension(good, "A1:XFD1048576"), "wide.xlsx")

    assert rows_of(of) == [(1, ["Name", "Phone"]), (2, ["Dana", "5125550123"])]


def _with_part(data, name, content):
    import zipfile  # noqa: PLC0415

    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    assert name in parts
    return zipped(**parts | {name: content})


def _with_dimension(data, dimension):
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    return _with_part(data, "xl/worksheets/sheet1.xml", sheet.replace("A1:B2", dimension).encode())


def test_the_moment_of_arrival_is_kept(boss):
    assert fresh(bring(boss, WORDS)).created_at == NOW == datetime(2026, 11, 23, 16, tzinfo=UTC)
