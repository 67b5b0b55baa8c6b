"""A desk with what there is to coach, and the team lead."""

import pytest

from handoff.tests.coaching.histories import Desk
from leads.answers import save_answers
from leads.tests.factories import NOW
from teams.tests.factories import lead


@pytest.fixture
def desk():
    desk = Desk()
    save_answers(lead=desk.lead, changes={"price_second": 73}, actor=desk.isa, at=NOW)
    return desk


@pytest.fixture
def boss(desk):
    return lead(desk.team, user__name="Lea Template")
