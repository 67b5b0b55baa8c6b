"""A client on the phone, and two agents who are rung at once."""

from __future__ import annotations

import pytest
import time_machine

from handoff.tests.factories import NOW, policy, ready
from handoff.tests.live.ground import on_call
from teams.models.transfers import RingWay


@pytest.fixture
def clock():
    """Stand still at ``NOW``, which is where everything here is made."""
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def lead():
    lead = ready(first_name="Dana", last_name="Example")
    policy(lead.team, ring_way=RingWay.ALL)
    return lead


@pytest.fixture
def ana(lead):
    return on_call(lead, user__name="Ana Sample")


@pytest.fixture
def ben(lead):
    return on_call(lead, user__name="Ben Sample")
