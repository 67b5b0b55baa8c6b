"""The pages of the play, the list of recoveries, and the panel that shows where one stands."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.models import PlayVersion
from handoff.recovery.play import play_of
from handoff.recovery.words import PLACEHOLDERS
from handoff.tests.pages import HTMX, signed_in
from handoff.tests.recovery.missed import MESSAGE_AT, REPORTED, a_lead, a_team, no_show, pass_through, run_of
from leads.calls import log_call
from leads.models import Task
from leads.models.calls import CallResult
from leads.states import Via
from notifications.promises.timers import fire_due
from teams.tests.factories import agent, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

WORDED = {"day": "0", "way": "mail", "is_on": "on", "title": "A time, {agent_first}?", "text": "Hi.", "short": "Hi."}


@pytest.fixture
def team():
    return a_team()


@pytest.fixture
def browser(team):
    return signed_in(team_lead(team))


def url(route, *args):
    return reverse(f"handoff:{route}", args=args)


def text_of(answer):
    return answer.content.decode()


def test_the_play_is_shown_in_its_order_with_what_each_step_does(browser):
    text = text_of(browser.get(url("play")))
    assert text.index("Calling after a no-show") < text.index("Last call after a no-show") < text.index("On to nurture")
    assert "Built in" in text
    assert "No mail goes out yet" not in text


def test_a_team_without_a_postal_address_is_told_what_to_do():
    browser = signed_in(team_lead(a_team(postal_address="")))
    assert "Add yours on the Team page" in text_of(browser.get(url("play")))


def test_a_message_is_worded_and_previewed_as_the_client_gets_it(team, browser):
    text = text_of(browser.get(url("play-step", "first_message")))
    assert "Another time with Ana Flores?" in text
    assert "We missed each other on Tuesday, November 24 at 1:30 PM." in text
    assert "Reply STOP to end texts." in text
    assert all(f"<code>{{{name}}}</code>" in text for name in PLACEHOLDERS)

    answer = browser.post(url("play-step", "first_message"), WORDED, follow=True)

    assert "Saved. It counts from the next no-show on" in text_of(answer)
    assert play_of(team).step("first_message").title == "A time, {agent_first}?"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": "{nobody}"}, "There is no placeholder {nobody}."),
        ({"title": ""}, "Write a subject."),
        ({"title": "For {first_name}"}, "A subject only names what is always known"),
        ({"day": "9"}, "The play ends on day 8."),
        ({"day": "-1"}, "greater than or equal to 0"),
        ({"day": "soon"}, "Enter a whole number"),
        ({"way": "pigeon"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_kept(browser, said, words):
    answer = browser.post(url("play-step", "first_message"), WORDED | said)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not PlayVersion.objects.exists()


def test_what_is_typed_is_drawn_and_not_kept(browser):
    answer = browser.post(url("play-preview", "first_message"), WORDED | {"text": "Hello from {team}"}, **HTMX)
    assert "Hello from" in text_of(answer)
    answer = browser.post(url("play-preview", "first_message"), WORDED | {"text": "{oops}"}, **HTMX)
    assert "There is no placeholder {oops}." in text_of(answer)
    assert not PlayVersion.objects.exists()


def test_a_call_and_the_end_are_changed(team, browser):
    said = {"day": "2", "is_on": "on", "script": "voicemail"}
    assert browser.post(url("play-step", "second_call"), said).status_code == 302
    assert browser.post(url("play-step", "end"), {"day": "30"}).status_code == 302
    assert (play_of(team).step("second_call").script, play_of(team).step("end").is_on) == ("voicemail", False)


def test_a_step_is_added_removed_and_the_built_in_play_comes_back(team, browser):
    answer = browser.post(url("play-add"), {"kind": "call", "day": "5"}, follow=True)
    assert "Added. It counts from the next no-show on" in text_of(answer)
    assert browser.post(url("play-add"), {"kind": "call", "day": "5"}).status_code == 422
    assert "There is a call on day 5 already" in text_of(browser.post(url("play-add"), {"kind": "call", "day": "5"}))
    assert browser.post(url("play-remove", "own_1"), follow=True).status_code == 200
    assert "The built-in play is back" in text_of(browser.post(url("play-built-in"), follow=True))
    assert "It is the built-in play already" in text_of(browser.post(url("play-built-in"), follow=True))
    assert not play_of(team).is_own


@pytest.mark.parametrize("route", ["play-step", "play-remove", "play-preview"])
def test_a_step_that_is_not_there_is_a_404(browser, route):
    assert browser.post(url(route, "nothing"), WORDED).status_code == 404


@pytest.mark.parametrize("route", ["play", "play-add", "play-built-in"])
def test_the_play_is_the_team_leads_alone(team, route):
    for member in (isa(team), agent(team)):
        assert signed_in(member).post(url(route)).status_code in {403, 404, 405}
        assert signed_in(member).get(url("play")).status_code in {403, 404}


def test_the_list_says_where_each_recovery_stands_and_why_others_ended(team):
    running = no_show(a_lead(team, first_name="Rita"))
    ended = no_show(a_lead(team, first_name="Erik"))
    pass_through(REPORTED, MESSAGE_AT)
    log_call(lead=run_of(ended).lead, result=CallResult.ANSWERED, actor=ended.setter, via=Via.PAGE, at=MESSAGE_AT)

    text = text_of(signed_in(running.setter).get(url("recoveries")))

    assert "Rita" in text
    assert "2 of 6 steps taken" in text
    assert "Calling again after a no-show, <time" in text
    assert "Answered (picked up)" in text


def test_a_stranger_sees_no_recovery(team):
    handoff = no_show(a_lead(team, first_name="Rita"))
    stranger = signed_in(isa(a_team()))
    assert "Rita" not in text_of(stranger.get(url("recoveries")))
    assert stranger.post(url("stop-recovery", handoff.pk), {"reason": "Mine"}).status_code == 404
    assert run_of(handoff).ended_at is None


def test_it_is_stopped_with_a_reason_that_others_read(team):
    handoff = no_show(a_lead(team))
    fire_due(at=REPORTED)
    browser = signed_in(handoff.setter)

    assert "Give a reason" in text_of(browser.post(url("stop-recovery", handoff.pk), {"reason": ""}, follow=True))
    answer = browser.post(url("stop-recovery", handoff.pk), {"reason": "Moving abroad"}, follow=True)

    assert "The recovery is stopped." in text_of(answer)
    assert "Stopped by hand (Moving abroad)" in text_of(answer)
    assert not Task.objects.open().filter(kind="no_show_call").exists()
    again = browser.post(url("stop-recovery", handoff.pk), {"reason": "Moving abroad"}, follow=True)
    assert "There is no recovery under way here any more." in text_of(again)


@time_machine.travel(REPORTED, tick=False)
def test_the_panel_shows_where_it_stands_and_stops_it(team):
    handoff = no_show(a_lead(team))
    browser = signed_in(handoff.setter)

    text = text_of(browser.get(url("panel", handoff.lead_id), **HTMX))
    assert "No-show recovery" in text
    assert "Next:" in text

    text = text_of(browser.post(url("stop-recovery", handoff.pk), {"reason": ""}, **HTMX))
    assert "Give a reason" in text
    text = text_of(browser.post(url("stop-recovery", handoff.pk), {"reason": "Moving abroad"}, **HTMX))
    assert "Moving abroad" in text
    assert "Stop the recovery" not in text


@time_machine.travel(REPORTED, tick=False)
def test_the_agent_who_stays_attached_sees_it_and_cannot_stop_it(team):
    handoff = no_show(a_lead(team))
    browser = signed_in(handoff.agent)
    text = text_of(browser.get(url("panel", handoff.lead_id), **HTMX))
    assert "No-show recovery" in text
    assert "Stop the recovery" not in text
    assert browser.post(url("stop-recovery", handoff.pk), {"reason": "Mine"}).status_code in {403, 404}


@pytest.mark.parametrize("route", ["recoveries", "play"])
def test_the_pages_cost_the_same_however_many_there_are(team, browser, route):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(url(route)).status_code == 200
        return len(queries)

    no_show(a_lead(team))
    browser.get(url(route))
    one = cost()
    for _ in range(3):
        ended = no_show(a_lead(team))
    log_call(lead=run_of(ended).lead, result=CallResult.ANSWERED, actor=ended.setter, via=Via.PAGE, at=MESSAGE_AT)
    assert cost() <= one + (1 if route == "recoveries" else 0)  # the steps of those that ended are read besides
