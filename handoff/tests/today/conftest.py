"""An agent and the ISA of their team."""

from __future__ import annotations

import pytest

from teams.models import Membership
from teams.tests import factories as people


@pytest.fixture
def ana() -> Membership:
    return people.agent(user__name="Ana Sample")


@pytest.fixture
def ivy(ana) -> Membership:
    return people.isa(ana.team)
