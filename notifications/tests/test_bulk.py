"""Mail that nobody asked for: to whom it goes, when, what it carries, and how somebody gets out of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications import consent
from notifications.bulk import NO_ADDRESS, owe_bulk, why_not
from notifications.models import Delivery, MailChoice
from notifications.models.mails import MailHow
from notifications.promises import endings
from notifications.promises.claims import claim_due
from notifications.promises.drains import clock_from, drain, keep
from notifications.promises.owed import State
from notifications.tests.said import AT, a_message, owe_mail

pytestmark = pytest.mark.django_db

DANA = "dana@example.com"
POSTAL = "100 Example Street, Austin, TX 78701"
CHICAGO = "America/Chicago"  # where it is nine in the morning at AT


@pytest.fixture
def team(boss):
    boss.team.postal_address = POSTAL
    boss.team.save()
    return boss.team


def owe(team, *, address=DANA, zone=CHICAGO, at=AT, **changes):
    said = {"name": "Dana Example", "kind": "drip", "about": "enrolment/1", "message": a_message()}
    return owe_bulk(team=team, address=address, zone=zone, at=at, **{**said, **changes})


def send(at=AT):
    drain(Delivery, at=at, stream="email")


def opt_out(team, *, how=MailHow.PAGE, address=DANA, **changes):
    return consent.mail_opt_out(team=team, address=address, how=how, at=AT, **changes)


def test_it_carries_a_way_out_and_who_sends_it(team, smtp_server):
    assert owe(team)
    send()

    (mail,) = smtp_server.messages
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip(" <>")
    assert link.startswith("http")
    assert "/unsubscribe/" in link
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert POSTAL in text
        assert link in text


def test_what_the_client_asked_for_carries_neither_and_goes_to_who_is_out(team, smtp_server):
    opt_out(team)
    owe_mail(team)
    send()

    (mail,) = smtp_server.messages
    assert mail["List-Unsubscribe"] is None
    assert POSTAL not in mail.get_body(("plain",)).get_content()


def test_who_said_no_is_owed_none(team):
    opt_out(team)

    assert not owe(team, address="Dana@Example.com")
    assert not Delivery.objects.exists()
    assert "ask for it again" in why_not(team, DANA)


def test_a_word_is_to_one_team_alone(team):
    opt_out(team)

    other = type(team).objects.create(name="Other Realty", slug="other", postal_address=POSTAL)
    assert owe(other)


def test_without_a_postal_address_none_is_owed(team):
    team.postal_address = ""

    assert why_not(team, DANA) == NO_ADDRESS
    assert not owe(team)


def test_without_an_address_none_is_owed(team):
    assert why_not(team, "").startswith("There is no email address")
    assert not owe(team, address="")


def test_the_word_drops_what_waits(team, smtp_server):
    owe(team)
    opt_out(team)
    send()

    assert smtp_server.messages == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.answer) == (State.DROPPED, consent.UNSUBSCRIBED)


@pytest.mark.parametrize("dropped", [True, False], ids=["dropped", "unsubscribed"])
def test_what_was_claimed_already_does_not_go_out_after_the_word(team, smtp_server, dropped):
    owe(team)
    (claimed,) = claim_due(Delivery, at=AT, stream="email")
    if dropped:
        endings.drop(Delivery.objects.all(), at=AT, answer="Stopped.")
    else:
        MailChoice.objects.create(team=team, address=DANA, is_in=False, how=MailHow.PAGE, at=AT)
    keep(claimed, clock=clock_from(AT))

    assert smtp_server.messages == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.lease_until) == (State.DROPPED, None)


def test_by_night_it_waits_for_their_morning(team, smtp_server):
    night = datetime(2026, 11, 24, 4, tzinfo=UTC)  # 22:00 in Chicago
    assert owe(team, at=night)
    send(at=night)
    assert smtp_server.messages == []

    send(at=datetime(2026, 11, 24, 14, tzinfo=UTC))
    assert len(smtp_server.messages) == 1


def test_one_that_is_tried_again_waits_for_the_morning_too(team, smtp_server):
    evening = datetime(2026, 11, 24, 2, 59, tzinfo=UTC)  # 20:59 in Chicago
    smtp_server.refuse[DANA] = "451 Later."
    owe(team, at=evening)
    send(at=evening)
    smtp_server.refuse.clear()
    send(at=evening + timedelta(minutes=5))

    assert smtp_server.messages == []
    delivery = Delivery.objects.get()
    assert delivery.due_at == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert delivery.state == State.WAITING


def test_an_address_that_the_server_refuses_gets_no_more(team, smtp_server):
    smtp_server.refuse[DANA] = "550 No such person."
    owe(team)
    send()

    said = consent.mail_choice_of(team.pk, DANA)
    assert (said.is_in, said.how) == (False, MailHow.BOUNCED)
    assert "550" in said.wording
    assert "came back" in why_not(team, DANA)


def test_a_word_said_twice_is_kept_once_and_a_bounce_never_covers_a_word(team):
    assert opt_out(team)
    assert not opt_out(team, how=MailHow.ONE_CLICK)
    assert not opt_out(team, how=MailHow.BOUNCED)

    assert MailChoice.objects.count() == 1


def test_a_word_covers_a_bounce(team):
    opt_out(team, how=MailHow.BOUNCED)

    assert opt_out(team, how=MailHow.SPOKEN)
    assert consent.mail_choice_of(team.pk, DANA).how == MailHow.SPOKEN


def test_it_begins_again_by_a_persons_word_with_a_reason(team, boss):
    opt_out(team)
    with pytest.raises(consent.ReasonNeeded):
        consent.mail_opt_in(team=team, address=DANA, reason="  ", by=boss, at=AT)
    assert not consent.may_mail(team.pk, DANA)

    consent.mail_opt_in(team=team, address=DANA, reason="Asked on the phone", by=boss, at=AT)

    assert consent.may_mail(team.pk, DANA)
    assert [said.is_in for said in MailChoice.objects.order_by("pk")] == [False, True]
