"""A lead who is ready now, one agent on call, and the ISA who is on the phone."""

from __future__ import annotations

import pytest

from handoff.tests.factories import ready
from handoff.tests.live.ground import on_call
from handoff.tests.pages import signed_in
from leads.models.lpmama import Timeframe
from teams.tests.factories import TeamFactory


@pytest.fixture
def team():
    return TeamFactory.create()


@pytest.fixture
def lead(team):
    return ready(team, answers={"timeframe": Timeframe.NOW})


@pytest.fixture
def ana(lead):
    return on_call(lead, user__name="Ana Sample", user__phone="+15125550188")


@pytest.fixture
def browser(lead):
    return signed_in(lead.isa)
