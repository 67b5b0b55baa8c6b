"""An agent with a calendar of their own."""

from __future__ import annotations

import pytest

from handoff.busy.feeds import add_feed
from handoff.tests.factories import NOW
from teams.tests.factories import agent


@pytest.fixture
def ana():
    return agent(user__name="Ana Example")


@pytest.fixture
def feed(ana, calendar_peer):
    return add_feed(person=ana.user, address=calendar_peer.url, at=NOW)
