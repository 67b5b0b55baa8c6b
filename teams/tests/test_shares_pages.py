"""The pages on which a team lead sets who is offered leads first, how many, and who stands aside."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from teams.absences import bench_of
from teams.models import Absence, Allowance, Policy, SettingChange
from teams.policy import usual_routing
from teams.tests.factories import agent

ROUTING = {
    "known_points": "50",
    "area_points": "45",
    "language_points": "35",
    "price_points": "0",
    "fairness_points": "15",
    "fairness_days": "56",
    "day_capacity": "4",
    "week_capacity": "",
}


def later(days=5):
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def doors(member):
    """Every address that changes an agent's share, with an input that is fine, and what it makes."""
    return {
        "share": (reverse("teams:share", args=[member.pk]), {"weight": "50", "day_capacity": "3"}),
        "bench": (reverse("teams:bench", args=[member.pk]), {"reason": "Three outcomes late"}),
        "end-bench": (reverse("teams:end-bench", args=[member.pk]), {}),
        "allow-more": (
            reverse("teams:allow-more", args=[member.pk]),
            {"on": later(), "extra": "2", "reason": "Open house"},
        ),
    }


# -- the team's ways -----------------------------------------------------------


def test_a_team_lead_sets_points_and_limits(team, team_lead, signed_in):
    browser = signed_in(team_lead)
    page = browser.get(reverse("teams:routing"))
    assert page.status_code == 200
    assert 'value="40"' in page.content.decode()

    assert browser.post(reverse("teams:routing"), ROUTING).url == reverse("teams:routing")

    policy = Policy.objects.get(team=team)
    assert (policy.area_points, policy.fairness_days, policy.day_capacity, policy.week_capacity) == (45, 56, 4, None)
    assert "40 → 45" in SettingChange.objects.get(team=team, part="routing").words


def test_the_usual_points_come_back(team, team_lead, signed_in):
    browser = signed_in(team_lead)
    browser.post(reverse("teams:routing"), ROUTING)

    assert browser.post(reverse("teams:usual-routing")).url == reverse("teams:routing")

    policy = Policy.objects.get(team=team)
    assert {name: getattr(policy, name) for name in usual_routing()} == usual_routing()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("area_points", "101"),
        ("area_points", "-1"),
        ("area_points", ""),
        ("known_points", "many"),
        ("fairness_days", "6"),
        ("fairness_days", "121"),
        ("day_capacity", "0"),
        ("day_capacity", "49"),
        ("week_capacity", "9" * 12),
        ("price_points", "\x00"),
    ],
)
def test_points_out_of_bounds_are_refused_with_a_reason(field, value, team, team_lead, signed_in):
    answer = signed_in(team_lead).post(reverse("teams:routing"), ROUTING | {field: value})

    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    assert Policy.objects.get(team=team).area_points == 40


def test_nobody_else_sets_them(team_agent, team_isa, signed_in):
    for member in (team_agent, team_isa):
        for route in ("teams:routing", "teams:usual-routing"):
            assert signed_in(member).post(reverse(route), ROUTING).status_code == 403


# -- one agent -----------------------------------------------------------------


def test_a_team_lead_sets_an_agents_share_and_limits(team_lead, team_agent, signed_in):
    address, data = doors(team_agent)["share"]

    assert signed_in(team_lead).post(address, data).url == reverse("teams:person", args=[team_agent.pk])

    team_agent.profile.refresh_from_db()
    assert (team_agent.profile.weight, team_agent.profile.day_capacity) == (50, 3)
    assert team_agent.profile.week_capacity is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("weight", "4"), ("weight", "301"), ("weight", ""), ("day_capacity", "0"), ("week_capacity", "x")],
)
def test_a_share_out_of_bounds_is_refused_with_a_reason(field, value, team_lead, team_agent, signed_in):
    address, data = doors(team_agent)["share"]

    answer = signed_in(team_lead).post(address, data | {field: value})

    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    team_agent.profile.refresh_from_db()
    assert team_agent.profile.weight == 100


def test_an_agent_is_benched_and_offered_leads_again(team_lead, team_agent, signed_in):
    browser, person = signed_in(team_lead), reverse("teams:person", args=[team_agent.pk])
    address, data = doors(team_agent)["bench"]

    assert browser.post(address, data | {"back_on": later()}).url == person
    page = browser.get(person).content.decode()
    assert "Three outcomes late" in page
    assert "Offer leads again" in page
    assert browser.post(doors(team_agent)["end-bench"][0]).url == person
    assert bench_of(team_agent, at=timezone.now()) is None


