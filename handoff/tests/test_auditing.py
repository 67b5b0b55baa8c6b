"""The auditor looks at each open handoff for all that it owes, whichever verb it went through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff.appointments import cancel, move, reassign, set_time, take_back
from handoff.auditing import what_handoffs_lack
from handoff.confirmation.steps import TERMS
from handoff.confirming import confirm
from handoff.live.connecting import connect
from handoff.models import Appointment, Handoff, LiveTransfer, OwnerChange
from handoff.models.appointments import How
from handoff.outcomes import record_outcome
from handoff.states import AppointmentStatus
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, policy, ready
from handoff.tests.live.ground import accepted, on_call, ringing, told
from leads.models import Lead, Verification
from leads.states import Via
from notifications.models import Delivery, Timer
from notifications.promises.audit import findings
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due
from notifications.tests.peers.mail import demo_outbox  # noqa: F401 - a fixture
from teams.models import Membership
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

LATER = SLOT + timedelta(hours=2)


def lacks(at=NOW) -> list[str]:
    return list(what_handoffs_lack(at))


def without_address() -> Lead:
    lead = ready()
    Verification.objects.filter(lead=lead).update(email="")
    return Lead.objects.get(pk=lead.pk)


def timed(handoff: Handoff) -> Handoff:
    return set_time(handoff=handoff, starts_at=SLOT, minutes=MINUTES, how=How.CALL, place="", actor=None, at=NOW)


def moved(handoff: Handoff, starts_at=LATER) -> Appointment:
    return move(appointment=handoff.appointment, starts_at=starts_at, actor=None, at=NOW)


def passed_on(handoff: Handoff) -> Handoff:
    return reassign(handoff=handoff, agent=agent(handoff.team), actor=None, at=NOW)


def put_through() -> Handoff:
    lead = ready()
    ana = on_call(lead)
    transfer = told(accepted(ringing(lead), ana, at=NOW), at=NOW)
    assert lead.isa
    return connect(transfer=transfer, actor=lead.isa, via=Via.PAGE, at=NOW)


@pytest.mark.parametrize(
    "live",
    [
        open_handoff,
        open_direct,
        lambda: open_direct(without_address()),
        lambda: timed(open_direct()),
        lambda: timed(open_direct(without_address())),
        lambda: moved(open_handoff()),
        lambda: (moved(handoff := open_handoff()), moved(handoff, starts_at=LATER + timedelta(hours=1))),
        lambda: passed_on(open_handoff()),
        lambda: passed_on(open_direct()),
        lambda: passed_on(timed(open_direct())),
        lambda: moved(passed_on(open_handoff())),
        put_through,
        lambda: passed_on(put_through()),
        lambda: timed(put_through()),
        lambda: cancel(appointment=open_handoff().appointment, reason="Ill", actor=None, at=NOW),
        lambda: take_back(handoff=open_handoff(), reason="Wrong area", actor=None, at=NOW),
    ],
)
@pytest.mark.usefixtures("demo_outbox")
def test_whatever_happens_to_a_handoff_it_lacks_nothing(live):
    live()
    assert lacks() == []

    drain_all(at=NOW)
    fire_due(at=LATER + timedelta(days=3))
    assert lacks(at=LATER + timedelta(days=3)) == []


def test_a_reported_handoff_owes_nothing_any_more():
    handoff = open_handoff()
    record_outcome(handoff=handoff, showed="no", actor=handoff.agent, via=Via.PAGE, at=LATER)
    Timer.objects.all().delete()

    assert lacks(at=LATER) == []


@pytest.mark.parametrize(
    ("lose", "words"),
    [
        (lambda: OwnerChange.objects.all().delete(), "a change of owner"),
        (lambda: Delivery.objects.filter(audience="agent").delete(), "a mail to its agent"),
        (lambda: Delivery.objects.filter(audience="client").delete(), "a mail to the client"),
        (lambda: Delivery.objects.filter(audience="agent").update(invite=None), "its agent's invite"),
        (lambda: Delivery.objects.filter(audience="client").update(invite=None), "the client's invite"),
        (lambda: Delivery.objects.filter(audience="client").update(state="dropped"), "the client's invite"),
        (lambda: Appointment.objects.update(sequence=1), "its agent's invite"),
        (lambda: Timer.objects.filter(kind="outcome_ask").delete(), "the question"),
        (lambda: Timer.objects.filter(kind="outcome_overdue").update(called_off_at=NOW), "the deadline"),
        (lambda: Handoff.objects.update(outcome_due_at=LATER), "the deadline"),
        (lambda: Appointment.objects.update(status=AppointmentStatus.CANCELLED), "a booked appointment"),
    ],
)
def test_what_is_not_there_is_named(lose, words):
    handoff = open_handoff()
    lose()

    (finding,) = lacks()

    assert finding.startswith(f"Handoff {handoff.pk} owes ")
    assert words in finding


def test_a_live_handoff_that_came_of_no_transfer_is_named():
    handoff = put_through()
    LiveTransfer.objects.update(handoff=None, status="dropped")

    (finding,) = lacks()

    assert finding == f"Handoff {handoff.pk} owes the live transfer that it came of, and there is none."


def test_to_an_agent_who_had_left_nothing_was_owed():
    handoff = open_direct()
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=NOW)
    Delivery.objects.filter(audience="agent").delete()

    assert lacks() == []


def test_what_is_old_is_not_looked_at_every_minute():
    open_direct()
    Timer.objects.all().delete()

    assert lacks()
    assert lacks(at=NOW + timedelta(days=8)) == []


def test_the_auditor_asks_this_room_too_and_by_one_query():
    team = open_direct().team
    for _ in range(3):
        open_handoff(ready(team), to=agent(team))
    Timer.objects.all().delete()

    with CaptureQueriesContext(connection) as queries:
        assert len(lacks()) == 4

    assert len(queries) == 1
    assert len([each for each in findings(at=NOW) if each.startswith("Handoff ")]) == 4


@pytest.mark.parametrize("kind", TERMS)
def test_a_reminder_that_was_never_set_is_found(kind):
    handoff = open_handoff(at=NOW - timedelta(days=2))
    Timer.objects.filter(about=handoff.about, kind=kind).delete()

    assert lacks(NOW - timedelta(days=2)) == [
        f"Handoff {handoff.pk} owes the reminders that its client was promised, and there is none."
    ]


def test_one_that_was_switched_off_is_not():
    lead = ready()
    policy(lead.team, reminder_early_hours=0, reminder_late_minutes=0, unconfirmed_minutes=0)
    open_handoff(lead, at=NOW - timedelta(days=2))
    assert lacks(NOW - timedelta(days=2)) == []


def test_one_who_confirmed_needs_no_call():
    handoff = open_handoff(at=NOW - timedelta(days=2))
    confirm(handoff=handoff, actor=None, at=NOW - timedelta(days=2))
    assert lacks(NOW - timedelta(days=2)) == []
