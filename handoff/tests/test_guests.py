"""Who decides with the client comes too: asked, moved, called off, each in their own calendar, and told little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from handoff.appointments import cancel, move, reassign, set_time, take_back
from handoff.auditing import what_handoffs_lack
from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.receipts import receipts_of
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, ready
from leads.household import add_decision_maker, remove_decision_maker
from leads.models import DecisionMaker
from leads.verification import confirm_email
from notifications.invites import Invite, render_ics
from notifications.models import Delivery
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

LATER = SLOT + timedelta(hours=3)
AFTERWARDS = NOW + timedelta(minutes=10)
SAM = "sam@example.com"


def add(lead, email=SAM, name="Sam Example", at=AFTERWARDS):
    return add_decision_maker(lead=lead, name=name, email=email, phone="+15125550144", actor=lead.isa, at=at)


def with_sam():
    lead = ready()
    add(lead, at=NOW)
    return open_handoff(lead)


def to_sam(handoff: Handoff, email=SAM):
    """Kind, method and SEQUENCE of all that Sam is owed, in order."""
    found = Delivery.objects.filter(about=handoff.about, address=email).order_by("pk")
    return [(each.kind, each.invite["method"], each.invite["sequence"]) for each in found if each.invite]


def asked(delivery: Delivery) -> list[str]:
    """The addresses that an invite names."""
    return [each["email"] for each in (delivery.invite or {})["attendees"]]


def to_agent(handoff: Handoff):
    found = Delivery.objects.filter(about=handoff.about, audience="agent").order_by("pk")
    return [(each.kind, asked(each)) for each in found if each.invite]


def sent(handoff):
    Delivery.objects.filter(about=handoff.about).update(state=State.DONE, done_at=AFTERWARDS)


def test_at_the_booking_the_second_decision_maker_is_invited_too():
    handoff = with_sam()
    assert to_sam(handoff) == [("handoff_opened", "REQUEST", 0)]
    mail = Delivery.objects.get(address=SAM)
    assert (mail.audience, mail.recipient_name, mail.responsible) == ("guest", "Sam Example", handoff.setter)


def test_their_invite_names_the_agent_and_themselves_alone_and_says_nothing_of_the_lead():
    handoff = with_sam()
    invite = Invite.from_json(Delivery.objects.get(address=SAM).invite or {})
    assert [each.email for each in invite.attendees] == [handoff.agent.user.email, SAM]
    event = Calendar.from_ical(render_ics(invite)).walk("VEVENT")[0]
    assert str(event["SUMMARY"]).startswith(f"Call with {handoff.agent.user.name}")
    text = str(event["DESCRIPTION"]) + str(Delivery.objects.get(address=SAM).message)
    assert not any(told in text for told in ("/h/", "(512) 555-0123", "$", handoff.facts["lead"]["email"]))


def test_the_agent_sees_who_comes_and_the_client_is_told_of_nobody_else():
    handoff = with_sam()
    assert to_agent(handoff) == [("handoff_opened", [handoff.agent.user.email, handoff.facts["lead"]["email"], SAM])]
    to_client = Delivery.objects.get(about=handoff.about, audience="client")
    assert SAM not in str(to_client.invite) + str(to_client.message)


def test_somebody_without_an_address_is_not_written_to():
    lead = ready()
    add(lead, email="", at=NOW)
    handoff = open_handoff(lead)
    assert not Delivery.objects.filter(about=handoff.about, audience="guest").exists()


def test_who_is_added_after_the_booking_is_invited_then_and_the_agent_is_told():
    handoff = open_handoff()
    add(handoff.lead)
    assert to_sam(handoff) == [("guests_changed", "REQUEST", 1)]
    assert to_agent(handoff)[-1] == (
        "guests_changed",
        [handoff.agent.user.email, handoff.facts["lead"]["email"], SAM],
    )
    assert Delivery.objects.filter(about=handoff.about, audience="client").count() == 1
    handoff.refresh_from_db()
    assert (handoff.revision, handoff.appointment.sequence) == (2, 1)


def test_who_is_taken_off_gets_a_cancellation_for_themselves_alone():
    handoff = with_sam()
    sent(handoff)
    remove_decision_maker(decision_maker=DecisionMaker.objects.get(), actor=handoff.setter, at=AFTERWARDS)
    assert to_sam(handoff)[-1] == ("guests_changed", "CANCEL", 1)
    out = Delivery.objects.filter(address=SAM).latest("pk")
    assert asked(out) == [SAM]
    assert to_agent(handoff)[-1][1] == [handoff.agent.user.email, handoff.facts["lead"]["email"]]


def test_who_has_heard_of_nothing_hears_of_no_cancellation():
    handoff = with_sam()
    remove_decision_maker(decision_maker=DecisionMaker.objects.get(), actor=handoff.setter, at=AFTERWARDS)
    assert to_sam(handoff) == [("handoff_opened", "REQUEST", 0)]
    assert Delivery.objects.get(address=SAM).state == State.DROPPED


def test_who_is_asked_again_is_believed_by_their_calendar():
    handoff = with_sam()
    sent(handoff)
    remove_decision_maker(decision_maker=DecisionMaker.objects.get(), actor=handoff.setter, at=AFTERWARDS)
    add(handoff.lead)
    assert to_sam(handoff) == [
        ("handoff_opened", "REQUEST", 0),
        ("guests_changed", "CANCEL", 1),
        ("guests_changed", "REQUEST", 2),
    ]


def test_a_new_time_reaches_them():
    handoff = with_sam()
    move(appointment=handoff.appointment, starts_at=LATER, actor=handoff.setter, at=AFTERWARDS)
    assert to_sam(handoff)[-1] == ("handoff_moved", "REQUEST", 1)


def test_another_agent_reaches_them():
    handoff = with_sam()
    other = agent(handoff.team)
    reassign(handoff=handoff, agent=other, actor=handoff.setter, at=AFTERWARDS)
    assert to_sam(handoff)[-1] == ("handoff_reassigned", "REQUEST", 1)
    assert asked(Delivery.objects.filter(address=SAM).latest("pk")) == [
        other.user.email,
        SAM,
    ]


@pytest.mark.parametrize("ending", ["cancelled", "taken back"])
def test_what_is_called_off_is_called_off_for_them(ending):
    handoff = with_sam()
    if ending == "cancelled":
        cancel(appointment=handoff.appointment, reason="Ill", actor=handoff.setter, at=AFTERWARDS)
    else:
        take_back(handoff=handoff, reason="Ill", actor=handoff.setter, at=AFTERWARDS)
    assert to_sam(handoff)[-1][1:] == ("CANCEL", 1)
    assert "Ill" not in str(Delivery.objects.filter(address=SAM).latest("pk").message)


def test_a_lead_handed_over_now_asks_them_once_there_is_a_time():
    lead = ready()
    add(lead, at=NOW)
    handoff = open_direct(lead)
    assert to_sam(handoff) == []
    set_time(
        handoff=handoff, starts_at=SLOT, minutes=MINUTES, how=How.CALL, place="", actor=handoff.setter, at=AFTERWARDS
    )
    assert to_sam(handoff) == [("handoff_timed", "REQUEST", 0)]


def test_once_they_have_met_nobody_is_told():
    handoff = open_handoff()
    add(handoff.lead, at=handoff.appointment.starts_at)
    assert to_sam(handoff) == []


def test_a_change_that_asks_nobody_else_tells_nobody():
    handoff = with_sam()
    add(handoff.lead, email="")
    handoff.refresh_from_db()
    assert (handoff.revision, handoff.appointment.sequence) == (1, 0)


def test_a_client_who_takes_over_that_address_is_asked_once():
    handoff = with_sam()
    lead = handoff.lead
    lead.emails.update(address=SAM)
    confirm_email(lead=lead, actor=lead.isa, at=AFTERWARDS, value=SAM)
    handoff.refresh_from_db()
    move(appointment=handoff.appointment, starts_at=LATER, actor=handoff.setter, at=AFTERWARDS)
    moved = Delivery.objects.filter(about=handoff.about, kind="handoff_moved", address=SAM)
    assert [each.audience for each in moved] == ["client"]


def test_receipts_say_what_each_got():
    handoff = with_sam()
    add(handoff.lead, email="kim@example.com", name="Kim Example")
    words = [(receipt.kind, receipt.to) for receipt in receipts_of(handoff)]
    assert ("Invite", "Sam Example") in words
    assert ("Invite", "Kim Example") in words
    assert ("Updated invite", handoff.agent.user.name) in words


def test_the_mail_arrives_with_its_invite(smtp_server):  # noqa: F811
    with_sam()
    drain(Delivery, at=NOW, stream="email")
    (mail,) = smtp_server.to(SAM)
    assert mail["Subject"].startswith("You are invited: call with")
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"


@pytest.mark.parametrize("name", ["Eve\u202e<script>", "http://evil.example/", "a" * 80])
def test_a_hostile_name_stays_a_name(name):
    lead = ready()
    add(lead, name=name, at=NOW)
    handoff = open_handoff(lead)
    attendee = handoff.facts["terms"]["guests"][0]
    assert attendee["name"] == name
    mail = Delivery.objects.get(address=SAM)
    event = render_ics(Invite.from_json(mail.invite or {})).decode()
    assert "\u202e" not in event
    assert "://evil" not in event


def test_the_auditor_misses_nothing_where_the_client_need_not_be_told():
    handoff = with_sam()
    add(handoff.lead, email="kim@example.com", name="Kim Example")
    assert list(what_handoffs_lack(AFTERWARDS)) == []


def test_the_auditor_misses_the_clients_update_after_that():
    handoff = open_handoff()
    add(handoff.lead)
    handoff.refresh_from_db()
    move(appointment=handoff.appointment, starts_at=LATER, actor=handoff.setter, at=AFTERWARDS)
    assert list(what_handoffs_lack(AFTERWARDS)) == []
    Delivery.objects.filter(about=handoff.about, audience="client", kind="handoff_moved").delete()
    (missed,) = what_handoffs_lack(AFTERWARDS)
    assert "the client's invite to the time as it is now" in missed
