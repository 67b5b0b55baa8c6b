"""The team's channel while a client is put through, and what comes back to the ISA when they are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handoff.booking import hand_off_now
from handoff.live.connecting import connect, drop
from handoff.models import LiveTransfer
from handoff.states import TransferStatus
from handoff.tests.factories import NOW, ready
from handoff.tests.live.ground import SECOND, accepted, ringing, told
from leads.models import Task
from leads.states import Via
from notifications.models import InboxItem
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due
from notifications.tests.peers.msteams import teams_peer  # noqa: F401 - a fixture
from notifications.tests.peers.slack import slack_peer  # noqa: F401 - a fixture
from notifications.tests.slack_known import buttons, known_in_slack
from teams.models import TeamsConnection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LATER = NOW + 30 * SECOND


@pytest.fixture
def lead():
    return ready(first_name="Dana", last_name="Example")


@pytest.fixture
def peer(slack_peer, ana):  # noqa: F811
    known_in_slack(slack_peer, ana)
    return slack_peer


def go_out(transfer: LiveTransfer, at=NOW) -> None:
    for about in [transfer.about, *([transfer.handoff.about] if transfer.handoff else [])]:
        drain_all(at=at, about=about)


def rung_out(lead) -> LiveTransfer:
    transfer = ringing(lead)
    fire_due(at=NOW + 20 * SECOND)
    fire_due(at=NOW + 50 * SECOND)
    transfer.refresh_from_db()
    return transfer


def in_channel(posts) -> list[dict[str, Any]]:
    return [post for post in posts if post["channel"] == "C0HANDOFF"]


def open_tasks(lead) -> list[str]:
    return list(Task.objects.open().filter(lead=lead).order_by("pk").values_list("title", flat=True))


class TestChannel:
    def test_at_accepted_the_channel_is_told_with_nothing_but_open(self, lead, ana, peer):
        transfer = accepted(ringing(lead), ana)
        go_out(transfer, at=NOW + 5 * SECOND)

        (post,) = in_channel(peer.posts)
        assert "Transferring Dana Example to Ana Sample" in post["text"]
        assert "<!channel>" not in post["text"]
        assert list(buttons(post)) == ["Open"]
        assert "555" not in json.dumps(post["blocks"])

    def test_connected_it_says_so_in_place_and_the_ordinary_alert_comes(self, lead, ana, peer):
        transfer = accepted(ringing(lead), ana)
        go_out(transfer, at=NOW + 5 * SECOND)

        connect(transfer=told(transfer), actor=lead.isa, via=Via.PAGE, at=LATER)
        transfer.refresh_from_db()
        go_out(transfer, at=LATER)

        assert any("Dana Example is talking with Ana Sample" in each["text"] for each in peer.called("chat.update"))
        assert any("Live transfer: Dana Example to Ana Sample" in post["text"] for post in in_channel(peer.posts))

    def test_dropped_it_says_why_in_place(self, lead, ana, peer):
        transfer = ringing(lead)
        go_out(transfer)
        transfer = accepted(transfer, ana)
        go_out(transfer, at=NOW + 5 * SECOND)

        drop(transfer=transfer, actor=lead.isa, reason="client_gone", at=LATER)
        go_out(transfer, at=LATER)

        said = [call["text"] for call in peer.called("chat.update")]
        assert any("Not transferred: Dana Example to Ana Sample" in text and "hung up" in text for text in said)
        assert any("Dana Example is not coming" in text for text in said)
        assert len(in_channel(peer.posts)) == 1

    def test_where_nothing_can_be_changed_a_drop_is_followed_up_and_a_connection_is_not(
        self,
        lead,
        ana,
        teams_peer,  # noqa: F811
    ):
        TeamsConnection.objects.create(team=lead.team, webhook_url=teams_peer.url)
        transfer = accepted(ringing(lead), ana)
        go_out(transfer, at=NOW + 5 * SECOND)
        assert len(teams_peer.posts) == 1

        drop(transfer=transfer, actor=ana, reason="line", at=LATER)
        go_out(transfer, at=LATER)

        assert "Not transferred" in json.dumps(teams_peer.posts[1])


class TestNobodySays:
    def test_both_are_asked_and_the_answer_settles_it_for_both(self, lead, ana):
        transfer = accepted(ringing(lead), ana)
        fire_due(at=NOW + 200 * SECOND)

        asked = {task.assignee: task.title for task in Task.objects.open().filter(kind="transfer")}
        assert asked == {
            lead.isa: "Was Dana Example connected with Ana Sample?",
            ana: "Were you put through to Dana Example?",
        }
        assert InboxItem.objects.unread().filter(kind="transfer_asked").count() == 2

        connect(transfer=told(transfer), actor=lead.isa, via=Via.PAGE, at=NOW + 210 * SECOND)

        assert not Task.objects.open().filter(kind="transfer").exists()
        assert not InboxItem.objects.unread().filter(kind="transfer_asked").exists()

    def test_nobody_is_asked_about_one_that_has_ended(self, lead, ana):
        transfer = accepted(ringing(lead), ana)
        drop(transfer=transfer, actor=lead.isa, reason="other", at=LATER)
        fire_due(at=NOW + 200 * SECOND)
        assert not Task.objects.filter(kind="transfer").exists()


class TestBack:
    def test_dropped_the_isa_gets_a_call_with_the_reason_and_words(self, lead, ana):
        transfer = accepted(ringing(lead), ana)
        drop(transfer=transfer, actor=ana, reason="line", note="No dial tone", at=LATER)

        task = Task.objects.open().get(lead=lead)
        assert (task.assignee, task.kind, task.script) == (lead.isa, "call", "transfer_call_back")
        assert task.title == "Call Dana Example back: not put through to Ana Sample"
        assert task.detail == "Ana Sample says: The call could not be put through: No dial tone."
        assert InboxItem.objects.get(membership=lead.isa).title == task.title

    def test_who_dropped_it_themselves_is_not_told_what_they_know(self, lead, ana):
        drop(transfer=accepted(ringing(lead), ana), actor=lead.isa, reason="client_gone", at=LATER)
        assert not InboxItem.objects.filter(membership=lead.isa).exists()
        assert open_tasks(lead) == ["Call Dana Example back: not put through to Ana Sample"]

    @pytest.mark.usefixtures("ana")
    def test_when_nobody_came_the_isa_is_to_set_a_time(self, lead):
        transfer = rung_out(lead)

        assert transfer.status == TransferStatus.EXPIRED
        assert open_tasks(lead) == ["Nobody could take Dana Example: set a time"]
        assert InboxItem.objects.get(membership=lead.isa).link == lead.get_absolute_url()

    def test_a_handoff_settles_it(self, lead, ana):
        rung_out(lead)

        hand_off_now(lead=lead, agent=ana, setter=lead.isa, via=Via.PAGE, at=NOW + 90 * SECOND)

        assert open_tasks(lead) == ["Call Dana Example now"]

    @pytest.mark.usefixtures("ana")
    def test_another_request_settles_it(self, lead):
        rung_out(lead)

        ringing(lead, at=NOW + 90 * SECOND)

        assert open_tasks(lead) == []
