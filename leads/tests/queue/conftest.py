"""It is ten in the morning in Chicago, and leads are made as they are needed."""

import pytest

from leads.tests.factories import NOW, LeadFactory


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def make(team, isa):
    def lead(name, **fields):
        return LeadFactory.create(**{"team": team, "isa": isa, "first_name": name} | fields)

    return lead
