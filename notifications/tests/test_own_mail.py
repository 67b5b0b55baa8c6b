"""Mails by a team's own server, a real one on this machine, and what happens when it will not."""

from __future__ import annotations

import base64
import smtplib
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from icalendar import Calendar

from notifications.channels import mail_server
from notifications.channels.email import INSTEAD
from notifications.models import Delivery
from notifications.organizing import organizer_for
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.tests.certificates import make_certificate, serving
from notifications.tests.peers import a_mail_server
from notifications.tests.said import ABOUT, AT, an_invite, owe_mail
from notifications.trying import NotSent, try_channel
from teams.models import MailConnection, Team
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

USER, PASSWORD = "desk@example.org", "a secret password"


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def authenticator(_server, _session, _envelope, _mechanism, given):
    is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def own_server():
    with a_mail_server(authenticator=authenticator, auth_require_tls=False) as peer:
        yield peer


@pytest.fixture
def own(team, own_server):
    return MailConnection.objects.create(
        team=team, host=own_server.host, port=own_server.port, security="none", username=USER, password=PASSWORD,
        from_address="hello@example.org",
    )  # fmt: skip


def organized(team, **changes):
    """An invite as a room above makes it."""
    invite = an_invite(**changes)
    fresh = Team.objects.get(pk=team.pk)
    return replace(invite, organizer_email=organizer_for(fresh, about=ABOUT, uid=invite.uid))


def send(at=AT):
    drain(Delivery, at=at, stream="email")
    return Delivery.objects.latest("pk")


def organizer_in(message):
    file = next(part for part in message.walk() if part.get_filename() == "invite.ics")
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    return str(event["organizer"])


def test_a_mail_goes_by_the_teams_own_server_under_its_own_address(team, own, own_server, smtp_server):
    owe_mail(team, invite=organized(team))
    delivery = send()

    (message,) = own_server.messages
    assert message["From"].addresses[0].addr_spec == "hello@example.org"
    assert message["From"].addresses[0].display_name == team.name
    assert organizer_in(message) == "mailto:hello@example.org"
    assert smtp_server.messages == []
    assert (delivery.state, delivery.answer) == (State.DONE, f"Accepted by {own_server.host}.")
    own.refresh_from_db()
    assert own.worked_at is not None


def test_another_team_goes_on_by_the_installations(team, own, own_server, smtp_server):
    owe_mail(TeamFactory())
    send()

    assert own_server.messages == []
    assert smtp_server.messages[0]["From"].addresses[0].addr_spec == "baton@example.com"


def test_lines_to_several_servers_are_kept_and_used_again(team, own, own_server, smtp_server):
    other = TeamFactory()
    for number in range(3):
        owe_mail(team, revision=number)
        owe_mail(other, revision=number, email="other@example.com")
    send()

    assert (len(own_server.messages), len(smtp_server.messages)) == (3, 3)
    assert (own_server.connections, smtp_server.connections) == (1, 1)


def test_no_thread_keeps_more_lines_than_a_few(smtp_server):
    with a_mail_server() as peer:
        for number in range(mail_server.MOST_KEPT + 2):
            team = TeamFactory()
            MailConnection.objects.create(
                team=team, host=peer.host, port=peer.port, security="none", from_address=f"t{number}@example.org",
                username="", password=f"{number}",
            )  # fmt: skip
            owe_mail(team, email=f"dana{number}@example.com")
        send()

        assert len(peer.messages) == mail_server.MOST_KEPT + 2
        assert len(mail_server._lines()) == mail_server.MOST_KEPT


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


def test_the_organizer_of_an_appointment_stays_who_it_was(team, own, own_server, smtp_server):
    owe_mail(team, invite=organized(team))
    send()
    MailConnection.objects.update(flagged_reason="535 no")
    owe_mail(team, revision=2, invite=organized(team, sequence=1))
    send()

    assert organizer_in(smtp_server.messages[0]) == "mailto:hello@example.org"


def test_an_appointment_told_before_there_was_a_server_keeps_its_first_organizer(team, smtp_server):
    owe_mail(team, invite=organized(team))
    send()
    with a_mail_server() as peer:
        MailConnection.objects.create(
            team=team, host=peer.host, port=peer.port, security="none", from_address="hello@example.org"
        )
        owe_mail(team, revision=2, invite=organized(team, sequence=1))
        send()

        assert organizer_in(peer.messages[0]) == "mailto:baton@example.com"


@pytest.fixture
def starttls_server(tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with a_mail_server(authenticator=authenticator, tls_context=serving(certificate), auth_required=True) as peer:
        yield peer


def test_starttls_asks_the_certificate_for_the_name_and_only_then_signs_in(team, starttls_server, smtp_server):
    MailConnection.objects.create(
        team=team, host="localhost", port=starttls_server.port, username=USER, password=PASSWORD,
        from_address="hello@example.org",
    )  # fmt: skip
    owe_mail(team)

    assert send().answer == "Accepted by localhost."
    assert len(starttls_server.messages) == 1


def test_a_certificate_of_another_name_is_flagged(team, starttls_server, smtp_server):
    MailConnection.objects.create(
        team=team, host="127.0.0.1", port=starttls_server.port, username=USER, password=PASSWORD,
        from_address="hello@example.org",
    )  # fmt: skip
    owe_mail(team)
    send()

    assert starttls_server.messages == []
    assert MailConnection.objects.get().flagged_reason == "The certificate of the mail server was not accepted."


def test_a_server_without_the_encryption_that_was_chosen_is_flagged_and_given_no_password(team, own, smtp_server):
    MailConnection.objects.update(security="starttls")
    owe_mail(team)
    send()

    own.refresh_from_db()
    assert own.flagged_reason.startswith("The mail server cannot take this")
    assert len(smtp_server.messages) == 1


def test_trying_it_out_sends_by_it_alone(team, own, own_server, smtp_server):
    assert try_channel(team=team, channel="smtp", at=AT, address="boss@example.com", name="Boss") == (
        f"Accepted by {own_server.host}."
    )
    assert own_server.to("boss@example.com")

    MailConnection.objects.update(password="wrong")
    team.refresh_from_db()
    with pytest.raises(NotSent, match="does not take this user name and password"):
        try_channel(team=team, channel="smtp", at=AT, address="boss@example.com")
    assert smtp_server.messages == []
    own.refresh_from_db()
    assert own.flagged_reason.startswith("535")
    assert PASSWORD not in own.tried_answer


def test_the_peer_tells_right_from_wrong(own_server):
    """What stands in for the team's server is a server: it refuses a wrong password itself."""
    with smtplib.SMTP(own_server.host, own_server.port) as line, pytest.raises(smtplib.SMTPAuthenticationError):
        line.login(USER, "wrong")
