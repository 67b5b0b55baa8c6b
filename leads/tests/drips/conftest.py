"""A mail server."""

from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture
