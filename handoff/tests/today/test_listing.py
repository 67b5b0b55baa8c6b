"""What stands in Today's list, in which order, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from handoff.brief import read_brief
from handoff.models import Handoff
from handoff.outcomes import record_outcome
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.today.listing import ROWS, tasks_of_team, today_of
from handoff.today.rows import Act, Group
from leads.answers import save_answers
from leads.models import Lead, Task
from leads.states import Stage, Via
from leads.tests.factories import COMPLETE, LeadFactory
from leads.todo import add_task
from notifications.promises.timers import fire_due
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
#: Today at noon in Chicago.
TODAY = NOW + 2 * HOUR


def task(whom, key="t", *, due_at=NOW, **fields):
    given = {"title": "Send the list", "kind": "todo", "lead": None} | fields
    return add_task(key=key, assignee=whom, at=NOW, due_at=due_at, **given)


def lead_of(isa, name, **fields):
    return LeadFactory.create(team=isa.team, isa=isa, first_name=name, **fields)


def told(today):
    return [(row.group, row.act, row.title) for row in today.rows]


def names(today, group=Group.NOW):
    return [row.lead.first_name if row.lead else row.title for row in today.rows if row.group is group]


class TestOfAnISA:
    def test_the_most_pressing_comes_first(self, ivy):
        lead_of(ivy, "Contacting", stage=Stage.CONTACTING)
        lead_of(ivy, "New")
        lead_of(ivy, "NoShow", stage=Stage.NO_SHOW)
        lead_of(ivy, "Planned", stage=Stage.NURTURE, next_call_at=NOW - HOUR)
        task(ivy, "todo", due_at=NOW - HOUR)
        task(ivy, "text", kind="text_in", title="They texted")
        task(ivy, "stuck", kind="given_up", title="Not delivered", is_urgent=True)

        assert names(today_of(ivy, at=NOW)) == [
            "Not delivered",
            "They texted",
            "Send the list",
            "Planned",
            "NoShow",
            "New",
            "Contacting",
        ]

    def test_what_is_due_later_stands_apart(self, ivy):
        task(ivy, "soon", due_at=NOW + HOUR, title="Soon")
        task(ivy, "far", due_at=NOW + timedelta(days=3), title="Far")
        lead_of(ivy, "With the agent", stage=Stage.APPOINTMENT_SET)

        today = today_of(ivy, at=NOW)
        assert names(today) == []
        assert names(today, Group.LATER) == ["Soon"]
        assert names(today, Group.WAITING) == ["With the agent", "Far"]
        assert today.following_row.title == "Soon"

    def test_an_urgent_call_does_not_wait_for_its_time(self, ivy):
        task(ivy, due_at=NOW + HOUR, is_urgent=True, kind="call", title="Call now")

        assert names(today_of(ivy, at=NOW)) == ["Call now"]

    def test_an_urgent_call_waits_for_the_morning_unless_they_were_on_the_phone_just_now(self, ivy):
        hana = lead_of(ivy, "Hana", zone="Pacific/Honolulu", stage=Stage.CONTACTING)
        task(ivy, lead=hana, kind="no_show_call", title="Call", is_urgent=True)

        assert names(today_of(ivy, at=NOW)) == ["Hana"]
        assert names(today_of(ivy, at=NOW + HOUR)) == []

    def test_nobody_is_called_before_eight_where_they_live(self, ivy):
        early = lead_of(ivy, "Hana", zone="Pacific/Honolulu", stage=Stage.NO_SHOW)
        also = lead_of(ivy, "Hiro", zone="Pacific/Honolulu", stage=Stage.NURTURE)
        task(ivy, "a", lead=also, script="no_show_call")

        today = today_of(ivy, at=NOW)  # six in the morning there
        assert names(today) == []
        assert sorted(names(today, Group.LATER)) == ["Hana", "Hiro"]
        assert {row.opens_at for row in today.rows} == {NOW + 2 * HOUR}
        assert early.pk in {row.lead.pk for row in today.rows}

    def test_nobody_is_woken_to_be_handed_off_but_a_recording_is_added_at_any_hour(self, ivy):
        far = {"zone": "Pacific/Honolulu", "stage": Stage.QUALIFIED}
        ready(ivy.team, isa=ivy, first_name="Hana", **far)
        save_answers(lead=lead_of(ivy, "Hiro", **far), changes=COMPLETE, actor=ivy, at=NOW)

        today = today_of(ivy, at=NOW)  # six in the morning there
        assert names(today) == ["Hiro"]
        assert names(today, Group.LATER) == ["Hana"]

    def test_whom_they_were_just_talking_to_may_be_called_at_any_hour(self, ivy):
        lead = lead_of(ivy, "Hana", zone="Pacific/Honolulu", stage=Stage.NURTURE)
        task(ivy, lead=lead, kind="call", is_urgent=True, title="Call Hana now")

        assert names(today_of(ivy, at=NOW)) == ["Hana"]

    def test_whom_the_line_dropped_is_called_back_before_they_are_handed_off(self, ivy):
        lead = lead_of(ivy, "Omar", stage=Stage.QUALIFIED)
        task(ivy, lead=lead, kind="call", is_urgent=True, title="Call Omar back", due_at=NOW + HOUR / 4)

        [row] = today_of(ivy, at=NOW).rows
        assert (row.group, row.act, row.what) == (Group.NOW, Act.CALL, "Call Omar back")

    def test_a_lead_is_one_row_whatever_it_wants(self, ivy):
        lead = lead_of(ivy, "Dana", stage=Stage.NO_SHOW, next_call_at=NOW - HOUR)
        first = task(ivy, "a", lead=lead, script="no_show_call", due_at=NOW - HOUR)
        task(ivy, "b", lead=lead)

        [row] = today_of(ivy, at=NOW).rows
        assert (row.act, row.task, row.ref) == (Act.CALL, first, f"task-{first.pk}")

    def test_what_has_words_to_say_is_a_call(self, ivy):
        task(ivy, kind="something_new", script="no_show_call")

        assert [row.act for row in today_of(ivy, at=NOW).rows] == [Act.CALL]

    def test_colleagues_and_strangers_work_is_not_mine(self, ivy):
        task(people.isa(ivy.team), "mate")
        task(people.isa(), "stranger")
        lead_of(people.isa(ivy.team), "Theirs")

        assert today_of(ivy, at=NOW).rows == []

    def test_a_full_list_keeps_the_most_pressing_and_says_that_it_is_cut(self, ivy):
        for number in range(ROWS + 5):
            task(ivy, f"t{number}", due_at=NOW - number * HOUR, title=f"T{number}")

        today = today_of(ivy, at=NOW)
        assert (len(today.rows), today.is_cut) == (ROWS, True)
        assert today.rows[0].title == f"T{ROWS + 4}"
        more = today_of(ivy, at=NOW, rows=200)
        assert (len(more.rows), more.is_cut) == (ROWS + 5, False)

    def test_what_was_done_lately_can_be_found(self, ivy):
        done = task(ivy)
        Task.objects.update(done_at=NOW)

        today = today_of(ivy, at=NOW)
        assert (today.rows, today.done, today.now) == ([], [done], 0)


class TestOfAnAgent:
    def test_the_next_appointment_has_a_card_of_its_own_once_its_brief_is_read(self, ana):
        first = open_handoff(ready(ana.team, first_name="Dana"), to=ana, starts_at=TODAY)
        open_handoff(ready(ana.team, first_name="Robin"), to=ana, starts_at=SLOT)

        today = today_of(ana, at=NOW)
        assert today.following.handoff == first
        assert [row.act for row in today.rows] == [Act.READ, Act.READ]

        for handoff in Handoff.objects.all():
            read_brief(handoff=handoff, membership=ana, at=NOW)
        today = today_of(ana, at=NOW)
        assert [(row.group, row.act) for row in today.rows] == [(Group.WAITING, Act.MEET)]
        assert names(today, Group.WAITING) == ["Robin"]

    def test_a_later_appointment_of_today_waits_under_later(self, ana):
        for hours in (2, 4):
            handoff = open_handoff(ready(ana.team, first_name=f"H{hours}"), to=ana, starts_at=NOW + hours * HOUR)
            read_brief(handoff=handoff, membership=ana, at=NOW)

        assert names(today_of(ana, at=NOW), Group.LATER) == ["H4"]

    def test_an_appointment_that_is_over_asks_for_its_outcome_and_turns_pressing(self, ana):
        handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)

        [row] = today_of(ana, at=TODAY + HOUR).rows
        assert (row.act, row.is_urgent, row.since) == (Act.REPORT, False, handoff.appointment.ends_at)
        [row] = today_of(ana, at=handoff.outcome_due_at + HOUR).rows
        assert (row.act, row.is_urgent, row.since) == (Act.REPORT, True, handoff.outcome_due_at)

    def test_a_reported_appointment_asks_nothing(self, ana):
        handoff = open_handoff(ready(ana.team), to=ana, starts_at=TODAY)
        record_outcome(handoff=handoff, showed="yes", is_good=True, actor=ana, via=Via.PAGE, at=TODAY + HOUR)

        today = today_of(ana, at=TODAY + HOUR)
        assert (today.rows, today.following) == ([], None)

    def test_a_lead_handed_over_now_is_to_be_called_at_once(self, ana):
        open_direct(ready(ana.team, first_name="Dana"), to=ana)

        [row] = today_of(ana, at=NOW).rows
        assert (row.act, row.group, row.is_urgent, row.is_new) == (Act.CALL, Group.NOW, True, True)

    def test_an_agent_sees_no_other_agents_clients(self, ana):
        open_handoff(ready(ana.team, first_name="Dana"))

        assert told(today_of(ana, at=NOW)) == []


class TestOfATeamLead:
    def test_everybodys_tasks_are_a_list_of_their_own(self, ana, ivy):
        boss = people.lead(ana.team)
        task(ana, "a", title="Of the agent")
        task(ivy, "b", title="Of the ISA", due_at=NOW - HOUR)
        task(boss, "c", title="Of the lead", due_at=NOW + HOUR)
        task(people.isa(), "d", title="Of a stranger")

        assert names(today_of(boss, at=NOW), Group.LATER) == ["Of the lead"]
        everybody = tasks_of_team(boss, at=NOW)
        assert names(everybody) == ["Of the ISA", "Of the agent"]
        assert names(everybody, Group.LATER) == ["Of the lead"]
        assert not everybody.is_cut


def test_what_is_overdue_is_as_old_for_everybody(ana, ivy):
    handoff, boss = open_handoff(ready(ana.team, isa=ivy), to=ana, starts_at=TODAY), people.lead(ana.team)
    late = handoff.outcome_due_at + 3 * HOUR  # the sweep stood still meanwhile
    fire_due(at=late)

    seen = {who: [row.since for row in today_of(who, at=late).rows] for who in (ana, ivy, boss)}
    assert seen == {who: [handoff.outcome_due_at] for who in (ana, ivy, boss)}
    assert [row.why for row in today_of(ivy, at=late).rows] == ["The outcome is overdue"]
    assert Task.objects.get(assignee=boss).link == reverse("handoff:outcome", args=[handoff.pk])


def test_a_setter_sees_when_they_meet_and_by_when_it_is_reported(ana, ivy):
    handoff = open_handoff(ready(ana.team, isa=ivy), to=ana, starts_at=TODAY)

    def waits(at):
        [row] = today_of(ivy, at=at).rows
        return row.why, row.since

    assert waits(NOW) == ("They meet", TODAY)
    assert waits(TODAY + HOUR) == ("The agent reports how it went", handoff.outcome_due_at)


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_costs_the_same_however_long(ana, ivy, rows, django_assert_num_queries):
    for number in range(rows):
        lead = ready(ana.team, isa=ivy)
        task(ivy, f"t{number}", lead=lead)
        task(ana, f"a{number}", due_at=NOW + HOUR)
        open_handoff(ready(ana.team, isa=ivy), to=ana, starts_at=SLOT + number * HOUR)
    Lead.objects.filter(stage=Stage.APPOINTMENT_SET).update(next_call_at=None)

    with django_assert_num_queries(7):
        assert len(today_of(ivy, at=NOW).rows) == 2 * rows
    with django_assert_num_queries(5):
        assert len(today_of(ana, at=NOW).rows) == 2 * rows
