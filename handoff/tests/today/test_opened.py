"""What an open row offers: words, numbers, and what can be done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.confirming import confirm
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.today.opened import opened_lead, opened_task
from leads.contacts import mark_wrong
from leads.models import Task
from leads.states import Stage
from leads.tests.factories import LeadFactory
from leads.todo import add_task
from notifications.models import MailIn
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def ana() -> Membership:
    return people.agent(user__name="Ana Sample", user__phone="+15125550177")


def task(whom, lead=None, **fields):
    given = {"key": "t", "title": "Call", "kind": "todo"} | fields
    return add_task(assignee=whom, lead=lead, at=NOW, due_at=NOW, **given)


def said(opened):
    return [script.title for script in opened.scripts]


def test_a_lead_of_mine_brings_the_words_for_the_call_and_for_a_machine(ana):
    lead = ready(ana.team)

    opened = opened_lead(lead.pk, member=lead.isa, at=NOW)
    assert said(opened) == ["Opening the call", "Leaving a voicemail"]
    assert "Ana Sample" in opened.scripts[1].text
    assert (opened.may_note_call, opened.may_confirm, opened.may_report) == (True, False, False)
    assert opened.phone == lead.phones.get().number


def test_after_a_no_show_the_words_are_those_for_it():
    lead = ready()
    lead.stage = Stage.NO_SHOW
    lead.save()

    assert said(opened_lead(lead.pk, member=lead.isa, at=NOW))[0] == "Calling after a no-show"


def test_a_task_brings_its_own_words_and_names_the_agent_of_the_meeting(ana):
    handoff = open_handoff(ready(ana.team), to=ana)
    asked = task(handoff.setter, handoff.lead, script="verification")

    opened = opened_task(asked, member=handoff.setter, at=NOW)
    assert said(opened) == ["Reading back", "Leaving a voicemail"]
    assert "Ana Sample, Tuesday, November 24" in opened.scripts[0].text


def test_an_appointment_can_be_confirmed_until_it_is_or_begins(ana):
    handoff = open_handoff(ready(ana.team), to=ana)
    setter, lead = handoff.setter, handoff.lead

    def may(at, member=setter):
        return opened_lead(lead.pk, member=member, at=at).may_confirm

    assert (may(NOW), may(NOW, people.lead(ana.team)), may(NOW, ana)) == (True, True, True)
    assert not may(SLOT)
    confirm(handoff=handoff, actor=setter, at=NOW)
    assert not may(NOW)


def test_the_agent_reports_from_the_moment_it_begins(ana):
    handoff = open_handoff(ready(ana.team), to=ana)

    def may(at, member=ana):
        return opened_lead(handoff.lead_id, member=member, at=at).may_report

    assert (may(NOW), may(SLOT), may(SLOT, people.lead(ana.team)), may(SLOT, handoff.setter)) == (
        False,
        True,
        True,
        False,
    )


def test_a_team_lead_who_asks_for_an_outcome_is_given_the_agents_number(ana):
    handoff, boss = open_handoff(ready(ana.team), to=ana), people.lead(ana.team)
    asked = task(boss, handoff.lead, kind="outcome_overdue")

    opened = opened_task(asked, member=boss, at=SLOT + 25 * HOUR)
    assert (opened.agent, opened.may_report, opened.may_note_call) == (ana, True, False)


def test_a_lead_handed_over_now_is_called_by_its_agent_without_an_isas_words(ana):
    handoff = open_direct(ready(ana.team), to=ana)
    asked = Task.objects.get(assignee=ana, kind="call")

    opened = opened_task(asked, member=ana, at=NOW)
    assert (opened.may_note_call, opened.may_report, list(opened.scripts), opened.handoff) == (True, True, [], handoff)


def test_who_wrote_is_answered_the_way_they_wrote_and_no_call_is_noted(ana):
    lead = ready(ana.team)
    mail = MailIn.objects.create(
        team=ana.team, source="imap", message_id="<1@example.com>", sender="d+x@example.com", subject="Three?",
        received_at=NOW,
    )  # fmt: skip
    wrote = task(lead.isa, lead, key=f"mail_in/{mail.pk}", kind="mail_in", is_urgent=True)
    texted = task(lead.isa, lead, key="u", kind="text_in")
    forged = task(lead.isa, lead, key=f"mail_in/{mail.pk}0", kind="mail_in")

    mailed, by_text, nothing = (opened_task(each, member=lead.isa, at=NOW) for each in (wrote, texted, forged))
    assert mailed.mail_link == "mailto:d%2Bx@example.com?subject=Re%3A%20Three%3F"
    assert (mailed.is_answer, mailed.may_note_call, mailed.may_tick, list(mailed.scripts)) == (True, False, True, [])
    assert (by_text.is_answer, by_text.mail_link, by_text.phone) == (True, "", lead.phones.get().number)
    assert nothing.mail_link == ""


def test_what_is_done_on_its_own_page_asks_for_no_confirmation(ana):
    handoff = open_handoff(ready(ana.team), to=ana)
    asked = task(handoff.setter, handoff.lead, kind="cover_unsolved", link="/h/1/cover/")

    opened = opened_task(asked, member=handoff.setter, at=NOW)
    assert (opened.is_done_elsewhere, opened.may_confirm, opened.page) == (True, False, "/h/1/cover/")


def test_what_is_waited_for_is_not_for_calling(ana):
    handoff = open_handoff(ready(ana.team), to=ana)

    opened = opened_lead(handoff.lead_id, member=handoff.setter, at=NOW)
    assert (opened.may_note_call, opened.scripts) == (False, ())


def test_without_a_number_there_is_nothing_to_call():
    lead = ready()
    mark_wrong(lead=lead, phone=str(lead.phones.get().number), actor=lead.isa, at=NOW)

    opened = opened_lead(lead.pk, member=lead.isa, at=NOW)
    assert (opened.phone, opened.may_note_call) == ("", False)


def test_a_task_about_no_lead_can_be_done_and_opened(ana):
    opened = opened_task(task(ana, link="/calendar/"), member=ana, at=NOW)

    assert (opened.lead, opened.page, opened.may_retry, opened.ref) == (
        None,
        "/calendar/",
        False,
        f"task-{opened.task.pk}",
    )


def test_a_lead_that_is_not_theirs_opens_for_nobody(ana):
    lead = LeadFactory.create(team=ana.team, isa=people.isa(ana.team))

    assert opened_lead(lead.pk, member=ana, at=NOW) is None
    assert opened_lead(lead.pk, member=people.isa(), at=NOW) is None


def test_opening_costs_the_same_however_many_tasks_a_lead_has(ana, django_assert_max_num_queries):
    lead = ready(ana.team)
    for number in range(4):
        task(lead.isa, lead, key=f"t{number}")

    with django_assert_max_num_queries(24):
        opened_lead(lead.pk, member=lead.isa, at=NOW)
