"""It is ten in the morning, on a Monday, in Chicago."""

from __future__ import annotations

import pytest
import time_machine

from handoff.tests.factories import NOW


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield
