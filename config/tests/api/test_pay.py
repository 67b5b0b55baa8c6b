"""Pay over the wire: what a payroll program reads."""

from datetime import date

import pytest

from config.tests.api.caller import Caller, problem
from handoff.pay.approving import approve
from handoff.pay.ledger import settle
from handoff.tests.factories import NOW
from handoff.tests.pay.ground import on, plan, reported
from teams.tests.factories import isa

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def paid(team, team_lead, team_isa, team_agent):
    plan(team, from_month=OCTOBER)
    handoff = reported(team_isa, team_agent, at=on(5, 10))
    settle([handoff.pk], at=on(5, 10))
    return handoff


def test_a_team_lead_reads_everybodys_month_and_an_isa_their_own(paid, api, team, team_lead, team_isa):
    colleague = isa(team)

    everybody = Caller(team_lead).get("/pay/statements?month=2026-10").json()["items"]
    mine = api.get("/pay/statements?month=2026-10").json()["items"]

    assert {each["isa"]: each["total_cents"] for each in everybody} == {team_isa.pk: 303_000, colleague.pk: 300_000}
    assert [(each["isa"], each["state"], each["currency"]) for each in mine] == [(team_isa.pk, "ready", "USD")]
    (running,) = api.get("/pay/statements").json()["items"]
    assert (running["month"], running["state"]) == ("2026-11", "running")


def test_every_line_says_what_it_is_for_and_why(paid, api, team_lead, team_isa):
    full = api.get(f"/pay/statements/{team_isa.pk}/2026-10").json()

    held, base = full["entries"]
    assert (held["kind"], held["amount_cents"], held["handoff"], held["why"]) == (
        "held", 3_000, paid.pk, "Met on Oct 5, 2026.",
    )  # fmt: skip
    assert (base["kind"], base["amount_cents"], base["id"]) == ("base", 300_000, None)

    approve(isa=team_isa, month=OCTOBER, seen=303_000, actor=team_lead, at=NOW)

    approved = api.get(f"/pay/statements/{team_isa.pk}/2026-10").json()
    assert approved["state"] == "approved"
    assert all(each["id"] for each in approved["entries"])


def test_what_is_not_ones_own_does_not_exist_and_agents_have_none(paid, team, team_agent, team_isa):
    colleague = Caller(isa(team))

    problem(colleague.get(f"/pay/statements/{team_isa.pk}/2026-10"), 404, "not_found")
    for month in ("2026-13", "2026-12", "soon"):
        problem(Caller(team_isa).get(f"/pay/statements/{team_isa.pk}/{month}"), 404, "not_found")
    assert Caller(team_agent).get("/pay/statements").json() == {"items": []}
    problem(Caller(team_agent).get(f"/pay/statements/{team_isa.pk}/2026-10"), 404, "not_found")


@pytest.mark.parametrize("month", ["2026-13", "soon", "0000-01"])
def test_a_month_that_is_none_is_refused_by_name(month, api):
    refused = problem(api.get(f"/pay/statements?month={month}"), 422, "invalid")
    assert refused["errors"] == {"month": ["Give a month, as 2026-10."]}


def test_a_mistyped_filter_is_refused(api):
    refused = problem(api.get("/pay/statements?mnth=2026-10"), 422, "invalid")
    assert list(refused["errors"]) == ["mnth"]


def test_the_last_month_there_is_has_no_statements(paid, api):
    assert api.get("/pay/statements?month=9999-12").json() == {"items": []}
