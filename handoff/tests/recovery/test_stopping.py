"""What stops a recovery, and what is left of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.client.choosing import rebook
from handoff.models import Handoff, RecoveryClosing, RecoveryRun
from handoff.recovery.receivers import RECOVERED_WITHIN
from handoff.recovery.running import start
from handoff.recovery.stopping import NotRunning, end_run
from handoff.tests.factories import open_handoff
from handoff.tests.recovery.happening import (
    LATER,
    REBOOKED_FOR,
    answer_by,
    answer_by_phone,
    book_again,
    correct,
    fresh,
    last_words,
    move_to,
    opt_out,
    stop,
)
from handoff.tests.recovery.missed import (
    END,
    MESSAGE_AT,
    a_lead,
    every,
    no_show,
    pass_through,
    run_of,
    taken,
    written,
)
from leads.calls import log_call
from leads.merging import merge_leads
from leads.models import Activity, Lead, Task
from leads.models.calls import CallResult
from leads.states import Heard, Stage, Via
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db


def fresh_handoff(handoff):
    related = ("lead__team__policy", "team__policy", "agent__user", "agent__profile", "setter__user", "appointment")
    return Handoff.objects.select_related(*related).get(pk=handoff.pk)


@pytest.mark.parametrize(
    ("happens", "because", "words"),
    [
        (answer_by_phone, "answered", "No-show recovery stopped: the client answered (picked up)"),
        (answer_by(Heard.TEXT), "answered", "No-show recovery stopped: the client answered (texted)"),
        (
            answer_by(Heard.PAGE),
            "answered",
            f"No-show recovery stopped: the client answered ({Heard.PAGE.label.lower()})",
        ),
        (answer_by(Heard.MAIL), "answered", "No-show recovery stopped: the client answered (wrote)"),
        (opt_out, "opted_out", "No-show recovery stopped: the client wants no more messages"),
        (move_to(Stage.QUALIFIED), "moved_on", "No-show recovery stopped: the lead was moved on"),
        (move_to(Stage.NURTURE), "moved_on", "No-show recovery stopped: the lead was moved on"),
        (move_to(Stage.LOST), "lost", "No-show recovery stopped: the lead is lost"),
        (book_again, "rebooked", "No-show recovered: booked again for Thu, Nov 26, 12:00 PM CST"),
        (stop, "by_hand", "No-show recovery stopped: by hand (Their mother is ill)"),
        (correct, "corrected", "No-show recovery stopped: they did come"),
    ],
)
def test_it_stops_says_why_and_leaves_nothing_waiting(happens, because, words):
    handoff = no_show()
    fire_due(at=MESSAGE_AT)  # the mail is owed, and has not gone out
    assert written(handoff)[0].state == "waiting"

    happens(handoff)

    run = run_of(handoff)
    assert (run.because, run.ended_at) == (because, LATER)
    assert last_words(handoff) == words
    assert written(handoff)[0].state == "dropped"
    assert not Task.objects.open().filter(kind="no_show_call").exists()
    for at in every(timedelta(days=1), start=LATER, end=END + timedelta(days=2)):
        fire_due(at=at)
    assert [name for name, _ in taken(handoff)] == ["first_call", "first_message"]
    assert len(written(handoff)) == 1


def test_what_has_gone_out_stays_sent():
    handoff = no_show()
    pass_through(MESSAGE_AT)
    answer_by_phone(handoff)
    assert written(handoff)[0].state == "done"


@pytest.mark.parametrize("result", [CallResult.NO_ANSWER, CallResult.VOICEMAIL])
def test_a_call_that_nobody_answers_stops_nothing(result):
    handoff = no_show()
    log_call(lead=fresh(handoff), result=result, actor=handoff.setter, via=Via.PAGE, at=LATER)
    assert run_of(handoff).ended_at is None


def test_a_lead_that_is_being_contacted_again_is_still_being_brought_back():
    handoff = no_show()
    move_to(Stage.CONTACTING)(handoff)
    assert run_of(handoff).ended_at is None


def test_a_merged_lead_stops_and_its_run_is_the_survivors():
    handoff = no_show()
    survivor = a_lead(handoff.team, isa=handoff.setter)

    merge_leads(survivor=survivor, other=fresh(handoff), take=(), actor=handoff.setter, at=LATER)

    run = RecoveryRun.objects.get()
    assert (run.because, run.lead) == ("merged", survivor)


def test_the_survivor_of_a_merger_is_still_brought_back():
    handoff = no_show()
    other = a_lead(handoff.team, isa=handoff.setter)
    merge_leads(survivor=fresh(handoff), other=other, take=(), actor=handoff.setter, at=LATER)
    assert run_of(handoff).ended_at is None


def test_who_books_again_is_counted_as_recovered_and_by_which_door():
    handoff = no_show()
    book_again(handoff)
    newer = Handoff.objects.latest("pk")
    assert run_of(handoff).rebooked_as == newer


def test_the_story_says_that_the_client_booked_by_the_link():
    handoff = no_show()

    new = rebook(handoff=fresh_handoff(handoff), agent=handoff.agent, starts_at=REBOOKED_FOR, at=LATER)

    told = Activity.objects.filter(lead=handoff.lead, kind="recovery").order_by("pk")
    assert [entry.summary for entry in told][1:] == [
        "No-show recovery stopped: booked again",
        "No-show recovered: booked by the client from the link for Thu, Nov 26, 12:00 PM CST",
    ]
    assert run_of(handoff).rebooked_as == new


def test_who_answers_and_books_a_week_later_is_recovered_too():
    handoff = no_show()
    answer_by_phone(handoff)

    open_handoff(
        fresh(handoff), to=handoff.agent, starts_at=REBOOKED_FOR + timedelta(days=7), at=LATER + timedelta(days=6)
    )

    run = run_of(handoff)
    assert run.because == "answered"
    assert run.rebooked_as == Handoff.objects.latest("pk")


def test_who_comes_back_after_months_is_a_new_story():
    handoff = no_show()
    answer_by_phone(handoff)
    at = LATER + RECOVERED_WITHIN + timedelta(days=5)

    open_handoff(fresh(handoff), to=handoff.agent, starts_at=REBOOKED_FOR + timedelta(days=35), at=at)

    assert run_of(handoff).rebooked_as is None


def test_a_second_no_show_begins_a_run_of_its_own():
    first = no_show()
    fire_due(at=MESSAGE_AT)
    answer_by_phone(first)
    second = no_show(fresh(first), to=first.agent, starts_at=REBOOKED_FOR, at=REBOOKED_FOR + timedelta(hours=1))

    assert run_of(second).ended_at is None
    assert RecoveryRun.objects.running().count() == 1


def test_a_no_show_begins_once_however_often_it_is_told():
    handoff = no_show()
    assert start(handoff=handoff, at=LATER) is None
    assert RecoveryRun.objects.count() == 1


def test_it_ends_once():
    handoff = no_show()
    run = run_of(handoff)
    assert end_run(run, because="answered", at=LATER)
    assert not end_run(run_of(handoff), because="lost", at=LATER)
    with pytest.raises(NotRunning):
        stop(handoff)
    assert run_of(handoff).because == "answered"


def test_a_stop_between_the_last_timer_and_the_end_wins():
    handoff = no_show()
    fire_due(at=END)
    assert RecoveryClosing.objects.get().state == "waiting"

    answer_by_phone(handoff)
    pass_through(END + timedelta(minutes=1))

    assert RecoveryClosing.objects.get().state == "dropped"
    assert Lead.objects.get().stage == Stage.NO_SHOW
    assert run_of(handoff).because == "answered"


def test_the_end_leaves_a_stage_alone_that_has_no_way_to_nurture():
    handoff = no_show()
    Lead.objects.update(stage=Stage.UNDER_CONTRACT)  # past every rule, as an import might

    pass_through(END)

    assert Lead.objects.get().stage == Stage.UNDER_CONTRACT
    assert run_of(handoff).because == "finished"
