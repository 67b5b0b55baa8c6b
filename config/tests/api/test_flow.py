"""A lead goes from a program's form to the agent's calendar and back."""

import time_machine

from config.tests.api.caller import Caller, problem
from handoff.tests.factories import SLOT
from teams.tests.factories import AreaFactory, agent

ANSWERS = {
    "side": "buy",
    "location_text": "Near the lake",
    "price_max": 450_000,
    "motivation": "New job downtown",
    "timeframe": "1-3",
    "other_agent": "none",
    "mortgage": "cash",
}
LATER = "2026-11-24T20:00:00+00:00"  # Tuesday 14:00 in Chicago


def missing(api, lead, method="scheduled"):
    answer = api.get(f"/leads/{lead}/readiness?method={method}").json()
    assert answer["ok"] is (not answer["missing"])
    return [each["code"] for each in answer["missing"]]


def capture(api):
    answer = api.post(
        "/leads",
        {"first_name": "Dana", "last_name": "Example", "phone": "(512) 555-0123", "email": "Dana@Example.com",
         "state": "tx", "source": "Website"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    return answer.json()


def free_slot(api, lead):
    """The first time of that Tuesday, with its agent."""
    free = api.get(f"/slots?lead={lead}&from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z&minutes=45").json()["items"]
    return next(each for each in free if each["starts_at"] == "2026-11-24T16:00:00Z")


def report(by, handoff):
    """The agent says, with a token of their own, that the client showed and is a good lead."""
    with time_machine.travel("2026-11-24T21:00:00Z", tick=False):
        told = Caller(by).post(
            f"/handoffs/{handoff}/outcome", {"showed": True, "is_good": True, "next_step": "showings"}
        )
    assert told.status_code == 201, told.content
    return told.json()


def test_a_lead_is_captured_made_ready_passed_on_moved_and_reported(api, team_agent, team_isa):
    lead = capture(api)
    assert (lead["phone"], lead["email"], lead["state"]) == ("+15125550123", "dana@example.com", "TX")
    assert lead["owner"] == lead["isa"] == team_isa.pk
    pk = lead["id"]
    assert missing(api, pk) == [
        "location", "price", "motivation", "agent", "mortgage", "phone", "email", "recording",
    ]  # fmt: skip

    assert api.patch(f"/leads/{pk}/lpmama", ANSWERS).json()["missing"] == []
    assert missing(api, pk) == ["phone", "email", "recording"]

    assert api.post(f"/leads/{pk}/recordings", {"kind": "to_follow"}).status_code == 201
    confirmed = api.post(f"/leads/{pk}/verification", {"phone": "512-555-0123", "email": "dana@example.com"}).json()
    assert confirmed["is_phone_verified"]
    assert confirmed["is_email_verified"]
    assert missing(api, pk) == []

    slot = free_slot(api, pk)
    assert slot["agent"] == team_agent.pk
    assert slot["zone"] == "America/Chicago"
    assert slot["reasons"]

    answer = api.post(
        "/handoffs",
        {"lead": pk, "method": "scheduled", "agent": slot["agent"], "starts_at": slot["starts_at"], "minutes": 45,
         "how": "in_person", "place": "12 Invented Street"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    handoff = answer.json()
    assert handoff["status"] == "open"
    assert handoff["appointment"]["place"] == "12 Invented Street"
    assert handoff["facts"]["lead"]["name"] == "Dana Example"
    assert {"New owner", "Invite"} <= {each["kind"] for each in handoff["receipts"]}
    assert all({"to", "state", "due_at", "done_at", "attempts", "answer"} <= set(each) for each in handoff["receipts"])
    assert api.get(f"/leads/{pk}").json()["stage"] == "appointment_set"

    moved = api.patch(f"/appointments/{handoff['appointment']['id']}", {"starts_at": LATER}).json()
    assert moved["starts_at"] == "2026-11-24T20:00:00Z"
    assert moved["sequence"] == handoff["appointment"]["sequence"] + 1
    assert moved["uid"] == handoff["appointment"]["uid"]

    reported = report(team_agent, handoff["id"])
    assert reported["status"] == "reported"
    assert reported["outcome"]["is_on_time"] is True
    assert api.get(f"/leads/{pk}").json()["stage"] == "met"
    story = [step["kind"] for step in api.get(f"/leads/{pk}/activity").json()["items"]]
    assert story[-1] == "added"
    assert {"handoff", "moved", "outcome", "recording", "verified"} <= set(story)


def test_without_an_agent_named_the_best_free_one_gets_the_slot(api, team, team_agent, ready_lead):
    handoff = api.post("/handoffs", {"lead": ready_lead.pk, "starts_at": SLOT.isoformat()}).json()
    assert handoff["agent"] == team_agent.pk


def test_a_direct_handoff_needs_no_time(api, team_agent, ready_lead):
    answer = api.post("/handoffs", {"lead": ready_lead.pk, "method": "direct", "agent": team_agent.pk})
    assert answer.status_code == 201
    assert answer.json()["appointment"] is None
    assert answer.json()["method"] == "direct"


def test_a_direct_handoff_gets_its_time_later(api, team_agent, ready_lead):
    handoff = api.post("/handoffs", {"lead": ready_lead.pk, "method": "direct", "agent": team_agent.pk}).json()
    path = f"/handoffs/{handoff['id']}/appointment"
    wanted = {"starts_at": SLOT.isoformat(), "how": "in_person", "place": "12 Invented Street"}

    answer = api.post(path, wanted)

    assert answer.status_code == 201, answer.content
    timed = answer.json()["appointment"]
    assert (timed["starts_at"], timed["place"]) == ("2026-11-24T16:00:00Z", "12 Invented Street")
    assert timed["handoff"] == handoff["id"]
    assert [each["kind"] for each in answer.json()["receipts"]].count("Invite") == 2
    assert api.patch(f"/appointments/{timed['id']}", {"starts_at": LATER}).status_code == 200
    problem(api.post(path, wanted), 409, "too_late")


def test_a_stage_starts_a_handoff_through_the_same_gate(api, team_agent, ready_lead):
    answer = api.post(f"/leads/{ready_lead.pk}/stage", {"stage": "handed_off", "agent": team_agent.pk})
    assert answer.status_code == 201
    assert answer.json()["handoff"]["agent"] == team_agent.pk
    quiet = api.post(f"/leads/{ready_lead.pk}/stage", {"stage": "met"})
    assert quiet.status_code == 200
    assert quiet.json()["handoff"] is None


def test_a_trigger_tag_starts_a_handoff_and_another_word_does_not(api, team_agent, ready_lead):
    plain = api.post(f"/leads/{ready_lead.pk}/tags", {"name": "hot-sheet"})
    assert plain.status_code == 201
    assert plain.json()["handoff"] is None

    started = api.post(f"/leads/{ready_lead.pk}/tags", {"name": "ready for HANDOFF"})
    assert started.status_code == 201
    assert started.json()["handoff"]["agent"] == team_agent.pk
    again = api.post(f"/leads/{ready_lead.pk}/tags", {"name": "Ready for handoff"})
    assert again.status_code == 200
    assert again.json()["handoff"] is None
    assert api.get(f"/leads/{ready_lead.pk}/tags").json()["items"] == ["hot-sheet", "ready for HANDOFF"]

    assert api.delete(f"/leads/{ready_lead.pk}/tags/hot-sheet").status_code == 204
    assert api.delete(f"/leads/{ready_lead.pk}/tags/hot-sheet").status_code == 404


def test_an_appointment_is_called_off_and_the_lead_goes_back(api, team_agent, team_isa, ready_lead):
    handoff = api.post("/handoffs", {"lead": ready_lead.pk, "starts_at": SLOT.isoformat()}).json()
    answer = api.post(f"/appointments/{handoff['appointment']['id']}/cancel", {"reason": "Client is ill"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert answer.json()["appointment"]["cancel_reason"] == "Client is ill"
    assert api.get(f"/leads/{ready_lead.pk}").json()["stage"] == "qualified"


def test_a_handoff_goes_to_another_agent_and_is_taken_back(api, team, team_agent, ready_lead):
    other = agent(team)
    handoff = api.post(
        "/handoffs", {"lead": ready_lead.pk, "agent": team_agent.pk, "starts_at": SLOT.isoformat()}
    ).json()
    moved = api.patch(f"/appointments/{handoff['appointment']['id']}", {"agent": other.pk})
    assert moved.json()["agent"] == other.pk
    back = api.post(f"/handoffs/{handoff['id']}/reassign", {"agent": team_agent.pk})
    assert back.json()["agent"] == team_agent.pk
    returned = api.post(f"/handoffs/{handoff['id']}/take-back", {"reason": "Wrong area"})
    assert returned.json()["status"] == "returned"


def test_a_step_is_tried_again(api, team_agent, ready_lead):
    handoff = api.post("/handoffs", {"lead": ready_lead.pk, "starts_at": SLOT.isoformat()}).json()
    for receipt in handoff["receipts"]:
        answer = api.post(f"/receipts/{receipt['id']}/retry")
        assert answer.status_code == 200
        assert answer.json()["retried"] is (receipt["state"] != "done")


def test_put_takes_away_what_it_does_not_name_and_patch_keeps_it(api, ready_lead, team):
    area = AreaFactory(team=team)
    patched = api.patch(f"/leads/{ready_lead.pk}/lpmama", {"areas": [area.pk], "location_text": ""}).json()
    assert patched["areas"] == [area.pk]
    assert patched["price_max"] == 450_000
    replaced = api.put(f"/leads/{ready_lead.pk}/lpmama", {"side": "sell"}).json()
    assert replaced["areas"] == []
    assert replaced["price_max"] is None
    assert [each["letter"] for each in replaced["missing"]] == [
        "location", "price", "motivation", "agent", "mortgage",
    ]  # fmt: skip
    assert api.get(f"/leads/{ready_lead.pk}/lpmama").json() == replaced


def test_a_changed_number_is_unverified_again(api, ready_lead):
    changed = api.patch(f"/leads/{ready_lead.pk}", {"phone": "+1 512 555 0199", "zone": "America/Denver"}).json()
    assert changed["phone"] == "+15125550199"
    assert changed["zone"] == "America/Denver"
    assert not api.get(f"/leads/{ready_lead.pk}/verification").json()["is_phone_verified"]


def test_recordings_are_links_promises_or_reasons(api, ready_lead):
    root = f"/leads/{ready_lead.pk}/recordings"
    assert api.post(root, {"kind": "none", "reason": "in_person"}).json()["reason"] == "in_person"
    promise = api.post(root, {"kind": "to_follow"}).json()
    kept = api.post(root, {"url": "https://recordings.example.com/2.mp3"}).json()
    assert kept["id"] == promise["id"]
    assert kept["kind"] == "link"
    assert [each["kind"] for each in api.get(root).json()["items"]] == ["link", "none", "link"]


def test_leads_are_found_by_number_name_and_address_and_listed_in_pages(api, team, team_isa):
    dana = capture(api)
    for n in range(3):
        api.post("/leads", {"first_name": f"Lee{n}", "phone": f"512555018{n}"})
    for words in ("512 555 0123", "exam dana", "dana@"):
        assert [each["id"] for each in api.get("/leads", QUERY_STRING=f"q={words}").json()["items"]] == [dana["id"]]
    first = api.get("/leads?limit=3&stage=new").json()
    second = api.get(f"/leads?limit=3&stage=new&cursor={first['next_cursor']}").json()
    assert len(first["items"]) == 3
    assert [each["id"] for each in second["items"]] == [dana["id"]]
    assert second["next_cursor"] is None
    assert api.get(f"/leads?owner={team_isa.pk}&limit=100").json()["items"][-1]["id"] == dana["id"]


def test_a_number_known_already_is_warned_of_not_refused(api):
    dana = capture(api)
    assert capture(api)["duplicates"] == [dana["id"]]


def test_a_token_knows_whom_it_acts_for(api, team_isa, team, team_agent):
    me = api.get("/me").json()
    assert (me["id"], me["role"], me["team"]["slug"]) == (team_isa.pk, "isa", team.slug)
    assert set(me["scopes"]) == {"read", "leads", "handoffs"}
    assert [each["id"] for each in api.get("/agents").json()["items"]] == [team_agent.pk]
    area = AreaFactory(team=team, median_price=525_000)
    assert api.get("/areas").json()["items"] == [{"id": area.pk, "name": area.name, "median_price": 525_000}]
