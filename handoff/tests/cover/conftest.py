"""Ana has a meeting with Dana ahead."""

from __future__ import annotations

import pytest

from handoff.tests.factories import open_handoff, ready
from teams.tests.factories import agent


@pytest.fixture
def handoff():
    whose = ready(first_name="Dana", last_name="Example")
    return open_handoff(whose, to=agent(whose.team, user__name="Ana Example"))
