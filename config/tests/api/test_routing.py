"""Routing over the wire: why an agent got a lead, and refusals of who is benched, unlicensed or full."""

from config.tests.api.caller import Caller, problem
from handoff.models import Handoff
from handoff.states import Credit
from handoff.tests.factories import NOW, SLOT, appointment, open_direct, open_handoff, ready
from teams.absences import bench
from teams.models import AgentProfile
from teams.tests.factories import agent


def test_a_team_lead_asks_why_this_agent(team, team_lead, team_agent, ready_lead):
    unlicensed = agent(team, profile={"states": ["CO"]})
    handoff = open_handoff(ready_lead, to=team_agent)

    (told,) = Caller(team_lead).get(f"/handoffs/{handoff.pk}/routing").json()["items"]

    assert (told["chosen"], told["was"], told["was_named"]) == (team_agent.pk, None, True)
    assert told["words"].endswith("chose Ana Sample, place 1 of 1 in the ranking.")
    assert told["weights"]["area"] == 40
    by_agent = {each["agent"]: each for each in told["candidates"]}
    assert by_agent[team_agent.pk]["is_chosen"]
    assert set(by_agent[team_agent.pk]["scores"]) == {"known", "area", "language", "price", "fairness"}
    assert (by_agent[unlicensed.pk]["place"], by_agent[unlicensed.pk]["removed_by"]) == (None, "No licence in TX")


def test_a_benched_agent_is_not_listed_nor_given_times_or_leads(api, team_lead, team_agent, ready_lead):
    assert [each["id"] for each in api.get("/agents").json()["items"]] == [team_agent.pk]
    bench(agent=team_agent, reason="Late", back_on=None, by=team_lead, at=NOW)

    assert api.get("/agents").json()["items"] == []
    assert problem(api.get(f"/slots?lead={ready_lead.pk}&agent={team_agent.pk}"), 422, "unbookable")
    body = {"lead": ready_lead.pk, "agent": team_agent.pk}
    assert problem(api.post("/handoffs", body | {"starts_at": SLOT.isoformat()}), 422, "unbookable")
    assert problem(api.post("/handoffs", body | {"method": "direct"}), 422, "unbookable")
    refused = api.post(f"/leads/{ready_lead.pk}/stage", {"stage": "handed_off", "agent": team_agent.pk})
    assert problem(refused, 422, "no_agent")
    assert not Handoff.objects.exists()


def test_times_of_an_agent_without_a_licence_are_not_told(api, team, ready_lead):
    unlicensed = agent(team, profile={"states": ["CO"]})

    refused = problem(api.get(f"/slots?lead={ready_lead.pk}&agent={unlicensed.pk}"), 422, "unbookable")

    assert "no licence in TX" in refused["detail"]


def test_a_full_day_is_refused_with_times_of_other_days(api, team_agent, ready_lead):
    AgentProfile.objects.update(day_capacity=1)
    appointment(team_agent, starts_at=SLOT)

    body = {"lead": ready_lead.pk, "agent": team_agent.pk, "starts_at": "2026-11-24T20:00:00Z"}
    refused = problem(api.post("/handoffs", body), 409, "at_capacity")

    assert "has 1 of 1 that day" in refused["detail"]
    assert refused["slots"][0]["starts_at"].startswith("2026-11-25")


def test_whose_doing_an_end_was_is_told_with_it(api, team, team_agent):
    credited, not_credited = (open_direct(ready(team), to=team_agent) for _ in range(2))

    assert api.post(f"/handoffs/{credited.pk}/take-back", {"reason": "Wrong area"}).status_code == 200
    said = {"reason": "Never called", "is_agents_doing": True}
    assert api.post(f"/handoffs/{not_credited.pk}/take-back", said).status_code == 200

    assert Handoff.objects.get(pk=credited.pk).credit == Credit.TAKEN_BACK
    assert Handoff.objects.get(pk=not_credited.pk).credit == ""
