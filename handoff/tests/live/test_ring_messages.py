"""What an agent is sent when they ring, and what of it is left when the ring is over."""

from __future__ import annotations

import json

import pytest

from handoff.live.answering import pass_on
from handoff.live.connecting import cancel
from handoff.models.transfers import AnsweredBy
from handoff.tests.factories import NOW, policy, ready
from handoff.tests.live.ground import SECOND, accepted, number_of, on_call, ring_of, ringing
from leads.contacts import primary_phone
from leads.notes import add_note
from notifications import consent
from notifications.models import Delivery, InboxItem, SlackCall
from notifications.models.texts import How
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.promises.timers import fire_due
from notifications.tests.peers.slack import slack_peer  # noqa: F401 - a fixture
from notifications.tests.peers.twilio import twilio_peer  # noqa: F401 - a fixture
from notifications.tests.slack_known import buttons, known_in_slack
from notifications.writing import RINGS
from teams.models import Membership, SlackConnection, TextsConnection
from teams.models.transfers import RingWay

pytestmark = pytest.mark.django_db

PHONE = "+15125550111"


@pytest.fixture
def lead():
    return ready(first_name="Dana", last_name="Example")


@pytest.fixture
def ana(lead):
    return on_call(lead, user__name="Ana Sample", user__phone=PHONE)


@pytest.fixture
def peer(slack_peer, lead, ana):  # noqa: F811
    known_in_slack(slack_peer, ana)
    return slack_peer


@pytest.fixture
def texts(lead, ana, twilio_peer):  # noqa: F811
    connection = TextsConnection.objects.create(
        team=lead.team, account="AC" + "0" * 32, token="12345" * 6, sender="+15125550199"
    )
    lead.team.texts = connection
    consent.opt_in(team=lead.team, number=PHONE, how=How.OWN, wording="Yes", by=ana, at=NOW)
    return twilio_peer


def owed_to(member: Membership) -> list[str]:
    return sorted(Delivery.objects.filter(recipient=member, kind="ring_1").values_list("channel", flat=True))


def send(at=NOW):
    drain(Delivery, at=at, stream=RINGS)
    drain(SlackCall, at=at)


def now_says(peer) -> list[str]:
    return [call["text"] for call in peer.called("chat.update")]


class TestRinging:
    def test_the_direct_message_carries_the_brief_and_two_buttons(self, lead, peer):
        add_note(lead=lead, author=lead.isa, text="Prefers mornings", at=NOW)
        ringing(lead)
        send()

        (post,) = peer.posts
        said = json.dumps(post)
        assert post["channel"] == "D00ANA"
        assert "Dana Example is on the phone for you now" in said
        assert f"{lead.isa.user.name} has them on the line" in said
        assert "Accept by 10:00:20 AM" in said
        assert "Prefers mornings" in said
        for each in ("Location", "Price", "Motivation", "Agent", "Mortgage"):
            assert f"*{each}*" in said
        shown = buttons(post)
        assert list(shown) == ["Accept", "Pass", "Read and answer"]
        assert ["url" in each for each in shown.values()] == [False, False, True]

    def test_nobody_learns_the_number_of_a_client_they_do_not_have(self, lead, peer, texts):
        ringing(lead)
        send()

        said = json.dumps(peer.posts) + json.dumps(texts.texts)
        assert number_of(lead) not in said
        assert primary_phone(lead) not in said

    def test_without_a_way_to_hear_buttons_there_is_the_link_alone(self, lead, peer):
        lead.team.slack.signing_secret = ""
        lead.team.slack.save()
        ringing(lead)
        send()

        elements = [
            each for block in peer.posts[0]["blocks"] if block["type"] == "actions" for each in block["elements"]
        ]
        assert [each["text"]["text"] for each in elements] == ["Read and answer"]

    def test_the_text_says_who_where_and_for_how_much_and_where_to_answer(self, lead, texts):
        ringing(lead)
        send()

        body = texts.texts[0]["Body"]
        assert texts.texts[0]["To"] == PHONE
        assert "Dana Example is on the phone for you now: " in body
        assert "/r/" in body
        assert body.endswith("Reply STOP to end texts.")

    @pytest.mark.usefixtures("peer", "texts")
    def test_who_is_reached_by_chat_or_text_gets_no_mail(self, lead, ana):
        ringing(lead)
        assert owed_to(ana) == ["slack", "sms"]

    def test_who_is_reached_by_neither_gets_a_mail(self, lead, ana):
        SlackConnection.objects.update(is_enabled=False)
        ringing(lead)
        assert owed_to(ana) == ["email"]

    def test_a_ring_is_no_item_of_the_inbox(self, lead, ana):
        ringing(lead)
        assert not InboxItem.objects.filter(membership=ana).exists()

    def test_only_who_rings_is_told_and_each_rung_anew(self, lead, ana):
        SlackConnection.objects.update(is_enabled=False)
        ben = on_call(lead, user__name="Ben Sample")
        ringing(lead)
        assert (owed_to(ana), owed_to(ben)) == (["email"], [])

        fire_due(at=NOW + 20 * SECOND)
        fire_due(at=NOW + 40 * SECOND)

        kinds = Delivery.objects.order_by("pk").values_list("recipient", "kind")
        assert list(kinds) == [(ana.pk, "ring_1"), (ben.pk, "ring_2"), (ana.pk, "ring_3"), (ben.pk, "ring_3")]


class TestOver:
    def test_what_still_waits_when_the_ring_ends_is_dropped(self, lead, ana):
        on_call(lead)
        ringing(lead)

        fire_due(at=NOW + 20 * SECOND)

        assert Delivery.objects.get(recipient=ana).state == State.DROPPED

    def test_a_message_that_comes_too_late_is_dropped_and_nobody_gets_a_task(self, lead, ana):
        ringing(lead)

        send(at=NOW + 21 * SECOND)

        assert Delivery.objects.get(recipient=ana).state == State.DROPPED
        assert not lead.tasks.filter(kind="given_up").exists()

    def test_the_message_of_who_missed_it_says_so(self, lead, peer):
        on_call(lead)
        ringing(lead)
        send()

        fire_due(at=NOW + 20 * SECOND)
        send(at=NOW + 20 * SECOND)

        assert now_says(peer) == ["Missed: Dana Example · Your ring has ended."]
        assert not any(block["type"] == "actions" for block in peer.called("chat.update")[0]["blocks"])

    def test_who_accepted_keeps_the_brief_and_gets_the_number_and_others_are_told_who(self, lead, ana, peer):
        ben = on_call(lead, user__name="Ben Sample")
        known_in_slack(peer, ana, ben)
        policy(lead.team, ring_way=RingWay.ALL)
        transfer = ringing(lead)
        send()

        accepted(transfer, ben)
        send(at=NOW + 6 * SECOND)

        said = [json.dumps(call) for call in peer.called("chat.update")]
        mine = next(text for text in said if "You have Dana Example" in text)
        assert number_of(lead) in mine
        assert "*Mortgage*" in mine
        other = next(text for text in now_says(peer) if "has taken" in text)
        assert other == "Ben Sample has taken Dana Example · You have nothing to do."

    def test_called_off_and_passed_on_are_said(self, lead, ana, peer):
        ben = on_call(lead, user__name="Ben Sample")
        known_in_slack(peer, ana, ben)
        transfer = ringing(lead)
        send()
        pass_on(ring=ring_of(transfer, ana), reason="busy", by=AnsweredBy.CONSOLE, at=NOW + SECOND)
        send(at=NOW + SECOND)

        cancel(transfer=transfer, actor=lead.isa, at=NOW + 2 * SECOND)
        send(at=NOW + 2 * SECOND)

        assert now_says(peer) == [
            "You passed Dana Example on · You have nothing more to do.",
            "Called off: Dana Example · You have nothing to do.",
        ]


class TestOffCall:
    def test_who_missed_too_many_is_told_how_to_go_on(self, lead, ana, texts):
        policy(lead.team, missed_rings=1)
        ringing(lead)

        fire_due(at=NOW + 30 * SECOND)
        drain(Delivery, at=NOW + 30 * SECOND, stream="sms")

        item = InboxItem.objects.get(membership=ana)
        assert item.title == "You are off call: go on call again when you are back"
        assert item.body == "A ring was not answered, so nobody is put through to you for now."
        assert "You are off call" in texts.texts[-1]["Body"]

    def test_one_missed_ring_of_three_is_not_worth_a_word(self, lead, ana):
        ringing(lead)
        fire_due(at=NOW + 30 * SECOND)
        assert not InboxItem.objects.filter(membership=ana).exists()
