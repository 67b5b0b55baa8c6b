"""Texts that come in, as Twilio signs and sends them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError
from django.utils import timezone

from notifications import consent, inbound
from notifications.channels.twilio import is_theirs, signature
from notifications.inbound import Word, word_of
from notifications.models import TextChoice, TextIn
from notifications.models.texts import How
from notifications.promises.timers import fire_due
from notifications.signals import text_received
from notifications.tests.said import AT

pytestmark = pytest.mark.django_db

NUMBER = "+15125550123"
FORM = "application/x-www-form-urlencoded"


def text(texts, client, body, *, sid="SM1", signed=None, number=NUMBER, **more):
    """Post a text as Twilio does."""
    fields = {"MessageSid": sid, "AccountSid": texts.account, "From": number, "To": texts.sender, "Body": body, **more}
    path = f"/webhooks/twilio/{texts.inbound_key}/"
    proof = signature(texts.token, f"http://testserver{path}", fields.items()) if signed is None else signed
    return client.post(path, urlencode(fields), content_type=FORM, headers={"X-Twilio-Signature": proof})


def test_the_signature_is_the_documented_one():
    """The vector of our notes on providers, worked out from Twilio's description."""
    account, call, recording = "AC" + "0" * 32, "CA" + "0" * 31 + "1", "RE" + "0" * 31 + "2"
    fields = {
        "AccountSid": account,
        "CallSid": call,
        "RecordingSid": recording,
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{recording}",
        "RecordingStatus": "completed",
        "RecordingDuration": "183",
        "RecordingChannels": "2",
        "RecordingSource": "DialVerb",
    }
    url = "https://app.example.test/webhooks/twilio/recording"

    assert signature("12345", url, fields.items()) == "e5VEjRcy/18qsO04/v/RNrTLUBU="
    assert not is_theirs(token="", url=url, fields=fields.items(), signed=signature("", url, fields.items()))


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("STOP", Word.STOP), ("stop", Word.STOP), (" Stop. ", Word.STOP), ("unsubscribe", Word.STOP),
        ("Cancel", Word.STOP), ("START", Word.START), ("unstop", Word.START), ("help", Word.HELP), ("INFO", Word.HELP),
        ("Please stop by at nine", Word.SAID), ("yes", Word.SAID), ("", Word.SAID), ("\u202estop", Word.SAID),
    ],
)  # fmt: skip
def test_words_of_the_law_are_known_alone_and_in_any_case(body, word):
    assert word_of(body) == word


def test_stop_ends_texts_at_once_and_start_begins_them_again(team, texts, client):
    consent.opt_in(team=team, number=NUMBER, how=How.SPOKEN, wording="May we?", at=AT)

    answer = text(texts, client, "STOP")

    assert answer.status_code == 200
    assert "<Message>" not in answer.content.decode()
    assert consent.may_text(team.pk, NUMBER) is False
    text(texts, client, "Start", sid="SM2")
    assert consent.may_text(team.pk, NUMBER) is True
    assert [each.how for each in TextChoice.objects.order_by("pk")] == [How.SPOKEN, How.TEXTED, How.TEXTED]


def test_after_stop_nobody_of_the_team_can_begin_again(team, texts, client):
    text(texts, client, "STOP")

    with pytest.raises(consent.Stopped):
        consent.opt_in(team=team, number=NUMBER, how=How.SPOKEN, wording="May we?", at=AT)
    assert consent.may_text(team.pk, NUMBER) is False


def test_a_stop_stands_though_somebody_had_noted_a_no_before(team, texts, client):
    consent.opt_out(team=team, number=NUMBER, how=How.SPOKEN, at=AT)
    text(texts, client, "STOP")

    assert consent.has_stopped(consent.choice_of(team.pk, NUMBER))


def test_yes_begins_again_only_after_a_stop(team, texts, client):
    text(texts, client, "Yes")
    assert consent.may_text(team.pk, NUMBER) is False

    text(texts, client, "STOP", sid="SM2")
    text(texts, client, "Yes", sid="SM3")
    assert consent.may_text(team.pk, NUMBER) is True


def test_help_is_answered_with_who_writes_and_how_to_end_it(team, texts, client):
    team.name, team.reply_to = "Sample & <Sons>", "hello@example.com"
    team.save()

    said = text(texts, client, "help").content.decode()

    assert "<Message>Sample &amp; &lt;Sons&gt;: texts about your appointment." in said
    assert "Reply STOP" in said


def test_help_that_twilio_has_answered_itself_is_not_answered_twice(texts, client):
    assert "<Message>" not in text(texts, client, "HELP", OptOutType="HELP").content.decode()


