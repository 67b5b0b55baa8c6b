"""A handoff under way, and the team lead."""

from __future__ import annotations

import pytest

from handoff.tests.factories import open_handoff
from teams.tests.factories import lead as team_lead


@pytest.fixture
def handoff():
    return open_handoff()


@pytest.fixture
def boss(handoff):
    return team_lead(handoff.team)
