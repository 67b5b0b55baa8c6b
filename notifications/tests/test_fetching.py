"""The way out to addresses that people enter: against servers that are slow, large, lying, or lead inside."""

from __future__ import annotations

import gzip
import socket
import ssl
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer
from werkzeug import Response

from notifications import fetching
from notifications.fetching import TooMuch, fetch
from notifications.outbound import Forbidden, Unreachable, trust

MB = 1_000_000
_connects: list[tuple[str, int]] = []
sys.addaudithook(lambda event, args: _connects.append(args[1]) if event == "socket.connect" else None)


@pytest.fixture
def peer():
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    yield server
    server.clear()
    server.stop()


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(fetching, "TOTAL_LIMIT", 0.6)


@contextmanager
def raw_server(*pieces: bytes, pause: float = 0.05):
    """A server that says these pieces over and over the last one, whatever it is asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def talk() -> None:
        talking, _ = listener.accept()
        with talking:
            talking.recv(4096)
            said = list(pieces)
            while not is_over.wait(pause):
                try:
                    talking.sendall(said.pop(0) if len(said) > 1 else said[0])
                except OSError:
                    return

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    is_over.set()
    listener.close()
    thread.join(5)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "::1", "10.0.0.1"])
def test_no_spelling_of_an_inside_address_is_connected_to(host, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    _connects.clear()

    with pytest.raises(Forbidden, match="not public"):
        fetch(f"https://[{host}]/" if ":" in host else f"https://{host}/", most=MB)

    assert _connects == []


def test_a_name_that_nobody_has_is_no_answer():
    with pytest.raises(Unreachable):
        fetch("https://nowhere.invalid/", most=MB)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://example.com:8443/",
        "https://a:b@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https://exa mple.com:x/",
        "gopher://example.com/",
    ],
)
def test_only_plain_https_addresses_are_asked(url, settings):
    settings.ALLOW_PRIVATE_OUTBOUND = False
    _connects.clear()

    with pytest.raises(Forbidden):
        fetch(url, most=MB)

    assert _connects == []


@pytest.mark.parametrize(
    "inside", ["http://10.0.0.1/", "https://169.254.169.254/latest", "http://[fc00::1]/", "file:///etc"]
)
def test_a_redirect_to_the_inside_is_not_followed(peer, inside):
    peer.expect_request("/").respond_with_response(Response(status=302, headers={"Location": inside}))
    _connects.clear()

    with pytest.raises(Forbidden):
        fetch(peer.url_for("/"), most=MB)

    assert [each[1] for each in _connects] == [peer.port]


def test_a_redirect_is_followed_a_few_times(peer):
    for number in range(5):
        answer = Response(status=302, headers={"Location": f"/{number + 1}"})
        peer.expect_request(f"/{number}").respond_with_response(answer)
    peer.expect_request("/5").respond_with_data("here")

    assert fetch(peer.url_for("/2"), most=MB).body == b"here"
    with pytest.raises(Unreachable, match="redirects"):
        fetch(peer.url_for("/0"), most=MB)


def test_what_is_too_large_is_not_read_to_its_end(peer):
    peer.expect_request("/").respond_with_data(b"x" * 2 * MB)

    with pytest.raises(TooMuch, match="larger than 1 MB"):
        fetch(peer.url_for("/"), most=MB)


def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_unpacked(peer):
    bomb = gzip.compress(b"\0" * 300 * MB)
    assert len(bomb) < MB
    peer.expect_request("/").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})

    with pytest.raises(TooMuch):
        fetch(peer.url_for("/"), most=MB)


def test_a_packed_answer_is_unpacked(peer):
    peer.expect_request("/").respond_with_data(gzip.compress(b"hello" * 9000), headers={"Content-Encoding": "gzip"})

    assert fetch(peer.url_for("/"), most=MB).body == b"hello" * 9000


CUT_SHORT = gzip.compress(b"hello" * 999)[:-9]


@pytest.mark.parametrize("packed", [b"not gzip at all", CUT_SHORT], ids=["not gzip", "cut short"])
def test_what_is_not_packed_as_it_says_is_no_answer(peer, packed):
    peer.expect_request("/").respond_with_data(packed, headers={"Content-Encoding": "gzip"})

    with pytest.raises(Unreachable):
        fetch(peer.url_for("/"), most=MB)


@pytest.mark.parametrize(
    "pieces",
    [
        (b"H", b"T", b"T", b"P", b"/1.1 200 OK\r\nX: ", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["headers", "body", "body without a length", "chunks"],
)
def test_an_answer_that_drips_is_cut_off_in_time(pieces, hurried):
    with raw_server(*pieces) as url, pytest.raises(Unreachable, match="No answer in time"):
        fetch(url, most=MB)


def test_fewer_bytes_than_were_announced_are_no_answer(peer):
    cut = Response(b"abc", headers={"Content-Length": "3"})
    peer.expect_request("/").respond_with_response(cut)
    assert fetch(peer.url_for("/"), most=MB).body == b"abc"

    listener = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        talking, _ = listener.accept()
        with talking:
            talking.recv(4096)
            talking.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nabc")

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    with pytest.raises(Unreachable, match="cut off"):
        fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/", most=MB)
    listener.close()
    thread.join(5)


def test_nobody_at_home_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(Unreachable, match="connection failed"):
        fetch(f"http://127.0.0.1:{port}/secret-path", most=MB)


def certificate(name: str, folder) -> tuple[str, str]:
    """A certificate that signs itself, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(cert_file), str(key_file)


@contextmanager
def tls_peer(name, folder):
    cert, key = certificate(name, folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = HTTPServer(host="127.0.0.1", port=0, ssl_context=context, threaded=True)
    server.expect_request("/").respond_with_data("safe")
    server.start()
    yield server, cert
    server.stop()


@pytest.fixture
def believing(monkeypatch):
    """Trust the authority in this file for a while."""

    def believe(path):
        monkeypatch.setattr(certifi, "where", lambda: path)
        trust.cache_clear()

    yield believe
    trust.cache_clear()


def test_the_certificate_is_checked_against_the_name_though_the_connection_goes_to_the_address(tmp_path, believing):
    with tls_peer("localhost", tmp_path) as (server, cert):
        believing(cert)
        assert fetch(f"https://localhost:{server.port}/", most=MB).body == b"safe"


def test_a_certificate_for_another_name_is_refused(tmp_path, believing):
    with tls_peer("somewhere.example.com", tmp_path) as (server, cert):
        believing(cert)
        with pytest.raises(Unreachable, match="certificate"):
            fetch(f"https://localhost:{server.port}/", most=MB)


def test_a_certificate_of_nobody_known_is_refused(tmp_path):
    trust.cache_clear()
    with tls_peer("localhost", tmp_path) as (server, _), pytest.raises(Unreachable, match="certificate"):
        fetch(f"https://localhost:{server.port}/", most=MB)
