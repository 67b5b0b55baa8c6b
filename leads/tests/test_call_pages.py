"""Noting a call on the lead's page: one press takes the suggestion, and everything can be said otherwise."""

import pytest
from django.urls import reverse

from leads.collaborating import collaborate
from leads.contacts import add_phone
from leads.models import Call, Lead
from leads.states import Stage
from leads.tests.factories import NOW, LeadFactory
from leads.tests.pages import HOSTILE, post, send, url

pytestmark = pytest.mark.django_db

SUGGESTED = "no_answer 2026-11-24T15:30:00+00:00"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def planned(lead):
    moment = Lead.objects.get(pk=lead.pk).next_call_at
    return moment and moment.isoformat()


def test_one_press_notes_the_call_with_the_suggestion_that_was_shown(browser, lead):
    page = post(browser(lead.isa), "call", lead, {"took": SUGGESTED}).content.decode()

    assert Call.objects.get().result == "no_answer"
    assert planned(lead) == "2026-11-24T15:30:00+00:00"
    assert "No answer. Next call Tue, Nov 24, 9:30 AM CST." in page
    assert 'id="lead-head"' in page


def test_the_page_offers_the_four_results(browser, lead):
    page = browser(lead.isa).get(url("lead", lead)).content.decode()

    for key in "anvw":
        assert f'data-key="c {key}"' in page
    assert 'value="no_answer 2026-11-23T19:00:00+00:00"' in page
    assert "a task asks for another" in page


@pytest.mark.parametrize(
    ("more", "when"),
    [
        ({"next_call": "2026-11-25T09:00"}, "2026-11-25T15:00:00+00:00"),  # in the clock of who types it
        ({"no_next": "1"}, None),
        ({"no_next": "1", "next_call": "2026-11-25T09:00"}, None),
    ],
)
def test_the_suggestion_gives_way_to_what_is_typed(browser, lead, more, when):
    post(browser(lead.isa), "call", lead, {"took": SUGGESTED} | more)

    assert planned(lead) == when


def test_a_note_and_the_number_that_was_called_are_kept(browser, lead):
    add_phone(lead=lead, phone="+15125550124", actor=lead.isa, at=NOW)

    post(browser(lead.isa), "call", lead, {"took": "answered", "note": "Ring after six", "phone": "+15125550124"})

    assert (Call.objects.get().note, Call.objects.get().phone) == ("Ring after six", "+15125550124")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"took": ""},
        {"took": "reached"},
        {"took": "no_answer tomorrow"},
        {"took": "no_answer 0001-01-01T00:00:00+14:00"},
        {"took": "no_answer 9999-12-31T23:59:59-12:00"},
        {"took": "no_answer\x00"},
        {"took": SUGGESTED, "next_call": "2027-03-14T02:30"},
        {"took": SUGGESTED, "next_call": "not a time"},
        {"took": SUGGESTED, "next_call": "9999-12-31T23:59"},
        {"took": SUGGESTED, "next_call": "0001-01-01T00:00"},
        {"took": SUGGESTED, "next_call": "\x00"},
        {"took": SUGGESTED, "phone": "+15125550199"},
        {"took": SUGGESTED, "note": "x" * 501},
    ],
)
def test_what_cannot_be_kept_is_refused_with_words_and_nothing_is_noted(browser, lead, said):
    response = post(browser(lead.isa), "call", lead, said)

    assert response.status_code == 422
    assert "toast-note-error" in response.content.decode()
    assert not Call.objects.exists()
    assert Lead.objects.get(pk=lead.pk).stage == Stage.NEW


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_notes_are_kept_or_refused_and_never_harm(browser, lead, kind):
    client = browser(lead.isa)

    assert post(client, "call", lead, {"took": "answered", "note": HOSTILE[kind]}).status_code in {200, 422}
    assert "<script>alert" not in client.get(url("lead", lead)).content.decode()


def test_without_scripts_the_page_itself_answers(browser, lead):
    answer = send(browser(lead.isa), url("call", lead), {"took": "voicemail"}, {})

    assert answer.status_code == 302
    assert Call.objects.get().result == "voicemail"


def test_an_agent_notes_calls_on_leads_they_see_and_no_others(browser, lead, agent):
    assert post(browser(agent), "call", lead, {"took": "answered"}).status_code == 404

    collaborate(lead=lead, membership=agent, reason="handoff", at=NOW)

    assert post(browser(agent), "call", lead, {"took": "answered"}).status_code == 200
    assert Call.objects.get().by == agent


def test_a_stranger_finds_nothing_to_call(browser, lead, stranger):
    assert post(browser(stranger), "call", lead, {"took": "answered"}).status_code == 404
    assert not Call.objects.exists()


def test_asking_for_the_page_changes_nothing(browser, lead):
    assert browser(lead.isa).get(url("call", lead)).status_code == 405
    assert not Call.objects.exists()


def test_a_wrong_number_is_shown_as_such_and_may_be_right_after_all(browser, lead):
    client = browser(lead.isa)
    post(client, "call", lead, {"took": "wrong_number"})

    page = client.get(url("lead", lead)).content.decode()
    assert "Wrong number" in page
    assert "tel:+15125550123" in page  # in the list of numbers, marked
    assert "It is right after all" in page

    page = post(client, "phone", lead, {"is_primary": "1", "phone": "+15125550123"}).content.decode()
    assert "It is right after all" not in page
    assert "They confirm" in page


def test_a_wrong_number_is_not_offered_for_a_tap(browser, lead):
    post(browser(lead.isa), "call", lead, {"took": "wrong_number"})

    page = browser(lead.isa).get(url("lead", lead)).content.decode()
    assert "sms:" not in page
    assert "+15125550123" not in browser(lead.isa).get(reverse("leads:list")).content.decode()


def test_call_and_text_are_a_tap_away(browser, lead):
    page = browser(lead.isa).get(url("lead", lead)).content.decode()

    assert 'href="tel:+15125550123"' in page
    assert 'href="sms:+15125550123"' in page


def test_other_numbers_are_offered_where_there_are_any(browser, lead):
    client = browser(lead.isa)
    assert 'name="phone" id="call-phone"' not in client.get(url("lead", lead)).content.decode()

    add_phone(lead=lead, phone="+15125550124", actor=lead.isa, at=NOW)
    assert 'name="phone" id="call-phone"' in client.get(url("lead", lead)).content.decode()


def test_a_lead_who_is_with_an_agent_is_not_planned_for_a_call(browser, team, isa):
    lead = LeadFactory.create(team=team, isa=isa, stage=Stage.HANDED_OFF)

    page = browser(isa).get(url("lead", lead)).content.decode()

    assert 'name="took" value="answered"' in page
