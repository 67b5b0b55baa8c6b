"""The whole product against the test database, with a mail server and a Slack beside it."""

from __future__ import annotations

import pytest

from config.tests.fleet import Fleet
from config.tests.world import database_url, make_world
from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture
from notifications.tests.peers.slack import slack_peer  # noqa: F401 - a fixture


@pytest.fixture
def world(transactional_db):
    return make_world()


def fleet_beside(logs, settings, **addresses):
    """Return the product's processes on this test's database and queue; with nothing more, mail goes to the outbox."""
    return Fleet(logs=logs, env={"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL, **addresses})


@pytest.fixture
def fleet(world, smtp_server, slack_peer, settings, tmp_path):  # noqa: F811
    """Nothing runs yet: a test starts what it needs. All of it ends before the database is emptied."""
    neighbours = {
        "EMAIL_URL": f"smtp://{smtp_server.host}:{smtp_server.port}",
        "SLACK_API_URL": slack_peer.api_url,
        "ALLOW_PRIVATE_OUTBOUND": "True",
    }
    with fleet_beside(tmp_path, settings, **neighbours) as fleet:
        yield fleet
