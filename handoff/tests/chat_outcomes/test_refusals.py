"""An outcome reported in Slack that is not recorded: answers without sense, who may not, what is over."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine

from handoff.appointments import cancel, move, reassign
from handoff.models import Outcome, Postponement
from handoff.postponing import times_to_move_to
from handoff.tests.chat_outcomes.sheets import AFTER, ANA, press_of, title_of, words_of
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from notifications.models import SlackCall, SlackMatch
from notifications.promises.drains import drain
from notifications.tests.slack_pressing import pressed, send, submitted
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


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
