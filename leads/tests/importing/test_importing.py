"""Trying, importing, and what becomes of each row."""

import pytest

from leads.capture import add_lead
from leads.importing import conducting
from leads.importing.conducting import NotNow
from leads.importing.files import Unreadable
from leads.importing.steps import KEPT
from leads.models import Activity, ImportKey, ImportMapping, ImportPiece, ImportRow, Lead, LeadImport
from leads.models.imports import ImportStatus, OnDuplicate, Outcome
from leads.states import Stage
from leads.tests.factories import NOW, LeadFactory
from leads.tests.importing.bringing import bring, fresh, imported, outcomes, table, tried, work, workbook
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

HEADERS = ["First name", "Last name", "Phone", "Email", "Stage", "Assigned to", "Tags", "Notes", "Source"]


def row(first="Dana", phone="5125550123", email="", **more):
    cells = {"First name": first, "Phone": phone, "Email": email} | more
    return [cells.get(header, "") for header in HEADERS]


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


def test_a_trial_writes_no_lead_and_foretells_the_import(boss, isa, team):
    there = LeadFactory.create(team=team, isa=isa, phone="+15125550129", email="there@example.com")
    content = table(
        HEADERS,
        row("One", "5125550121", "one@example.com"),
        row("Same number", "(512) 555-0121"),
        row("Same address", "", "ONE@example.com"),
        row("There by number", "5125550129"),
        row("There by address", "5125550122", "There@Example.com"),
        row("Left out, so its number is free", "5125550122"),
        row("Bad", "12"),
        row("Hidden by a formula", '=HYPERLINK("x")'),
    )

    of = tried(boss, content)

    assert list(Lead.objects.all()) == [there]
    assert of.status == ImportStatus.CHECKED
    foretold = outcomes(of)
    assert {number: said[0] for number, said in foretold.items()} == {
        2: Outcome.CREATE,
        3: Outcome.SKIP,
        4: Outcome.SKIP,
        5: Outcome.SKIP,
        6: Outcome.SKIP,
        7: Outcome.CREATE,
        8: Outcome.FAIL,
        9: Outcome.FAIL,
    }
    assert foretold[3][1] == "+15125550121 belongs to row 2."
    assert foretold[5][1] == "+15125550129 belongs to a lead that is there."
    assert of.counts == {"create": 2, "skip": 4, "fail": 2}

    conducting.start(of=of, at=NOW)
    work()

    assert fresh(of).counts == of.counts
    assert {number: said[0] for number, said in outcomes(of).items()} == {
        number: said[0] for number, said in foretold.items()
    }
    assert Lead.objects.count() == 3


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


def test_a_phone_decides_before_an_address(boss, isa, team):
    by_phone = LeadFactory.create(team=team, isa=isa, phone="+15125550121", email="a@example.com")
    LeadFactory.create(team=team, isa=isa, phone="+15125550122", email="b@example.com")

    of = imported(boss, table(HEADERS, row("X", "5125550121", "b@example.com")), on_duplicate=OnDuplicate.FILL)

    assert of.rows.get().lead == by_phone


def test_another_teams_lead_is_no_duplicate_and_is_not_touched(boss, stranger):
    foreign = LeadFactory.create(
        team=stranger.team, isa=people.isa(stranger.team), phone="+15125550123", email="dana@example.com"
    )

    of = imported(boss, table(HEADERS, row(email="dana@example.com")), on_duplicate=OnDuplicate.FILL)

    assert of.counts == {"create": 1}
    assert foreign.activities.count() == 1
    assert Lead.objects.filter(team=boss.team).count() == 1


def test_filling_adds_what_is_missing_and_changes_nothing_that_is_there(boss, isa, team):
    lead = LeadFactory.create(team=team, isa=isa, first_name="Dana", last_name="", phone="+15125550123", email="")
    headers = [*HEADERS, "Highest price", "Where they look"]
    content = table(
        headers,
        [
            *row(
                email="dana@example.com", **{"Last name": "Example", "Source": "Zillow", "Tags": "VIP", "Stage": "Lost"}
            ),
            "450k",
            "Mueller",
        ],
        [
            *row(phone="5125550123, 5125550124", Source="Portal", Tags="vip", Notes="Two dogs"),
            "9",
            "Elsewhere",
        ],
    )

    of = imported(boss, content, on_duplicate=OnDuplicate.FILL)

    assert of.counts == {"fill": 2}
    lead.refresh_from_db()
    assert (lead.name, lead.source, lead.stage, lead.owner) == ("Dana Example", "Zillow", Stage.NEW, isa)
    assert lead.sort_name == "example dana"
    assert [str(phone.number) for phone in lead.phones.all()] == ["+15125550123", "+15125550124"]
    assert lead.emails.get(is_primary=True).address == "dana@example.com"
    assert [tag.name for tag in lead.tags.all()] == ["VIP"]
    assert [note.text for note in lead.person_notes.all()] == ["Two dogs"]
    assert (lead.lpmama.price_max, lead.lpmama.location_text) == (450_000, "Mueller")
    assert [entry.summary for entry in lead.activities.order_by("pk")][1:] == [
        "Row 2 of “leads.csv” is this lead; added: dana@example.com, tag “VIP”, last name, source, location, price max",
        "Row 3 of “leads.csv” is this lead; added: +15125550124, a note",
    ]


