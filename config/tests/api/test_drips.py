"""Drips, over the API; and the receipt that a handoff shows of the one it stopped."""

from config.tests.api.caller import problem
from handoff.tests.factories import open_handoff
from leads.tests.drips.writing import a_sequence


def test_a_lead_is_enrolled_listed_and_stopped(api, ready_lead):
    drip = a_sequence(ready_lead.team)
    path = f"/leads/{ready_lead.pk}/drips"
    assert [each["name"] for each in api.get("/drips").json()["items"]] == ["Nurture"]
    added = api.post(path, {"drip": drip.pk})
    assert added.status_code == 201
    assert (added.json()["state"], added.json()["drip"]) == ("running", drip.pk)
    problem(api.post(path, {"drip": drip.pk}), 409, "refused")
    stopped = api.post(f"{path}/{added.json()['id']}/stop", {}).json()
    assert (stopped["state"], stopped["why"]) == ("stopped", "by_hand")
    assert api.get(path).json()["items"] == [stopped]
    problem(api.post(f"{path}/{10**9}/stop", {}), 404, "not_found")


def test_a_drip_that_is_none_is_refused_by_its_field(api, ready_lead):
    refused = api.post(f"/leads/{ready_lead.pk}/drips", {"drip": 10**9})
    assert "drip" in problem(refused, 422, "invalid")["errors"]


def test_a_handoff_tells_of_the_drip_it_stopped(api, ready_lead, team_agent):
    drip = a_sequence(ready_lead.team)
    api.post(f"/leads/{ready_lead.pk}/drips", {"drip": drip.pk})
    handoff = open_handoff(ready_lead, to=team_agent)
    receipts = api.get(f"/handoffs/{handoff.pk}").json()["receipts"]
    (receipt,) = [each for each in receipts if each["kind"] == "Drip stopped: Nurture"]
    assert (receipt["state"], receipt["to"]) == ("done", ready_lead.name)
