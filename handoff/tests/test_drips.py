"""A handoff stops the drips of its lead: in its own transaction, with a receipt, and nothing goes out afterwards."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff.booking import book
from handoff.errors import NotReady
from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.queries.receipts import receipts_context
from handoff.receipts import receipts_of
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, ready
from leads.drips.stopping import stop_for
from leads.models import Activity, Enrolment
from leads.models.drips import DripState, Why
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tags import add_tag
from leads.tests.drips.writing import a_sequence, enrolled
from leads.tests.factories import LeadFactory
from notifications.channels import mail_server
from notifications.models import Delivery
from notifications.promises import drains, timers
from notifications.promises.owed import State
from teams.tests.factories import agent

DUE = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture
def lead(db):
    return ready(email="dana@example.com", first_name="Dana", last_name="Example")


@pytest.fixture
def enrolment(lead):
    return enrolled(lead, a_sequence(lead.team))


def drips_to(peer, address="dana@example.com"):
    return [mail for mail in peer.to(address) if mail["List-Unsubscribe"]]


def of_drip(handoff):
    return [receipt for receipt in receipts_of(handoff) if receipt.code == "drip_stopped"]


@pytest.mark.django_db
@pytest.mark.parametrize("open_one", [open_handoff, open_direct], ids=["scheduled", "direct"])
def test_it_stops_what_runs_and_shows_it_as_a_receipt(lead, enrolment, open_one):
    handoff = open_one(lead)

    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.why, enrolment.ended_about) == (
        DripState.STOPPED,
        Why.HANDED_OFF,
        handoff.about,
    )
    (receipt,) = of_drip(handoff)
    assert (receipt.kind, receipt.to) == ("Drip stopped: Nurture", "Dana Example")
    assert (receipt.state, receipt.done_at, receipt.attempts) == (State.DONE, NOW, 1)
    assert receipt.answer == "0 sent before."
    assert Activity.objects.filter(lead=lead, summary="Drip “Nurture” stopped: handed off").exists()


@pytest.mark.django_db
def test_a_trigger_tag_stops_it_too(lead, enrolment):
    agent(lead.team)
    add_tag(lead=lead, name="Handed off", actor=lead.isa, via=Via.TAG, at=NOW)

    assert of_drip(Handoff.objects.get())


@pytest.mark.django_db
def test_a_gate_that_stays_shut_stops_nothing(db):
    lead = LeadFactory.create()
    enrolment = enrolled(lead, a_sequence(lead.team))
    with pytest.raises(NotReady):
        change_stage(lead=lead, to=Stage.HANDED_OFF, actor=lead.isa, via=Via.PAGE, at=NOW)

    enrolment.refresh_from_db()
    assert enrolment.state == DripState.RUNNING
    timers.fire_due(at=DUE)
    assert Delivery.objects.filter(about=enrolment.about).exists()


@pytest.mark.django_db
def test_the_receipt_is_looked_at_and_not_tried_again(lead, enrolment):
    context = receipts_context(open_handoff(lead), at=NOW)

    (shown,) = [each for each in context["receipts"] if each["code"] == "drip_stopped"]
    assert shown["story_url"] == ""


@pytest.mark.django_db
def test_without_a_drip_there_is_no_receipt_and_one_query_more(lead):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        handoff = open_handoff(lead)

    about_drips = [
        each["sql"] for each in asked.captured_queries if "enrolment" in each["sql"] or "drip" in each["sql"]
    ]
    assert len(about_drips) == 1
    assert of_drip(handoff) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", range(6))
def test_a_handoff_and_a_step_at_once_send_at_most_what_was_sent_before(lead, enrolment, smtp_server, times):
    """Whoever is first: a drip that goes out does so before the handoff is there, and none does after."""
    closer, start = agent(lead.team), threading.Barrier(2)
    opened: list[int] = []

    def sweep():
        start.wait()
        timers.fire_due(at=DUE)
        connection.close()

    def hand_off():
        start.wait()
        said = {"minutes": MINUTES, "how": How.CALL, "place": "", "setter": lead.isa, "via": Via.PAGE}
        opened.append(book(lead=lead, agent=closer, starts_at=SLOT + timedelta(days=1), at=DUE, **said).pk)
        connection.close()

    _together(sweep, hand_off)
    drains.drain_all(at=DUE)
    for later in (1, 3, 9):
        timers.fire_due(at=DUE + timedelta(days=later))
        drains.drain_all(at=DUE + timedelta(days=later))

    assert opened
    assert drips_to(smtp_server) == []
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.why) == (DripState.STOPPED, Why.HANDED_OFF)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", range(6))
def test_a_handoff_while_mails_are_being_sent_lets_none_out_after(lead, enrolment, smtp_server, times):
    closer, start = agent(lead.team), threading.Barrier(2)
    timers.fire_due(at=DUE)
    counted: list[int] = []

    def deliver():
        start.wait()
        drains.drain(Delivery, at=DUE, about=enrolment.about, stream="email")
        mail_server.hang_up()
        connection.close()

    def hand_off():
        start.wait()
        open_handoff(Enrolment.objects.get().lead, to=closer, starts_at=SLOT + timedelta(days=1), at=DUE)
        counted.append(len(drips_to(smtp_server)))
        connection.close()

    _together(deliver, hand_off)
    delivery = Delivery.objects.get(about=enrolment.about)
    sent = len(drips_to(smtp_server))

    assert counted
    assert sent == (delivery.state == State.DONE)
    enrolment.refresh_from_db()
    if sent > counted[0]:  # it was with the mail server when the handoff was written: the receipt says so
        assert "just being handed to the mail server" in enrolment.remark
    drains.drain_all(at=DUE + timedelta(days=1))
    assert len(drips_to(smtp_server)) == sent


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", range(4))
def test_an_answer_and_a_step_at_once_leave_nothing_to_go_out(lead, enrolment, smtp_server, times):
    start = threading.Barrier(2)

    def sweep():
        start.wait()
        timers.fire_due(at=DUE)
        connection.close()

    def answer():
        start.wait()
        stop_for(lead=lead, why=Why.REPLIED, at=DUE)
        connection.close()

    _together(sweep, answer)
    drains.drain_all(at=DUE)

    assert drips_to(smtp_server) == []
    assert not Enrolment.objects.running().exists()


def _together(*work):
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
