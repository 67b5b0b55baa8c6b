"""What states ask: restrictive where nothing is known, the team's own to edit."""

from datetime import timedelta

import pytest
from django.urls import reverse

from teams.models import Membership, Policy, SettingChange, StateRule
from teams.places import STATES
from teams.state_rules import (
    ALL_PARTY,
    STALE,
    cold_call_gap,
    is_licensed,
    lines,
    needs_consent,
    remove_rule,
    save_rule,
    setting_gap,
)
from teams.tests.factories import JOINED, TeamFactory, agent, isa, lead

pytestmark = pytest.mark.django_db

TODAY = JOINED.date()


@pytest.fixture
def team():
    team = TeamFactory.create()
    Policy.objects.filter(team=team).update(licence_rules=True)
    team.policy.refresh_from_db()
    return team


@pytest.fixture
def mia(team):
    return isa(team)


def allow(team, state="TX", **said):
    known = {"may_set_appointments": True, "source": "Example Code § 1", "checked_on": TODAY}
    return save_rule(team=team, state=state, actor=lead(team), at=JOINED, **(known | said))


def gap(member, state="TX"):
    return setting_gap(member, state=state, policy=member.team.policy)


# --- Licences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "name"), [("TX", "Texas"), ("CA", "California"), ("NY", "New York")])
def test_where_nobody_has_looked_an_isa_without_a_licence_may_not(mia, code, name):
    assert gap(mia, code).state == name
    assert cold_call_gap(mia, state=code, policy=mia.team.policy)


def test_what_the_table_allows_is_allowed_there_alone(team, mia):
    allow(team)

    assert gap(mia) is None
    assert gap(mia, "CA")
    assert cold_call_gap(mia, state="TX", policy=team.policy)


def test_each_column_is_its_own(team, mia):
    allow(team, may_set_appointments=False, may_call_cold=True)

    assert gap(mia).source == "Example Code § 1"
    assert cold_call_gap(mia, state="TX", policy=team.policy) is None


def test_a_licence_is_enough(team):
    mia = isa(team, licensed_states=["TX", "OK"])

    assert gap(mia) is None
    assert gap(mia, "CA")


def test_the_team_lead_answers_for_the_team_and_agents_have_their_own(team):
    assert is_licensed(lead(team), "CA")
    assert is_licensed(agent(team, profile={"states": ["CA"]}), "CA")
    assert not is_licensed(agent(team, profile={"states": ["TX"]}), "CA")


def test_who_can_is_named(team, mia):
    boss = lead(team, user__name="Lea Leader")
    isa(team, user__name="Ivy Licensed", licensed_states=["TX"])
    isa(team, user__name="Una Unlicensed")

    assert set(gap(mia).who_can) == {boss.user.name, "Ivy Licensed"}


@pytest.mark.parametrize("state", ["", "TX"])
def test_a_team_that_does_not_ask_and_a_lead_without_a_state_are_not_held_up(mia, state):
    if state:
        Policy.objects.filter(team=mia.team).update(licence_rules=False)
        mia.team.policy.refresh_from_db()

    assert gap(mia, state) is None


def test_asking_costs_nothing_where_nobody_asks(mia, django_assert_num_queries):
    mia.team.policy.licence_rules = False
    with django_assert_num_queries(0):
        gap(mia)


# --- Consent ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(ALL_PARTY))
def test_states_that_ask_for_everybodys_consent_are_built_in_with_their_source(team, code):
    assert needs_consent(team, code)
    assert "§" in ALL_PARTY[code] or "ILCS" in ALL_PARTY[code] or "Code of Washington" in ALL_PARTY[code]


@pytest.mark.parametrize("code", ["", "TX", "NY", "OR"])
def test_elsewhere_nothing_is_asked(team, code):
    assert not needs_consent(team, code)


