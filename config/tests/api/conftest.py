"""A team whose members call the API on a Monday at ten in Chicago, and strangers beside it."""

import pytest
import time_machine

from config.tests.api.caller import Caller
from handoff.tests.factories import NOW, ready
from teams.tests.factories import TeamFactory, agent, isa, lead


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team(db):
    return TeamFactory()


@pytest.fixture
def team_isa(team):
    return isa(team)


@pytest.fixture
def team_lead(team):
    return lead(team)


@pytest.fixture
def team_agent(team):
    return agent(team, user__name="Ana Sample")


@pytest.fixture
def api(team_isa):
    return Caller(team_isa)


@pytest.fixture
def ready_lead(team, team_isa):
    return ready(team, isa=team_isa)


@pytest.fixture
def other_team(db):
    return TeamFactory()


@pytest.fixture
def foreign_agent(other_team):
    return agent(other_team)


@pytest.fixture
def foreign_lead(other_team):
    return ready(other_team)
