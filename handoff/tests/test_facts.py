"""What the agent was told is frozen; what changed since is told apart from it."""

import json
from datetime import date, timedelta

import pytest

from handoff.facts import answer, differences, freeze
from handoff.models import Handoff
from handoff.states import Method
from handoff.tests.passing import a_handoff, a_team, ana, booked, dana, mia, passed
from leads.answers import save_answers
from leads.contacts import set_phone
from leads.models import Lpmama, PersonNote, Recording
from leads.models.lpmama import Letter, Mortgage, OtherAgent, Side, Timeframe
from leads.models.recordings import NoRecording
from leads.recordings import attach_link, no_recording, promise_link
from leads.tests.factories import COMPLETE, NOW
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


def stored(handoff):
    return Handoff.objects.get(pk=handoff.pk)


def frozen(lead, **fields):
    to = ana(lead.team)
    known = {"agent": to, "setter": lead.isa, "appointment": None, "method": Method.DIRECT, "at": NOW}
    return freeze(lead, **(known | fields))


def say(lead, **changes):
    save_answers(lead=lead, changes=changes, actor=lead.isa, at=NOW)


@pytest.fixture
def client():
    return dana(mia(a_team()))


def test_the_snapshot_is_plain_data(client):
    appointment = booked(client, to=ana(client.team))
    facts = frozen(client, appointment=appointment, method=Method.SCHEDULED)

    assert json.loads(json.dumps(facts)) == facts
    assert facts["appointment"]["starts_at"] == "2026-11-24T21:30:00+00:00"
    assert facts["lead"]["phone"] == "+15125550123"
    assert facts["agent"]["title"] == "downtown condo specialist"
    assert facts["setter"]["name"] == "Mia Setter"


@pytest.mark.parametrize(
    ("letter", "changes", "words"),
    [
        (Letter.LOCATION, {}, "Buy in Mueller, near the lake"),
        (Letter.LOCATION, {"side": Side.BOTH}, "Sell and buy in Mueller, near the lake"),
        (Letter.PRICE, {}, "$380k-$450k"),
        (Letter.PRICE, {"price_min": None}, "Up to $450k"),
        (Letter.PRICE, {"side": Side.SELL, "price_expected": 520_000}, "Expects $520k"),
        (Letter.PRICE, {"side": Side.BOTH, "price_expected": 520_000}, "$380k-$450k; expects $520k"),
        (Letter.MOTIVATION, {}, "1-3 months · New job downtown, lease ends in spring"),
        (Letter.MOTIVATION, {"motivation": "", "motivation_declined": True}, "1-3 months · Would not say why"),
        (
            Letter.MOTIVATION,
            {"timeframe": Timeframe.UNKNOWN},
            "Would not say how soon · New job downtown, lease ends in spring",
        ),
        (Letter.AGENT, {"other_agent_name": "Left Over"}, "No agent"),
        (
            Letter.AGENT,
            {"other_agent": OtherAgent.UNSIGNED, "other_agent_name": "Robin Rival"},
            "Yes, not signed: Robin Rival",
        ),
        (
            Letter.MORTGAGE,
            {"mortgage_on": date(2026, 11, 3)},
            "Pre-approved: $460k, First Example Bank, Nov 3, 2026",
        ),
        (Letter.MORTGAGE, {"mortgage": Mortgage.CASH}, "Cash"),
    ],
)
def test_each_answer_is_told_in_words(client, letter, changes, words):
    say(client, **changes)

    assert answer(frozen(client), letter) == words


def test_areas_and_words_make_one_place(client):
    say(client, areas=[AreaFactory(team=client.team, name="Mueller")], location_text="close to the park")

    assert answer(frozen(client), Letter.LOCATION) == "Buy in Mueller, close to the park"


