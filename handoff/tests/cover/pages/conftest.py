"""Ana has a meeting with Dana ahead, by the clock that pages ask."""

from __future__ import annotations

import pytest
from django.utils import timezone

from handoff.tests.cover.pages.saying import ALL_DAY, tomorrow
from handoff.tests.factories import open_handoff, ready
from teams.tests.factories import agent


@pytest.fixture
def handoff():
    whose = ready(first_name="Dana", last_name="Example")
    ana = agent(whose.team, user__name="Ana Example", hours=ALL_DAY)
    return open_handoff(whose, to=ana, starts_at=tomorrow(whose, ana), at=timezone.now())
