"""Who has the board open is told to look again when something of it changed, and when nothing did, is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.brief import read_brief
from handoff.confirming import confirm
from handoff.cover.asking import ask_for_cover
from handoff.models import Handoff
from handoff.tests.factories import NOW, open_handoff, ready
from leads.notes import add_note
from leads.recordings import promise_link
from leads.states import Via
from notifications.models import Delivery, Pushed
from notifications.promises.endings import fail, mark_done
from teams.tests import factories as people
from teams.time_off import Away, add_time_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return people.lead()


@pytest.fixture
def handoff(boss):
    handoff = open_handoff(ready(boss.team))
    Pushed.objects.all().delete()
    return handoff


def told() -> set[tuple[int, str]]:
    return set(Pushed.objects.filter(topic="handoff").values_list("membership", "ref"))


def everybody(handoff: Handoff, boss) -> set[tuple[int, str]]:
    return {(pk, str(handoff.pk)) for pk in (boss.pk, handoff.setter_id, handoff.agent_id)}


def test_a_new_handoff_is_told_to_its_people_and_the_team_lead(boss):
    people.isa(boss.team)
    people.lead()
    handoff = open_handoff(ready(boss.team))

    assert told() == everybody(handoff, boss)
    assert Pushed.objects.filter(topic="handoff").count() == 3, "once"


@pytest.mark.parametrize(
    "change",
    [
        lambda one: read_brief(handoff=one, membership=one.agent, at=NOW),
        lambda one: confirm(handoff=one, actor=None, at=NOW),
        lambda one: ask_for_cover(handoff=one, agent=one.agent, reason="Ill", via=Via.PAGE, at=NOW),
        lambda one: promise_link(lead=one.lead, actor=one.setter, at=NOW),
        lambda one: fail(step_of(one), fence=0, at=NOW, answer="550 no mailbox"),
        lambda one: mark_done(step_of(one, attempts=2), fence=0, at=NOW, answer="OK"),
    ],
    ids=["read", "confirmed", "cover", "recording", "failed", "kept at last"],
)
def test_what_changes_a_row_is_told(handoff, boss, change):
    change(handoff)

    assert told() == everybody(handoff, boss)


def step_of(handoff: Handoff, **fields) -> Delivery:
    step = Delivery.objects.filter(about=handoff.about).latest("pk")
    Delivery.objects.filter(pk=step.pk).update(**fields or {"attempts": 1})
    step.refresh_from_db()
    return step


@pytest.mark.parametrize(
    "change",
    [
        lambda one: add_note(lead=one.lead, text="Prefers texts", author=one.setter, at=NOW),
        lambda one: mark_done(step_of(one, attempts=1), fence=0, at=NOW, answer="OK"),
        lambda one: promise_link(lead=ready(one.team), actor=one.setter, at=NOW),
    ],
    ids=["a note", "a step that went well", "a lead nobody handed off"],
)
def test_what_changes_no_row_is_not_told(handoff, change):
    change(handoff)

    assert told() == set()


def test_an_agent_who_takes_time_off_is_told_of_without_naming_one(handoff, boss):
    tomorrow = (NOW + timedelta(days=1)).date()
    add_time_off(membership=handoff.agent, away=Away(tomorrow, tomorrow), at=NOW)

    assert told() == {(boss.pk, ""), (handoff.agent_id, "")}
