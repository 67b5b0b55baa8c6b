import pytest

from leads.collaborating import collaborate
from leads.finding import find
from leads.tests.factories import NOW, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(team, isa):
    return LeadFactory.create(
        team=team, isa=isa, first_name="Dana", last_name="Ångström", phone="+15125550123", email="dana@example.com"
    )


@pytest.fixture(autouse=True)
def others(team, isa):
    LeadFactory.create(team=team, isa=isa, first_name="Lee", last_name="Sample", phone="+12065550199")
    LeadFactory.create(first_name="Dana", last_name="Ångström", phone="+15125550123", email="dana@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "(512) 555-0123",
        "5125550123",
        "+1 512 555 0123",
        "tel:+15125550123",
        "555-0123",
        "0123",
        "dana angstrom",
        "ÅNGSTRÖM",
        "ang",
        "strom dan",
        "dana@example.com",
        "Dana@Ex",
    ],
)
def test_a_lead_is_found_by_number_name_or_address_in_the_team_alone(dana, isa, text):
    assert find(isa, text) == [dana]


@pytest.mark.parametrize(
    "text", ["", "   ", "nobody", "512 555 0188", "%", "_____", "\\", "nobody@example.com", "x" * 9999]
)
def test_what_nobody_is_called_finds_nobody(dana, isa, text):
    assert find(isa, text) == []


def test_an_agent_finds_own_and_shared_leads_only(dana, team, agent):
    assert find(agent, "512 555 0123") == []

    collaborate(lead=dana, membership=agent, reason="handoff", at=NOW)

    assert find(agent, "512 555 0123") == [dana]
    assert find(agent, "dana") == [dana]


def test_a_couple_that_shares_a_phone_is_found_both(dana, team, isa):
    partner = LeadFactory.create(team=team, isa=isa, first_name="Kim", phone="+15125550123")

    assert find(isa, "512.555.0123") == [partner, dana]


def test_finding_costs_the_same_however_many(dana, team, isa, django_assert_num_queries):
    with django_assert_num_queries(3):
        find(isa, "dana")
    LeadFactory.create_batch(3, team=team, isa=isa, first_name="Dana")

    with django_assert_num_queries(3):
        assert len(find(isa, "dana")) == 4


@pytest.mark.parametrize("text", ["li", "wu", "wu li", "LI W"])
def test_short_names_are_found_where_a_name_begins(team, isa, text):
    short = LeadFactory.create(team=team, isa=isa, first_name="Li", last_name="Wu")
    LeadFactory.create(team=team, isa=isa, first_name="Emwuli", last_name="Sample")

    assert find(isa, text) == [short]
