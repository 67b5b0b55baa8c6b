"""The auditor looks at each transfer under way for the timer that ends it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff.live.auditing import what_transfers_lack
from handoff.live.connecting import cancel, connect, drop
from handoff.models import LiveTransfer
from handoff.tests.factories import NOW, ready
from handoff.tests.live.ground import SECOND, accepted, on_call, ringing, told
from leads.states import Via
from notifications.models import Timer
from notifications.promises.audit import findings
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db
LATER = NOW + 30 * SECOND


def lacks() -> list[str]:
    return list(what_transfers_lack(NOW))


def taken() -> LiveTransfer:
    lead = ready()
    agent = on_call(lead)
    return accepted(ringing(lead), agent)


def rung() -> LiveTransfer:
    lead = ready()
    on_call(lead)
    return ringing(lead)


def rung_twice() -> LiveTransfer:
    lead = ready()
    on_call(lead)
    on_call(lead)
    transfer = ringing(lead)
    fire_due(at=NOW + 20 * SECOND)
    return transfer


@pytest.mark.parametrize(
    "live",
    [
        rung,
        rung_twice,
        taken,
        lambda: fire_due(at=taken().requested_at + 200 * SECOND),  # asked whether it was connected
        lambda: cancel(transfer=rung(), actor=None, at=LATER),
        lambda: drop(transfer=taken(), actor=None, reason="line", at=LATER),
        lambda: connect(transfer=(it := told(taken())), actor=it.setter, via=Via.API, at=LATER),
    ],
)
def test_whatever_happens_to_a_transfer_it_lacks_nothing(live):
    live()
    assert lacks() == []


@pytest.mark.parametrize(
    ("live", "words"),
    [(rung, "the end of its rung"), (rung_twice, "the end of its rung"), (taken, "lets its agent go")],
)
def test_a_transfer_that_nothing_would_end_is_named(live, words):
    transfer = live()
    Timer.objects.filter(about=transfer.about, fired_at=None).update(called_off_at=NOW)

    (finding,) = lacks()

    assert finding.startswith(f"Live transfer {transfer.pk} owes ")
    assert words in finding


def test_a_rung_whose_timer_is_late_is_found():
    transfer = rung()
    assert [each for each in findings(at=NOW + 600 * SECOND) if f"{transfer.about}|rung1" in each]


def test_it_is_asked_by_one_query_however_many_there_are():
    rung()
    taken()
    Timer.objects.all().delete()

    with CaptureQueriesContext(connection) as queries:
        assert len(lacks()) == 2
    assert len(queries) == 1
