"""A mail server."""

from notifications.tests.peers import smtp_server  # noqa: F401 - a fixture
