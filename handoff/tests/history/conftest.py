"""One history for a whole file of tests: it takes seconds to make."""

from __future__ import annotations

import pytest
from django.db import transaction

from handoff.tests.history.made import make


@pytest.fixture(scope="module")
def history(request, django_db_setup, django_db_blocker):
    """A team with as many handoffs as the file asks for; what a test does to it is undone after the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make(request.module.HANDOFFS)
        transaction.set_rollback(True)
