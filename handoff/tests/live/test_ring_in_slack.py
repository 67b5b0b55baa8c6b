"""A ring answered by a button in Slack: signed, by whom it was for, while it rings, and one winner."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.models import LiveTransfer, Ring
from handoff.states import RingStatus, TransferStatus
from handoff.tests.factories import NOW, ready
from handoff.tests.live.ground import SECOND, accepted, ring_of, ringing
from notifications.models import Delivery, SlackCall, SlackMatch
from notifications.promises.drains import drain
from notifications.promises.timers import fire_due
from notifications.tests.peers.slack import slack_peer  # noqa: F401 - a fixture
from notifications.tests.slack_known import buttons, known_in_slack, slack_name
from notifications.tests.slack_pressing import pressed, send, submitted
from notifications.writing import RINGS
from teams.leaving import deactivate
from teams.models import Membership
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def peer(slack_peer, ana, ben):  # noqa: F811
    known_in_slack(slack_peer, ana, ben)
    return slack_peer


@pytest.fixture
def transfer(lead, peer) -> LiveTransfer:
    transfer = ringing(lead)
    drain(Delivery, at=NOW, stream=RINGS)
    return transfer


def value_of(peer, member: Membership, answer: str) -> str:
    post = next(post for post in peer.posts if post["channel"] == f"D0{slack_name(member)[1:]}")
    return str(buttons(post)[answer]["value"])


def press(peer, value: str, member: Membership, **how) -> str:
    """Press, and return what that person alone is told."""
    before = len(peer.replies)
    assert send(pressed(value, user=slack_name(member), response_url=peer.response_url), **how).status_code == 200
    drain(SlackCall, at=SlackCall.objects.latest("pk").due_at)
    said = peer.replies[before:]
    assert all(each["response_type"] == "ephemeral" for each in said)
    return str(said[0]["text"]) if said else ""


def test_accept_takes_the_client_at_once_and_says_what_happens_next(transfer, peer, ana, lead):
    words = press(peer, value_of(peer, ana, "Accept"), ana)

    assert words == (
        f"You have Dana Example. Keep your phone in hand: {lead.isa.user.name} puts them through to you now."
    )
    assert peer.called("views.open") == []
    transfer.refresh_from_db()
    assert (transfer.status, transfer.agent) == (TransferStatus.ACCEPTED, ana)
    ring = ring_of(transfer, ana)
    assert (ring.status, ring.answered_by) == (RingStatus.ACCEPTED, "slack")
    assert ring.brief_at == NOW


def test_who_presses_second_is_told_who_took_it(transfer, peer, ana, ben):
    press(peer, value_of(peer, ana, "Accept"), ana)

    assert press(peer, value_of(peer, ben, "Accept"), ben) == "Ana Sample has just taken it."
    transfer.refresh_from_db()
    assert transfer.agent == ana


def test_pass_lets_it_go_and_says_so(transfer, peer, ana, ben):
    said = press(peer, value_of(peer, ana, "Pass"), ana)
    assert said == "You passed Dana Example on. The others still ring."
    ring = ring_of(transfer, ana)
    assert (ring.status, ring.answered_by, ring.pass_reason) == (RingStatus.PASSED, "slack", "")
    assert ring_of(transfer, ben).status == RingStatus.RINGING


def test_a_press_that_slack_sends_twice_is_done_once(transfer, peer, ana):
    said = pressed(value_of(peer, ana, "Accept"), user=slack_name(ana), response_url=peer.response_url)
    send(said)
    send(said)
    drain(SlackCall, at=NOW)

    assert len(peer.replies) == 1
    assert transfer.events.filter(to=TransferStatus.ACCEPTED).count() == 1


def test_a_press_recorded_and_sent_again_later_is_refused(transfer, peer, ana):
    said = pressed(value_of(peer, ana, "Accept"), user=slack_name(ana), response_url=peer.response_url)

    assert send(said, stamp=int(NOW.timestamp()) - 301).status_code == 403
    assert send(said, secret="0" * 32).status_code == 403
    assert send(said, headers={}).status_code == 403
    assert ring_of(transfer, ana).status == RingStatus.RINGING


def test_a_press_after_the_ring_says_that_it_is_over(transfer, peer, ana, clock):
    value = value_of(peer, ana, "Accept")
    clock.move_to(NOW + 31 * SECOND)

    assert press(peer, value, ana) == "Your ring has ended; the next agent is being rung."
    fire_due(at=NOW + 31 * SECOND)
    clock.shift(SECOND)
    assert press(peer, value, ana) == "It rang out before anybody took it."


def test_the_ring_of_another_cannot_be_answered(transfer, peer, ana, ben):
    assert press(peer, value_of(peer, ana, "Accept"), ben) == "This ring was for somebody else."
    assert Ring.objects.ringing().count() == 2


@pytest.mark.parametrize(
    "words",
    ["accept/{ring}/", "accept/{ring}/wrong", "pass/{ring}/wrong", "take/{ring}/{mark}", "accept/x/{mark}", "accept"],
)
def test_a_button_that_was_not_ours_does_nothing(transfer, peer, ana, words):
    real = value_of(peer, ana, "Accept")
    team, _, rest = real.partition("/ring/accept/")
    ring, _, mark = rest.partition("/")

    assert press(peer, f"{team}/ring/{words.format(ring=ring, mark=mark)}", ana)
    assert ring_of(transfer, ana).status == RingStatus.RINGING


def test_who_left_a_second_ago_takes_nobody(transfer, peer, ana, lead):
    boss, value = people.lead(lead.team), value_of(peer, ana, "Accept")
    deactivate(member=ana, successor=boss, actor=boss, at=NOW)

    words = press(peer, value, ana)

    assert "no longer in this team" in words or "does not know who you are" in words
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.RINGING


def test_whom_slack_does_not_know_any_more_takes_nobody(transfer, peer, ana):
    value = value_of(peer, ana, "Accept")
    SlackMatch.objects.update(slack_user="")
    assert "does not know who you are" in press(peer, value, ana)


def test_a_form_made_of_the_button_is_refused(transfer, peer, ana):
    answer = send(submitted(value_of(peer, ana, "Accept"), user=slack_name(ana)))
    assert b"answered by the button itself" in answer.content
    assert ring_of(transfer, ana).status == RingStatus.RINGING


def test_one_client_at_a_time(transfer, peer, ana, lead):
    other = ringing(ready(lead.team), at=NOW + timedelta(0))
    accepted(other, ana, at=NOW + SECOND)
    assert "another transfer" in press(peer, value_of(peer, ana, "Accept"), ana)