def test_a_lead_of_whom_nothing_is_known_freezes_too(client):
    Lpmama.objects.filter(lead=client).delete()
    Recording.objects.filter(lead=client).delete()

    facts = frozen(type(client).objects.get(pk=client.pk))

    assert [one["text"] for one in facts["answers"]] == [""] * 5
    assert facts["recording"]["words"] == "No recording"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"other_agent": OtherAgent.UNSIGNED}, "other_agent"),
        ({"other_agent": OtherAgent.EXCLUSIVE}, "exclusive_agent"),
        ({"mortgage": Mortgage.NOT_YET}, "no_mortgage"),
        ({"mortgage": Mortgage.APPLIED}, "mortgage_pending"),
        ({"motivation_declined": True}, "motivation_declined"),
        ({"timeframe": Timeframe.UNKNOWN}, "timeframe_unknown"),
    ],
)
def test_what_to_be_careful_of_travels_along(client, changes, code):
    say(client, **changes)

    assert code in [one["code"] for one in frozen(client)["cautions"]]


def test_a_recording_that_is_owed_and_one_that_never_will_be_are_told_apart(client):
    Recording.objects.filter(lead=client).delete()
    promise_link(lead=client, actor=client.isa, at=NOW)
    assert frozen(client)["recording"]["words"] == "Recording to follow"
    assert "recording_owed" in [one["code"] for one in frozen(client)["cautions"]]

    no_recording(lead=client, reason=NoRecording.NO_CONSENT, actor=client.isa, at=NOW)
    assert frozen(client)["recording"]["words"] == "No recording: client did not consent"


# --- Afterwards -------------------------------------------------------------------------------------------------------


def test_right_after_the_handoff_nothing_differs():
    assert differences(stored(a_handoff())) == []


def test_later_answers_never_rewrite_what_was_told():
    handoff = a_handoff()
    told = stored(handoff).facts

    say(handoff.lead, price_max=390_000, motivation="Changed their mind", needs="A garden")
    set_phone(lead=handoff.lead, phone="+15125550166", actor=handoff.setter, at=NOW)

    assert stored(handoff).facts == told


def test_what_changed_since_is_named_with_both_words():
    handoff = a_handoff()
    say(handoff.lead, price_max=390_000, bedrooms=3)
    set_phone(lead=handoff.lead, phone="+15125550166", actor=handoff.setter, at=NOW)

    found = {one.label: (one.was, one.now, one.letter) for one in differences(stored(handoff))}

    assert found == {
        "Price": ("$380k-$450k", "$380k-$390k", "price"),
        "Phone": ("+15125550123", "+15125550166", ""),
        "Bedrooms": ("", "3 or more", ""),
    }


def test_an_answer_that_was_put_back_is_no_change():
    handoff = a_handoff()
    say(handoff.lead, price_max=390_000)
    say(handoff.lead, price_max=COMPLETE["price_max"])

    assert differences(stored(handoff)) == []


def test_a_recording_that_arrived_is_a_change():
    team = a_team()
    lead = dana(mia(team))
    Recording.objects.filter(lead=lead).delete()
    promise_link(lead=lead, actor=lead.isa, at=NOW)
    handoff = passed(lead, to=ana(team))

    attach_link(lead=lead, url="https://recordings.example.com/2.mp3", actor=lead.isa, at=NOW)

    assert [(one.label, one.was, one.now) for one in differences(stored(handoff))] == [
        ("Recording", "Recording to follow", "Recorded")
    ]


def test_an_old_snapshot_without_the_newer_keys_is_still_read():
    handoff = a_handoff()
    Handoff.objects.filter(pk=handoff.pk).update(facts={"version": 0})

    found = {one.label for one in differences(stored(handoff))}

    assert {"Location", "Phone", "Name"} <= found


@pytest.mark.parametrize("notes", [1, 30])
def test_freezing_costs_the_same_however_many_notes(client, notes, django_assert_max_num_queries):
    for number in range(notes):
        PersonNote.objects.create(lead=client, author=client.isa, text=f"Note {number}", created_at=NOW)
    to = ana(client.team)

    with django_assert_max_num_queries(3):
        facts = freeze(client, agent=to, setter=client.isa, appointment=None, method=Method.DIRECT, at=NOW)

    assert facts["notes"][0] == {"text": f"Note {notes - 1}", "author": "Mia Setter", "at": NOW.isoformat()}


def test_notes_are_frozen_newest_first(client):
    for number in range(3):
        at = NOW + timedelta(minutes=number)
        PersonNote.objects.create(lead=client, author=None, text=f"Note {number}", created_at=at)

    assert [note["text"] for note in frozen(client)["notes"]] == ["Note 2", "Note 1", "Note 0"]
