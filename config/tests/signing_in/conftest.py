"""A team, its lead and an agent; and nobody has tried a password yet."""

import pytest
from django.core.cache import cache

from teams.tests.factories import TeamFactory, agent, lead


@pytest.fixture(autouse=True)
def nobody_has_tried_yet(db):
    cache.clear()


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def boss(team):
    return lead(team)


@pytest.fixture
def ana(team):
    return agent(team)
