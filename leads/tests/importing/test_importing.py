"""Importing, and what becomes of each row."""

import pytest

from leads.importing import conducting
from leads.importing.conducting import NotNow
from leads.importing.steps import KEPT
from leads.models import Activity, ImportKey, ImportPiece, ImportRow, Lead, LeadImport
from leads.models.imports import ImportStatus
from leads.tests.factories import NOW
from leads.tests.importing.bringing import fresh, imported, outcomes, table, tried, work, workbook
from leads.tests.importing.rows import HEADERS, row
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def test_an_imported_lead_has_all_that_the_row_says(boss, isa, agent):
    of = imported(
        boss,
        table(
            HEADERS,
            row(
                **{
                    "Last name": "Example",
                    "Stage": "Nurture",
                    "Assigned to": agent.user.email,
                    "Tags": "Buyer; VIP",
                    "Notes": "Prefers texts",
                    "Source": "Zillow",
                },
                email="dana@example.com",
            ),
        ),
        isa=isa,
        tag="March list",
    )

    assert (of.status, of.counts) == (ImportStatus.DONE, {"create": 1})
    lead = Lead.objects.get()
    assert (lead.name, lead.sort_name, lead.stage, lead.source) == ("Dana Example", "example dana", "nurture", "Zillow")
    assert (lead.owner, lead.isa, lead.team) == (agent, isa, boss.team)
    assert [(str(p.number), p.is_primary) for p in lead.phones.all()] == [("+15125550123", True)]
    assert [(e.address, e.is_primary) for e in lead.emails.all()] == [("dana@example.com", True)]
    assert sorted(tag.name for tag in lead.tags.all()) == ["Buyer", "March list", "VIP"]
    assert [note.text for note in lead.person_notes.all()] == ["Prefers texts"]
    assert lead.lpmama.price_max is None
    assert lead.verification.phone == ""
    assert of.rows.get().lead == lead


def test_the_timeline_says_where_a_lead_came_from(boss):
    imported(boss, table(HEADERS, row(Stage="Closed")), "march.csv")

    entry = Activity.objects.get()
    assert entry.summary == "Imported from “march.csv”, row 2; stage there: Closed"
    assert (entry.kind, entry.actor) == ("imported", boss)


def test_the_owner_follows_from_who_is_assigned(boss, isa, agent, team):
    other = people.isa(team)
    rows = [
        row("Isa", "5125550120", **{"Assigned to": isa.user.email}),
        row("Agent", "5125550121", **{"Assigned to": agent.user.email}),
        row("Boss", "5125550122", **{"Assigned to": boss.user.email}),
        row("None", "5125550123"),
    ]

    imported(boss, table(HEADERS, *rows), isa=other)

    who = {lead.first_name: (lead.owner, lead.isa) for lead in Lead.objects.all()}
    assert who == {"Isa": (isa, isa), "Agent": (agent, other), "Boss": (boss, other), "None": (other, other)}


def test_a_trial_over_many_chunks_still_knows_the_first_rows(boss, monkeypatch):
    monkeypatch.setattr("leads.importing.work.WRITTEN_AT_ONCE", 2)
    monkeypatch.setattr("leads.importing.work.READ_AT_ONCE", 3)
    content = table(HEADERS, *[row(f"N{n}", f"51255501{n % 4:02}") for n in range(9)])

    of = tried(boss, content)
    assert of.counts == {"create": 4, "skip": 5}
    assert outcomes(of)[10][1] == "+15125550100 belongs to row 2."
    assert not ImportKey.objects.exists()

    conducting.start(of=of, at=NOW)
    work()
    assert fresh(of).counts == {"create": 4, "skip": 5}
    assert Lead.objects.count() == 4


def test_a_file_that_breaks_off_later_ends_in_words(boss):
    content = table(HEADERS, *[row(f"N{n}") for n in range(6)]) + '"' + "never closed\n" * 12_000

    of = tried(boss, content)

    assert of.status == ImportStatus.UNREADABLE
    assert "quotation mark" in of.problem
    assert not Lead.objects.exists()


def test_hostile_cells_are_words_and_nothing_else(boss):
    hostile = "<script>alert(1)</script>{{ 7*7 }}\x07"
    of = imported(boss, table(HEADERS, row(hostile, Tags=hostile, Notes=hostile, Source="=1+1")))

    lead = Lead.objects.get()
    assert of.counts == {"create": 1}
    assert lead.first_name == "<script>alert(1)</script>{{ 7*7 }}"
    assert lead.source == "=1+1"


def test_a_workbook_imports_like_a_csv(boss):
    of = imported(boss, workbook(["Name", "Phone"], ["Dana Example", 5125550123.0], [None, None], ["Bo", 12]), "x.xlsx")

    assert of.counts == {"create": 1, "fail": 1}
    assert str(Lead.objects.get().phones.get().number) == "+15125550123"
    assert sorted(outcomes(of)) == [2, 4]


def test_the_file_goes_when_it_is_imported_and_the_rows_after_thirty_days(boss):
    of = imported(boss, table(HEADERS, row()))
    assert not ImportPiece.objects.exists()
    assert ImportRow.objects.count() == 1

    work(NOW + KEPT)

    of = fresh(of)
    assert not ImportRow.objects.exists()
    assert (of.status, of.sample, of.counts) == (ImportStatus.DONE, [], {"create": 1})
    with pytest.raises(NotNow, match="too long ago"):
        conducting.take_back(of=of, at=NOW)
    assert Lead.objects.count() == 1


def test_a_discarded_file_is_forgotten_at_once(boss):
    of = tried(boss, table(HEADERS, row()))

    conducting.discard(of=of, at=NOW)
    work()

    assert fresh(of).status == ImportStatus.DISCARDED
    assert not ImportRow.objects.exists()
    assert not ImportPiece.objects.exists()
    assert LeadImport.objects.count() == 1
