"""Peers and small deliveries for the tests of this room."""

from __future__ import annotations

import pytest

from notifications.tests.peers import demo_outbox, slack_peer, smtp_server, teams_peer, twilio_peer  # noqa: F401 - fixtures
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
