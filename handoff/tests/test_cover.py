"""An agent cannot make it: who is told, what settles it, and what cannot happen twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from handoff.appointments import cancel, move, reassign, take_back
from handoff.cover.asking import ask_for_cover, take_back_cover
from handoff.cover.settling import open_request
from handoff.errors import Refused, TooLate, Unbookable
from handoff.models import CoverRequest, Handoff
from handoff.outcomes import record_outcome
from handoff.tests.factories import MINUTES, NOW, SLOT, busy_spans, open_direct, open_handoff, ready
from leads.models import Activity, Task
from leads.states import Via
from notifications.models import Delivery, InboxItem
from notifications.promises.timers import fire_due
from teams.models import Membership
from teams.tests.factories import agent, lead

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=2)
TOMORROW = SLOT + timedelta(days=1)


@pytest.fixture
def handoff():
    whose = ready(first_name="Dana", last_name="Example")
    return open_handoff(whose, to=agent(whose.team, user__name="Ana Example"))


def ask(handoff, *, reason="My car broke down", at=NOW, by=None):
    handoff.refresh_from_db()
    return ask_for_cover(handoff=handoff, agent=by or handoff.agent, reason=reason, via=Via.PAGE, at=at)


def tasks(handoff):
    return Task.objects.open().filter(kind="cover", key__startswith=f"{handoff.about}|")


def test_the_isa_is_told_at_once_on_every_way(handoff):
    ask(handoff)

    task = tasks(handoff).get()
    assert task.assignee == handoff.setter
    assert task.title == "Ana Example can't make it: find cover for Dana Example"
    assert task.is_urgent
    assert task.link == f"/h/{handoff.pk}/cover/"
    assert "My car broke down" in task.detail
    item = InboxItem.objects.get(membership=handoff.setter, kind="cover")
    assert (item.link, item.is_urgent) == (task.link, True)
    mail = Delivery.objects.get(recipient=handoff.setter, kind="cover")
    assert mail.message["is_urgent"]
    assert mail.message["link"].endswith(task.link)


def test_the_handoff_stays_open_and_the_client_hears_nothing(handoff):
    before = set(Delivery.objects.values_list("pk", flat=True))

    ask(handoff)

    handoff.refresh_from_db()
    assert handoff.status == "open"
    assert handoff.appointment.status == "booked"
    assert set(Delivery.objects.exclude(pk__in=before).values_list("audience", flat=True)) == {"isa"}


def test_it_stands_in_the_leads_story(handoff):
    ask(handoff)

    said = Activity.objects.filter(lead=handoff.lead, kind="cover").get()
    assert said.summary == "Ana Example can't make it: My car broke down"
    assert said.actor == handoff.agent


def test_said_twice_it_is_one_request_and_told_once(handoff):
    first = ask(handoff)

    assert ask(handoff, reason="Still broken", at=LATER) == first

    assert CoverRequest.objects.count() == 1
    assert Delivery.objects.filter(kind="cover").count() == 1


def test_a_setter_who_has_left_leaves_it_to_the_team_lead(handoff):
    boss = lead(handoff.team)
    Membership.objects.filter(pk=handoff.setter_id).update(ended_at=NOW)

    ask(handoff)

    assert tasks(handoff).get().assignee == boss


def settled_by_move(handoff):
    move(appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=LATER)


def settled_by_reassign(handoff):
    reassign(handoff=handoff, agent=agent(handoff.team), actor=handoff.setter, at=LATER)


def settled_by_cancel(handoff):
    cancel(appointment=handoff.appointment, reason="Nobody can", actor=handoff.setter, at=LATER)


def settled_by_take_back(handoff):
    take_back(handoff=handoff, reason="Nobody can", actor=handoff.setter, at=LATER)


def settled_by_outcome(handoff):
    record_outcome(
        handoff=handoff,
        showed="no",
        is_good=None,
        reason="",
        next_step="rebook",
        note="",
        actor=handoff.agent,
        via=Via.PAGE,
        at=SLOT + timedelta(hours=2),
    )


@pytest.mark.parametrize(
    "solve", [settled_by_move, settled_by_reassign, settled_by_cancel, settled_by_take_back, settled_by_outcome]
)
def test_whatever_solves_it_closes_the_request_and_its_task(handoff, solve):
    ask(handoff)

    solve(handoff)

    assert CoverRequest.objects.get().settled_at is not None
    assert not tasks(handoff).exists()


def test_a_change_that_is_refused_solves_nothing(handoff):
    ask(handoff)

    with pytest.raises(Refused):
        move(appointment=handoff.appointment, starts_at=NOW, actor=handoff.setter, at=LATER)

    assert open_request(handoff)
    assert tasks(handoff).exists()


def test_an_agent_who_can_after_all_closes_it_and_the_isa_hears(handoff):
    ask(handoff)

    assert take_back_cover(handoff=handoff, agent=handoff.agent, at=LATER)

    request = CoverRequest.objects.get()
    assert (request.settled_at, request.is_taken_back) == (LATER, True)
    assert not tasks(handoff).exists()
    assert InboxItem.objects.filter(membership=handoff.setter, kind="cover_taken_back").exists()
    assert not take_back_cover(handoff=handoff, agent=handoff.agent, at=LATER)


def test_after_taking_it_back_it_can_be_said_again(handoff):
    ask(handoff)
    take_back_cover(handoff=handoff, agent=handoff.agent, at=LATER)

    ask(handoff, at=LATER)

    assert tasks(handoff).count() == 1
    assert InboxItem.objects.filter(kind="cover").count() == 2


def test_once_the_meeting_has_begun_it_is_too_late(handoff):
    with pytest.raises(TooLate, match="has begun"):
        ask(handoff, at=SLOT)
    assert not CoverRequest.objects.exists()


def test_without_a_time_there_is_nothing_to_miss():
    with pytest.raises(TooLate, match="No time is set"):
        ask(open_direct())


def test_an_agent_who_no_longer_has_the_lead_says_nothing(handoff):
    ana = handoff.agent
    reassign(handoff=handoff, agent=agent(handoff.team), actor=handoff.setter, at=NOW)

    with pytest.raises(TooLate, match="is with"):
        ask(handoff, by=ana)


def test_a_handoff_that_ended_is_nobodys_to_miss(handoff):
    cancel(appointment=handoff.appointment, reason="", actor=handoff.setter, at=NOW)

    with pytest.raises(TooLate, match="has ended"):
        ask(handoff)


def test_what_was_said_of_a_time_that_the_isa_has_moved_meanwhile_does_not_count(handoff):
    as_seen = Handoff.objects.select_related("agent__user", "lead", "appointment").get(pk=handoff.pk)
    move(appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=NOW)

    with pytest.raises(TooLate, match="changed meanwhile"):
        ask_for_cover(handoff=as_seen, agent=as_seen.agent, reason="Car", via=Via.LINK, at=LATER)
    assert not CoverRequest.objects.exists()


def test_team_leads_hear_of_it_when_nobody_has_solved_it_for_half_an_hour(handoff):
    boss, other_boss = lead(handoff.team), lead()
    ask(handoff)

    fire_due(at=NOW + timedelta(minutes=29))
    assert not tasks(handoff).filter(assignee=boss).exists()
    fire_due(at=NOW + timedelta(minutes=30))

    assert tasks(handoff).get(assignee=boss).title.startswith("Still without cover: Dana Example")
    assert not Task.objects.filter(assignee=other_boss).exists()


def test_shortly_before_the_meeting_team_leads_hear_half_way_to_it(handoff):
    boss = lead(handoff.team)
    ask(handoff, at=SLOT - timedelta(minutes=20))

    fire_due(at=SLOT - timedelta(minutes=10))

    assert tasks(handoff).filter(assignee=boss).exists()


def test_team_leads_do_not_hear_of_what_is_solved(handoff):
    boss = lead(handoff.team)
    ask(handoff)
    move(appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=LATER)

    fire_due(at=NOW + timedelta(hours=2))

    assert not Task.objects.filter(assignee=boss, kind="cover").exists()


def test_another_agent_at_another_time_is_one_change_with_the_right_invites(handoff):
    ask(handoff)
    ben, was = agent(handoff.team, user__name="Ben Example"), handoff.agent
    due, sequence = handoff.outcome_due_at, handoff.appointment.sequence

    now = reassign(handoff=handoff, agent=ben, starts_at=TOMORROW, actor=handoff.setter, at=LATER)

    assert now.appointment.starts_at == TOMORROW
    assert now.appointment.person == ben.user
    assert now.outcome_due_at == due + timedelta(days=1)
    invites = {
        each.address: each.invite or {} for each in Delivery.objects.filter(kind="handoff_reassigned", channel="email")
    }
    assert invites[was.user.email]["method"] == "CANCEL"
    for address in (ben.user.email, handoff.facts["terms"]["client_email"]):
        assert invites[address]["method"] == "REQUEST"
        assert invites[address]["starts_at"] == TOMORROW.isoformat()
        assert invites[address]["sequence"] == sequence + 1
    client = Delivery.objects.get(kind="handoff_reassigned", audience="client")
    assert "The time is another one, too." in client.message["lead_in"]
    assert "Before" in [fact["label"] for fact in client.message["facts"]]
    freed = Delivery.objects.get(kind="handoff_reassigned", recipient=was).message["facts"][0]["value"]
    assert freed.startswith("Tue, Nov 24")


def test_another_agent_at_another_time_must_be_bookable_then(handoff):
    ben = agent(handoff.team)
    busy_spans(ben.user, (TOMORROW, TOMORROW + timedelta(hours=1)))

    with pytest.raises(Unbookable, match="own calendar"):
        reassign(handoff=handoff, agent=ben, starts_at=TOMORROW, actor=handoff.setter, at=NOW)

    handoff.refresh_from_db()
    assert handoff.appointment.starts_at == SLOT
    assert (handoff.appointment.ends_at - SLOT) == timedelta(minutes=MINUTES)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_say_it_at_once_one_is_heard():
    handoff = open_handoff()
    barrier = threading.Barrier(6)
    failures: list[Exception] = []

    def say() -> None:
        try:
            barrier.wait(10)
            ask(Handoff.objects.select_related("lead", "agent__user").get(pk=handoff.pk))
        except Exception as problem:  # noqa: BLE001  # shown below
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=say) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert failures == []
    assert CoverRequest.objects.count() == 1
    assert Delivery.objects.filter(kind="cover").count() == 1


@pytest.mark.django_db(transaction=True)
def test_saying_it_while_the_isa_moves_it_leaves_no_open_request_for_a_time_that_is_gone():
    for _ in range(5):
        handoff = open_handoff()
        barrier = threading.Barrier(2)
        failures: list[Exception] = []

        def at_once(act, barrier=barrier, failures=failures) -> None:
            try:
                barrier.wait(10)
                act()
            except TooLate:
                pass
            except Exception as problem:  # noqa: BLE001
                failures.append(problem)
            finally:
                connection.close()

        seen = Handoff.objects.select_related("lead", "agent__user", "appointment").get(pk=handoff.pk)
        acts = (
            lambda seen=seen: ask_for_cover(handoff=seen, agent=seen.agent, reason="Car", via=Via.PAGE, at=LATER),
            lambda handoff=handoff: move(
                appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=LATER
            ),
        )
        threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

        assert failures == []
        assert not CoverRequest.objects.open().filter(handoff=handoff).exists()
        assert not tasks(handoff).exists()
