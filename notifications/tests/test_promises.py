"""Claiming, marking, retrying, giving up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from notifications.models import Attempt, Bucket, Delivery, InboxItem
from notifications.models.deliveries import Audience
from notifications.owing import owe_member
from notifications.promises.claims import claim_due, due_now
from notifications.promises.drains import CRASHES_ALLOWED, drain
from notifications.promises.endings import BASE, LONGEST, fail, mark_done, retry_now, waiting_time
from notifications.promises.owed import State
from notifications.promises.registry import undertaking
from notifications.promises.signals import given_up
from notifications.tests.said import ABOUT, AT, a_message, an_invite, owe_alert, owe_mail
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


def claim(at=AT, stream="email"):
    return claim_due(Delivery, at=at, stream=stream)


def let_the_lease_run_out(delivery):
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_what_is_not_due_yet_is_left_alone(team):
    owe_mail(team, at=AT + timedelta(seconds=1))

    assert claim(at=AT) == []


def test_a_claim_raises_the_fence_and_counts_the_attempt(team):
    owe_mail(team)

    (claimed,) = claim()

    assert (claimed.fence, claimed.attempts, claimed.crashes) == (1, 1, 0)
    assert claimed.started_at == AT
    assert Attempt.objects.get(delivery=claimed, fence=1).ended_at is None


def test_a_claimed_row_is_not_claimed_again_while_the_lease_lasts(team):
    owe_mail(team)
    claim()

    assert claim(at=AT + timedelta(days=1)) == []


def test_a_row_whose_process_died_is_claimed_again_and_counted(team):
    delivery = owe_mail(team)
    claim()
    let_the_lease_run_out(delivery)

    (again,) = claim()

    assert (again.fence, again.attempts, again.crashes, again.ambiguous) == (2, 2, 1, 1)


def test_a_mark_of_an_overtaken_claim_does_not_count(team):
    delivery = owe_mail(team)
    (late,) = claim()
    let_the_lease_run_out(delivery)
    (current,) = claim()

    assert not mark_done(late, fence=late.fence, at=AT, answer="I was slow")
    assert not fail(late, fence=late.fence, at=AT, answer="I was slow")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.fence, delivery.answer) == (State.WAITING, current.fence, "")
    assert delivery.lease_until is not None, "the claim that counts keeps its lease"
    assert Attempt.objects.get(delivery=delivery, fence=1).answer == "I was slow"


def test_five_attempts_cut_off_in_a_row_end_as_a_dead_letter(team):
    delivery = owe_mail(team)
    for _ in range(CRASHES_ALLOWED):
        claim()
        let_the_lease_run_out(delivery)
    told = []
    given_up.connect(lambda owed, **_: told.append(owed.pk), sender=Delivery, weak=False, dispatch_uid="test")

    drain(Delivery, at=AT, stream="email")
    given_up.disconnect(sender=Delivery, dispatch_uid="test")

    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    assert "5 attempts in a row" in delivery.answer
    assert told == [delivery.pk]


def test_an_outcome_starts_the_count_of_crashes_anew(team, smtp_server):
    delivery = owe_mail(team)
    for _ in range(CRASHES_ALLOWED - 1):
        claim()
        let_the_lease_run_out(delivery)
    smtp_server.answers.append("451 come back later")

    drain(Delivery, at=AT, stream="email")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.crashes, delivery.ambiguous) == (State.WAITING, 0, 4)


def test_a_failure_in_telling_undoes_the_mark(team):
    delivery = owe_mail(team)
    (claimed,) = claim()

    def broken(**_):
        raise RuntimeError("the task could not be written")

    given_up.connect(broken, sender=Delivery, dispatch_uid="test")
    with pytest.raises(RuntimeError), transaction.atomic():
        fail(claimed, fence=claimed.fence, at=AT, answer="no")
    given_up.disconnect(sender=Delivery, dispatch_uid="test")

    delivery.refresh_from_db()
    assert delivery.state == State.WAITING, "a failure that nobody was told of is tried again"


def test_nothing_is_tried_after_its_deadline(team, smtp_server):
    delivery = owe_mail(team, deadline_at=AT + timedelta(hours=1))

    drain(Delivery, at=AT + timedelta(hours=2), stream="email")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.FAILED, "It was too late when its turn came.")
    assert smtp_server.messages == []


def test_an_invite_is_not_tried_beyond_the_meeting(team):
    delivery = owe_mail(team, invite=an_invite(starts_at=AT + timedelta(hours=2), ends_at=AT + timedelta(hours=3)))

    assert delivery.deadline_at == AT + timedelta(hours=2)


def test_a_transient_failure_waits_twice_as_long_each_time(team, smtp_server):
    delivery = owe_mail(team)
    waits, at = [], AT
    for _ in range(4):
        smtp_server.answers.append("451 busy")
        drain(Delivery, at=at, stream="email")
        delivery.refresh_from_db()
        waits.append((delivery.due_at - at).total_seconds())
        at = delivery.due_at

    for number, wait in enumerate(waits):
        assert 0.8 * 5 * 2**number <= wait <= 1.2 * 5 * 2**number + 1


@pytest.mark.parametrize("attempts", [1, 5, 12, 4000])
def test_a_wait_is_never_shorter_than_was_asked_for_nor_endless(attempts):
    asked = timedelta(seconds=700)

    wait = waiting_time(attempts=attempts, retry_after=asked)

    assert asked <= wait <= LONGEST * 1.2
    assert waiting_time(attempts=attempts, retry_after=None) >= BASE * 0.8


def test_a_wait_beyond_the_deadline_is_a_failure_at_once(team, smtp_server):
    delivery = owe_mail(team, deadline_at=AT + timedelta(seconds=2))
    smtp_server.answers.append("451 busy")

    drain(Delivery, at=AT, stream="email")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == (State.FAILED, "451 busy")


def test_a_failed_row_that_a_person_retries_goes_out_with_the_same_name(team, smtp_server):
    smtp_server.refuse["dana@example.com"] = "550 5.1.1 nobody here"
    delivery = owe_mail(team)
    drain(Delivery, at=AT, stream="email")
    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    smtp_server.refuse.clear()

    assert retry_now(delivery, at=AT + timedelta(days=2))
    drain(Delivery, at=AT + timedelta(days=2), stream="email")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.DONE, 2)
    assert smtp_server.messages[0]["Message-ID"] == delivery.provider_ref


@pytest.mark.parametrize("state", [State.DONE, State.DROPPED])
def test_what_ended_well_cannot_be_retried(team, state):
    delivery = owe_mail(team)
    Delivery.objects.update(state=state)

    assert not retry_now(delivery, at=AT)


def test_an_attempt_under_way_is_left_alone_by_a_retry(team):
    delivery = owe_mail(team)
    claim()

    assert not retry_now(delivery, at=AT)


def test_a_throttled_channel_rests_for_the_whole_team_and_for_no_other(team, boss):
    other = TeamFactory()
    owe_alert(team)
    elsewhere = owe_alert(other, about="handoff/2")
    Bucket.objects.create(name=f"slack/{team.pk}", closed_until=AT + timedelta(seconds=30))

    assert [each.pk for each in claim(stream="slack")] == [elsewhere.pk]
    assert [each.team_id for each in claim(at=AT + timedelta(seconds=31), stream="slack")] == [team.pk]


def test_owing_the_same_twice_owes_it_once(team):
    owe_mail(team)
    owe_mail(team)

    assert Delivery.objects.count() == 1


def test_a_member_who_left_is_not_written_to(team, boss):
    boss.ended_at = AT
    owe_member(boss, kind="alert", about=ABOUT, audience=Audience.LEAD, message=a_message(), at=AT)

    assert not Delivery.objects.exists()
    assert not InboxItem.objects.exists()


def test_the_search_for_work_uses_the_index_of_waiting_rows(team):
    owe_mail(team)
    Delivery.objects.update(due_at=F("due_at"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = due_now(undertaking(Delivery), at=AT, stream="email").order_by("due_at", "pk").explain()
    assert "delivery_waiting" in plan
    assert "delivery_lane_busy" in plan
