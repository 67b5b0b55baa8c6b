"""What happens when a team's own server will not: it is flagged, and the mail goes out all the same."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from notifications.channels.email import INSTEAD
from notifications.models import Delivery
from notifications.promises.owed import State
from notifications.tests.own_mail.sending import PASSWORD, USER, organized, send
from notifications.tests.said import AT, owe_mail
from teams.models import MailConnection

pytestmark = pytest.mark.django_db


def test_a_refused_login_is_flagged_and_the_mail_goes_out_all_the_same(team, own, own_server, smtp_server):
    MailConnection.objects.update(password="wrong")
    owe_mail(team, invite=organized(team))
    delivery = send()

    assert delivery.state == State.DONE
    assert INSTEAD in delivery.answer
    assert "refused us" in delivery.answer
    (message,) = smtp_server.messages
    assert message["From"].addresses[0].addr_spec == "baton@example.com"
    own.refresh_from_db()
    assert own.flagged_reason.startswith("535")
    assert AT <= own.flagged_at < AT + timedelta(seconds=5)


def test_a_flagged_server_is_not_asked_again_until_it_is_saved_anew(team, own, own_server, smtp_server):
    MailConnection.objects.update(password="wrong")
    owe_mail(team)
    send()
    asked = own_server.connections
    owe_mail(team, revision=2)
    send()

    assert own_server.connections == asked
    assert len(smtp_server.messages) == 2


def test_a_resend_by_the_other_way_carries_the_same_name(team, own, own_server, smtp_server):
    delivery = owe_mail(team)
    send()
    MailConnection.objects.update(flagged_reason="535 no")
    Delivery.objects.filter(pk=delivery.pk).update(state=State.WAITING)
    send()

    assert own_server.messages[0]["Message-ID"] == smtp_server.messages[0]["Message-ID"]


def test_an_address_that_may_not_send_is_flagged(team, own, own_server, smtp_server, monkeypatch):
    async def handle_mail(_server, _session, _envelope, _address, _options):
        return "553 5.7.1 sender address rejected: not owned by user"

    own_server.handle_MAIL = handle_mail
    owe_mail(team)
    delivery = send()

    own.refresh_from_db()
    assert own.flagged_reason.startswith("553")
    assert delivery.state == State.DONE
    assert len(smtp_server.messages) == 1


def test_a_recipient_that_is_refused_is_refused_whoever_would_send(team, own, own_server, smtp_server):
    own_server.refuse["dana@example.com"] = "550 5.1.1 nobody here"
    owe_mail(team)
    delivery = send()

    assert (delivery.state, delivery.answer) == (State.FAILED, "550 5.1.1 nobody here")
    assert smtp_server.messages == []
    own.refresh_from_db()
    assert own.flagged_reason == ""


def test_a_silent_server_is_given_three_tries_and_then_stepped_in_for(team, own, smtp_server):
    MailConnection.objects.update(port=1)
    owe_mail(team)
    at, states = AT, []
    for _ in range(4):
        delivery = send(at=at)
        states.append(delivery.state)
        at = delivery.due_at

    assert states == [State.WAITING, State.WAITING, State.WAITING, State.DONE]
    assert at - AT < timedelta(minutes=1)
    assert "does not answer" in delivery.answer
    assert len(smtp_server.messages) == 1
    own.refresh_from_db()
    assert own.flagged_reason == ""


def test_a_paused_server_is_not_used(team, own, own_server, smtp_server):
    MailConnection.objects.update(is_enabled=False)
    owe_mail(team)

    assert send().answer == "Accepted by the mail server."
    assert own_server.messages == []


@pytest.mark.parametrize(
    "quoted",
    [
        PASSWORD,
        base64.b64encode(PASSWORD.encode()).decode(),
        base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode(),
    ],
)
def test_a_server_that_quotes_the_password_back_is_not_quoted(team, own, own_server, smtp_server, quoted):
    own_server.refuse["dana@example.com"] = f"550 5.1.1 you said {quoted}"
    owe_mail(team)
    delivery = send()

    assert delivery.answer == "550 5.1.1 you said …"


def test_a_host_that_leads_inside_is_never_dialled(team, own, own_server, smtp_server, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    owe_mail(team)
    delivery = send()

    assert own_server.connections == 0
    assert delivery.state == State.DONE
    own.refresh_from_db()
    assert "not public" in own.flagged_reason
