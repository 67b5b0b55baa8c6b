"""What comes due by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handoff.appointments import cancel
from handoff.due import QUESTIONS
from handoff.models import Handoff
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, policy, ready
from handoff.timing import set_timers_of
from leads.models import Task
from notifications.models import Delivery, InboxItem, OutboxCard, Timer
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due
from teams.models import Team, TeamsConnection
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

END = SLOT + timedelta(minutes=45)
REMINDERS = [END + timedelta(hours=hours) for hours in (2, 12, 20)]
DUE = END + timedelta(hours=24)


def asked(handoff: Handoff) -> list[tuple[str, str]]:
    found = Delivery.objects.filter(about=handoff.about, kind__startswith="outcome", channel="email").order_by("pk")
    return [(each.kind, each.audience) for each in found]


def running(handoff: Handoff) -> list[datetime]:
    timers = Timer.objects.filter(about=handoff.about, kind__startswith="outcome", fired_at=None, called_off_at=None)
    return list(timers.order_by("due_at").values_list("due_at", flat=True))


def test_the_agent_is_asked_when_the_appointment_ends_and_not_before():
    handoff = open_handoff()

    fire_due(at=END - timedelta(seconds=1))
    assert asked(handoff) == []
    fire_due(at=END)
    assert asked(handoff) == [("outcome_ask", "agent")]
    task = Task.objects.get(assignee=handoff.agent)
    assert (task.kind, task.due_at) == ("outcome", DUE)


def test_the_agent_is_asked_an_hour_after_a_lead_was_handed_over():
    handoff = open_direct()

    fire_due(at=NOW + timedelta(hours=1))

    assert asked(handoff) == [("outcome_ask", "agent")]


def test_reminders_come_two_twelve_and_twenty_hours_after_the_meeting():
    handoff = open_handoff()

    fire_due(at=END)
    for remind_at in REMINDERS:
        fire_due(at=remind_at - timedelta(seconds=1))
        fire_due(at=remind_at)

    assert [kind for kind, _ in asked(handoff)] == [
        "outcome_ask",
        "outcome_reminder",
        "outcome_reminder_2",
        "outcome_reminder_3",
    ]


def test_a_team_reminds_when_it_likes_and_what_was_open_before_keeps_its_own_times():
    before = open_handoff()
    policy(before.team, outcome_reminders=[1], outcome_hours=6)
    after = open_handoff(ready(Team.objects.get(pk=before.team_id)))

    assert len(running(before)) == 5
    assert running(after) == [END, END + timedelta(hours=1), END + timedelta(hours=6)]


def test_a_handoff_of_the_release_before_is_reminded_as_it_was_opened():
    handoff = open_handoff()
    handoff.facts["terms"].pop("outcome_reminders")
    handoff.facts["terms"]["outcome_reminder_hours"] = 4
    Timer.objects.all().delete()

    set_timers_of(handoff, at=NOW)

    assert running(handoff) == [END, END + timedelta(hours=20), DUE]
    assert Timer.objects.filter(key=f"{handoff.about}|outcome_reminder").exists()  # the one that is there already


def test_no_reminder_comes_before_the_question_or_after_the_deadline():
    handoff = open_direct()  # asked an hour after it was handed over
    handoff.facts["terms"] |= {"outcome_reminders": [1, 5, 24, 30], "outcome_hours": 24}
    Timer.objects.all().delete()

    set_timers_of(handoff, at=NOW)

    assert running(handoff) == [NOW + timedelta(hours=hours) for hours in (1, 5, 24)]


def test_at_the_deadline_agent_and_team_lead_hear_that_it_is_overdue():
    handoff = open_handoff()
    boss = team_lead(handoff.team)

    for moment in (END, *REMINDERS, DUE):
        fire_due(at=moment)

    handoff.refresh_from_db()
    assert handoff.outcome_overdue_at == DUE
    assert asked(handoff)[4:] == [("outcome_overdue", "agent"), ("outcome_overdue", "lead")]
    assert Task.objects.get(assignee=boss).kind == "outcome_overdue"
    assert InboxItem.objects.filter(membership=boss, is_urgent=True).count() == 1


def test_after_an_outage_only_the_last_step_speaks():
    handoff = open_handoff()

    fire_due(at=DUE + timedelta(hours=2))

    assert asked(handoff) == [("outcome_overdue", "agent")]
    assert Task.objects.filter(assignee=handoff.agent, kind="outcome").count() == 1


@pytest.mark.parametrize("hours", [1, 3, 13, 21])
def test_however_many_steps_are_late_they_make_one_message(hours):
    handoff = open_handoff()

    fire_due(at=END + timedelta(hours=hours))

    assert len(asked(handoff)) == 1


def test_a_step_that_fires_after_a_later_one_says_nothing():
    handoff = open_handoff()
    early = Timer.objects.get(about=handoff.about, kind="outcome_ask")
    Timer.objects.filter(pk=early.pk).update(called_off_at=END)  # in the hands of another sweep, say
    fire_due(at=REMINDERS[1])
    Timer.objects.filter(pk=early.pk).update(called_off_at=None)

    fire_due(at=REMINDERS[1])

    assert asked(handoff) == [("outcome_reminder_2", "agent")]


def test_a_question_that_has_not_gone_out_gives_way_to_the_next_one():
    open_handoff()

    fire_due(at=END)
    fire_due(at=REMINDERS[0])

    states = dict(Delivery.objects.filter(channel="email", kind__in=QUESTIONS).values_list("kind", "state"))
    assert states == {"outcome_ask": "dropped", "outcome_reminder": "waiting"}


def test_each_step_fires_once():
    handoff = open_handoff()

    assert fire_due(at=DUE) == 8  # with two that concern the client, and one the brief: silent by now
    assert fire_due(at=DUE) == 0
    assert len(asked(handoff)) == 1


def test_nobody_is_asked_about_an_appointment_that_was_called_off():
    handoff = open_handoff()

    cancel(appointment=handoff.appointment, reason="Ill", actor=handoff.setter, at=NOW)
    fire_due(at=DUE)

    assert asked(handoff) == []


def test_a_step_that_fires_while_a_handoff_ends_says_nothing():
    handoff = open_handoff()
    Handoff.objects.filter(pk=handoff.pk).update(status="reported")

    fire_due(at=DUE)

    handoff.refresh_from_db()
    assert asked(handoff) == []
    assert handoff.outcome_overdue_at is None


def test_what_a_team_lead_hears_of_an_overdue_outcome_leads_to_where_it_is_recorded(settings):
    settings.DEMO_OUTBOX = True
    handoff = open_handoff()
    handoff.team.slack.stuck_channel = "#stuck"
    handoff.team.slack.save()
    team_lead(handoff.team)

    fire_due(at=DUE)

    told = Delivery.objects.filter(kind="outcome_overdue").exclude(audience="agent")
    assert {each.audience for each in told} == {"lead", "channel"}
    for each in told:
        assert each.message["link"].endswith(f"/h/{handoff.pk}/outcome/")
        assert each.message["link_label"] == "Record outcome"
        assert [action["label"] for action in each.message["actions"]] == ["Open the handoff"]


def test_what_is_overdue_is_told_in_the_channel_for_what_is_stuck_naming_the_agent(settings):
    settings.DEMO_OUTBOX = True
    handoff = open_handoff()
    handoff.team.slack.stuck_channel = "#stuck"
    handoff.team.slack.save()

    fire_due(at=handoff.outcome_due_at)

    alert = Delivery.objects.get(audience="channel", kind="outcome_overdue")
    assert (alert.topic, alert.message["concerns"]) == ("stuck", handoff.agent_id)
    assert "/o/" not in alert.message["link"]  # the agent's own link is nobody else's


def test_without_such_a_channel_it_is_told_in_the_main_ones(settings):
    settings.DEMO_OUTBOX = True
    handoff = open_handoff()
    TeamsConnection.objects.update_or_create(team=handoff.team, defaults={"is_enabled": True})

    fire_due(at=handoff.outcome_due_at)

    told = Delivery.objects.filter(audience="channel", kind="outcome_overdue")
    assert {each.channel for each in told} == {"slack", "msteams"}


def test_in_microsoft_teams_too_a_button_leads_to_where_it_is_recorded(settings):
    settings.DEMO_OUTBOX = True
    handoff = open_handoff()
    TeamsConnection.objects.update_or_create(team=handoff.team, defaults={"is_enabled": True})
    fire_due(at=handoff.outcome_due_at)

    drain_all(at=handoff.outcome_due_at, about=handoff.about)

    drawn = OutboxCard.objects.filter(kind="msteams").latest("pk").payload
    [first, second] = drawn["attachments"][0]["content"]["actions"]
    assert (first["type"], first["title"], first["style"]) == ("Action.OpenUrl", "Record outcome", "positive")
    assert first["url"] == f"http://testserver/h/{handoff.pk}/outcome/"
    assert second["title"] == "Open the handoff"
