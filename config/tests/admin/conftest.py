"""Somebody of the staff with a browser, and a handoff to look at."""

import pytest
import time_machine

from handoff.tests.factories import NOW, open_handoff, ready
from teams.models import User
from teams.tests.factories import TeamFactory


@pytest.fixture
def staff(db):
    return User.objects.create_superuser("admin@example.com", "a long test password", name="Ada Sample")


@pytest.fixture
def browser(staff, client):
    client.force_login(staff)
    return client


@pytest.fixture
def handoff(db):
    with time_machine.travel(NOW, tick=False):
        yield open_handoff(ready(TeamFactory()))
