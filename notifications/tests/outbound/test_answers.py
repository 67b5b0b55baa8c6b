"""What the guarded way out sends, and what it makes of answers and certificates."""

from __future__ import annotations

from datetime import timedelta

import certifi
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from notifications import outbound
from notifications.tests.certificates import make_certificate, serving


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
