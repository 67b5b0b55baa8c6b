"""Outcomes asked for and reported in Slack: with Slack on the other side, from the message to what it says after."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from handoff.appointments import cancel, move, reassign
from handoff.models import Handoff, Outcome, Postponement
from handoff.outcomes import record_outcome
from handoff.postponing import times_to_move_to
from handoff.tests.factories import MINUTES, NOW, SLOT, open_handoff, ready
from leads.states import Via
from notifications.models import Delivery, SlackCall, SlackMatch
from notifications.promises.drains import drain
from notifications.promises.timers import fire_due
from notifications.slack_people import match_people
from notifications.tests.peers import slack_peer  # noqa: F401 - a fixture
from notifications.tests.slack_pressing import SECRET, pressed, send, submitted
from teams.models import Membership, SlackConnection
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

END = SLOT + timedelta(minutes=MINUTES)
AFTER = END + timedelta(minutes=10)
ANA, LEA = "U0ANA", "U0LEA"


@pytest.fixture(autouse=True)
def after_the_meeting():
    with time_machine.travel(AFTER, tick=True):
        yield


@pytest.fixture
def peer(slack_peer):  # noqa: F811
    return slack_peer


@pytest.fixture
def handoff(peer) -> Handoff:
    """Ana has met the client just now; she and the team lead are known in Slack."""
    handoff = open_handoff(ready(first_name="Dana", last_name="Example"), at=NOW)
    connected(handoff, peer)
    return Handoff.objects.select_related("team", "agent__user", "setter__user", "lead", "appointment").get(
        pk=handoff.pk
    )


def connected(handoff: Handoff, peer) -> None:
    SlackConnection.objects.filter(team=handoff.team).update(channel="C0HANDOFF")
    connection_ = SlackConnection.objects.get(team=handoff.team)
    connection_.token, connection_.signing_secret = "xoxb-invented-token-1234", SECRET
    connection_.save()
    handoff.team.slack = connection_
    peer.people = {handoff.agent.user.email: ANA}
    match_people(handoff.team, at=NOW)
    drain(SlackMatch, at=NOW)


def asked(handoff: Handoff, peer, *, at=END) -> dict[str, Any]:
    """Let the question come due, and return the card in Ana's direct messages."""
    fire_due(at=at)
    drain(Delivery, at=at, stream="slack")
    return next(post for post in reversed(peer.posts) if post["channel"] == "D00ANA")


def buttons(post: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = [each for block in post["blocks"] if block["type"] == "actions" for each in block["elements"]]
    return {each["text"]["text"]: each for each in found}


def press_of(handoff: Handoff, answer="yes", revision=None) -> str:
    return f"{handoff.team_id}/outcome/{answer}/{handoff.pk}/{revision or handoff.revision}"


def words_of(answer) -> str:
    return str(json.loads(answer.content)["view"]["blocks"][0]["text"]["text"])


def title_of(answer) -> str:
    return str(json.loads(answer.content)["view"]["title"]["text"])


# --- From the question to the answer ----------------------------------------------------------------------------------


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


# --- What is wrong with an answer -------------------------------------------------------------------------------------


def test_answers_that_make_no_sense_stay_on_the_sheet_beside_their_question(handoff, peer):
    empty = {
        "is_good": "no",
        "reason": None,
        "next_step": None,
        "price": "cheap",
        "commission_percent": None,
        "note": None,
    }
    answer = json.loads(send(submitted(press_of(handoff), user=ANA, **empty)).content)

    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {"price"}
    again = json.loads(send(submitted(press_of(handoff), user=ANA, **(empty | {"price": None}))).content)
    assert again["errors"] == {"reason": "Say why it was not a good lead: the ISA learns from it."}
    assert not Outcome.objects.exists()


def test_a_time_that_was_taken_meanwhile_is_said_beside_the_times(handoff, peer):
    free = times_to_move_to(handoff, at=AFTER, limit=3)[1]
    open_handoff(ready(handoff.team), to=handoff.agent, starts_at=free, at=AFTER)

    answer = json.loads(
        send(submitted(press_of(handoff, "moved"), user=ANA, moved_to=free.isoformat(), note=None)).content
    )

    assert set(answer["errors"]) == {"moved_to"}
    assert not Postponement.objects.exists()


# --- Who may not, and what is over ------------------------------------------------------------------------------------


def refused(handoff, peer, *, user=ANA, answer="yes", revision=None) -> str:
    """Press, and return what that person alone is told. The same sentence stands where a sheet was sent."""
    value = press_of(handoff, answer, revision)
    assert send(pressed(value, user=user, response_url=peer.response_url)).status_code == 200
    drain(SlackCall, at=AFTER + timedelta(minutes=1))
    assert not peer.called("views.open")
    said = peer.replies[-1]
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)
    sent = send(submitted(value, user=user, is_good="yes", note=None))
    assert title_of(sent) == "Not recorded"
    assert words_of(sent) == said["text"]
    return str(said["text"])


def test_somebody_unknown_is_told_who_can_help(handoff, peer):
    assert "does not know who you are" in refused(handoff, peer, user="U0NOBODY")
    assert not Outcome.objects.exists()


def test_somebody_of_another_workspace_is_unknown(handoff, peer):
    SlackMatch.objects.filter(slack_user=ANA).update(workspace="T0OTHER")
    assert "does not know who you are" in refused(handoff, peer)


