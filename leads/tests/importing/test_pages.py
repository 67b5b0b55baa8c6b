"""The pages of imports, for the team lead, a colleague and a stranger."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from leads.importing import conducting
from leads.models import Lead, LeadImport
from leads.models.imports import ImportStatus
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tests.factories import NOW
from leads.tests.importing.bringing import bring, fresh, imported, table, tried, work, workbook
from leads.tests.importing.pages import page
from leads.tests.pages import HOSTILE
from teams import uploads
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


CONTENT = table(
    ["Name", "Phone", "Stage", "Agent"],
    ["Dana Example", "5125550123", "Hot", "Somebody"],
    ["Bo", "12", "", ""],
)
POSTED = ("columns", "read-as", "meanings", "back", "start", "undo", "again", "discard")


def upload(client, data, name="leads.csv"):
    return client.post(reverse("leads:import-upload"), {"file": SimpleUploadedFile(name, data)})


def test_the_whole_way_from_the_file_to_the_leads_and_back(browser, boss, isa):
    client = browser(boss)

    uploaded = upload(client, CONTENT.encode())
    of = LeadImport.objects.get()
    assert uploaded.url == page("", of)
    columns = client.get(uploaded.url)
    assert "Dana Example" in columns.text
    assert "5125550123" in columns.text

    said = {f"column-{place}": target for place, target in enumerate(["name", "phone", "stage", "person"])}
    client.post(page("columns", of), said | {"on_duplicate": "skip", "on_unknown": "leave", "isa": isa.pk, "tag": ""})
    assert "Reading the file" in client.get(page("", of)).text
    assert client.get(page("progress", of)).status_code == 200
    work(timezone.now())
    done = client.get(page("progress", of))
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")

    trial = client.get(page("", of))
    assert "Would be new leads" in trial.text
    assert "too few or too many digits" in trial.text
    client.post(page("meanings", of), {"stage-0": "nurture", "person-0": str(isa.pk)})
    work(timezone.now())
    client.post(page("start", of))
    work(timezone.now())
    lead = Lead.objects.get()
    assert (lead.owner, lead.stage) == (isa, "nurture")
    assert "Undo the import" in client.get(page("", of)).text

    client.post(page("undo", of))
    work(timezone.now())
    assert not Lead.objects.exists()
    assert "Removed again" in client.get(page("", of)).text


@pytest.mark.parametrize("who", ["isa", "agent"])
def test_only_team_leads_import_and_export(browser, request, boss, who):
    of = tried(boss, CONTENT)
    client = browser(request.getfixturevalue(who))

    for name in ("", "progress", "problems"):
        assert client.get(page(name, of)).status_code == 403
    for name in POSTED:
        assert client.post(page(name, of)).status_code == 403
    assert client.get(reverse("leads:imports")).status_code == 403
    assert client.get(reverse("leads:export")).status_code == 403
    assert upload(client, CONTENT.encode()).status_code == 403


def test_a_team_lead_of_another_team_finds_nothing(browser, boss, stranger):
    of = tried(boss, CONTENT)
    client, missing = browser(stranger), of.pk + 1

    for name in ("", "progress", "problems"):
        foreign = client.get(page(name, of))
        assert foreign.status_code == 404
        assert foreign.content == client.get(page(name, LeadImport(pk=missing))).content
    for name in POSTED:
        assert client.post(page(name, of)).status_code == 404
    assert of.file_name not in client.get(reverse("leads:imports")).text
    assert fresh(of).status == ImportStatus.CHECKED


def test_looking_changes_nothing(browser, boss):
    of = tried(boss, CONTENT)
    client = browser(boss)
    before = LeadImport.objects.values().get()

    for name in ("", "progress", "problems"):
        client.get(page(name, of))
    for name in POSTED:
        assert client.get(page(name, of)).status_code == 405

    assert LeadImport.objects.values().get() == before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"Name\n", "one row only"),
        (b"PK\x03\x04nothing", "damaged"),
        (bytes(range(256)) * 50, "neither a CSV file"),
    ],
)
def test_a_file_that_is_none_is_answered_in_words(browser, boss, data, words):
    answer = upload(browser(boss), data)

    assert answer.status_code == 422
    assert words in answer.text
    assert not LeadImport.objects.exists()


def test_a_file_that_is_too_large_is_answered_in_words_and_never_kept(browser, boss, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_FILE", 100_000)

    answer = upload(browser(boss), b"Phone\n" + b"5125550123\n" * 20_000)

    assert answer.status_code == 422
    assert "larger than 50 MB" in answer.text
    assert not LeadImport.objects.exists()


def test_no_file_at_all(browser, boss):
    answer = browser(boss).post(reverse("leads:import-upload"))

    assert answer.status_code == 422
    assert "Choose the file first." in answer.text


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_and_cells_are_shown_as_words(browser, boss, words):
    content = table(["Name", "Phone", words], [words, "5125550123", words], ["Bo", words, ""])
    client = browser(boss)

    answer = upload(client, content.encode(errors="surrogatepass"), "<script>alert(1)</script>.csv")
    of = LeadImport.objects.get()
    assert answer.status_code == 302
    assert "<script>alert(1)" not in client.get(page("", of)).text
    client.post(
        page("columns", of), {"column-0": "name", "column-1": "phone", "on_duplicate": "skip", "on_unknown": "leave"}
    )
    work(timezone.now())
    assert "<script>alert(1)" not in client.get(page("", of)).text
    assert client.get(page("problems", of)).status_code == 200


def test_choices_that_are_none_are_refused(browser, boss, stranger):
    foreign = people.isa(stranger.team)
    of = bring(boss, CONTENT)
    client = browser(boss)
    said = {"column-1": "phone", "on_duplicate": "skip", "on_unknown": "leave"}

    for wrong in ({"column-0": "owner_id"}, {"on_duplicate": "overwrite"}, {"isa": foreign.pk}, {"isa": "x"}):
        assert client.post(page("columns", of), said | wrong).status_code == 422
    without = client.post(page("columns", of), said | {"column-1": ""})
    assert without.status_code == 422
    assert "phone number or the email address" in without.text
    assert client.post(page("read-as", of), {"encoding": "rot13"}).status_code == 422
    assert fresh(of).status == ImportStatus.DRAFT

    of = tried(boss, CONTENT)
    assert client.post(page("meanings", of), {"stage-0": "handed_off"}).status_code == 422
    assert client.post(page("meanings", of), {"stage-0": "new", "person-0": foreign.pk}).status_code == 422
    assert fresh(of).meant == {}


def test_another_encoding_can_be_chosen(browser, boss):
    of = bring(boss, "Name,Phone\nJosé,5125550123\n".encode("mac-roman"))
    assert "José" not in str(of.sample)

    browser(boss).post(page("read-as", of), {"encoding": "mac-roman", "delimiter": ","})

    assert "José" in str(fresh(of).sample)


def test_what_comes_too_late_is_said_and_changes_nothing(browser, boss):
    of = imported(boss, CONTENT)
    client = browser(boss)

    for name in ("start", "discard", "back"):
        answer = client.post(page(name, of), follow=True)
        assert "gone on meanwhile" in answer.text
    assert fresh(of).status == ImportStatus.DONE


def test_a_stopped_import_says_so_and_goes_on_when_asked(browser, boss):
    of = bring(boss, CONTENT)
    conducting.set_columns(
        of=of, columns=["name", "phone", "", ""], on_duplicate="skip", on_unknown="leave", isa=None, tag="", at=NOW
    )
    of.owed_steps.exclude(number=0).update(state="failed", answer="Given up.")
    client = browser(boss)

    assert "Given up." in client.get(page("progress", of)).text
    client.post(page("again", of))
    work(timezone.now())

    assert fresh(of).status == ImportStatus.CHECKED


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_of_imports_costs_the_same_however_long(browser, boss, rows, django_assert_num_queries):
    for _ in range(rows):
        tried(boss, CONTENT)
    client = browser(boss)
    client.get(reverse("leads:imports"))

    with django_assert_num_queries(5):
        client.get(reverse("leads:imports"))


@pytest.mark.parametrize("rows", [1, 4])
def test_the_result_costs_the_same_however_many_rows_it_tells_of(browser, boss, isa, rows, django_assert_num_queries):
    of = imported(boss, table(["Name", "Phone"], *[[f"N{n}", f"51255501{n:02}; 12"] for n in range(rows)]))
    change_stage(lead=Lead.objects.first(), to=Stage.NURTURE, actor=isa, via=Via.PAGE, at=NOW)
    client = browser(boss)
    client.get(page("", of))

    with django_assert_num_queries(7):
        client.get(page("", of))


def test_a_workbook_is_taken_through_the_page(browser, boss):
    upload(browser(boss), workbook(["Name", "Phone"], ["Dana", 5125550123]), "leads.xlsx")

    of = LeadImport.objects.get()
    assert (of.format, of.sheets) == ("xlsx", ["Sheet"])
    assert "Sheet" in browser(boss).get(page("", of)).text
