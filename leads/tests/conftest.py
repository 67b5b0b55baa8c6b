"""People of one team, and somebody of another."""

import pytest
from django.test import Client

from leads.tests.factories import LeadFactory
from teams.tests import factories as people


@pytest.fixture
def team(db):
    return people.TeamFactory.create()


@pytest.fixture
def isa(team):
    return people.isa(team, user__name="Robin Sample")


@pytest.fixture
def agent(team):
    return people.agent(team, user__name="Jordan Sample")


@pytest.fixture
def boss(team):
    return people.lead(team, user__name="Casey Sample")


@pytest.fixture
def stranger(db):
    """A team lead of another team: who may do most, elsewhere."""
    return people.lead()


@pytest.fixture
def lead(team, isa):
    return LeadFactory.create(
        team=team, isa=isa, first_name="Dana", last_name="Example", phone="+15125550123", email="dana@example.com"
    )


@pytest.fixture
def browser():
    """Return a function that signs a member in."""

    def sign_in(member):
        client = Client()
        client.force_login(member.user)
        return client

    return sign_in
