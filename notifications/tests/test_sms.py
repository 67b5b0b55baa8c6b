"""Text messages, by a peer that behaves as Twilio documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications import consent, outbound
from notifications.models import Bucket, Delivery, OutboxCard, TextChoice
from notifications.models.texts import How
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.promises.signals import given_up
from notifications.tests.said import ABOUT, AT, a_message
from notifications.texting import owe_text
from teams.models import TextsConnection
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

NUMBER = "+15125550123"
ZONE = "America/Chicago"  # AT is 9:00 there


@pytest.fixture
def agreed(team):
    return consent.opt_in(team=team, number=NUMBER, how=How.SPOKEN, wording="May we?", at=AT)


def owe(team, **changes):
    said = {
        "number": NUMBER, "zone": ZONE, "name": "Dana Example", "kind": "client_invite", "about": ABOUT,
        "message": a_message(title="Your call with Casey: Tue, Nov 24, 9:00 AM", link="https://b.example/a/1~x"),
        "at": AT,
    }  # fmt: skip
    return owe_text(team=team, **{**said, **changes})


def send(at=AT):
    drain(Delivery, at=at, stream="sms")
    return Delivery.objects.latest("pk")


def test_a_text_is_sent_by_the_teams_own_account_and_the_receipt_says_what_is_known(team, texts, agreed, twilio_peer):
    assert owe(team)
    delivery = send()

    assert twilio_peer.texts == [
        {
            "To": NUMBER,
            "From": "+15125550199",
            "Body": f"{team.name}: Your call with Casey: Tue, Nov 24, 9:00 AM. "
            "https://b.example/a/1~x Reply STOP to end texts.",
        }
    ]
    assert twilio_peer.logins == [(texts.account, texts.token)]
    assert delivery.state == State.DONE
    assert delivery.answer == "Accepted by Twilio (queued), 1 segment. Whether it arrived is not known."
    assert delivery.provider_ref == f"SM{1:032}"
    texts.refresh_from_db()
    assert texts.worked_at is not None


def test_a_messaging_service_sends_in_place_of_a_number(team, texts, agreed, twilio_peer):
    TextsConnection.objects.update(sender="MG" + "a" * 32)
    owe(team)
    send()

    assert twilio_peer.texts[0]["MessagingServiceSid"] == "MG" + "a" * 32
    assert "From" not in twilio_peer.texts[0]


def test_nobody_is_texted_who_did_not_agree(team, texts):
    assert owe(team) is False
    assert not Delivery.objects.exists()


def test_a_word_given_to_one_team_is_not_given_to_another(team, texts, agreed, twilio_peer):
    other = TeamFactory()
    TextsConnection.objects.create(team=other, account="AC" + "1" * 32, token="x" * 32, sender="+15125550198")

    assert owe(other) is False


def test_a_word_taken_back_while_a_text_waits_drops_it(team, texts, agreed, twilio_peer):
    owe(team)
    consent.opt_out(team=team, number=NUMBER, how=How.TEXTED, at=AT)
    delivery = send()

    assert (delivery.state, delivery.answer) == (State.DROPPED, consent.STOPPED)
    assert twilio_peer.texts == []


def test_a_word_taken_back_is_looked_at_once_more_before_it_goes(team, texts, agreed, twilio_peer):
    """Past the drop: the text was owed at the same moment in another transaction."""
    owe(team)
    TextChoice.objects.create(team=team, number=NUMBER, is_in=False, how=How.TEXTED, at=AT)

    assert send().state == State.FAILED
    assert twilio_peer.texts == []


@pytest.mark.parametrize(
    ("local", "waits_until"),
    [
        ((23, 7, 59), (23, 8)),
        ((23, 8, 0), None),
        ((23, 20, 59), None),
        ((23, 21, 0), (24, 8)),
        ((23, 23, 30), (24, 8)),
        ((24, 0, 30), (24, 8)),
    ],
)
def test_night_is_the_clients_night(team, texts, agreed, twilio_peer, local, waits_until):
    day, hour, minute = local
    at = datetime(2026, 11, day, hour + 6, minute, tzinfo=UTC) if hour < 18 else None
    at = at or datetime(2026, 11, day + 1, hour - 18, minute, tzinfo=UTC)
    owe(team, at=at)
    delivery = send(at=at)

    if waits_until is None:
        assert delivery.state == State.DONE
        return
    day, hour = waits_until
    assert delivery.state == State.WAITING
    assert delivery.due_at == datetime(2026, 11, day, hour + 6, tzinfo=UTC)
    assert delivery.answer == "Waits for 8:00 AM their time."
    assert twilio_peer.texts == []
    assert send(at=delivery.due_at).state == State.DONE


def test_the_morning_is_in_their_zone_across_a_change_of_clocks(team, texts, agreed, twilio_peer):
    owe(team, at=datetime(2026, 3, 8, 4, 0, tzinfo=UTC))  # 22:00 on Saturday; at two the clocks go forward

    assert Delivery.objects.get().due_at == datetime(2026, 3, 8, 13, 0, tzinfo=UTC)


def test_a_text_that_the_morning_is_too_late_for_is_not_owed(team, texts, agreed):
    at = AT.replace(hour=4)  # 22:00 the evening before

    assert owe(team, at=at, deadline_at=at + timedelta(hours=9)) is False
    assert owe(team, at=at, deadline_at=at + timedelta(hours=11)) is True


def test_a_retry_that_slips_into_the_night_waits_for_the_morning_and_counts_no_try(team, texts, agreed, twilio_peer):
    at = AT.replace(hour=2, minute=59)  # 20:59
    twilio_peer.refuse_with(20500, status=503)
    owe(team, at=at)
    send(at=at)
    delivery = send(at=at + timedelta(minutes=5))

    assert (delivery.state, delivery.attempts) == (State.WAITING, 1)
    assert delivery.due_at == AT.replace(hour=14, minute=0)
    assert twilio_peer.texts == []


def test_a_retry_whose_morning_is_too_late_is_given_up_to_a_person(team, texts, agreed, twilio_peer):
    heard = []
    given_up.connect(lambda owed, **_: heard.append(owed), weak=False, dispatch_uid="test")
    at = AT.replace(hour=2, minute=59)
    twilio_peer.refuse_with(20500, status=503)
    owe(team, at=at, deadline_at=at + timedelta(hours=3))
    send(at=at)
    delivery = send(at=at + timedelta(minutes=5))
    given_up.disconnect(dispatch_uid="test")

    assert delivery.state == State.FAILED
    assert "too late" in delivery.answer
    assert heard == [delivery]


def test_a_newer_text_about_the_same_takes_the_place_of_one_that_waits(team, texts, agreed, twilio_peer):
    at = AT.replace(hour=4)
    owe(team, at=at)
    owe(team, at=at, revision=2, message=a_message(title="New time", link=""))
    send(at=AT)

    assert [text["Body"] for text in twilio_peer.texts] == [f"{team.name}: New time. Reply STOP to end texts."]


def test_who_opted_out_at_the_carrier_is_kept_as_such_and_not_texted_again(team, texts, agreed, twilio_peer):
    twilio_peer.refuse_with(21610, "Attempt to send to unsubscribed recipient")
    owe(team)
    delivery = send()

    assert (delivery.state, delivery.attempts) == (State.FAILED, 1)
    assert delivery.answer.startswith("21610")
    assert consent.has_stopped(consent.choice_of(team.pk, NUMBER))
    assert owe(team, revision=2) is False
    texts.refresh_from_db()
    assert texts.flagged_reason == ""


@pytest.mark.parametrize("code", [21211, 21614, 21612, 21408])
def test_a_number_that_cannot_be_texted_fails_at_once_and_says_nothing_of_the_account(
    team, texts, agreed, twilio_peer, code
):
    twilio_peer.refuse_with(code, "Not a mobile number")
    owe(team)
    delivery = send()

    assert (delivery.state, delivery.answer) == (State.FAILED, f"{code} Not a mobile number")
    texts.refresh_from_db()
    assert texts.flagged_reason == ""


@pytest.mark.parametrize(("code", "status"), [(20003, 401), (21606, 400), (21659, 400), (20404, 404), (30034, 400)])
def test_an_account_that_is_refused_is_flagged(team, texts, agreed, twilio_peer, code, status):
    twilio_peer.refuse_with(code, "Authenticate", status=status)
    owe(team)
    delivery = send()

    assert delivery.state == State.FAILED
    texts.refresh_from_db()
    assert texts.flagged_reason == f"{code} Authenticate"
    assert texts.token not in delivery.answer


def test_too_fast_is_waited_out_by_the_whole_channel(team, texts, agreed, twilio_peer):
    twilio_peer.refuse_with(20429, "Too Many Requests", status=429, Retry_After="40")
    owe(team)
    delivery = send()

    assert delivery.state == State.WAITING
    assert delivery.due_at >= AT + timedelta(seconds=40)
    assert Bucket.objects.get().name == f"sms/{team.pk}"


def test_trouble_of_their_own_is_tried_again(team, texts, agreed, twilio_peer):
    twilio_peer.refuse_with(20500, "Internal", status=500)
    owe(team)
    delivery = send()
    assert delivery.state == State.WAITING

    assert send(at=delivery.due_at).state == State.DONE


def test_a_twilio_that_hangs_is_cut_off_and_tried_again(team, texts, agreed, twilio_peer, monkeypatch):
    monkeypatch.setattr(outbound, "READ_LIMIT", 0.2)
    twilio_peer.answers.append(1.0)
    owe(team)

    assert send().answer == "No answer in time."


def test_a_twilio_that_is_gone_is_tried_again(team, texts, agreed, twilio_peer):
    twilio_peer.server.stop()
    owe(team)
    delivery = send()

    assert delivery.state == State.WAITING
    assert texts.token not in delivery.answer


def test_only_twilio_itself_is_asked(team, texts, agreed, twilio_peer, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    owe(team)

    assert send().state == State.FAILED
    assert twilio_peer.texts == []


def test_the_demo_draws_the_text_as_a_phone_has_it(client, boss, team, agreed):
    TextsConnection.objects.create(team=team)
    owe(team)
    assert send().state == State.DONE

    shown = OutboxCard.objects.get()
    assert (shown.kind, shown.channel) == ("sms", "Dana Example")
    client.force_login(boss.user)
    page = client.get(f"/outbox/card/{shown.pk}/").content.decode()
    assert 'href="https://b.example/a/1~x"' in page
    assert "1 segment, GSM-7" in page


def test_without_the_demo_a_team_without_an_account_sends_none(team, agreed, settings):
    settings.DEMO_OUTBOX = False
    TextsConnection.objects.create(team=team)

    assert owe(team) is False


def test_a_paused_connection_sends_none(team, texts, agreed):
    texts.is_enabled = False
    texts.save()

    assert owe(team) is False
