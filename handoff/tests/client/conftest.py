"""A handoff to a specialist, and the client who has the link to it."""

from __future__ import annotations

import pytest

from handoff.tests.clients import Visitor
from handoff.tests.factories import open_handoff, ready
from teams.tests.factories import agent


@pytest.fixture
def handoff():
    lead = ready()
    to = agent(
        lead.team,
        user__name="Ana Flores",
        user__phone="+15125550188",
        profile={
            "title": "Downtown condo specialist",
            "line": "She has sold forty homes",
            "years": 11,
            "languages": ["en", "es"],
        },
    )
    return open_handoff(lead, to=to)


@pytest.fixture
def visitor(handoff):
    return Visitor(handoff)
