"""Rows of people who are there already, or stand in the file twice: foretold, left out or filled in."""

import pytest

from leads.capture import add_lead
from leads.importing import conducting
from leads.models import Lead
from leads.models.imports import ImportStatus, OnDuplicate, Outcome
from leads.states import Stage
from leads.tests.factories import NOW, LeadFactory
from leads.tests.importing.bringing import fresh, imported, outcomes, table, tried, work
from leads.tests.importing.rows import HEADERS, row
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


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


def test_a_lead_that_somebody_adds_between_trial_and_import_is_not_doubled(boss, isa, team):
    of = tried(boss, table(HEADERS, row()))
    assert of.counts == {"create": 1}
    add_lead(team=team, isa=isa, first_name="Dana", phone="5125550123", at=NOW)

    conducting.start(of=of, at=NOW)
    work()

    assert fresh(of).counts == {"skip": 1}
    assert Lead.objects.count() == 1
