"""What is worth nothing in a minute: sent beside all else, and when it is over nobody hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from notifications import consent
from notifications.models import Attempt, Delivery
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.models.texts import How
from notifications.owing import owe_member
from notifications.preferences import Choice, choices_of, choose
from notifications.promises.claims import claim_due
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.tests.said import ABOUT, AT, a_message
from notifications.writing import RINGS
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

PHONE = "+15125550111"
SOON = AT + timedelta(seconds=20)
NIGHT = AT.replace(hour=6)  # midnight in Chicago


@pytest.fixture
def ana(team):
    return agent(team, user__name="Ana Sample", user__phone=PHONE)


def agree(member):
    consent.opt_in(team=member.team, number=PHONE, how=How.OWN, wording="Yes", by=member, at=AT)


def owe(member, *, at=AT, **changes):
    said = {"kind": "ring", "about": ABOUT, "audience": Audience.AGENT, "message": a_message(), "group": Group.LIVE}
    lasts = {"deadline_at": at + timedelta(seconds=20), "is_fleeting": True, "text": True}
    owe_member(member, at=at, **{**said, **lasts, **changes})
    return sorted(Delivery.objects.values_list("channel", flat=True))


def test_who_agreed_to_texts_is_texted_before_they_choose_and_at_any_hour(ana, texts, twilio_peer):
    assert owe(ana, at=NIGHT, email=False) == []

    agree(ana)
    assert choices_of(ana)[Group.LIVE] == Choice(by_email=False, by_text=True)
    assert owe(ana, at=NIGHT, email=False) == ["sms"]
    drain(Delivery, at=NIGHT, stream=RINGS)
    assert twilio_peer.texts[0]["To"] == PHONE


def test_what_was_chosen_holds(ana, texts):
    agree(ana)
    choices = choices_of(ana) | {Group.LIVE: Choice(by_email=True, by_text=False), Group.NEW: Choice(True, True)}
    choose(membership=ana, choices=choices, at=AT)

    assert owe(ana, email=False) == ["email"]


def test_it_has_a_stream_of_its_own(ana, smtp_server):
    owe(ana)
    drain(Delivery, at=AT, stream="email")
    assert smtp_server.messages == []

    drain(Delivery, at=AT, stream=RINGS)
    assert len(smtp_server.messages) == 1


@pytest.mark.parametrize("late", [timedelta(seconds=21), timedelta(hours=3)])
def test_too_late_it_is_dropped_and_nobody_gets_a_task(ana, smtp_server, late):
    owe(ana)

    drain(Delivery, at=AT + late, stream=RINGS)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.answer) == (State.DROPPED, "It was too late when its turn came.")
    assert smtp_server.messages == []


def test_a_text_that_is_refused_becomes_no_mail_and_no_task(ana, texts, twilio_peer):
    agree(ana)
    owe(ana, email=False)
    twilio_peer.refuse_with(30006, "Landline or unreachable carrier")

    drain(Delivery, at=AT, stream=RINGS)

    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.state) == ("sms", State.DROPPED)
    assert "Landline" in delivery.answer
    assert Attempt.objects.get().succeeded is False


def test_one_that_cannot_be_tried_again_in_time_is_dropped_at_once(ana, smtp_server):
    owe(ana, deadline_at=AT + timedelta(seconds=2))
    smtp_server.answers.append("451 4.3.0 later")

    drain(Delivery, at=AT, stream=RINGS)

    assert Delivery.objects.get().state == State.DROPPED


def test_it_is_claimed_one_at_a_time_and_for_ten_seconds(ana, team):
    owe(ana)
    owe(agent(team))
    before = now_of_the_database()

    (claimed,) = claim_due(Delivery, at=AT, stream=RINGS)

    assert timedelta(seconds=9) < claimed.lease_until - before < timedelta(seconds=12)
    assert Delivery.objects.exclude(pk=claimed.pk).get().lease_until is None


def now_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
