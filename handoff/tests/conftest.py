"""Peers for the tests of this room."""

from handoff.tests.calendar_files import calendar_peer  # noqa: F401 - a fixture
from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture
