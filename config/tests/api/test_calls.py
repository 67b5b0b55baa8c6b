"""A dialler notes its calls."""

import pytest

from config.tests.api.caller import Caller, problem
from handoff.tests.factories import open_handoff
from leads.models import Call, Lead, LeadPhone
from leads.tests.factories import NOW, LeadFactory


@pytest.fixture
def lead(team, team_isa):
    return LeadFactory.create(team=team, isa=team_isa, phone="+15125550123", zone="America/Chicago")


def test_a_call_is_noted_and_the_usual_next_one_planned(api, lead, team_isa):
    answer = api.post(f"/leads/{lead.pk}/calls", {"result": "no_answer", "note": "Rang for long"})

    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("result", "phone", "note", "by", "next_call_at")} == {
        "result": "no_answer",
        "phone": "+15125550123",
        "note": "Rang for long",
        "by": team_isa.pk,
        "next_call_at": "2026-11-23T19:00:00Z",
    }
    told = api.get(f"/leads/{lead.pk}").json()
    assert (told["stage"], told["next_call_at"]) == ("contacting", "2026-11-23T19:00:00Z")


@pytest.mark.parametrize("when", [None, "2026-12-01T15:00:00Z"])
def test_the_caller_may_plan_another_time_or_none(api, lead, when):
    api.post(f"/leads/{lead.pk}/calls", {"result": "answered", "next_call_at": when})

    assert api.get(f"/leads/{lead.pk}").json()["next_call_at"] == when


def test_a_number_is_read_in_any_format(api, lead):
    made = api.post(f"/leads/{lead.pk}/calls", {"result": "wrong_number", "phone": "(512) 555-0123"}).json()

    assert made["phone"] == "+15125550123"
    assert LeadPhone.objects.get(lead=lead).wrong_at == NOW
    assert api.get(f"/leads/{lead.pk}").json()["phone"] == ""


@pytest.mark.parametrize("phone", ["(512) 555-0199", "12"])
def test_a_number_that_is_not_the_leads_is_refused(api, lead, phone):
    refused = api.post(f"/leads/{lead.pk}/calls", {"result": "answered", "phone": phone})

    assert problem(refused, 422, "invalid")["errors"]["phone"]
    assert not Call.objects.exists()
    assert Lead.objects.get(pk=lead.pk).stage == "new"


@pytest.mark.parametrize("body", [{}, {"result": "reached"}, {"result": "answered", "note": "x" * 501}])
def test_half_a_call_is_refused(api, lead, body):
    problem(api.post(f"/leads/{lead.pk}/calls", body), 422, "invalid")
    assert not Call.objects.exists()


def test_an_agent_notes_calls_on_their_own_leads(team_agent, ready_lead, lead):
    open_handoff(ready_lead, to=team_agent)
    caller = Caller(team_agent)

    assert caller.post(f"/leads/{ready_lead.pk}/calls", {"result": "answered"}).json()["next_call_at"] is None
    problem(caller.post(f"/leads/{lead.pk}/calls", {"result": "answered"}), 404, "not_found")


@pytest.mark.parametrize("rows", [1, 4])
def test_the_calls_are_listed_newest_first_at_one_cost(api, lead, rows, django_assert_num_queries):
    for number in range(rows):
        api.post(f"/leads/{lead.pk}/calls", {"result": "no_answer", "note": str(number)})

    with django_assert_num_queries(6):  # token; the lead with phones, emails, tags; calls
        found = api.get(f"/leads/{lead.pk}/calls").json()
    assert [each["note"] for each in found["items"]] == [str(number) for number in reversed(range(rows))]

    page = api.get(f"/leads/{lead.pk}/calls?limit=1").json()
    assert page["next_cursor"] == (str(page["items"][0]["id"]) if rows > 1 else None)