def test_the_teams_own_row_stands_for_what_is_built_in(team):
    allow(team, "CA", needs_consent=False)
    allow(team, "TX", needs_consent=True)

    assert not needs_consent(team, "CA")
    assert needs_consent(team, "TX")
    assert needs_consent(TeamFactory.create(), "CA")


def test_a_team_may_switch_it_off(team):
    team.policy.consent_rules = False

    assert not needs_consent(team, "CA")


# --- The table --------------------------------------------------------------------------------------------------------


def test_the_table_has_every_state_once_and_old_rows_want_another_look(team):
    allow(team, "TX", checked_on=TODAY - STALE - timedelta(days=1))
    allow(team, "CA", checked_on=TODAY - STALE)

    shown = {line.code: line for line in lines(team, today=TODAY)}

    assert len(shown) == len(STATES)
    assert (shown["TX"].is_own, shown["TX"].is_stale) == (True, True)
    assert (shown["CA"].is_own, shown["CA"].is_stale) == (True, False)
    assert (shown["WA"].is_own, shown["WA"].rule.needs_consent) == (False, True)


def test_every_change_is_in_the_story_of_the_settings(team):
    rule = allow(team)
    remove_rule(rule=rule, actor=lead(team), at=JOINED)

    told = list(SettingChange.objects.filter(part="states").values_list("words", flat=True))
    assert told == ["Texas: as built in again", "Texas: without a licence may set appointments"]
    assert not StateRule.objects.exists()


# --- The pages --------------------------------------------------------------------------------------------------------

FORM = {"may_set_appointments": "on", "source": "Example Code § 1", "checked_on": "2026-01-02"}


@pytest.fixture
def boss(client, team):
    client.force_login(lead(team).user)
    return client


def test_a_state_is_edited_and_given_back(boss, team):
    assert boss.post(reverse("teams:state", args=["TX"]), FORM).status_code == 302
    rule = StateRule.objects.get(team=team)
    assert (rule.state, rule.may_set_appointments, rule.source) == ("TX", True, "Example Code § 1")

    page = boss.get(reverse("teams:states")).content.decode()
    assert "Example Code § 1" in page
    assert boss.post(reverse("teams:remove-state", args=["TX"])).status_code == 302
    assert not StateRule.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": ""}, "Say where it is written"),
        ({"checked_on": "2999-01-01"}, "today, or before"),
        ({"checked_on": ""}, "required"),
        ({"source": "x" * 301}, "300"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(boss, changes, words):
    answer = boss.post(reverse("teams:state", args=["TX"]), FORM | changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not StateRule.objects.exists()


@pytest.mark.parametrize("code", ["XX", "tx", "0"])
def test_there_is_no_such_state(boss, code):
    assert boss.get(reverse("teams:state", args=[code])).status_code == 404


def test_the_switches_are_the_team_leads(boss, team):
    boss.post(reverse("teams:states"), {"licence_rules": "on"})

    ways = Policy.objects.get(team=team)
    assert (ways.licence_rules, ways.consent_rules) == (True, False)
    assert "consent" in SettingChange.objects.get(part="states").words.lower()


def test_only_the_team_lead_says_where_an_isa_is_licensed(client, boss, team, mia):
    url = reverse("teams:set-licences", args=[mia.pk])

    assert boss.post(url, {"states": ["TX", "OK"]}).status_code == 302
    assert Membership.objects.get(pk=mia.pk).licensed_states == ["TX", "OK"]
    assert boss.post(url, {"states": ["XX"]}).status_code == 422
    assert boss.post(reverse("teams:set-licences", args=[agent(team).pk])).status_code == 404
    client.force_login(mia.user)
    assert client.post(url, {"states": ["CA"]}).status_code == 403


@pytest.mark.parametrize("rows", [1, 4])
def test_the_table_costs_the_same_however_much_is_the_teams_own(boss, team, rows, django_assert_max_num_queries):
    for code, _ in STATES[:rows]:
        allow(team, code)

    with django_assert_max_num_queries(7):
        boss.get(reverse("teams:states"))
