"""What to say on a call, filled in."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from handoff.outcomes import record_outcome
from handoff.tests.factories import open_handoff, ready
from handoff.tests.pages import signed_in
from leads.states import Stage, Via
from leads.tests.factories import LeadFactory
from teams.models import Policy
from teams.policy import policy_of
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return people.TeamFactory.create(name="Example Realty")


@pytest.fixture
def isa(team):
    return people.isa(team, user__name="Ivy Sample", user__phone="+15125550100")


def words(member, lead):
    return signed_in(member).get(reverse("handoff:call-words", args=[lead.pk]))


def text_of(answer):
    return " ".join(strip_tags(answer.content.decode()).split())


def test_the_voicemail_names_client_agent_and_number_to_call_back(team, isa):
    people.agent(team, user__name="Ana Example")
    lead = LeadFactory.create(team=team, isa=isa, first_name="Dana", state="TX")

    page = words(isa, lead).content.decode()

    for said in ("Opening the call", "Leaving a voicemail", "Dana", "Ivy", "Example Realty", "Ana Example",
                 "(512) 555-0100"):  # fmt: skip
        assert said in page


def test_who_did_not_come_is_asked_whether_all_is_well(team, isa):
    lead = LeadFactory.create(team=team, isa=isa, stage=Stage.NO_SHOW)

    page = words(isa, lead).content.decode()

    assert "Is everything all right?" in page
    assert "Opening the call" not in page


def test_without_an_agent_there_is_a_blank_to_fill_by_voice(team, isa):
    lead = LeadFactory.create(team=team, isa=isa)

    assert "[agent]" in words(isa, lead).content.decode()


@pytest.mark.parametrize("agents", [1, 4])
def test_the_words_cost_the_same_however_many_agents(team, isa, agents, django_assert_max_num_queries):
    for _ in range(agents):
        people.agent(team)
    lead = LeadFactory.create(team=team, isa=isa, state="TX")

    client, address = signed_in(isa), reverse("handoff:call-words", args=[lead.pk])
    client.get(address)

    with django_assert_max_num_queries(11):
        assert client.get(address).status_code == 200


def test_strangers_get_no_words(team, isa):
    lead = LeadFactory.create(team=team, isa=isa)

    assert words(people.lead(), lead).status_code == 404
    assert words(people.agent(team), lead).status_code == 403


def test_a_first_call_where_the_table_forbids_it_is_left_to_who_may(team, isa):
    policy_of(team)
    Policy.objects.filter(team=team).update(licence_rules=True)
    people.isa(team, user__name="Lin Licensed", licensed_states=["TX"])
    cold = LeadFactory.create(team=team, isa=isa, state="TX")
    known = LeadFactory.create(team=team, isa=isa, state="TX", stage=Stage.CONTACTING)

    assert "leave this one to Lin Licensed" in words(isa, cold).content.decode()
    assert "leave this one" not in words(isa, known).content.decode()


def test_who_has_a_licence_or_no_such_table_just_calls(team, isa):
    cold = LeadFactory.create(team=team, isa=isa, state="TX")

    assert "leave this one" not in words(isa, cold).content.decode()
    policy_of(team)
    Policy.objects.filter(team=team).update(licence_rules=True)
    licensed = people.isa(team, licensed_states=["TX"])
    assert "leave this one" not in words(licensed, cold).content.decode()


def test_who_did_not_come_hears_the_name_of_the_agent_who_waited(team, isa):
    ana = people.agent(team, user__name="Ana Example")
    handoff = open_handoff(ready(team, isa=isa), to=ana)
    record_outcome(handoff=handoff, showed="no", actor=ana, via=Via.PAGE, at=handoff.outcome_due_at)
    people.agent(team, user__name="Zed Other")

    assert "Ana Example was looking forward" in text_of(words(isa, handoff.lead))
