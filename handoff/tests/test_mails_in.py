"""What comes of mails: a calendar's reply is a hint, a client's word a task, and an invite that came back a call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, move
from handoff.models import Appointment, Handoff
from handoff.receipts import receipts_of
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.today.rows import Act, act_of
from leads.household import add_decision_maker
from leads.models import Activity, Task
from leads.signals import client_answered
from notifications.mail_in import keeping
from notifications.models import MailIn
from notifications.promises.drains import drain_all
from notifications.tests.mails import DANA, a_bounce, a_mail, a_reply
from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture
from teams.models import MailboxConnection, Team
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=10)


@pytest.fixture
def handoff() -> Handoff:
    found = open_handoff(ready(email=DANA))
    MailboxConnection.objects.create(team=found.team, address="answers@example.org")
    return found


def come_in(team: Team, raw: bytes, *, at=SOON) -> MailIn:
    kept = keeping.keep(MailboxConnection.objects.get(team=team), raw, source="imap", at=at)
    assert kept
    keeping.apply(kept.pk, at=at)
    return MailIn.objects.get(pk=kept.pk)


def stored(handoff: Handoff) -> Appointment:
    return Appointment.objects.get(handoff=handoff)


def reply(handoff: Handoff, **changes) -> bytes:
    number = MailIn.objects.count()
    known = {"message_id": f"<{number}@example.com>", "sequence": stored(handoff).sequence}
    return a_reply(stored(handoff).uid, **(known | changes))


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE"])
def test_a_yes_is_a_hint_and_confirms_nothing(handoff, partstat):
    kept = come_in(handoff.team, reply(handoff, partstat=partstat))

    assert kept.is_known
    found = stored(handoff)
    assert (found.rsvp, found.client_answer, found.status) == (partstat.lower(), "", "booked")
    assert Activity.objects.filter(lead=handoff.lead, kind="calendar_reply").count() == 1
    assert not Task.objects.filter(kind="declined").exists()


def test_a_no_is_a_call_to_make_and_calls_nothing_off(handoff):
    come_in(handoff.team, reply(handoff, partstat="DECLINED", text="I am ill"))

    found = stored(handoff)
    assert (found.rsvp, found.status) == ("declined", "booked")
    task = Task.objects.get(kind="declined")
    assert (task.assignee, task.script, task.is_urgent) == (handoff.setter, "confirmation_call", True)
    assert "I am ill" in task.detail


def test_a_yes_after_a_no_makes_the_call_needless(handoff):
    come_in(handoff.team, reply(handoff, partstat="DECLINED"))
    come_in(handoff.team, reply(handoff, partstat="ACCEPTED", stamp="20261123T150100Z"), at=SOON + timedelta(minutes=1))

    assert stored(handoff).rsvp == "accepted"
    assert not Task.objects.open().filter(kind="declined").exists()


def test_of_two_answers_the_one_written_later_counts_whichever_comes_first(handoff):
    come_in(handoff.team, reply(handoff, partstat="ACCEPTED", stamp="20261123T150500Z"))
    come_in(handoff.team, reply(handoff, partstat="DECLINED", stamp="20261123T150100Z"))
    assert stored(handoff).rsvp == "accepted"


def test_an_answer_to_the_time_before_says_nothing_of_this_one(handoff):
    old = reply(handoff)
    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(hours=3), actor=handoff.setter, at=NOW)

    come_in(handoff.team, old)
    assert stored(handoff).rsvp == ""
    come_in(handoff.team, reply(handoff))
    assert stored(handoff).rsvp == "accepted"


@pytest.mark.parametrize("changes", [{"attendee": "mallory@example.net"}, {"sequence": 99}, {"method": "REQUEST"}])
def test_an_answer_of_somebody_else_or_to_another_version_changes_nothing(handoff, changes):
    come_in(handoff.team, reply(handoff, partstat="DECLINED", **changes))
    assert stored(handoff).rsvp == ""
    assert not Task.objects.filter(kind="declined").exists()


def test_another_teams_calendar_reply_changes_nothing(handoff):
    other = ready().team
    MailboxConnection.objects.create(team=other, address="answers@example.net")
    assert not come_in(other, reply(handoff, partstat="DECLINED")).is_known
    assert stored(handoff).rsvp == ""


def test_a_reply_after_it_was_called_off_changes_nothing(handoff):
    cancel(appointment=handoff.appointment, reason="", actor=handoff.setter, at=NOW)
    come_in(handoff.team, reply(handoff, partstat="DECLINED"))
    assert not Task.objects.filter(kind="declined").exists()


def test_who_comes_along_is_heard_but_does_not_answer_for_the_client():
    lead = ready(email=DANA)
    add_decision_maker(lead=lead, name="Sam Example", email="sam@example.com", phone="", actor=lead.isa, at=NOW)
    handoff = open_handoff(lead)
    MailboxConnection.objects.create(team=handoff.team, address="answers@example.org")

    assert come_in(handoff.team, reply(handoff, attendee="sam@example.com", partstat="DECLINED")).is_known
    assert stored(handoff).rsvp == ""
    assert "sam@example.com declined" in Activity.objects.get(kind="calendar_reply").summary


def test_what_a_client_writes_is_in_their_story_and_somebodys_task(handoff):
    heard = []

    def hear(*, lead, how, **_):
        heard.append((lead.pk, how.value))

    client_answered.connect(hear)
    try:
        kept = come_in(handoff.team, a_mail("Can we make it three?"))
    finally:
        client_answered.disconnect(hear)

    assert kept.is_known
    assert heard == [(handoff.lead_id, "mail")]
    task = Task.objects.get(kind="mail_in")
    assert act_of(task) is Act.ANSWER
    assert (task.lead, task.is_urgent, task.detail) == (handoff.lead, True, "Can we make it three?")
    assert "Can we make it three?" in Activity.objects.get(lead=handoff.lead, kind="mail_in").summary
    assert stored(handoff).client_answer == ""


def test_an_automatic_reply_is_noted_and_is_no_answer(handoff):
    heard = []

    def hear(*, lead, **_):
        heard.append(lead)

    client_answered.connect(hear)
    try:
        come_in(handoff.team, a_mail("I am away", Auto_Submitted="auto-replied"))
    finally:
        client_answered.disconnect(hear)

    assert heard == []
    assert Activity.objects.get(lead=handoff.lead, kind="mail_in").summary.startswith("Automatic reply from")
    assert not Task.objects.filter(kind="mail_in").exists()


def test_nobody_is_asked_about_a_stranger(handoff):
    assert not come_in(handoff.team, a_mail(From="mallory@example.net")).is_known
    assert not Task.objects.filter(kind="mail_in").exists()


def test_who_answers_our_mail_from_another_address_is_known_by_that_mail(handoff, smtp_server):  # noqa: F811
    drain_all(at=NOW, about=handoff.about)
    ours = str(smtp_server.to(DANA)[0]["Message-ID"])

    assert come_in(handoff.team, a_mail("It is me", From="dana@work.example.net", In_Reply_To=ours)).is_known
    assert Task.objects.get(kind="mail_in").lead == handoff.lead


def test_markup_and_control_signs_of_a_mail_stay_words(handoff):
    come_in(handoff.team, a_mail("<!channel> \x07 <script>x</script>", Subject="=?utf-8?q?a=00b?="))
    assert "\x07" not in Task.objects.get(kind="mail_in").detail


def test_an_invite_that_came_back_is_red_on_its_receipt_and_a_call(handoff, smtp_server):  # noqa: F811
    drain_all(at=NOW, about=handoff.about)
    sent = smtp_server.to(DANA)[0]

    come_in(handoff.team, a_bounce(str(sent["Message-ID"])))

    (back,) = [each for each in receipts_of(handoff) if each.state == "failed"]
    assert (back.audience, back.answer) == ("client", "Came back: 550 5.1.1 no such user here")
    task = Task.objects.get(kind="came_back")
    assert (task.assignee, task.script) == (handoff.setter, "verification")
    assert task.title.startswith("The invite never reached")
    assert stored(handoff).status == "booked"


def test_a_mail_to_an_agent_that_came_back_is_the_team_leads_to_mend(handoff, smtp_server):  # noqa: F811
    boss = team_lead(handoff.team)
    drain_all(at=NOW, about=handoff.about)
    sent = smtp_server.to(handoff.agent.user.email)[0]

    come_in(handoff.team, a_bounce(str(sent["Message-ID"]), recipient=handoff.agent.user.email))

    assert Task.objects.get(kind="came_back").assignee == boss


def test_invites_name_the_mailbox_as_their_organizer(smtp_server):  # noqa: F811
    lead = ready(email=DANA)
    MailboxConnection.objects.create(team=lead.team, address="answers@example.org")
    handoff = open_handoff(lead)

    drain_all(at=NOW, about=handoff.about)

    sent = smtp_server.to(DANA)[0]
    ics = next(part for part in sent.walk() if part.get_filename() == "invite.ics").get_payload(decode=True)
    assert b"mailto:answers@example.org" in ics.replace(b"\r\n ", b"").lower()
    assert sent["Reply-To"] == "answers@example.org"
