"""A client's address that was wrong: read back again, the client is invited where they really are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, move, reassign, set_time
from handoff.auditing import what_handoffs_lack
from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.receipts import retry
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, ready
from leads.contacts import set_email
from leads.models import Activity, Lead, Task, Verification
from leads.verification import confirm_email, confirm_no_email
from notifications.models import Delivery
from notifications.promises.drains import drain
from notifications.promises.endings import fail
from notifications.promises.owed import State
from notifications.tests.peers.mail import demo_outbox  # noqa: F401 - a fixture
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

RIGHT = "dana.right@example.com"
AFTERWARDS = NOW + timedelta(minutes=10)
LATER = SLOT + timedelta(hours=3)


def correct(handoff: Handoff, address: str = RIGHT, at=AFTERWARDS) -> Handoff:
    """Type another address and read it back."""
    set_email(lead=Lead.objects.get(pk=handoff.lead_id), email=address, actor=handoff.setter, at=at)
    lead = Lead.objects.get(pk=handoff.lead_id)
    confirm_email(lead=lead, actor=handoff.setter, at=at, value=address)
    return Handoff.objects.get(pk=handoff.pk)


def to_client(handoff: Handoff) -> list[Delivery]:
    return list(Delivery.objects.filter(about=handoff.about, audience="client").order_by("pk"))


def refuse(delivery: Delivery) -> None:
    """The mail server answers 550: what a worker does with that."""
    assert fail(delivery, fence=delivery.fence, at=AFTERWARDS, answer="550 no such mailbox")


def test_the_invite_goes_at_once_to_the_address_that_was_read_back():
    handoff = open_handoff()

    correct(handoff)

    wrong, right = to_client(handoff)
    assert (wrong.state, right.state, right.address) == (State.DROPPED, State.WAITING, RIGHT)
    assert right.invite
    assert (right.invite["method"], right.invite["uid"], right.invite["sequence"]) == (
        "REQUEST",
        handoff.appointment.uid,
        0,
    )
    assert RIGHT in [each["email"] for each in right.invite["attendees"]]
    assert wrong.address not in [each["email"] for each in right.invite["attendees"]]


def test_a_refused_address_that_is_corrected_is_nobodys_trouble_any_more():
    handoff = open_handoff()
    (wrong,) = to_client(handoff)
    refuse(wrong)
    assert Task.objects.filter(kind="given_up", done_at=None).count() == 1

    correct(handoff)

    wrong.refresh_from_db()
    assert (wrong.state, wrong.answer) == (State.DROPPED, f"Not sent: the client's address is {RIGHT} now.")
    assert not Task.objects.filter(kind="given_up", done_at=None).exists()
    assert not retry(handoff=handoff, ref=f"delivery-{wrong.pk}", actor=handoff.setter, at=AFTERWARDS)
    assert not Delivery.objects.filter(about=handoff.about, state=State.FAILED).exists()


def test_a_second_try_at_the_wrong_address_is_written_off_with_its_task():
    handoff = open_handoff()
    (wrong,) = to_client(handoff)
    refuse(wrong)
    assert retry(handoff=handoff, ref=f"delivery-{wrong.pk}", actor=handoff.setter, at=AFTERWARDS)

    correct(handoff)

    wrong.refresh_from_db()
    assert wrong.state == State.DROPPED
    assert not Task.objects.filter(kind="given_up", done_at=None).exists()


@pytest.mark.usefixtures("demo_outbox")
def test_what_has_arrived_stays_as_it_was():
    handoff = open_handoff()
    drain(Delivery, stream="email", at=NOW + timedelta(seconds=1))

    correct(handoff)

    assert [each.state for each in to_client(handoff)] == [State.DONE, State.WAITING]


@pytest.mark.parametrize(
    "change",
    [
        lambda found: move(appointment=found.appointment, starts_at=LATER, actor=None, at=AFTERWARDS),
        lambda found: cancel(appointment=found.appointment, reason="", actor=None, at=AFTERWARDS),
        lambda found: reassign(handoff=found, agent=agent(found.team), actor=None, at=AFTERWARDS),
    ],
)
def test_later_changes_go_to_the_right_address(change):
    found = correct(open_handoff())

    change(found)

    last = to_client(found)[-1]
    assert (last.kind == "handoff_readdressed", last.address) == (False, RIGHT)


def test_a_time_that_is_set_later_goes_to_the_right_address():
    found = correct(open_direct())

    set_time(handoff=found, starts_at=SLOT, minutes=MINUTES, how=How.CALL, place="", actor=None, at=AFTERWARDS)

    last = to_client(found)[-1]
    assert (last.kind, last.address) == ("handoff_timed", RIGHT)


def test_correcting_twice_leaves_the_last_address_alone_waiting():
    handoff = open_handoff()

    correct(correct(handoff, "dana.second@example.com"))

    waiting = [each.address for each in to_client(handoff) if each.state == State.WAITING]
    assert waiting == [RIGHT]


def test_an_address_that_was_wrongly_corrected_gets_its_invite_again():
    handoff = open_handoff()
    first = to_client(handoff)[0].address

    correct(correct(handoff), first)

    waiting = [each.address for each in to_client(handoff) if each.state == State.WAITING]
    assert waiting == [first]


def test_the_same_address_read_back_again_changes_nothing():
    handoff = open_handoff()

    confirm_email(
        lead=Lead.objects.get(pk=handoff.lead_id),
        actor=handoff.setter,
        at=AFTERWARDS,
        value=to_client(handoff)[0].address,
    )

    assert len(to_client(handoff)) == 1
    assert Handoff.objects.get(pk=handoff.pk).revision == 1


def test_what_the_agent_was_told_stays_and_the_timeline_says_what_changed():
    handoff = open_handoff()
    told = handoff.facts["lead"]["email"]

    found = correct(handoff)

    assert (found.facts["lead"]["email"], found.facts["terms"]["client_email"]) == (told, RIGHT)
    said = Activity.objects.get(lead=handoff.lead, kind="readdressed")
    assert (said.summary, said.actor) == (f"The client is mailed at {RIGHT} now", handoff.setter)


def test_a_client_who_had_no_address_is_invited_and_need_not_be_called_about_it():
    handoff = open_handoff()
    set_email(lead=handoff.lead, email="", actor=None, at=AFTERWARDS)
    confirm_no_email(lead=Lead.objects.get(pk=handoff.lead_id), actor=None, at=AFTERWARDS)
    calls = Task.objects.filter(lead=handoff.lead, kind="call", done_at=None)
    assert (to_client(handoff)[0].state, calls.count()) == (State.DROPPED, 1)

    correct(handoff)

    assert (to_client(handoff)[-1].address, calls.count()) == (RIGHT, 0)


def test_a_client_handed_over_now_is_introduced_once():
    lead = ready()
    Verification.objects.filter(lead=lead).update(email="")
    handoff = open_direct(Lead.objects.get(pk=lead.pk))

    correct(handoff)
    (mail,) = to_client(handoff)
    assert (mail.address, mail.invite) == (RIGHT, None)

    Delivery.objects.filter(pk=mail.pk).update(state=State.DONE)
    correct(handoff, "dana.other@example.com")
    assert len(to_client(handoff)) == 1


def test_once_the_meeting_has_begun_nothing_new_is_owed():
    handoff = open_handoff()
    refuse(to_client(handoff)[0])

    correct(handoff, at=SLOT)

    assert [each.state for each in to_client(handoff)] == [State.DROPPED]
    assert not [lack for lack in what_handoffs_lack(SLOT) if "client" in lack]


def test_the_audit_finds_nothing_missing_after_a_correction():
    correct(open_handoff())

    assert list(what_handoffs_lack(AFTERWARDS)) == []


def test_another_leads_handoff_is_left_alone():
    other, mine = open_handoff(), open_handoff()

    correct(mine)

    assert [each.state for each in to_client(other)] == [State.WAITING]
