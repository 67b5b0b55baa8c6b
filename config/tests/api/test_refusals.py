"""Every refusal has a code that programs can rely on, and a sentence for people."""

from datetime import timedelta

import pytest
import time_machine

from config.tests.api.caller import Caller, problem
from handoff.tests.factories import NOW, SLOT, appointment, open_handoff, ready
from leads.tests.factories import LeadFactory
from teams.models import AgentProfile
from teams.tests.factories import agent

TAKEN_BY_A_MINUTE = SLOT + timedelta(minutes=30)


def booking(lead, to, starts_at=SLOT, **fields):
    return {"lead": lead.pk, "agent": to.pk, "starts_at": starts_at.isoformat(), **fields}


def test_a_lead_that_is_not_ready_is_refused_with_all_that_is_missing(api, team, team_isa, team_agent):
    bare = LeadFactory(team=team, isa=team_isa)
    for path, body in (
        ("/handoffs", booking(bare, team_agent)),
        ("/handoffs", {"lead": bare.pk, "method": "direct"}),
        (f"/leads/{bare.pk}/stage", {"stage": "handed_off"}),
        (f"/leads/{bare.pk}/tags", {"name": "Ready for handoff"}),
    ):
        lacks = problem(api.post(path, body), 422, "not_ready")["missing"]
        assert {"location", "price", "motivation", "agent", "mortgage", "recording"} <= {each["code"] for each in lacks}
        assert all(each["ask"] and each["label"] for each in lacks)
    assert api.get(f"/leads/{bare.pk}").json()["stage"] == "new"
    assert api.get(f"/leads/{bare.pk}/tags").json()["items"] == []


@pytest.mark.parametrize("starts_at", [SLOT, TAKEN_BY_A_MINUTE])
def test_a_slot_that_is_taken_names_the_next_free_ones(starts_at, api, team, team_isa, team_agent, ready_lead):
    open_handoff(to=team_agent, lead=ready(team))
    refused = problem(api.post("/handoffs", booking(ready_lead, team_agent, starts_at)), 409, "slot_taken")
    assert refused["slots"]
    assert all(each["agent"] == team_agent.pk for each in refused["slots"])
    taken = api.post(
        "/handoffs", {"lead": ready_lead.pk, "agent": team_agent.pk, "starts_at": refused["slots"][0]["starts_at"]}
    )
    assert taken.status_code == 201


def test_nobody_free_at_that_time_is_a_taken_slot_too(api, team, team_agent, ready_lead):
    open_handoff(to=team_agent, lead=ready(team))
    refused = problem(api.post("/handoffs", {"lead": ready_lead.pk, "starts_at": SLOT.isoformat()}), 409, "slot_taken")
    assert refused["slots"]


def test_a_lead_is_handed_off_once(api, team_agent, ready_lead):
    first = api.post("/handoffs", booking(ready_lead, team_agent)).json()
    for body in (
        booking(ready_lead, team_agent),
        {"lead": ready_lead.pk},
        {"lead": ready_lead.pk, "method": "direct"},
    ):
        assert problem(api.post("/handoffs", body), 409, "already_handed_off")["handoff"] == first["id"]


@pytest.mark.parametrize("stage", ["contacting", "qualified", "nurture", "lost"])
def test_a_lead_does_not_leave_its_agent_by_its_stage(stage, api, team_agent, ready_lead):
    handoff = api.post("/handoffs", {"lead": ready_lead.pk, "method": "direct", "agent": team_agent.pk}).json()
    if stage == "contacting":
        assert api.post(f"/leads/{ready_lead.pk}/stage", {"stage": "no_show"}).status_code == 200

    refused = problem(api.post(f"/leads/{ready_lead.pk}/stage", {"stage": stage}), 409, "handoff_open")

    assert refused["handoff"] == handoff["id"]
    assert "Record the outcome or take it back first" in refused["detail"]
    assert api.post(f"/handoffs/{handoff['id']}/take-back", {"reason": "Wrong area"}).status_code == 200
    answer = api.post(f"/leads/{ready_lead.pk}/stage", {"stage": "lost"})
    assert answer.status_code == 200