@pytest.mark.parametrize("change", [{"reason": ""}, {"reason": "a\nb"}, {"back_on": "2020-01-01"}, {"back_on": "soon"}])
def test_a_bench_that_cannot_be_is_refused_with_a_reason(change, team_lead, team_agent, signed_in):
    address, data = doors(team_agent)["bench"]

    answer = signed_in(team_lead).post(address, data | change)

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert not Absence.objects.exists()


def test_the_benched_agent_reads_why(team_lead, team_agent, signed_in):
    signed_in(team_lead).post(*doors(team_agent)["bench"])

    page = signed_in(team_agent).get(reverse("teams:profile")).content.decode()

    assert "You are benched" in page
    assert "Three outcomes late" in page


def test_more_is_allowed_on_a_day_and_taken_back(team_lead, team_agent, signed_in):
    browser = signed_in(team_lead)
    person = reverse("teams:person", args=[team_agent.pk])

    assert browser.post(*doors(team_agent)["allow-more"]).url == person
    allowance = Allowance.objects.get(membership=team_agent)
    assert (allowance.extra, allowance.reason, allowance.by) == (2, "Open house", team_lead)
    assert "Open house" in browser.get(person).content.decode()
    address = reverse("teams:take-allowance-back", args=[team_agent.pk, allowance.pk])
    assert browser.post(address).url == person
    assert not Allowance.objects.exists()
    assert browser.post(address).status_code == 404


@pytest.mark.parametrize("change", [{"on": "2020-01-01"}, {"extra": "0"}, {"extra": "11"}, {"reason": ""}, {"on": "x"}])
def test_more_that_cannot_be_is_refused_with_a_reason(change, team_lead, team_agent, signed_in):
    address, data = doors(team_agent)["allow-more"]

    answer = signed_in(team_lead).post(address, data | change)

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    assert not Allowance.objects.exists()


@pytest.mark.parametrize("door", ["share", "bench", "end-bench", "allow-more"])
def test_agents_and_isas_may_not_and_other_teams_do_not_exist(
    door, team_lead, team_agent, team_isa, foreign_agent, signed_in
):
    address, data = doors(team_agent)[door]

    for member in (team_agent, team_isa):
        assert signed_in(member).post(address, data).status_code == 403
    assert signed_in(team_lead).post(doors(foreign_agent)[door][0], data).status_code == 404
    assert signed_in(team_lead).post(doors(team_isa)[door][0], data).status_code == 404
    assert signed_in(team_lead).post(address, data).status_code == 302, "the same input works where it may"


def test_an_agent_sees_no_form_for_their_own_share(team_agent, signed_in):
    page = signed_in(team_agent).get(reverse("teams:profile")).content.decode()

    assert reverse("teams:share", args=[team_agent.pk]) not in page
    assert reverse("teams:bench", args=[team_agent.pk]) not in page


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_costs_the_same_however_much_is_allowed(
    rows, team_lead, team_agent, signed_in, django_assert_max_num_queries
):
    browser = signed_in(team_lead)
    for day in range(rows):
        browser.post(doors(team_agent)["allow-more"][0], {"on": later(5 + day), "extra": "1", "reason": "Open house"})

    with django_assert_max_num_queries(12):
        browser.get(reverse("teams:person", args=[team_agent.pk]))


# -- the profile ---------------------------------------------------------------


def test_an_agents_pause_is_remembered_with_the_profile(team, signed_in):
    to = agent(team)
    profile = {"title": "", "line": "", "years": "", "video_link": "", "price_min": "300000", "price_max": "500000"}
    browser, address = signed_in(to), reverse("teams:change-profile", args=[to.pk])

    browser.post(address, profile)
    to.profile.refresh_from_db()
    assert (to.profile.price_min, to.profile.price_max, to.profile.takes_handoffs) == (300_000, 500_000, False)
    assert Absence.objects.get(membership=to).ended_at is None
    browser.post(address, profile | {"takes_handoffs": "on"})
    assert Absence.objects.get(membership=to).ended_at is not None


def test_a_price_band_that_ends_below_its_beginning_is_refused(team_agent, signed_in):
    address = reverse("teams:change-profile", args=[team_agent.pk])

    answer = signed_in(team_agent).post(address, {"price_min": "500000", "price_max": "300000"})

    assert answer.status_code == 422
    assert "must not be below" in answer.content.decode()
