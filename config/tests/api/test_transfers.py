"""Live transfers and being on call, over the wire: the whole way, and every refusal by its name."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from config.tests.access.people import rows_written, undone
from config.tests.api.caller import Caller, problem
from handoff.live.answering import brief_mark
from handoff.models import Handoff, LiveTransfer, Ring
from handoff.tests.factories import NOW, open_direct, ready
from handoff.tests.live.ground import accepted, on_call, ringing, told
from leads.tests.factories import LeadFactory
from notifications.promises.timers import fire_due
from teams.models import AgentProfile, Presence, Scope
from teams.presence import go_on_call
from teams.tests.factories import agent, isa


@pytest.fixture
def ana(ready_lead):
    return on_call(ready_lead, user__name="Ana Sample")


@pytest.fixture
def as_ana(ana):
    return Caller(ana)


@pytest.fixture
def transfer(ready_lead, ana):
    return ringing(ready_lead)


def test_from_the_request_to_the_handoff(api, as_ana, ana, ready_lead):
    answer = api.post("/live-transfers", {"lead": ready_lead.pk})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["rung"], made["agent"], made["handoff"]) == ("ringing", 1, None, None)
    assert [(each["name"], each["removed_by"]) for each in made["ladder"]] == [("Ana Sample", "")]
    assert [(each["agent"], each["status"]) for each in made["rings"]] == [(ana.pk, "ringing")]
    assert made["rung_ends_at"] == "2026-11-23T16:00:20Z"
    path = f"/live-transfers/{made['id']}"

    seen = as_ana.get(path).json()
    assert seen["brief"]["lead"]["name"] == ready_lead.name
    taken = as_ana.post(f"{path}/accept", {"brief_mark": seen["brief_mark"]}).json()
    assert (taken["status"], taken["agent_name"], taken["handoff"]) == ("accepted", "Ana Sample", None)
    assert taken["rings"][0]["answered_by"] == "api"

    problem(api.post(f"{path}/connect"), 409, "blind_transfer")
    assert api.post(f"{path}/told-name").json()["told_name_at"]
    connected = api.post(f"{path}/connect").json()

    handoff = api.get(f"/handoffs/{connected['handoff']}").json()
    assert (handoff["method"], handoff["agent"], handoff["status"]) == ("live", ana.pk, "open")
    assert api.post(f"{path}/connect").json()["handoff"] == handoff["id"]


def test_it_is_listed_by_lead_and_by_status(api, transfer, team):
    items = api.get(f"/live-transfers?lead={transfer.lead_id}&status=ringing").json()["items"]
    assert [each["id"] for each in items] == [transfer.pk]
    assert api.get("/live-transfers?status=connected").json()["items"] == []
    assert "brief" not in items[0]
    assert Caller(agent(team)).get("/live-transfers").json()["items"] == []


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_costs_the_same_however_long(rows, api, team, team_isa, django_assert_num_queries):
    for _ in range(rows):
        lead = ready(team, isa=team_isa)
        on_call(lead)
        ringing(lead)
    api.get("/live-transfers")
    with django_assert_num_queries(2):  # token, transfers
        assert len(api.get("/live-transfers").json()["items"]) == rows


@pytest.mark.parametrize("agents", [1, 4])
def test_a_transfer_costs_the_same_however_many_ring(agents, api, team, ready_lead, django_assert_num_queries):
    team.policy.ring_way = "all"
    team.policy.save()
    for _ in range(agents):
        on_call(ready_lead)
    path = f"/live-transfers/{ringing(ready_lead).pk}"
    api.get(path)
    with django_assert_num_queries(3):  # token, transfer, rings
        assert len(api.get(path).json()["rings"]) == agents


class TestTheBrief:
    def test_reading_it_changes_no_row(self, as_ana, transfer):
        as_ana.get("/me")  # notes that the token was used
        with undone():
            before = rows_written()
            assert as_ana.get(f"/live-transfers/{transfer.pk}").json()["brief"]
            assert rows_written() == before
        assert Ring.objects.get().brief_at is None

    def test_without_its_mark_nobody_accepts(self, as_ana, transfer):
        problem(as_ana.post(f"/live-transfers/{transfer.pk}/accept", {"brief_mark": "guessed"}), 422, "brief_unseen")
        transfer.refresh_from_db()
        assert transfer.status == "ringing"

    def test_whose_ring_is_over_has_it_no_more_and_is_not_told_of_others(self, api, as_ana, transfer):
        ben = on_call(transfer.lead, user__name="Ben Sample")
        fire_due(at=NOW + timedelta(seconds=20))

        with time_machine.travel(NOW + timedelta(seconds=21), tick=False):
            late, rung = as_ana.get(f"/live-transfers/{transfer.pk}").json(), Caller(ben).get("/live-transfers").json()

        assert (late["brief"], late["brief_mark"], late["ladder"]) == (None, None, None)
        assert [each["status"] for each in late["rings"]] == ["missed"]
        assert [each["id"] for each in rung["items"]] == [transfer.pk]
        assert len(api.get(f"/live-transfers/{transfer.pk}").json()["rings"]) == 2


class TestAsking:
    def test_with_nobody_on_call_the_next_slots_come_at_once(self, api, team_agent, ready_lead):
        refused = problem(api.post("/live-transfers", {"lead": ready_lead.pk}), 409, "nobody_on_call")
        assert refused["slots"][0]["agent"] == team_agent.pk
        assert refused["why"] == [{"agent": "Ana Sample", "reason": "Not on call"}]

    def test_what_the_gate_lacks_is_named(self, api, team, team_isa):
        bare = LeadFactory.create(team=team, isa=team_isa)
        refused = problem(api.post("/live-transfers", {"lead": bare.pk}), 422, "not_ready")
        assert refused["missing"]

    def test_readiness_knows_the_method(self, api, ready_lead):
        said = api.get(f"/leads/{ready_lead.pk}/readiness?method=live").json()
        assert (said["method"], said["ok"]) == ("live", True)

    def test_a_second_request_is_told_of_the_first(self, api, transfer):
        refused = problem(api.post("/live-transfers", {"lead": transfer.lead_id}), 409, "transfer_under_way")
        assert refused["transfer"] == transfer.pk

    @pytest.mark.usefixtures("ana")
    def test_the_same_key_rings_once(self, api, ready_lead):
        body = {"lead": ready_lead.pk}
        first, again = (api.post("/live-transfers", body, key="one").json() for _ in range(2))
        assert first == again
        assert LiveTransfer.objects.count() == Ring.objects.count() == 1

    def test_a_lead_that_an_agent_has_is_not_transferred(self, api, ana, ready_lead):
        handoff = open_direct(ready_lead, to=ana)
        refused = problem(api.post("/live-transfers", {"lead": ready_lead.pk}), 409, "already_handed_off")
        assert refused["handoff"] == handoff.pk

    def test_nothing_else_hands_off_a_lead_that_somebody_is_taking(self, api, ana, transfer, team):
        accepted(transfer, ana)
        body = {"lead": transfer.lead_id, "method": "direct", "agent": agent(team).pk}
        problem(api.post("/handoffs", body), 409, "transfer_under_way")

    def test_a_live_handoff_is_asked_for_at_its_own_address(self, api, ready_lead):
        refused = problem(api.post("/handoffs", {"lead": ready_lead.pk, "method": "live"}), 422, "invalid")
        assert "POST /live-transfers" in refused["errors"]["method"][0]
        assert not Handoff.objects.exists()


class TestAnswering:
    def test_who_passes_says_why_and_the_next_one_rings(self, as_ana, transfer):
        ben = on_call(transfer.lead, user__name="Ben Sample")
        said = as_ana.post(f"/live-transfers/{transfer.pk}/pass", {"reason": "driving", "note": "On the I-35"}).json()
        assert [(each["status"], each["pass_reason"]) for each in said["rings"]] == [("passed", "driving")]
        assert said["brief"] is None
        assert Ring.objects.get(agent=ben).status == "ringing"

    def test_who_comes_too_late_is_told_who_took_it(self, transfer, team, ana):
        team.policy.ring_way = "all"
        team.policy.save()
        lead = ready(team, isa=transfer.setter)
        ben = on_call(lead, user__name="Ben Sample")
        both = ringing(lead)
        accepted(both, ana)

        path, body = f"/live-transfers/{both.pk}/accept", {"brief_mark": brief_mark(both)}
        refused = problem(Caller(ben).post(path, body), 409, "ring_over")
        assert refused["detail"] == "Ana Sample has just taken it."

    def test_only_agents_answer_and_only_who_is_on_the_phone_says_the_name(self, api, as_ana, transfer):
        path = f"/live-transfers/{transfer.pk}"
        problem(api.post(f"{path}/accept", {"brief_mark": brief_mark(transfer)}), 403, "role")
        problem(as_ana.post(f"{path}/told-name"), 403, "role")
        problem(as_ana.post(f"{path}/cancel"), 403, "role")
        problem(as_ana.post(f"{path}/drop", {"reason": "line"}), 403, "not_yours")

    def test_who_was_not_rung_sees_nothing(self, transfer, team):
        stranger = Caller(agent(team))
        for verb, body in (("accept", {"brief_mark": brief_mark(transfer)}), ("pass", {"reason": "busy"})):
            problem(stranger.post(f"/live-transfers/{transfer.pk}/{verb}", body), 404, "not_found")


class TestEnding:
    def test_called_off_while_it_rings_and_dropped_after(self, api, ana, transfer):
        path = f"/live-transfers/{transfer.pk}"
        problem(api.post(f"{path}/drop", {"reason": "line"}), 409, "ring_over")
        accepted(transfer, ana)
        refused = problem(api.post(f"{path}/cancel", {"reason": "Hung up"}), 409, "ring_over")
        assert refused["detail"] == "Ana Sample has just taken it."

        dropped = api.post(f"{path}/drop", {"reason": "client_gone", "note": "Hung up"}).json()
        assert (dropped["status"], dropped["drop_reason"], dropped["end_reason"]) == (
            "dropped", "client_gone", "Hung up",
        )  # fmt: skip

    def test_calling_off_needs_no_reason(self, api, transfer):
        assert api.post(f"/live-transfers/{transfer.pk}/cancel").json()["status"] == "cancelled"

    def test_the_agent_may_say_that_the_client_is_through(self, as_ana, ana, transfer):
        told(accepted(transfer, ana))
        assert as_ana.post(f"/live-transfers/{transfer.pk}/connect").json()["status"] == "connected"


class TestPresence:
    def test_on_call_and_off_again(self, team_agent):
        caller = Caller(team_agent)
        assert caller.get("/me/presence").json()["is_on_call"] is False

        on = caller.put("/me/presence", {"minutes": 30}).json()
        assert (on["is_on_call"], on["until"]) == (True, "2026-11-23T16:30:00Z")
        longer = caller.put("/me/presence", {"until": "2026-11-23T12:00:00-06:00"}).json()
        assert longer["until"] == "2026-11-23T18:00:00Z"
        assert caller.get("/me/presence").json() == longer

        off = caller.delete("/me/presence").json()
        assert (off["is_on_call"], off["ended_because"]) == (False, "off")
        assert caller.delete("/me/presence").json() == off

    @pytest.mark.parametrize(
        "body", [{}, {"minutes": 30, "until": "2026-11-23T18:00:00Z"}, {"minutes": 0}, {"minutes": 721}, {"hours": 1}]
    )
    def test_what_makes_no_sense_is_refused(self, body, team_agent):
        problem(Caller(team_agent).put("/me/presence", body), 422, "invalid")

    @pytest.mark.parametrize("until", ["2026-11-23T15:00:00Z", "2026-11-24T16:00:00Z"])
    def test_a_time_that_cannot_be_is_refused_in_words(self, until, team_agent):
        problem(Caller(team_agent).put("/me/presence", {"until": until}), 422, "cannot_be_on_call")

    def test_whose_profile_takes_no_handoffs_is_not_on_call(self, team_agent):
        AgentProfile.objects.update(takes_handoffs=False)
        refused = problem(Caller(team_agent).put("/me/presence", {"minutes": 30}), 422, "cannot_be_on_call")
        assert "take no handoffs" in refused["detail"]
        assert not Presence.objects.exists()

    def test_an_isa_is_not_rung(self, team):
        caller = Caller(isa(team))
        problem(caller.put("/me/presence", {"minutes": 30}), 403, "role")
        assert caller.get("/me/presence").json()["is_on_call"] is False

    def test_a_token_that_reads_puts_nobody_on_call(self, team_agent):
        problem(Caller(team_agent, [Scope.READ]).put("/me/presence", {"minutes": 30}), 403, "scope")

    def test_an_isas_program_sees_who_is_on_call(self, api, team_agent):
        assert api.get("/agents").json()["items"][0]["on_call_until"] is None
        go_on_call(member=team_agent, until=NOW + timedelta(hours=1), at=NOW)
        assert api.get("/agents").json()["items"][0]["on_call_until"] == "2026-11-23T17:00:00Z"
