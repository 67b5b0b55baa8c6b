"""A step's attempts, and sending once more what has gone out: only what is still true, with the same identifiers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.appointments import cancel, move, reassign, take_back
from handoff.models import Handoff, OwnerChange
from handoff.replays import NotSentAgain, find_step, send_again, story_of, why_not_again
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.pages import signed_in
from leads.models import Activity
from leads.verification import confirm_email
from notifications.models import Attempt, Delivery
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

AFTERWARDS = NOW + timedelta(minutes=10)
LATER = SLOT + timedelta(hours=3)


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def handoff() -> Handoff:
    return open_handoff(ready())


def mail(handoff, audience="client", kind="handoff_opened") -> Delivery:
    return Delivery.objects.get(about=handoff.about, audience=audience, kind=kind, channel="email")


def done(handoff):
    Delivery.objects.filter(about=handoff.about).update(state=State.DONE, done_at=NOW, answer="250 queued")


def reason(handoff, step, at=AFTERWARDS):
    handoff.refresh_from_db()
    step.refresh_from_db()
    return why_not_again(handoff, step, at=at)


def test_a_mail_sent_again_is_the_same_mail(handoff, smtp_server):  # noqa: F811
    drain(Delivery, at=NOW, stream="email")
    step = mail(handoff)

    send_again(handoff=handoff, step=step, actor=handoff.setter, at=AFTERWARDS)
    drain(Delivery, at=AFTERWARDS, stream="email")

    first, second = smtp_server.to(step.address)
    assert first["Message-ID"] == second["Message-ID"]
    invites = [[part.get_payload(decode=True) for part in each.walk() if part.get_content_type() == "text/calendar"]
               for each in (first, second)]  # fmt: skip
    assert invites[0] == invites[1]
    step.refresh_from_db()
    assert (step.state, step.attempts) == (State.DONE, 2)
    assert [each.ended for each in story_of(handoff, step, at=AFTERWARDS).tries] == ["done", "done"]
    told = Activity.objects.filter(lead=handoff.lead, kind="retry").get().summary
    assert told.startswith(f"{handoff.setter.user} sent a mail to")


def test_it_is_asked_for_once_by_two_people_at_once(handoff):
    done(handoff)
    step = mail(handoff)
    send_again(handoff=handoff, step=step, actor=handoff.setter, at=AFTERWARDS)
    with pytest.raises(NotSentAgain):
        send_again(handoff=handoff, step=step, actor=handoff.setter, at=AFTERWARDS)


def test_what_has_not_gone_out_is_not_sent_again(handoff):
    step = mail(handoff)
    assert reason(handoff, step) == "It has not gone out yet."
    Delivery.objects.filter(pk=step.pk).update(state=State.FAILED)
    assert reason(handoff, step) == "It never went out."


def test_only_mails_are_sent_again(handoff, settings):
    owner = OwnerChange.objects.get(handoff=handoff)
    assert "Only mails" in why_not_again(handoff, owner, at=AFTERWARDS)


def test_an_older_time_is_never_sent_after_a_newer_one(handoff):
    done(handoff)
    move(appointment=handoff.appointment, starts_at=LATER, actor=handoff.setter, at=AFTERWARDS)
    done(handoff)
    assert "later message has taken its place" in reason(handoff, mail(handoff))
    assert reason(handoff, mail(handoff, kind="handoff_moved")) == ""


def test_an_invite_to_what_has_begun_is_not_sent_again(handoff):
    done(handoff)
    assert reason(handoff, mail(handoff), at=handoff.appointment.starts_at) == "The meeting has begun."


def test_what_went_to_an_address_that_was_wrong_goes_there_never_again(handoff):
    done(handoff)
    lead = handoff.lead
    lead.emails.update(address="right@example.com")
    confirm_email(lead=lead, actor=lead.isa, at=AFTERWARDS, value="right@example.com")
    assert reason(handoff, mail(handoff)) == "The client has another address now."


def test_a_cancellation_can_be_sent_again_to_everybody(handoff):
    done(handoff)
    cancel(appointment=handoff.appointment, reason="Ill", actor=handoff.setter, at=AFTERWARDS)
    done(handoff)
    for audience in ("agent", "client"):
        assert reason(handoff, mail(handoff, audience, "handoff_cancelled")) == ""
        assert "later message" in reason(handoff, mail(handoff, audience))


def test_the_agent_who_is_out_gets_their_cancellation_again_and_nothing_else(handoff):
    was = handoff.agent
    done(handoff)
    reassign(handoff=handoff, agent=people.agent(handoff.team), actor=handoff.setter, at=AFTERWARDS)
    done(handoff)
    out = Delivery.objects.get(about=handoff.about, recipient=was, kind="handoff_reassigned")
    opened = Delivery.objects.get(about=handoff.about, recipient=was, kind="handoff_opened")
    assert reason(handoff, out) == ""
    assert reason(handoff, opened) != ""


def test_the_brief_of_a_lead_that_is_gone_is_not_sent_again():
    handoff = open_direct()
    done(handoff)
    brief = mail(handoff, "agent")
    assert reason(handoff, brief) == ""
    take_back(handoff=handoff, reason="Not ready", actor=handoff.setter, at=AFTERWARDS)
    done(handoff)
    assert reason(handoff, brief) == "This handoff has ended."


def test_attempts_are_told_with_their_time_and_answer(handoff):
    step = mail(handoff)
    Attempt.objects.create(delivery=step, fence=1, started_at=NOW)
    second = {"fence": 2, "started_at": NOW, "ended_at": NOW + timedelta(milliseconds=420)}
    Attempt.objects.create(delivery=step, **second, succeeded=False, answer="451 later")
    tries = story_of(handoff, step, at=AFTERWARDS).tries
    assert [(each.number, each.ended, each.took_ms, each.answer) for each in tries] == [
        (1, "cut off", None, ""),
        (2, "failed", 420, "451 later"),
    ]


@pytest.mark.parametrize(
    "ref", ["", "delivery-", "delivery-x", "delivery-\u0663", "owner-1-2", "lead-1", "delivery-" + "9" * 30]
)
def test_a_step_that_there_is_not_is_not_found(handoff, ref):
    assert find_step(handoff, ref) is None


def test_a_step_of_another_handoff_is_not_this_ones(handoff):
    other = mail(open_handoff(ready()))
    assert find_step(handoff, f"delivery-{other.pk}") is None


# the page


def url(handoff, step, route="receipt"):
    return reverse(f"handoff:{route}", args=[handoff.pk, f"delivery-{step.pk}"])


def test_each_receipt_leads_to_its_attempts(handoff):
    page = signed_in(handoff.setter).get(reverse("handoff:receipts", args=[handoff.pk])).content.decode()
    assert f'href="{url(handoff, mail(handoff))}"' in page


def test_the_page_shows_attempts_and_sends_again(handoff):
    done(handoff)
    step = mail(handoff)
    Attempt.objects.create(
        delivery=step, fence=1, started_at=NOW, ended_at=NOW + timedelta(seconds=1), succeeded=True, answer="250 queued"
    )
    browser = signed_in(handoff.setter)
    page = browser.get(url(handoff, step)).content.decode()
    assert "250 queued" in page
    assert "Send again" in page

    answer = browser.post(url(handoff, step, "send-again"), follow=True).content.decode()
    assert "Sending it again now" in answer
    step.refresh_from_db()
    assert step.state == State.WAITING
    refused = browser.post(url(handoff, step, "send-again"), follow=True).content.decode()
    assert "It has not gone out yet." in refused


def test_what_was_given_up_is_tried_again_from_its_page(handoff):
    step = mail(handoff)
    Delivery.objects.filter(pk=step.pk).update(
        state=State.FAILED, answer="Given up: 5 attempts in a row were cut off before they ended.", done_at=NOW
    )
    browser = signed_in(handoff.setter)
    assert "It was given up" in browser.get(url(handoff, step)).content.decode()
    answer = browser.post(url(handoff, step, "retry"), {"next": "receipt"})
    assert answer.headers["Location"] == url(handoff, step)
    step.refresh_from_db()
    assert step.state == State.WAITING


def test_a_change_of_owner_has_a_page_too(handoff):
    owner = OwnerChange.objects.get(handoff=handoff)
    answer = signed_in(handoff.setter).get(reverse("handoff:receipt", args=[handoff.pk, f"owner-{owner.pk}"]))
    assert "Done inside Baton" in answer.content.decode()


def test_the_page_is_for_those_who_see_the_handoff(handoff):
    step = mail(handoff)
    done(handoff)
    for member in (people.agent(handoff.team), people.lead()):
        browser = signed_in(member)
        assert browser.get(url(handoff, step)).status_code == 404
        assert browser.post(url(handoff, step, "send-again")).status_code == 404
    step.refresh_from_db()
    assert step.state == State.DONE
    assert signed_in(handoff.agent).get(url(handoff, step)).status_code == 200


def test_the_page_costs_the_same_however_many_attempts(handoff):
    step = mail(handoff)
    browser = signed_in(handoff.setter)
    costs = []
    for fence in (1, 2, 3, 4):
        Attempt.objects.create(delivery=step, fence=fence, started_at=NOW)
        with CaptureQueriesContext(connection) as queries:
            browser.get(url(handoff, step))
        costs.append(len(queries))
    assert len(set(costs[1:])) == 1
