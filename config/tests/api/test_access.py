"""Whom a token lets in, and how far."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.api import api as the_api
from config.tests.api.caller import ROOT, Caller, problem
from handoff.tests.factories import SLOT, open_handoff, ready
from teams.models import ApiToken, Membership, Scope
from teams.tests.factories import AreaFactory, agent

NONEXISTENT = 2**62
FAR_TOO_LARGE = 10**30


def operations():
    paths = the_api.get_openapi_schema(path_prefix="")["paths"]
    return [(method.upper(), f"/{path.lstrip('/')}") for path, found in paths.items() for method in found]


def filled(path, value="1"):
    return re.sub(r"\{[^}]+\}", lambda each: "owner-1" if "receipt" in each[0] else value, path)


@pytest.mark.parametrize(("method", "path"), operations())
def test_nothing_opens_without_a_living_token(method, path, db):
    for header in (None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer baton_\u00e9"):
        headers = {} if header is None else {"Authorization": header}
        answer = Client().generic(method, ROOT + filled(path), "{}", content_type="application/json", headers=headers)
        problem(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_login_in_the_browser_is_no_token(team_isa):
    browser = Client()
    browser.force_login(team_isa.user)
    problem(browser.get(f"{ROOT}/me"), 401, "unauthorized")


@pytest.mark.parametrize("ending", ["revoked", "expired", "membership ended", "person locked out"])
def test_a_token_that_has_ended_opens_nothing(ending, api, team_isa):
    assert api.get("/me").status_code == 200
    past = timezone.now() - timedelta(seconds=1)
    if ending == "revoked":
        ApiToken.objects.update(revoked_at=past)
    elif ending == "expired":
        ApiToken.objects.update(expires_at=past)
    elif ending == "membership ended":
        Membership.objects.update(ended_at=past)
    else:
        team_isa.user.is_active = False
        team_isa.user.save()
    problem(api.get("/me"), 401, "unauthorized")


@pytest.mark.parametrize(("method", "path"), operations())
def test_a_token_without_scopes_may_do_nothing(method, path, team_isa, team_agent, ready_lead):
    scopeless = Caller(team_isa, scopes=[])
    bodies = {
        "/leads": {"first_name": "A", "phone": "+15125550123"},
        "/leads/{lead_id}/recordings": {"kind": "to_follow"},
        "/leads/{lead_id}/verification": {"has_no_email": True},
        "/leads/{lead_id}/calls": {"result": "answered"},
        "/leads/{lead_id}/stage": {"stage": "nurture"},
        "/leads/{lead_id}/decision-makers": {"name": "Sam", "email": "sam@example.com"},
        "/leads/{lead_id}/tags": {"name": "hot"},
        "/handoffs": {"lead": ready_lead.pk},
        "/live-transfers": {"lead": ready_lead.pk},
        "/live-transfers/{transfer_id}/accept": {"brief_mark": "0"},
        "/live-transfers/{transfer_id}/pass": {"reason": "busy"},
        "/live-transfers/{transfer_id}/drop": {"reason": "line"},
        "/me/presence": {"minutes": 30},
        "/handoffs/{handoff_id}/appointment": {"starts_at": SLOT.isoformat()},
        "/handoffs/{handoff_id}/reassign": {"agent": team_agent.pk},
        "/handoffs/{handoff_id}/deal": {"to": "signed", "on": "2026-11-24"},
        "/handoffs/{handoff_id}/outcome": {"showed": True},
        "/handoffs/{handoff_id}/outcome/correct": {"showed": True, "why": "Mixed up"},
        "/handoffs/{handoff_id}/recovery/stop": {"reason": "Because"},
        "/leads/{lead_id}/drips": {"drip": 1},
        "/leads/{lead_id}/promises": {"mark": "1", "reason": "Because"},
        "/appointments/{appointment_id}": {"agent": team_agent.pk},
    }
    body = bodies.get(path, {"reason": "Because"} if path.endswith(("cancel", "take-back")) else {})
    query = f"?lead={ready_lead.pk}" if path == "/slots" else ""
    problem(scopeless.call(method, filled(path, str(ready_lead.pk)) + query, body), 403, "scope")


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_opens_what_it_names_alone(scope, team_isa, team_agent, ready_lead):
    caller = Caller(team_isa, scopes=[scope])
    outcomes = {
        Scope.READ: caller.get(f"/leads/{ready_lead.pk}"),
        Scope.LEADS: caller.patch(f"/leads/{ready_lead.pk}", {"source": "Portal"}),
        Scope.HANDOFFS: caller.post("/handoffs", {"lead": ready_lead.pk, "starts_at": SLOT.isoformat()}),
    }
    assert {each for each, answer in outcomes.items() if answer.status_code < 300} == {scope}


def test_agents_do_not_do_the_isas_work(team_agent, ready_lead):
    handoff = open_handoff(ready_lead, to=team_agent)
    caller = Caller(team_agent)
    for answer in (
        caller.post("/leads", {"first_name": "A", "phone": "+15125550123"}),
        caller.patch(f"/leads/{ready_lead.pk}", {"source": "Portal"}),
        caller.patch(f"/leads/{ready_lead.pk}/lpmama", {"side": "sell"}),
        caller.post(f"/leads/{ready_lead.pk}/tags", {"name": "hot"}),
        caller.post("/handoffs", {"lead": ready_lead.pk}),
        caller.post(f"/handoffs/{handoff.pk}/take-back", {"reason": "Mine"}),
        caller.post(f"/handoffs/{handoff.pk}/reassign", {"agent": team_agent.pk}),
        caller.patch(f"/appointments/{handoff.appointment.pk}", {"agent": team_agent.pk}),
    ):
        assert "Team lead" in problem(answer, 403, "role")["detail"]


def test_an_agent_sees_their_own_leads_and_handoffs_alone(team, team_agent, ready_lead):
    mine = open_handoff(ready_lead, to=team_agent)
    others = open_handoff(to=agent(team), lead=ready(team))
    caller = Caller(team_agent)
    assert caller.get(f"/handoffs/{mine.pk}").status_code == 200
    assert caller.get(f"/leads/{ready_lead.pk}").status_code == 200
    assert [each["id"] for each in caller.get("/handoffs").json()["items"]] == [mine.pk]
    problem(caller.get(f"/handoffs/{others.pk}"), 404, "not_found")
    problem(caller.get(f"/leads/{others.lead_id}"), 404, "not_found")
    problem(caller.get(f"/appointments/{others.appointment_id}"), 404, "not_found")


def requests(lead, handoff, appointment, receipt, to):
    """Everything that names a lead, a handoff, an appointment, a receipt or an agent."""
    when = (SLOT.replace(hour=20)).isoformat()
    return [
        ("GET", f"/leads/{lead}", None),
        ("PATCH", f"/leads/{lead}", {"source": "Portal"}),
        ("GET", f"/leads/{lead}/lpmama", None),
        ("PUT", f"/leads/{lead}/lpmama", {"side": "buy"}),
        ("PATCH", f"/leads/{lead}/lpmama", {"side": "buy"}),
        ("GET", f"/leads/{lead}/recordings", None),
        ("POST", f"/leads/{lead}/recordings", {"kind": "to_follow"}),
        ("GET", f"/leads/{lead}/calls", None),
        ("POST", f"/leads/{lead}/calls", {"result": "answered"}),
        ("GET", f"/leads/{lead}/verification", None),
        ("POST", f"/leads/{lead}/verification", {"phone": "+15125550123"}),
        ("GET", f"/leads/{lead}/tags", None),
        ("POST", f"/leads/{lead}/tags", {"name": "hot"}),
        ("DELETE", f"/leads/{lead}/tags/hot", None),
        ("GET", f"/leads/{lead}/decision-makers", None),
        ("POST", f"/leads/{lead}/decision-makers", {"name": "Sam", "email": "sam@example.com"}),
        ("DELETE", f"/leads/{lead}/decision-makers/1", None),
        ("POST", f"/leads/{lead}/stage", {"stage": "nurture"}),
        ("GET", f"/leads/{lead}/readiness", None),
        ("GET", f"/leads/{lead}/activity", None),
        ("GET", f"/slots?lead={lead}", None),
        ("POST", "/handoffs", {"lead": lead, "starts_at": when}),
        ("GET", f"/handoffs/{handoff}", None),
        ("POST", f"/handoffs/{handoff}/reassign", {"agent": to}),
        ("POST", f"/handoffs/{handoff}/take-back", {"reason": "Because"}),
        ("POST", f"/handoffs/{handoff}/outcome", {"showed": True, "is_good": True}),
        ("GET", f"/appointments/{appointment}", None),
        ("PATCH", f"/appointments/{appointment}", {"starts_at": when}),
        ("POST", f"/appointments/{appointment}/cancel", {"reason": "Because"}),
        ("POST", f"/receipts/{receipt}/retry", {}),
        ("GET", f"/receipts/{receipt}", None),
        ("POST", f"/receipts/{receipt}/send-again", {}),
    ]


def test_what_is_foreign_and_what_does_not_exist_look_the_same(team_lead, team_agent, ready_lead, other_team):
    own = open_handoff(ready_lead, to=team_agent)
    theirs = open_handoff(ready(other_team))
    caller = Caller(team_lead)

    def ids(handoff):
        receipt = f"owner-{handoff.owner_changes.get().pk}"
        return handoff.lead_id, handoff.pk, handoff.appointment_id, receipt, team_agent.pk

    absent = (NONEXISTENT, NONEXISTENT, NONEXISTENT, f"delivery-{10**17}", team_agent.pk)
    for mine, foreign, missing in zip(requests(*ids(own)), requests(*ids(theirs)), requests(*absent), strict=True):
        refused = [problem(caller.call(*each), 404, "not_found") for each in (foreign, missing)]
        assert refused[0] == refused[1]
        assert caller.call(*mine).status_code != 404 or mine[0] == "DELETE", mine


def test_an_agent_of_another_team_cannot_be_named_anywhere(api, team_agent, ready_lead, foreign_agent):
    for missing in (foreign_agent.pk, NONEXISTENT):
        for path, body in (
            ("/handoffs", {"lead": ready_lead.pk, "agent": missing, "starts_at": SLOT.isoformat()}),
            ("/handoffs", {"lead": ready_lead.pk, "agent": missing, "method": "direct"}),
            (f"/leads/{ready_lead.pk}/stage", {"stage": "handed_off", "agent": missing}),
        ):
            problem(api.post(path, body), 404, "not_found")
        problem(api.get(f"/slots?lead={ready_lead.pk}&agent={missing}"), 404, "not_found")
    handoff = open_handoff(ready_lead, to=team_agent)
    problem(api.post(f"/handoffs/{handoff.pk}/reassign", {"agent": foreign_agent.pk}), 404, "not_found")
    problem(api.patch(f"/appointments/{handoff.appointment_id}", {"agent": foreign_agent.pk}), 404, "not_found")


def test_an_area_of_another_team_is_no_answer(api, ready_lead, other_team):
    refused = api.patch(f"/leads/{ready_lead.pk}/lpmama", {"areas": [AreaFactory(team=other_team).pk]})
    assert problem(refused, 422, "invalid")["errors"]["areas"]


def test_lists_hold_nothing_of_another_team(api, foreign_lead, foreign_agent):
    AreaFactory(team=foreign_agent.team)
    open_handoff(foreign_lead, to=agent(foreign_lead.team))
    for path in ("/leads", f"/leads?owner={foreign_agent.pk}", "/handoffs", f"/handoffs?lead={foreign_lead.pk}",
                 "/agents", "/areas", "/leads?q=Example"):  # fmt: skip
        assert api.get(path).json()["items"] == []


@pytest.mark.parametrize(
    "path", ["/leads/{}", "/handoffs/{}", "/appointments/{}", "/leads/{}/activity", "/leads/{}/calls"]
)
def test_an_id_beyond_every_number_is_only_missing(path, api):
    problem(api.get(path.format(FAR_TOO_LARGE)), 404, "not_found")
    problem(api.get(path.format("9" * 5000)), 404, "not_found")


@pytest.mark.parametrize("rows", [1, 4])
def test_lists_cost_the_same_however_long(rows, api, team, team_isa, django_assert_num_queries):
    for _ in range(rows):
        open_handoff(ready(team, isa=team_isa))
    api.get("/me")  # notes when the token was used, once a minute
    with django_assert_num_queries(5):  # token, leads, phones, emails, tags
        assert len(api.get("/leads").json()["items"]) == rows
    with django_assert_num_queries(2):
        assert len(api.get("/handoffs").json()["items"]) == rows
    with django_assert_num_queries(6):  # token, on call, agents, areas, hours, time off
        assert len(api.get("/agents").json()["items"]) == rows
