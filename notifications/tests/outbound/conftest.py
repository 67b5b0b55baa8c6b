"""Where this process knocks, what names lead to, and a server that answers."""

from __future__ import annotations

import ipaddress
import socket
import sys

import pytest
from pytest_httpserver import HTTPServer

_knocked: list[object] | None = None


def _listen(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and _knocked is not None:
        _knocked.append(args[1])


sys.addaudithook(_listen)  # it cannot be taken off again, so it listens only while a test asks


@pytest.fixture
def knocked():
    """Every address that this process connects to while the test lasts, as the interpreter itself reports it."""
    global _knocked  # noqa: PLW0603 - see above
    _knocked = []
    yield _knocked
    _knocked = None


@pytest.fixture
def closed(settings):
    """As in production: loopback is no exception."""
    settings.ALLOW_PRIVATE_OUTBOUND = False


@pytest.fixture
def answers(monkeypatch):
    """A resolver that answers what the test says, one list after another, the last for ever. Counts the questions."""
    said: list[list[str]] = []
    asked: list[str] = []

    def resolve(host, port, *_, **__):
        asked.append(host)
        numbers = said.pop(0) if len(said) > 1 else said[0]
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        found = [(families[ipaddress.ip_address(each).version], each) for each in numbers]
        return [
            (family, socket.SOCK_STREAM, 6, "", (each, port) if family == socket.AF_INET else (each, port, 0, 0))
            for family, each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return said, asked


@pytest.fixture
def peer():
    server = HTTPServer(host="127.0.0.1", port=0)
    server.start()
    yield server
    server.clear()
    if server.is_running():
        server.stop()
