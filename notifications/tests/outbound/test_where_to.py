"""Where the guarded way out goes, where it never goes, and that it does not so much as knock there."""

from __future__ import annotations

import ipaddress

import pytest

from notifications import addresses, outbound
from notifications.tests.outbound.numbers import NOT_PUBLIC

PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "198.20.0.1", "2606:4700::1111"]


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
