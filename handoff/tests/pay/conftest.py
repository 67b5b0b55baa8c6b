"""A team that pays its ISAs, and the clock that its pages are looked at by."""

from __future__ import annotations

import pytest
import time_machine

from handoff.tests.pay.ground import Place
from leads.tests.factories import NOW


@pytest.fixture
def place(db):
    return Place()


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield
