"""Outcomes asked for and reported in Slack, from the message to what it says after."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from handoff.models import Outcome, Postponement
from handoff.outcomes import record_outcome
from handoff.postponing import times_to_move_to
from handoff.tests.chat_outcomes.sheets import AFTER, ANA, END, LEA, asked, press_of, title_of, words_of
from handoff.tests.factories import NOW
from leads.states import Via
from notifications.models import Delivery, SlackCall, SlackMatch
from notifications.promises.drains import drain
from notifications.promises.timers import fire_due
from notifications.slack_people import match_people
from notifications.tests.slack_pressing import pressed, send, submitted
from teams.models import SlackConnection
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def buttons(post: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = [each for block in post["blocks"] if block["type"] == "actions" for each in block["elements"]]
    return {each["text"]["text"]: each for each in found}


def test_the_agent_is_asked_in_a_direct_message_with_three_buttons(handoff, peer):
    post = asked(handoff, peer)

    assert peer.called("conversations.open") == [{"users": ANA}]
    assert "How did it go with Dana Example?" in json.dumps(post)
    shown = buttons(post)
    assert list(shown) == ["Showed", "No-show", "Moved", "Report the outcome"]
    assert shown["Showed"]["value"] == press_of(handoff)
    assert "url" not in shown["Showed"]
    assert "/o/" in shown["Report the outcome"]["url"]


def test_a_press_opens_a_sheet_that_asks_the_rest_and_the_message_says_what_was_recorded(handoff, peer):
    value = buttons(asked(handoff, peer))["Showed"]["value"]

    assert send(pressed(value, user=ANA)).status_code == 200
    opened = peer.called("views.open")[0]
    assert opened["trigger_id"] == "1.2.abc"
    view = opened["view"]
    assert [block["block_id"] for block in view["blocks"] if block["type"] == "input"] == [
        "is_good", "reason", "next_step", "price", "commission_percent", "note",
    ]  # fmt: skip
    assert "Dana Example" in view["blocks"][0]["text"]["text"]

    answer = send(
        submitted(
            view["private_metadata"],
            user=ANA,
            is_good="yes",
            reason=None,
            next_step="showings",
            price="450k",
            commission_percent="3",
            note="Loved the lake",
        )
    )

    assert title_of(answer) == "Recorded"
    said = Outcome.objects.get()
    assert (said.showed, said.is_good, said.next_step, said.via) == ("yes", True, "showings", Via.SLACK)
    assert (said.price, said.commission, said.note, said.recorded_by) == (
        450_000,
        13_500,
        "Loved the lake",
        handoff.agent,
    )
    drain(SlackCall, at=AFTER + timedelta(seconds=5))
    update = peer.called("chat.update")[-1]
    posted = Delivery.objects.get(channel="slack", kind="outcome_ask")
    assert f"{update['channel']} {update['ts']}" == posted.provider_ref
    assert "showed, good lead" in update["text"]
    assert not any(block["type"] == "actions" and "value" in json.dumps(block) for block in update["blocks"])


def test_a_no_show_takes_two_presses(handoff, peer):
    asked(handoff, peer)
    send(pressed(press_of(handoff, "no"), user=ANA))
    metadata = peer.called("views.open")[0]["view"]["private_metadata"]

    answer = send(submitted(metadata, user=ANA, next_step=None, note=None))

    assert "did not show" in words_of(answer)
    assert Outcome.objects.get().next_step == "rebook"


def test_moved_offers_the_agents_free_times_and_moves_there(handoff, peer):
    asked(handoff, peer)
    send(pressed(press_of(handoff, "moved"), user=ANA))
    view = peer.called("views.open")[0]["view"]
    options = view["blocks"][1]["element"]["options"]
    free = times_to_move_to(handoff, at=AFTER, limit=90)
    assert [option["value"] for option in options] == ["none", *(moment.isoformat() for moment in free)]
    assert len(options) <= 100
    assert all(len(option["text"]["text"]) <= 75 for option in options)

    answer = send(submitted(view["private_metadata"], user=ANA, moved_to=options[5]["value"], note="Ill"))

    assert title_of(answer) == "Recorded"
    assert Postponement.objects.get().via == Via.SLACK
    handoff.appointment.refresh_from_db()
    assert handoff.appointment.starts_at == free[4]
    drain(SlackCall, at=AFTER + timedelta(seconds=5))
    assert "agreed on another time" in peer.called("chat.update")[-1]["text"]


def test_moved_without_a_time_gives_the_lead_back(handoff, peer):
    answer = send(submitted(press_of(handoff, "moved"), user=ANA, moved_to="none", note=None))
    assert title_of(answer) == "Recorded"
    assert Outcome.objects.get().showed == "moved"


def test_what_was_reported_on_the_page_is_said_in_slack_too(handoff, peer):
    asked(handoff, peer)

    record_outcome(handoff=handoff, showed="no", actor=handoff.agent, via=Via.PAGE, at=AFTER)
    drain(SlackCall, at=AFTER)

    assert "did not show" in peer.called("chat.update")[0]["text"]


def test_a_message_that_is_still_on_its_way_is_brought_up_to_date_once_it_is_there(handoff, peer):
    fire_due(at=END)
    Delivery.objects.filter(channel="slack", kind="outcome_ask").update(lease_until=AFTER + timedelta(hours=1))
    record_outcome(handoff=handoff, showed="no", actor=handoff.agent, via=Via.PAGE, at=AFTER)
    drain(SlackCall, at=AFTER)
    assert SlackCall.objects.get().state == "waiting"

    Delivery.objects.filter(channel="slack").update(state="done", lease_until=None, provider_ref="D00ANA 17.1")
    drain(SlackCall, at=AFTER + timedelta(minutes=1))

    assert peer.called("chat.update")[0]["ts"] == "17.1"


def test_without_a_signing_secret_the_buttons_are_links(handoff, peer):
    connection_ = handoff.team.slack
    connection_.signing_secret = ""
    connection_.save()

    shown = buttons(asked(handoff, peer))

    assert list(shown) == ["Report the outcome", "Showed", "No-show", "Moved"]
    assert all(button["url"] and "value" not in button for button in shown.values())


def test_whom_slack_does_not_know_is_asked_by_mail_alone(handoff, peer):
    SlackMatch.objects.update(slack_user="")
    fire_due(at=END)
    channels = Delivery.objects.filter(kind="outcome_ask").values_list("channel", flat=True)
    assert list(channels) == ["email"]


def test_when_slack_lets_the_bot_write_to_nobody_the_team_channel_still_works_and_nobody_gets_a_task(handoff, peer):
    peer.refuse["conversations.open"] = "missing_scope"

    fire_due(at=END)
    drain(Delivery, at=END, stream="slack")

    asked_ = Delivery.objects.get(kind="outcome_ask", channel="slack")
    assert asked_.state == "failed"
    assert "im:write" in asked_.answer
    assert SlackConnection.objects.get(team=handoff.team).flagged_reason == ""
    assert not handoff.lead.tasks.filter(kind="given_up").exists()


def test_the_team_lead_is_told_in_slack_when_it_is_overdue(handoff, peer):
    boss = people.lead(handoff.team)
    peer.people = {boss.user.email: LEA}
    match_people(handoff.team, at=NOW)
    drain(SlackMatch, at=NOW)

    fire_due(at=handoff.outcome_due_at)
    drain(Delivery, at=handoff.outcome_due_at, stream="slack")

    told = [post for post in peer.posts if post["channel"] == "D00LEA"]
    assert len(told) == 1
    assert "No outcome from" in told[0]["text"]
