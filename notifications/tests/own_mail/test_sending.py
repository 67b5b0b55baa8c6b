"""Mails by a team's own server, and under whose name."""

from __future__ import annotations

import smtplib

import pytest
from icalendar import Calendar

from notifications.channels import mail_server
from notifications.promises.owed import State
from notifications.tests.own_mail.sending import PASSWORD, USER, organized, send
from notifications.tests.peers.mail import a_mail_server
from notifications.tests.said import AT, owe_mail
from notifications.trying import NotSent, try_channel
from teams.models import MailConnection
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


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
