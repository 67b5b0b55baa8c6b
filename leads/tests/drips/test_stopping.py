"""What stops a drip: what waits is dropped, why is kept, and nothing goes out afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leads.calls import log_call
from leads.drips import sequences
from leads.drips.stopping import IN_HAND, stop_for
from leads.merging import merge_leads
from leads.models import Activity, Enrolment
from leads.models.calls import CallResult
from leads.models.drips import DripState, Why
from leads.signals import client_answered
from leads.stages import change_stage
from leads.states import Heard, Stage, Via
from leads.tests.drips.writing import a_sequence, enrolled, run
from leads.tests.factories import NOW, LeadFactory
from notifications import consent
from notifications.models import Delivery
from notifications.models.mails import MailHow
from notifications.promises import timers
from notifications.promises.claims import claim_due
from notifications.promises.drains import clock_from, keep
from notifications.promises.owed import State

pytestmark = pytest.mark.django_db

DANA = "dana@example.com"
DUE = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture
def enrolment(lead, team):
    return enrolled(lead, a_sequence(team))


def call_answered(lead, isa):
    said = {"result": CallResult.ANSWERED, "note": "", "next_call_at": None, "via": Via.PAGE}
    log_call(lead=lead, **said, actor=isa, at=NOW)


def write(lead, isa):
    client_answered.send(sender=type(lead), lead=lead, how=Heard.MAIL, at=NOW)


def unsubscribe(lead, isa):
    consent.mail_opt_out(team=lead.team, address=DANA, how=MailHow.ONE_CLICK, at=NOW)


def bounce(lead, isa):
    consent.mail_opt_out(team=lead.team, address=DANA, how=MailHow.BOUNCED, at=NOW)


def lose(lead, isa):
    change_stage(lead=lead, to=Stage.LOST, actor=isa, via=Via.PAGE, at=NOW)


def merge(lead, isa):
    survivor = LeadFactory.create(team=lead.team, isa=isa)
    merge_leads(survivor=survivor, other=lead, take=[], actor=isa, at=NOW)


def press(lead, isa):
    stop_for(lead=lead, why=Why.BY_HAND, actor=isa, at=NOW)


def switch_off(lead, isa):
    sequences.switch_off(sequence=Enrolment.objects.get().sequence, actor=isa, at=NOW)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (call_answered, Why.REPLIED),
        (write, Why.REPLIED),
        (unsubscribe, Why.OPTED_OUT),
        (bounce, Why.BOUNCED),
        (lose, Why.LOST),
        (merge, Why.MERGED),
        (press, Why.BY_HAND),
        (switch_off, Why.SWITCHED_OFF),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_it_stops_and_keeps_why(lead, isa, enrolment, smtp_server, happens, why):
    happens(lead, isa)
    run(DUE)

    assert smtp_server.messages == []
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.why, enrolment.ended_at) == (DripState.STOPPED, why, NOW)
    assert enrolment.next_at is None
    story = Activity.objects.filter(kind="drip").latest("pk")
    assert story.summary == f"Drip “Nurture” stopped: {why.label.lower()}"


def test_a_mail_that_waits_is_dropped(lead, isa, enrolment, smtp_server):
    timers.fire_due(at=DUE)
    write(lead, isa)
    run(DUE)

    assert smtp_server.messages == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.answer) == (State.DROPPED, "Not sent: they answered.")
    enrolment.refresh_from_db()
    assert enrolment.remark == "0 sent before."


def test_a_mail_in_somebodys_hands_does_not_go_out_after(lead, isa, enrolment, smtp_server):
    timers.fire_due(at=DUE)
    (claimed,) = claim_due(Delivery, at=DUE, stream="email")
    write(lead, isa)
    keep(claimed, clock=clock_from(DUE))

    assert smtp_server.messages == []
    enrolment.refresh_from_db()
    assert enrolment.remark.endswith(IN_HAND)
    assert Delivery.objects.get().state == State.DROPPED


def test_what_was_sent_before_is_counted(lead, isa, enrolment, smtp_server):
    run(DUE)
    write(lead, isa)

    enrolment.refresh_from_db()
    assert enrolment.remark == "1 sent before."


def test_no_answer_stops_nothing(lead, isa, enrolment):
    said = {"result": CallResult.VOICEMAIL, "note": "", "next_call_at": None, "via": Via.PAGE}
    log_call(lead=lead, **said, actor=isa, at=NOW)

    enrolment.refresh_from_db()
    assert enrolment.state == DripState.RUNNING


def test_other_leads_go_on(lead, isa, team, enrolment, smtp_server):
    other = LeadFactory.create(team=team, isa=isa, email="lee@example.com")
    enrolled(other, enrolment.sequence)
    write(lead, isa)
    run(DUE)

    assert len(smtp_server.to("lee@example.com")) == 1
    assert smtp_server.to(DANA) == []


def test_a_mail_to_an_address_they_no_longer_use_bounces_for_nobody(lead, team, enrolment):
    consent.mail_opt_out(team=team, address="old@example.com", how=MailHow.BOUNCED, at=NOW)

    enrolment.refresh_from_db()
    assert enrolment.state == DripState.RUNNING


def test_an_address_that_the_server_refuses_stops_it(lead, isa, enrolment, smtp_server):
    smtp_server.refuse[DANA] = "550 5.1.1 nobody here"
    run(DUE)

    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.why) == (DripState.STOPPED, Why.BOUNCED)
    task = lead.tasks.get(kind="given_up") if lead.tasks.filter(kind="given_up").exists() else None
    assert task is None or task.link == lead.get_absolute_url()


def test_who_is_merged_keeps_the_story_with_the_survivor(lead, isa, enrolment):
    merge(lead, isa)

    enrolment.refresh_from_db()
    lead.refresh_from_db()
    assert enrolment.lead_id == lead.merged_into_id


def test_where_none_runs_it_costs_one_query(lead, django_assert_num_queries):
    with django_assert_num_queries(1):
        stop_for(lead=lead, why=Why.REPLIED, at=NOW)


@pytest.mark.parametrize("number", [1, 4])
def test_switching_off_says_for_how_many(team, isa, number):
    sequence = a_sequence(team)
    for _ in range(number):
        enrolled(LeadFactory.create(team=team, isa=isa), sequence)

    assert sequences.switch_off(sequence=sequence, actor=isa, at=NOW) == number
