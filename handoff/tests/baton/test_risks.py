"""Each risk is there from its minute on and not a minute before, and gone once it is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.validators import MaxValueValidator

from handoff.appointments import move, reassign
from handoff.baton.finding import Level
from handoff.brief import read_brief
from handoff.client.wishes import ask_for_call
from handoff.confirming import confirm
from handoff.cover.asking import ask_for_cover
from handoff.cover.settling import settle as settle_cover
from handoff.models import Appointment
from handoff.outcomes import record_outcome
from handoff.states import Rsvp
from handoff.tests.baton.looking import risks_of, settle
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, policy, ready
from leads.recordings import attach_link, promise_link
from leads.states import Via
from notifications.models import Delivery
from notifications.promises.endings import retry_now
from notifications.promises.owed import State
from teams.models import Policy, TimeOff
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
ENDS = SLOT + timedelta(minutes=MINUTES)


@pytest.fixture
def boss():
    return people.lead()


@pytest.fixture
def handoff(boss):
    """Read, and all its steps done: nothing is wrong with it."""
    handoff = open_handoff(ready(boss.team))
    settle(handoff, at=NOW)
    read_brief(handoff=handoff, membership=handoff.agent, at=NOW)
    return handoff


@pytest.fixture
def risks(handoff, boss):
    return lambda at: risks_of(handoff, boss, at=at)


def test_nothing_is_wrong_with_what_goes_well(risks):
    assert risks(NOW) == {}


def test_a_step_that_was_given_up(handoff, risks):
    step = Delivery.objects.filter(about=handoff.about, audience="client").first()
    Delivery.objects.filter(pk=step.pk).update(state=State.FAILED, done_at=NOW)
    assert risks(NOW) == {"failed": Level.NOW}

    retry_now(step, at=NOW)
    assert risks(NOW) == {}


def test_a_change_of_owner_that_was_given_up(handoff, risks):
    handoff.owner_changes.update(state=State.FAILED)
    assert risks(NOW) == {"failed": Level.NOW}

    handoff.owner_changes.update(state=State.DONE)
    assert risks(NOW) == {}


def test_a_mail_that_came_back_until_another_goes_out(handoff, risks):
    mail = Delivery.objects.filter(about=handoff.about, audience="client").latest("pk")
    Delivery.objects.filter(pk=mail.pk).update(came_back_at=NOW, why_back="550 no mailbox")
    assert risks(NOW) == {"failed": Level.NOW}

    mail.pk, mail.key, mail.state, mail.came_back_at, mail.due_at = None, "another", State.WAITING, None, NOW
    mail.save()
    assert risks(NOW) == {}


def test_a_step_that_waits_for_over_a_minute(handoff, risks):
    steps = Delivery.objects.filter(about=handoff.about, audience="agent")
    steps.update(state=State.WAITING, due_at=NOW, created_at=NOW, attempts=0)
    assert risks(NOW + MINUTE - SECOND) == {}
    assert risks(NOW + MINUTE) == {"late": Level.SOON}

    steps.update(state=State.DONE)
    assert risks(NOW + MINUTE) == {}


def test_a_step_tried_in_vain_is_late_between_its_tries_and_one_of_the_night_is_not(handoff, risks):
    steps = Delivery.objects.filter(about=handoff.about, audience="agent")
    steps.update(state=State.WAITING, due_at=NOW + HOUR, created_at=NOW, attempts=0)
    assert risks(NOW + 30 * MINUTE) == {}

    steps.update(attempts=3)
    assert risks(NOW + 30 * MINUTE) == {"late": Level.SOON}


def test_a_client_who_asks_for_another_time_until_there_is_one(handoff, risks):
    assert risks(NOW) == {}
    ask_for_call(handoff=handoff, wish="", at=NOW)
    settle(handoff, at=NOW)
    assert risks(NOW) == {"move": Level.NOW}

    handoff.refresh_from_db()
    move(appointment=handoff.appointment, starts_at=SLOT + HOUR, actor=handoff.setter, at=NOW)
    settle(handoff, at=NOW)
    assert risks(NOW) == {}


def test_a_calendar_that_declined_until_the_client_says_yes(handoff, risks):
    Appointment.objects.filter(pk=handoff.appointment_id).update(rsvp=Rsvp.DECLINED, rsvp_at=NOW)
    assert risks(NOW) == {"declined": Level.SOON}
    assert risks(SLOT - HOUR) == {"declined": Level.NOW}

    confirm(handoff=handoff, actor=handoff.setter, at=NOW)
    settle(handoff, at=NOW)
    assert risks(NOW) == {}


def test_a_client_who_says_nothing_by_the_time_of_the_call(handoff, risks):
    eight = SLOT - 2 * HOUR  # three hours before would be seven in the client's morning
    assert risks(eight - SECOND) == {}
    assert risks(eight) == {"unconfirmed": Level.SOON}
    assert risks(SLOT - HOUR) == {"unconfirmed": Level.NOW}
    assert risks(SLOT) == {}

    confirm(handoff=handoff, actor=None, at=eight)
    settle(handoff, at=NOW)
    assert risks(SLOT - HOUR) == {}


def test_a_brief_that_lies_unread_is_worse_the_nearer_they_meet(handoff, boss):
    other = open_handoff(ready(boss.team))
    settle(other, at=NOW)
    confirm(handoff=other, actor=None, at=NOW)
    settle(other, at=NOW)

    assert risks_of(other, boss, at=NOW + HOUR - SECOND) == {}
    assert risks_of(other, boss, at=NOW + HOUR) == {"unread": Level.WATCH}
    assert risks_of(other, boss, at=SLOT - 30 * MINUTE - SECOND) == {"unread": Level.WATCH}
    assert risks_of(other, boss, at=SLOT - 30 * MINUTE) == {"unread": Level.SOON}
    assert risks_of(other, boss, at=SLOT) == {"unread": Level.NOW}

    read_brief(handoff=other, membership=boss, at=NOW)
    assert risks_of(other, boss, at=SLOT) == {"unread": Level.NOW}, "only the agent's reading counts"
    read_brief(handoff=other, membership=other.agent, at=NOW)
    assert risks_of(other, boss, at=SLOT) == {}


def most_allowed(name: str) -> int:
    limits = [each for each in Policy._meta.get_field(name).validators if isinstance(each, MaxValueValidator)]
    return min(int(each.limit_value) for each in limits)


def test_the_board_speaks_up_as_early_as_the_team_may_ask_for(boss):
    earliest = {name: most_allowed(name) for name in ("unread_minutes", "unconfirmed_minutes")}
    policy(boss.team, **earliest)
    met_at = SLOT + timedelta(days=3)
    handoff = open_handoff(ready(boss.team), starts_at=met_at)
    settle(handoff, at=NOW)

    called, reminded = (
        met_at - timedelta(minutes=earliest[name]) for name in ("unconfirmed_minutes", "unread_minutes")
    )
    assert risks_of(handoff, boss, at=called - SECOND) == {"unread": Level.WATCH}
    assert risks_of(handoff, boss, at=called) == {"unread": Level.WATCH, "unconfirmed": Level.SOON}
    assert risks_of(handoff, boss, at=reminded - SECOND)["unread"] == Level.WATCH
    assert risks_of(handoff, boss, at=reminded)["unread"] == Level.SOON


def test_whoever_takes_over_has_an_hour_of_their_own_to_read(handoff, risks):
    given = NOW + 5 * HOUR
    reassign(handoff=handoff, agent=people.agent(handoff.team), actor=handoff.setter, at=given)
    settle(handoff, at=given)

    assert risks(given + HOUR - SECOND) == {}
    assert risks(given + HOUR) == {"unread": Level.WATCH}


def test_a_client_without_a_time_waits_for_a_quarter_of_an_hour(boss):
    direct = open_direct(ready(boss.team))
    settle(direct, at=NOW)

    assert risks_of(direct, boss, at=NOW + 15 * MINUTE - SECOND) == {}
    assert risks_of(direct, boss, at=NOW + 15 * MINUTE) == {"unread": Level.SOON}


def test_a_recording_that_was_to_follow(handoff, risks):
    promise_link(lead=handoff.lead, actor=handoff.setter, at=NOW)
    assert risks(NOW + 15 * MINUTE - SECOND) == {}
    assert risks(NOW + 15 * MINUTE) == {"recording": Level.WATCH}
    assert risks(NOW + 2 * HOUR) == {"recording": Level.SOON}

    attach_link(lead=handoff.lead, url="https://recordings.example.com/9.mp3", actor=handoff.setter, at=NOW)
    settle(handoff, at=NOW)
    assert risks(NOW + 2 * HOUR) == {}


def test_an_outcome_is_due_four_hours_before_it_is_overdue(handoff, risks):
    due_at = ENDS + 24 * HOUR
    assert risks(due_at - 4 * HOUR - SECOND) == {}
    assert risks(due_at - 4 * HOUR) == {"due": Level.WATCH}
    assert risks(due_at - SECOND) == {"due": Level.WATCH}
    assert risks(due_at) == {"overdue": Level.NOW}

    record_outcome(
        handoff=handoff,
        showed="yes",
        is_good=True,
        reason="",
        next_step="showings",
        note="",
        actor=handoff.agent,
        via=Via.PAGE,
        at=due_at,
    )
    assert risks(due_at) == {}


def test_an_agent_who_cannot_make_it(handoff, risks):
    ask_for_cover(handoff=handoff, agent=handoff.agent, reason="My car broke down.", via=Via.PAGE, at=NOW)
    settle(handoff, at=NOW)
    assert risks(NOW) == {"cover": Level.NOW}

    settle_cover(handoff, at=NOW)
    assert risks(NOW) == {}


def test_an_agent_who_is_away_when_they_meet(handoff, risks):
    off = TimeOff.objects.create(membership=handoff.agent, starts_at=ENDS, ends_at=ENDS + HOUR)
    assert risks(NOW) == {}

    TimeOff.objects.filter(pk=off.pk).update(starts_at=ENDS - MINUTE)
    assert risks(NOW) == {"cover": Level.SOON}
    confirm(handoff=handoff, actor=None, at=NOW)
    settle(handoff, at=NOW)
    assert risks(SLOT - HOUR) == {"cover": Level.NOW}

    off.delete()
    assert risks(NOW) == {}


def test_an_agent_who_has_left(handoff, risks):
    type(handoff.agent).objects.filter(pk=handoff.agent_id).update(ended_at=NOW)
    assert risks(NOW) == {"cover": Level.NOW}

    type(handoff.agent).objects.filter(pk=handoff.agent_id).update(ended_at=None)
    assert risks(NOW) == {}
