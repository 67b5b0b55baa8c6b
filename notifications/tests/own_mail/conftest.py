"""A team with a mail server of its own."""

from __future__ import annotations

import pytest

from notifications.tests.own_mail.sending import PASSWORD, USER, authenticator
from notifications.tests.peers.mail import a_mail_server
from teams.models import MailConnection


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
