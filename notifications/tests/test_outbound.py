"""The guarded way out: where it goes, where it never goes, and that it does not so much as knock there."""

from __future__ import annotations

import ipaddress
import socket
import sys
from datetime import timedelta

import certifi
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from notifications import addresses, outbound
from notifications.tests.certificates import make_certificate, serving

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - refused, not listened on
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "3fff::1",
    "3ffe::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "198.20.0.1", "2606:4700::1111"]

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


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_what_is_not_the_public_network_is_known(number):
    assert not addresses.is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_the_public_network_is_known(number):
    assert addresses.is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_a_name_that_leads_inside_is_never_knocked_at(number, closed, answers, knocked):
    answers[0].append([number])

    with pytest.raises(outbound.Forbidden, match="not public"):
        outbound.get("https://inside.example.com/", hosts=None)

    assert knocked == []


@pytest.mark.parametrize("number", [*NOT_PUBLIC, "1.2.3.4"])
def test_a_number_in_place_of_a_name_is_no_host_of_a_list(number, closed, knocked):
    host = f"[{number}]" if ":" in number else number

    with pytest.raises(outbound.Forbidden):
        outbound.get(f"https://{host}/", hosts={"hooks.slack.com"})

    assert knocked == []


@pytest.mark.parametrize("number", [number for number in NOT_PUBLIC if number not in {"0.0.0.0", "::"}])  # noqa: S104
def test_a_number_is_no_way_around_where_any_host_will_do(number, closed, knocked):
    host = f"[{number}]" if ":" in number else number

    with pytest.raises((outbound.Forbidden, outbound.Unreachable)):
        outbound.get(f"https://{host}/", hosts=None)

    assert knocked == []


@pytest.mark.parametrize("spelled", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_an_odd_spelling_of_loopback_is_loopback(spelled, closed, knocked):
    with pytest.raises((outbound.Forbidden, outbound.Unreachable)):
        outbound.get(f"https://{spelled}/", hosts=None)

    assert knocked == []


def test_one_inner_answer_among_public_ones_refuses_the_name(closed, answers, knocked):
    answers[0].append(["8.8.8.8", "10.0.0.1"])

    with pytest.raises(outbound.Forbidden):
        outbound.get("https://mixed.example.com/", hosts=None)

    assert knocked == []


def test_opened_loopback_opens_nothing_else(settings, answers, knocked):
    settings.ALLOW_PRIVATE_OUTBOUND = True
    answers[0].append(["10.0.0.1"])

    with pytest.raises(outbound.Forbidden):
        outbound.get("https://inside.example.com/", hosts=None)
    with pytest.raises(outbound.Forbidden):
        outbound.get("http://inside.example.com/", hosts=None)

    assert knocked == []


def test_a_name_is_asked_for_once_and_its_next_answer_changes_nothing(peer, answers, knocked):
    """DNS rebinding: the check sees one address, the connection would go to another."""
    said, asked = answers
    said += [["127.0.0.1"], ["10.0.0.1"]]

    line = addresses.connect("rebinding.example.com", peer.port, 2)

    assert line.getpeername() == ("127.0.0.1", peer.port)
    line.close()
    assert asked == ["rebinding.example.com"]
    assert knocked == [("127.0.0.1", peer.port)]


def test_a_name_that_turned_inside_is_refused_on_the_next_connection(closed, answers, knocked):
    said, asked = answers
    said += [["10.0.0.1"], ["8.8.8.8"]]

    with pytest.raises(outbound.Forbidden):
        outbound.get("https://turned.example.com/", hosts=None)

    assert asked == ["turned.example.com"]
    assert knocked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status, peer, knocked):
    trap = HTTPServer(host="127.0.0.1", port=0)
    trap.start()
    peer.expect_request("/").respond_with_response(Response(status=status, headers={"Location": trap.url_for("/")}))

    answer = outbound.get(peer.url_for("/"), hosts=None)

    assert answer.status == status
    assert {place[1] for place in knocked} == {peer.port}
    assert trap.log == []
    trap.stop()


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/",
        "https://hooks.slack.com:8443/",
        "https://hooks.slack.com.example.com/",
        "https://hooks.slack.com@example.com/",
        "https://user:pw@hooks.slack.com/",
        "https://:pw@hooks.slack.com/",
        "https://example.com/hooks.slack.com",
        "ftp://hooks.slack.com/",
        "file:///etc/passwd",
        "https://[::1",
        "https:///",
        "",
    ],
)
def test_only_hosts_of_the_list_are_asked(url, closed, knocked):
    with pytest.raises(outbound.Forbidden):
        outbound.get(url, hosts={"hooks.slack.com"})

    assert knocked == []