def test_rows_of_one_new_person_become_one_lead_when_filling(boss):
    content = table(HEADERS, row("Dana", "5125550121"), row("Dana", "5125550121", "d@example.com"))

    of = imported(boss, content, on_duplicate=OnDuplicate.FILL)

    assert of.counts == {"create": 1, "fill": 1}
    assert Lead.objects.get().emails.get().address == "d@example.com"


def test_what_a_person_says_of_words_counts_and_is_remembered_for_the_next_file(boss, isa):
    content = table(HEADERS, row(Stage="Purple", **{"Assigned to": "The new one"}))
    of = tried(boss, content)
    assert of.found == {"stage": {"Purple": 1}, "person": {"The new one": 1}}
    assert "nobody in this team" in outcomes(of)[2][1]

    conducting.set_meanings(
        of=of, meant={"stage": {"Purple": "nurture"}, "person": {"The new one": str(isa.pk)}}, at=NOW
    )
    work()
    assert outcomes(of)[2] == (Outcome.CREATE, "")
    assert fresh(of).found == of.found  # counted anew, not twice
    conducting.start(of=fresh(of), at=NOW)
    work()
    lead = Lead.objects.get()
    assert (lead.stage, lead.owner) == (Stage.NURTURE, isa)

    again = bring(boss, content.replace("0123", "0124"))
    assert again.meant == {"stage": {"Purple": "nurture"}, "person": {"The new one": str(isa.pk)}}


def test_the_mapping_is_kept_for_the_team_and_no_other(boss, stranger):
    content = table(["Wer", "Nummer"], ["Dana Example", "5125550123"])
    tried(boss, content, columns=["name", "phone"])

    assert bring(boss, content).columns == ["name", "phone"]
    assert bring(stranger, content).columns == ["", ""]
    assert ImportMapping.objects.count() == 1


def test_without_phone_and_email_nothing_can_be_tried(boss):
    of = bring(boss, table(["Name"], ["Dana"]))

    with pytest.raises(Unreadable, match="phone number or the email"):
        conducting.set_columns(
            of=of, columns=["name"], on_duplicate="skip", on_unknown="leave", isa=None, tag="", at=NOW
        )


def test_an_isa_of_another_team_is_refused(boss, stranger):
    of = bring(boss, table(["Phone"], ["5125550123"]))

    with pytest.raises(NotNow):
        conducting.set_columns(
            of=of,
            columns=["phone"],
            on_duplicate="skip",
            on_unknown="leave",
            isa=people.isa(stranger.team),
            tag="",
            at=NOW,
        )


def test_nothing_can_be_done_out_of_order(boss):
    of = bring(boss, table(HEADERS, row()))

    with pytest.raises(NotNow):
        conducting.start(of=of, at=NOW)
    with pytest.raises(NotNow):
        conducting.take_back(of=of, at=NOW)
    done = imported(boss, table(HEADERS, row()))
    for verb in (conducting.start, conducting.discard):
        with pytest.raises(NotNow):
            verb(of=done, at=NOW)
    with pytest.raises(NotNow):
        conducting.read_as(of=done, encoding="cp1252")


def test_columns_can_be_changed_after_a_trial_without_reading_the_file_again(boss):
    of = tried(boss, table(["A", "B"], ["5125550123", "Dana"]), columns=["phone", ""])
    conducting.change_columns(of=of)
    with pytest.raises(NotNow, match="read already"):
        conducting.read_as(of=fresh(of), delimiter=";")
    ImportPiece.objects.all().delete()

    conducting.set_columns(
        of=fresh(of), columns=["phone", "name"], on_duplicate="skip", on_unknown="leave", isa=None, tag="", at=NOW
    )
    work()
    conducting.start(of=fresh(of), at=NOW)
    work()

    assert Lead.objects.get().first_name == "Dana"


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


def test_a_lead_that_somebody_adds_between_trial_and_import_is_not_doubled(boss, isa, team):
    of = tried(boss, table(HEADERS, row()))
    assert of.counts == {"create": 1}
    add_lead(team=team, isa=isa, first_name="Dana", phone="5125550123", at=NOW)

    conducting.start(of=of, at=NOW)
    work()

    assert fresh(of).counts == {"skip": 1}
    assert Lead.objects.count() == 1


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
