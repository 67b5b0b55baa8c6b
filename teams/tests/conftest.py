"""People of two teams: one's own, and strangers."""

import pytest
from django.test import Client

from teams.models import Membership
from teams.tests.factories import TeamFactory, agent, isa, lead


@pytest.fixture
def team(db):
    return TeamFactory()


@pytest.fixture
def other_team(db):
    return TeamFactory()


@pytest.fixture
def team_lead(team):
    return lead(team)


@pytest.fixture
def team_agent(team):
    return agent(team)


@pytest.fixture
def team_isa(team):
    return isa(team)


@pytest.fixture
def foreign_agent(other_team):
    return agent(other_team)


@pytest.fixture
def signed_in():
    """A browser in which this member is signed in."""

    def sign_in(membership: Membership) -> Client:
        client = Client()
        client.force_login(membership.user)
        return client

    return sign_in
