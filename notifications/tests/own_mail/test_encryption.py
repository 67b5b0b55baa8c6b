"""A team's own server and its certificate."""

from __future__ import annotations

import pytest

from notifications.tests.certificates import make_certificate, serving
from notifications.tests.own_mail.sending import PASSWORD, USER, authenticator, send
from notifications.tests.peers.mail import a_mail_server
from notifications.tests.said import owe_mail
from teams.models import MailConnection

pytestmark = pytest.mark.django_db


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