def test_what_twilio_took_for_a_stop_in_another_language_is_one(team, texts, client):
    consent.opt_in(team=team, number=NUMBER, how=How.SPOKEN, wording="May we?", at=AT)
    text(texts, client, "ARRET", OptOutType="STOP")

    assert consent.may_text(team.pk, NUMBER) is False


@pytest.mark.parametrize("signed", ["", "nonsense", "ümlaut".encode().decode("latin-1")])
def test_what_is_not_signed_is_not_kept(texts, client, signed):
    assert text(texts, client, "STOP", signed=signed).status_code == 403
    assert not TextIn.objects.exists()


def test_a_changed_field_breaks_the_signature(texts, client):
    path = f"/webhooks/twilio/{texts.inbound_key}/"
    fields = {"MessageSid": "SM1", "From": NUMBER, "Body": "hello"}
    proof = signature(texts.token, f"http://testserver{path}", fields.items())
    forged = urlencode({**fields, "Body": "STOP"})

    answer = client.post(path, forged, content_type=FORM, headers={"X-Twilio-Signature": proof})

    assert answer.status_code == 403


def test_the_token_of_another_team_signs_nothing_here(texts, client):
    path = f"/webhooks/twilio/{texts.inbound_key}/"
    fields = {"MessageSid": "SM1", "From": NUMBER, "Body": "STOP"}
    proof = signature("9" * 32, f"http://testserver{path}", fields.items())

    assert client.post(path, fields, headers={"X-Twilio-Signature": proof}).status_code == 403


def test_an_address_that_nobody_has_and_one_without_a_token_look_the_same(texts, client):
    assert client.post("/webhooks/twilio/nobody/").status_code == 404
    texts.token = ""
    texts.save()
    assert client.post(f"/webhooks/twilio/{texts.inbound_key}/").status_code == 404
    assert client.get(f"/webhooks/twilio/{texts.inbound_key}/").status_code == 405


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=" + b"x" * 100, b"&".join(b"a=1" for _ in range(500)), b""])
def test_a_body_that_is_no_form_is_refused_and_breaks_nothing(texts, client, body):
    answer = client.post(f"/webhooks/twilio/{texts.inbound_key}/", body, content_type=FORM)

    assert answer.status_code == 403


def test_the_same_text_told_twice_is_kept_and_done_once(team, texts, client):
    heard = []
    text_received.connect(lambda text, **_: heard.append(text.pk), weak=False, dispatch_uid="test")
    for _ in range(3):
        assert text(texts, client, "See you at nine").status_code == 200
    text_received.disconnect(dispatch_uid="test")

    assert TextIn.objects.count() == 1
    assert len(heard) == 1


def test_an_old_stop_told_again_after_a_start_changes_nothing(team, texts, client):
    text(texts, client, "STOP")
    text(texts, client, "START", sid="SM2")
    text(texts, client, "STOP")

    assert consent.may_text(team.pk, NUMBER) is True


def test_what_could_not_be_done_at_once_is_done_by_the_sweep(team, texts, client):
    """The answer is 200 all the same: the text is kept, and Twilio would not tell it again."""

    def break_down(**_):
        raise DatabaseError("gone away")

    consent.opt_in(team=team, number=NUMBER, how=How.SPOKEN, wording="May we?", at=AT)
    text_received.connect(break_down, weak=False, dispatch_uid="test")
    assert text(texts, client, "STOP").status_code == 200
    text_received.disconnect(dispatch_uid="test")
    assert consent.may_text(team.pk, NUMBER) is True
    assert TextIn.objects.get().applied_at is None

    fire_due(at=timezone.now() + timedelta(seconds=1))

    assert consent.may_text(team.pk, NUMBER) is False
    assert TextIn.objects.get().applied_at is not None


def test_the_sweep_does_nothing_again_that_was_done(team, texts, client):
    text(texts, client, "STOP")
    text(texts, client, "START", sid="SM2")

    fire_due(at=timezone.now() + timedelta(seconds=1))

    assert consent.may_text(team.pk, NUMBER) is True
    assert inbound.apply(TextIn.objects.earliest("pk").pk, at=AT) is False


@pytest.mark.parametrize("number", ["12345", "whatsapp:+15125550123", "", "+1512555012x"])
def test_who_is_no_number_is_nobody_we_could_text(texts, client, number):
    assert text(texts, client, "STOP", number=number).status_code == 200
    assert not TextIn.objects.exists()


@pytest.mark.parametrize("body", ["a\x00b", "🏡" * 400, "<script>alert(1)</script>", "x" * 20_000])
def test_hostile_words_are_kept_as_words(texts, client, body):
    assert text(texts, client, body).status_code == 200
    assert len(TextIn.objects.get().body) <= inbound.BODY