def test_who_has_left_the_team_is_told_so(handoff, peer):
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=AFTER - timedelta(minutes=1))
    assert "no longer in this team" in refused(handoff, peer)
    assert not Outcome.objects.exists()


def test_another_agent_cannot_answer_for_this_one(handoff, peer):
    ben = people.agent(handoff.team)
    SlackMatch.objects.filter(slack_user=ANA).update(membership=ben)
    assert "with somebody else now" in refused(handoff, peer)


def test_the_isa_cannot_either(handoff, peer):
    SlackMatch.objects.filter(slack_user=ANA).update(slack_user="")
    SlackMatch.objects.filter(membership=handoff.setter).update(slack_user=ANA)
    assert "Only the agent who has this lead" in refused(handoff, peer)


def test_a_button_of_another_teams_handoff_says_nothing_of_it(handoff, peer):
    other = open_handoff(ready(first_name="Secret"), at=NOW)
    forged = f"{handoff.team_id}/outcome/yes/{other.pk}/{other.revision}"
    send(pressed(forged, user=ANA, response_url=peer.response_url))
    drain(SlackCall, at=AFTER + timedelta(minutes=1))
    assert "with somebody else now" in peer.replies[0]["text"]
    assert "Secret" not in json.dumps(peer.replies)


def test_a_reported_one_is_not_reported_twice_however_it_is_sent_again(handoff, peer):
    first = submitted(press_of(handoff), user=ANA, is_good="yes", note="First")
    assert title_of(send(first)) == "Recorded"

    again = send(first)

    assert (title_of(again), words_of(again)) == ("Not recorded", "This outcome is reported already.")
    assert Outcome.objects.count() == 1
    assert Outcome.objects.get().note == "First"


def test_a_cancelled_one_is_over(handoff, peer):
    with time_machine.travel(NOW, tick=False):
        cancel(appointment=handoff.appointment, reason="Ill", actor=handoff.setter, at=NOW)
    assert "called off" in refused(handoff, peer)


def test_a_message_from_before_the_appointment_moved_is_old(handoff, peer):
    with time_machine.travel(NOW, tick=False):
        move(appointment=handoff.appointment, starts_at=SLOT + timedelta(days=2), actor=handoff.setter, at=NOW)
    assert "has changed since this message" in refused(handoff, peer)


def test_what_was_given_to_another_agent_is_theirs(handoff, peer):
    with time_machine.travel(NOW, tick=False):
        reassign(handoff=handoff, agent=people.agent(handoff.team), actor=handoff.setter, at=NOW)
    assert "with somebody else now" in refused(handoff, peer)


@pytest.mark.parametrize("words", ["outcome", "outcome/yes", "outcome/yes/x/1", "outcome/dance/1/1", "outcome/yes/9/1"])
def test_words_that_nobody_wrote_do_nothing(handoff, peer, words):
    answer = send(submitted(f"{handoff.team_id}/{words}", user=ANA, is_good="yes"))
    assert title_of(answer) == "Not recorded"
    assert not Outcome.objects.exists()


# --- Speed and trouble ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["expired_trigger_id", "invalid_auth", "ratelimited"])
def test_when_slack_does_not_open_the_sheet_the_person_hears_what_to_do(handoff, peer, error):
    peer.refuse["views.open"] = error
    send(pressed(press_of(handoff), user=ANA, response_url=peer.response_url))
    drain(SlackCall, at=AFTER + timedelta(minutes=1))
    assert "did not open the form" in peer.replies[0]["text"]


def test_a_replayed_press_is_answered_once(handoff, peer):
    peer.refuse["views.open"] = "expired_trigger_id"
    value = pressed(press_of(handoff), user=ANA, response_url=peer.response_url)
    with time_machine.travel(AFTER, tick=False):  # the very same bytes and stamp
        send(value)
        send(value)
    assert SlackCall.objects.count() == 1


def test_recording_by_slack_costs_so_many_queries(handoff, peer, django_assert_max_num_queries):
    asked(handoff, peer)
    with django_assert_max_num_queries(75):
        send(submitted(press_of(handoff), user=ANA, is_good="yes", next_step="showings"))
    assert Outcome.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_in_the_second_of_the_escalation_the_outcome_is_in_or_it_is_overdue_and_never_stuck(handoff, peer):
    due = handoff.outcome_due_at

    def escalate():
        fire_due(at=due)
        connection.close()

    other = threading.Thread(target=escalate)
    with time_machine.travel(due, tick=True):
        other.start()
        answer = send(submitted(press_of(handoff), user=ANA, is_good="yes", next_step="showings"))
        other.join(timeout=20)

    assert not other.is_alive()
    assert title_of(answer) == "Recorded"
    now = Handoff.objects.get(pk=handoff.pk)
    assert now.status == "reported"
    assert not now.lead.tasks.filter(done_at=None, kind__in=["outcome", "outcome_overdue"]).exists()


def test_slack_is_answered_at_once_when_it_hangs_itself(handoff, peer, monkeypatch):
    monkeypatch.setattr("notifications.slack_hearing.OPEN_WITHIN", 0.2)
    peer.server.clear()
    peer.server.expect_request("/api/views.open").respond_with_handler(lambda _request: time.sleep(1))
    began = time.monotonic()

    assert send(pressed(press_of(handoff), user=ANA, response_url=peer.response_url)).status_code == 200

    assert time.monotonic() - began < 0.9