@pytest.mark.parametrize(
    ("host", "is_listed"),
    [
        ("prod-07.westus.logic.azure.com", True),
        ("logic.azure.com", False),
        ("evil-logic.azure.com", False),
        ("logic.azure.com.example.com", False),
    ],
)
def test_an_ending_on_the_list_means_hosts_below_it(host, is_listed, closed):
    def check():
        outbound.check_address(f"https://{host}:443/workflows/x", hosts={".logic.azure.com"})

    if is_listed:
        check()
    else:
        with pytest.raises(outbound.Forbidden):
            check()


def test_a_refusal_never_repeats_the_address(closed):
    with pytest.raises(outbound.Forbidden) as refusal:
        outbound.get("https://example.com/services/a-secret", hosts={"hooks.slack.com"})

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("host", ["a..b.example.com", "x" * 64 + ".example.com", "-"])
def test_a_name_that_is_none_is_no_answer(host):
    with pytest.raises((outbound.Unreachable, outbound.Forbidden)):
        outbound.get(f"https://{host}/", hosts=None)


def test_a_form_is_posted_with_its_login(peer):
    peer.expect_request("/", method="POST").respond_with_data("taken", status=201)

    answer = outbound.post_form(peer.url_for("/"), {"To": "+15125550101"}, hosts=None, login=("AC0", "secret"))

    assert (answer.status, answer.text) == (201, "taken")
    request, _ = peer.log[0]
    assert request.form.to_dict() == {"To": "+15125550101"}
    assert (request.authorization.username, request.authorization.password) == ("AC0", "secret")


def test_a_long_answer_is_cut(peer):
    peer.expect_request("/").respond_with_data("x" * 300_000)

    assert len(outbound.get(peer.url_for("/"), hosts=None).text) == outbound.ANSWER_LIMIT


@pytest.mark.parametrize(("header", "wait"), [("7", 7), ("999999999", 86400), ("", None), ("soon", None), ("-5", None)])
def test_the_wait_that_was_asked_for_is_read(header, wait):
    answer = outbound.Answer(429, {"Retry-After": header}, "")

    assert answer.retry_after == (timedelta(seconds=wait) if wait else None)


@pytest.fixture
def tls_peer(tmp_path, monkeypatch):
    """A peer with a certificate for “localhost”, and trust in its maker."""
    written = make_certificate(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(written))
    _forget_trust()
    server = HTTPServer(host="127.0.0.1", port=0, ssl_context=serving(written))
    server.start()
    server.expect_request("/").respond_with_data("hello")
    yield server
    server.stop()
    monkeypatch.undo()
    _forget_trust()


def _forget_trust():
    outbound.trust.cache_clear()
    outbound._of_thread.__dict__.clear()


def test_a_certificate_is_asked_for_the_name_though_the_number_is_dialled(tls_peer, answers):
    answers[0].append(["127.0.0.1"])

    assert outbound.get(f"https://localhost:{tls_peer.port}/", hosts=None).text == "hello"


def test_a_certificate_of_another_name_is_refused(tls_peer):
    with pytest.raises(outbound.Unreachable, match="certificate"):
        outbound.get(f"https://127.0.0.1:{tls_peer.port}/", hosts=None)