def test_an_appointment_that_is_announced_needs_a_slot(api, team_agent, ready_lead):
    for path, body in (
        (f"/leads/{ready_lead.pk}/stage", {"stage": "appointment_set"}),
        ("/handoffs", {"lead": ready_lead.pk, "method": "scheduled", "agent": team_agent.pk}),
    ):
        assert problem(api.post(path, body), 422, "slot_required")["slots"]
    assert api.get(f"/leads/{ready_lead.pk}").json()["stage"] == "qualified"


@pytest.mark.parametrize(
    ("starts_at", "words"),
    [
        (NOW - timedelta(days=1), "past"),
        (NOW + timedelta(minutes=5), "soon"),
        (SLOT.replace(hour=4), "does not work then"),
        (SLOT + timedelta(minutes=7), "every 30 minutes"),
        (NOW + timedelta(days=700), "days ahead"),
    ],
)
def test_a_time_that_nobody_may_have_is_refused_with_the_reason(starts_at, words, api, team_agent, ready_lead):
    refused = problem(api.post("/handoffs", booking(ready_lead, team_agent, starts_at)), 422, "unbookable")
    assert words in refused["detail"]


@pytest.mark.parametrize("how", ["video", "in_person"])
def test_a_meeting_needs_its_place(how, api, team_agent, ready_lead):
    problem(api.post("/handoffs", booking(ready_lead, team_agent, how=how)), 422, "unbookable")


def test_an_agent_without_the_licence_is_never_offered(api, team_agent, ready_lead):
    AgentProfile.objects.update(states=["OK"])
    assert api.get(f"/slots?lead={ready_lead.pk}").json()["items"] == []
    problem(api.post("/handoffs", booking(ready_lead, team_agent)), 422, "unbookable")
    problem(api.post("/handoffs", {"lead": ready_lead.pk, "method": "direct"}), 422, "no_agent")


def test_an_impossible_move_names_the_possible_ones(api, ready_lead):
    refused = problem(api.post(f"/leads/{ready_lead.pk}/stage", {"stage": "closed"}), 422, "illegal_move")
    assert "nurture" in refused["allowed"]
    assert "closed" not in refused["allowed"]


def test_a_first_time_is_refused_as_any_other(api, team, team_agent, ready_lead):
    handoff = api.post("/handoffs", {"lead": ready_lead.pk, "method": "direct", "agent": team_agent.pk}).json()
    path = f"/handoffs/{handoff['id']}/appointment"
    appointment(team_agent, starts_at=SLOT)

    assert problem(api.post(path, {"starts_at": SLOT.isoformat()}), 409, "slot_taken")["slots"]
    problem(api.post(path, {"starts_at": SLOT.replace(hour=4).isoformat()}), 422, "unbookable")
    assert problem(api.post(path, {"how": "call"}), 422, "invalid")["errors"]["starts_at"]
    stranger = Caller(agent())
    problem(stranger.post(path, {"starts_at": SLOT.isoformat()}), 404, "not_found")


def test_what_has_begun_is_too_late_to_change(api, team, team_agent, team_lead, ready_lead):
    handoff = api.post("/handoffs", booking(ready_lead, team_agent)).json()
    root = f"/appointments/{handoff['appointment']['id']}"
    with time_machine.travel(SLOT + timedelta(minutes=1), tick=False):
        for answer in (
            api.patch(root, {"starts_at": (SLOT + timedelta(days=1)).isoformat()}),
            api.patch(root, {"agent": agent(team).pk}),
            api.post(f"{root}/cancel", {"reason": "Late"}),
        ):
            problem(answer, 409, "too_late")


def test_an_outcome_is_reported_once_in_time_and_by_whom_it_concerns(api, team_agent, ready_lead):
    handoff = api.post("/handoffs", booking(ready_lead, team_agent)).json()
    path, said = f"/handoffs/{handoff['id']}/outcome", {"showed": False}
    agents_own = Caller(team_agent)
    problem(agents_own.post(path, said), 409, "not_yet")
    with time_machine.travel(SLOT + timedelta(hours=1), tick=False):
        problem(api.post(path, said), 403, "not_yours")
        refused = problem(agents_own.post(path, {"showed": True, "is_good": False}), 422, "invalid")
        assert refused["errors"]["reason"]
        assert agents_own.post(path, said).status_code == 201
        problem(agents_own.post(path, said), 409, "already_reported")
        problem(api.post(f"/handoffs/{handoff['id']}/take-back", {"reason": "Late"}), 409, "too_late")


