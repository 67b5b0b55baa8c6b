"""Peers and small deliveries for the tests of this room."""

from __future__ import annotations

import pytest

from notifications.tests.peers.mail import demo_outbox, smtp_server  # noqa: F401 - fixtures
from notifications.tests.peers.msteams import teams_peer  # noqa: F401 - a fixture
from notifications.tests.peers.slack import slack_peer  # noqa: F401 - a fixture
from notifications.tests.peers.twilio import twilio_peer  # noqa: F401 - a fixture
from teams.models import TextsConnection
from teams.tests.factories import lead


@pytest.fixture
def boss(db):
    return lead(user__name="Robin Sample", user__email="robin@example.com")


@pytest.fixture
def team(boss):
    return boss.team


@pytest.fixture
def texts(team):
    """The team's own Twilio account."""
    return TextsConnection.objects.create(team=team, account="AC" + "0" * 32, token="12345" * 6, sender="+15125550199")
