"""The team's own play: its steps, its versions, and what a run keeps of them."""

from __future__ import annotations

import pytest

from handoff.models import PlayVersion, RecoveryRun
from handoff.models.recovery import StepKind
from handoff.recovery.play import (
    BadStep,
    NoSuchStep,
    add_step,
    change_step,
    play_of,
    remove_step,
    use_built_in,
    versions_of,
)
from handoff.recovery.steps import BUILT_IN, Step, in_order
from handoff.tests.recovery.missed import (
    END,
    MESSAGE_AT,
    REPORTED,
    a_lead,
    a_team,
    no_show,
    pass_through,
    run_of,
    taken,
    written,
)
from handoff.wordings import SCRIPTS
from leads.models import Lead
from leads.tests.factories import NOW
from teams.models import SettingChange
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return team_lead(a_team())


def change(boss, name, **said):
    return change_step(team=boss.team, name=name, author=boss, at=NOW, **said)


def names(team):
    return [step.name for step in play_of(team).steps]


def test_every_team_begins_with_a_message_four_calls_and_nurture(boss):
    play = play_of(boss.team)
    assert (play.version, play.is_own, play.is_on) == (0, False, True)
    on = [(step.kind, step.day) for step in play.steps if step.is_on]
    assert on == [("message", 0), ("call", 0), ("call", 1), ("call", 3), ("call", 7), ("nurture", 8)]
    assert all(step.script in SCRIPTS for step in play.steps if step.kind == StepKind.CALL)


def test_a_step_survives_the_way_into_the_database():
    for step in BUILT_IN:
        assert Step.from_json(step.as_json()) == step


def test_a_changed_step_is_a_version_with_its_author_and_stands_in_the_story_of_settings(boss):
    change(boss, "second_call", day=2)

    version = PlayVersion.objects.get()
    assert (version.version, version.author, version.words) == (1, boss, "Call, day 2 changed")
    assert play_of(boss.team).step("second_call").day == 2
    assert SettingChange.objects.get().words == "After a no-show: Call, day 2 changed"


def test_saving_what_is_there_already_changes_nothing(boss):
    change(boss, "second_call", day=1)
    assert not PlayVersion.objects.exists()


def test_a_step_is_added_in_its_place_and_its_name_is_never_given_again(boss):
    first = add_step(team=boss.team, kind=StepKind.CALL, day=5, author=boss, at=NOW)
    assert names(boss.team).index(first.name) == names(boss.team).index("third_call") + 1
    remove_step(team=boss.team, name=first.name, author=boss, at=NOW)
    second = add_step(team=boss.team, kind=StepKind.CALL, day=5, author=boss, at=NOW)
    assert second.name != first.name


def test_the_built_in_play_comes_back_and_every_version_stays(boss):
    assert not use_built_in(team=boss.team, author=boss, at=NOW)
    change(boss, "second_call", day=2)
    assert use_built_in(team=boss.team, author=boss, at=NOW)

    assert play_of(boss.team).steps == in_order(BUILT_IN)
    assert [each.words for each in versions_of(boss.team)] == ["The built-in play again", "Call, day 2 changed"]


@pytest.mark.parametrize(
    ("name", "said", "field", "words"),
    [
        ("second_call", {"day": 3}, "day", "There is a call on day 3 already."),
        ("second_call", {"day": 8}, "day", "The play ends on day 8."),
        ("second_call", {"day": 61}, "day", "Choose a day from 0 to 60"),
        ("second_call", {"script": "nothing"}, "script", "Choose one of the scripts."),
        ("end", {"day": 7}, "day", "The end comes after the last step: choose day 8 or later."),
        ("first_message", {"text": "{nobody}"}, "text", "There is no placeholder {nobody}."),
        ("first_message", {"way": "pigeon"}, "way", "Choose how it goes."),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_with_what_to_do(boss, name, said, field, words):
    with pytest.raises(BadStep) as refused:
        change(boss, name, **said)
    assert words in refused.value.errors[field]
    assert not PlayVersion.objects.exists()


def test_a_step_that_is_off_is_in_nobodys_way(boss):
    change(boss, "third_call", is_on=False)
    assert change(boss, "second_call", day=3).day == 3
    with pytest.raises(BadStep):
        change(boss, "third_call", is_on=True)


def test_the_end_and_steps_that_are_not_there_cannot_be_removed(boss):
    for name in ("end", "nothing"):
        with pytest.raises(NoSuchStep):
            remove_step(team=boss.team, name=name, author=boss, at=NOW)


def test_a_play_stays_short_enough_to_be_read(boss):
    for day in range(20, 32):
        change(boss, "end", day=60) if day == 20 else None
        add_step(team=boss.team, kind=StepKind.CALL, day=day, author=boss, at=NOW) if day < 32 else None
    add_step(team=boss.team, kind=StepKind.CALL, day=40, author=boss, at=NOW)
    with pytest.raises(BadStep, match="at most 20 steps"):
        add_step(team=boss.team, kind=StepKind.CALL, day=41, author=boss, at=NOW)


def test_what_runs_keeps_the_version_it_began_with(boss):
    handoff = no_show(a_lead(boss.team))
    change(boss, "first_message", title="Something else, {agent_first}")
    change(boss, "second_call", is_on=False)

    pass_through(REPORTED, MESSAGE_AT)

    assert written(handoff)[0].message["title"].startswith("Another time with")
    assert run_of(handoff).steps.filter(name="second_call").exists()
    later = no_show(a_lead(boss.team))
    assert run_of(later).version == 2
    assert not run_of(later).steps.filter(name="second_call").exists()


def test_a_play_that_is_off_begins_nothing(boss):
    for step in play_of(boss.team).steps:
        if step.is_on and not step.is_end:
            change(boss, step.name, is_on=False)
    no_show(a_lead(boss.team))
    assert not RecoveryRun.objects.exists()
    assert not play_of(boss.team).is_on


def test_the_end_may_leave_the_stage_alone(boss):
    change(boss, "end", is_on=False)
    handoff = no_show(a_lead(boss.team))
    pass_through(END)
    assert taken(handoff)[-1] == ("end", "done")
    assert run_of(handoff).because == "finished"
    assert Lead.objects.get().stage == "no_show"


def test_the_play_of_one_team_is_none_of_anothers(boss):
    change(boss, "second_call", day=2)
    assert play_of(a_team()).step("second_call").day == 1