def test_what_was_read_back_has_to_be_what_is_on_the_lead(api, ready_lead):
    path = f"/leads/{ready_lead.pk}/verification"
    problem(api.post(path, {"phone": "+1 512 555 0142"}), 409, "not_on_record")
    problem(api.post(path, {"email": "other@example.com"}), 409, "not_on_record")
    problem(api.post(path, {"has_no_email": True}), 409, "not_on_record")
    assert problem(api.post(path, {"phone": "12"}), 422, "invalid")["errors"]["phone"]


def test_half_a_confirmation_is_none(api, team, team_isa):
    lead = LeadFactory(team=team, isa=team_isa, phone="+15125550123")
    path = f"/leads/{lead.pk}/verification"
    problem(api.post(path, {"phone": "+15125550123", "email": "other@example.com"}), 409, "not_on_record")
    assert not api.get(path).json()["is_phone_verified"]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/leads", {}, "first_name"),
        ("POST", "/leads", {"first_name": "A", "phone": "12"}, "phone"),
        ("POST", "/leads", {"first_name": " ", "phone": "+15125550123"}, "first_name"),
        ("POST", "/leads", {"first_name": "A\r\nBcc: b@example.com", "phone": "+15125550123"}, "first_name"),
        ("POST", "/leads", {"first_name": "A\u0000", "phone": "+15125550123"}, "first_name"),
        ("POST", "/leads", {"first_name": "x" * 81, "phone": "+15125550123"}, "first_name"),
        ("POST", "/leads", {"first_name": "A", "phone": "+15125550123", "email": "no address"}, "email"),
        ("POST", "/leads", {"first_name": "A", "phone": "+15125550123", "email": "a@example.com\nx"}, "email"),
        ("POST", "/leads", {"first_name": "A", "phone": "+15125550123", "zone": "Mars/Base"}, "zone"),
        ("POST", "/leads", {"first_name": "A", "phone": "+15125550123", "state": "Texas"}, "state"),
        ("POST", "/leads", {"first_name": "A", "phone": "+15125550123", "state": "ZZ"}, "state"),
        ("PATCH", "/leads/{lead}", {"state": "tq"}, "state"),
        ("POST", "/leads", {"first_name": "A", "phone": "+15125550123", "stage": "closed"}, "stage"),
        ("POST", "/leads", [], "body"),
        ("PATCH", "/leads/{lead}/lpmama", {"price_max": -1}, "price_max"),
        ("PATCH", "/leads/{lead}/lpmama", {"price_max": 10**30}, "price_max"),
        ("PATCH", "/leads/{lead}/lpmama", {"price_min": 900_000}, "price_min"),
        ("PATCH", "/leads/{lead}/lpmama", {"side": "rent"}, "side"),
        ("PATCH", "/leads/{lead}/lpmama", {"areas": [2**62]}, "areas"),
        ("PATCH", "/leads/{lead}/lpmama", {"areas": ["x"]}, "areas.0"),
        ("PATCH", "/leads/{lead}/lpmama", {"mortgage_on": "9999-99-99"}, "mortgage_on"),
        ("POST", "/leads/{lead}/recordings", {"url": "javascript:alert(1)"}, "url"),
        ("POST", "/leads/{lead}/recordings", {"url": "https://[bad"}, "url"),
        ("POST", "/leads/{lead}/recordings", {"url": ""}, "body"),
        ("POST", "/leads/{lead}/recordings", {"kind": "none"}, "body"),
        ("POST", "/leads/{lead}/verification", {}, "body"),
        ("POST", "/leads/{lead}/tags", {"name": ""}, "name"),
        ("POST", "/leads/{lead}/tags", {"name": "x" * 61}, "name"),
        ("POST", "/leads/{lead}/stage", {"stage": "asleep"}, "stage"),
        ("POST", "/handoffs", {"lead": "x"}, "lead"),
        ("POST", "/handoffs", {"lead": 1, "starts_at": "2026-11-24T10:00:00"}, "starts_at"),
        ("POST", "/handoffs", {"lead": 1, "starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at"),
        ("POST", "/handoffs", {"lead": 1, "starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ("POST", "/handoffs", {"lead": 1, "minutes": 100_000}, "minutes"),
        ("POST", "/handoffs", {"lead": 1, "how": "pigeon"}, "how"),
        ("POST", "/handoffs", {"lead": 1, "place": "a\nb"}, "place"),
        ("POST", "/handoffs", {"lead": 1, "method": "direct", "place": "here"}, "body"),
        ("GET", "/slots", None, "lead"),
        ("GET", "/slots?lead={lead}&from=yesterday", None, "from"),
        ("GET", "/slots?lead={lead}&minutes=0", None, "minutes"),
        ("GET", "/leads?limit=0", None, "limit"),
        ("GET", "/leads?limit=101", None, "limit"),
        ("GET", "/leads?cursor=-1", None, "cursor"),
        ("GET", "/leads?stage=asleep", None, "stage"),
        ("GET", "/leads?q=%00", None, "q"),
        ("GET", "/leads/{lead}/readiness?method=pigeon", None, "method"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(method, path, body, field, api, ready_lead):
    answer = api.call(method, path.replace("{lead}", str(ready_lead.pk)), body)
    refused = problem(answer, 422, "invalid")
    assert field in refused["errors"], refused
    assert field in refused["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("GET", "/numbers?by=moon", None, "by: Choose 'set' or 'held'."),
        ("GET", "/numbers?weeks=many", None, "weeks: Give a whole number."),
        ("GET", "/numbers?since=yesterday", None, "since: Give a day, as 2026-11-23."),
        ("GET", "/slots", None, "lead: This has to be given."),
        ("GET", "/leads?limit=0", None, "limit: Give 1 or more."),
        ("GET", "/leads?limit=101", None, "limit: Give 100 or less."),
        ("POST", "/leads", {"first_name": 7}, "first_name: Give a text."),
        ("POST", "/leads", {"first_name": "x" * 500}, "first_name: Give at most "),
        ("POST", "/leads", {"nick_name": "Dee"}, "nick_name: There is no such field."),
        ("POST", "/handoffs", {"lead": 1, "starts_at": "2026-11-24T10:00:00"}, "starts_at: Give a moment with its"),
        ("POST", "/handoffs", {"lead": 1, "starts_at": "soon"}, "starts_at: Give a moment with its"),
    ],
)
def test_what_to_give_is_said_in_plain_words(method, path, body, words, api):
    assert words in problem(api.call(method, path, body), 422, "invalid")["detail"]


@pytest.mark.parametrize("body", ["{", b"\xff\xfe", "[" * 100_000, '{"first_name": ' + "9" * 10_000 + "}"])
def test_a_body_that_is_not_json_is_refused(body, api):
    problem(api.call("POST", "/leads", body), 400, "not_json")


def test_half_a_character_is_refused(api):
    body = '{"first_name": "\\ud800", "phone": "+15125550123"}'
    assert problem(api.call("POST", "/leads", body), 422, "invalid")["errors"]["first_name"]


def test_a_body_over_the_limit_is_refused(api):
    body = {"first_name": "x" * 5_000_000, "phone": "+15125550123"}
    problem(api.post("/leads", body), 413, "too_large")
    problem(api.post("/leads", body, key="again"), 413, "too_large")


def test_text_of_every_script_is_kept_as_it_is(api):
    name = "😀 שלום <!channel> =1+1"
    made = api.post("/leads", {"first_name": name, "phone": "+15125550123"}).json()
    assert api.get(f"/leads/{made['id']}").json()["first_name"] == name


def test_an_address_that_does_not_exist_and_a_verb_it_does_not_take_are_problems_too(api):
    problem(api.get("/nothing"), 404, "not_found")
    problem(api.post("/leads/"), 404, "not_found")
    problem(api.get("/leads/abc"), 404, "not_found")
    refused = api.delete("/leads")
    problem(refused, 405, "method")
    assert refused.headers["Allow"] == "GET, POST"


def test_a_busy_calendar_is_not_offered(api, team, team_agent, ready_lead):
    appointment(team_agent, starts_at=SLOT)
    day = api.get(
        f"/slots?lead={ready_lead.pk}&agent={team_agent.pk}&from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z"
    ).json()["items"]
    starts = [each["starts_at"] for each in day]
    assert starts
    assert "2026-11-24T16:00:00Z" not in starts
    assert "2026-11-24T16:30:00Z" not in starts
