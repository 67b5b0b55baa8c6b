"""A member's appointments as a calendar to subscribe to."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handoff import agenda
from handoff.appointments import cancel, move, reassign
from handoff.models import AgendaLink
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.pages import signed_in
from handoff.views.agenda import ANSWERS
from teams.models import Membership
from teams.tests.factories import agent, isa, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def handoff():
    whose = ready(first_name="Dana", last_name="Example", phone="+15125550123")
    return open_handoff(whose, to=agent(whose.team, user__name="Ana Example"))


def events(member, *, at=NOW):
    calendar = icalendar.Calendar.from_ical(agenda.agenda(member, at=at))
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def feed(secret, **headers):
    return Client().get(reverse("handoff:agenda-feed", args=[secret]), headers=headers)


def test_an_agent_gets_their_meetings_under_the_uid_of_the_invites(handoff):
    [event] = events(handoff.agent).values()

    assert event["UID"] == handoff.appointment.uid
    assert event["DTSTART"].dt == SLOT
    assert event["SEQUENCE"] == handoff.appointment.sequence
    assert str(event["SUMMARY"]) == "Call with Dana"


def test_nothing_more_of_the_lead_goes_out_than_the_first_name(handoff):
    text = agenda.agenda(handoff.agent, at=NOW).decode()

    for secret in ("Example\r", "5550123", "dana0@", "ATTENDEE", "ORGANIZER", "METHOD"):
        assert secret not in text
    assert f"/h/{handoff.pk}/" in text.replace("\r\n ", "")


def test_a_moved_meeting_is_the_same_event_later(handoff):
    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(days=1), actor=handoff.setter, at=NOW)

    [event] = events(handoff.agent).values()

    assert event["DTSTART"].dt == SLOT + timedelta(days=1)
    assert event["SEQUENCE"] == 1


def test_what_was_cancelled_or_given_away_is_gone(handoff):
    ana = handoff.agent
    other = open_handoff(ready(handoff.team), to=ana, starts_at=SLOT + timedelta(hours=2))
    cancel(appointment=other.appointment, reason="", actor=other.setter, at=NOW)
    reassign(handoff=handoff, agent=agent(handoff.team), actor=handoff.setter, at=NOW)

    assert events(ana) == {}


def test_an_isa_gets_what_they_set_and_nobody_gets_anothers(handoff):
    open_direct(ready(handoff.team))

    assert list(events(handoff.setter)) == [handoff.appointment.uid]
    for other in (agent(handoff.team), isa(handoff.team), lead(handoff.team), agent(), isa()):
        assert events(other) == {}


def test_what_is_over_for_a_month_is_not_in_it(handoff):
    assert events(handoff.agent, at=SLOT + timedelta(days=30))
    assert not events(handoff.agent, at=SLOT + timedelta(days=31))


@pytest.mark.parametrize("rows", [1, 4])
def test_the_feed_costs_the_same_however_long(rows, django_assert_num_queries):
    whose = ready()
    ana = agent(whose.team)
    for n in range(rows):
        open_handoff(ready(whose.team), to=ana, starts_at=SLOT + timedelta(hours=n))

    with django_assert_num_queries(1):
        assert len(events(ana)) == rows


def test_the_address_is_shown_once_and_opens_without_signing_in(handoff):
    browser = signed_in(handoff.agent)

    made = browser.post(reverse("handoff:agenda-new"))
    address = made.context["address"]
    assert made["Cache-Control"] == "no-store"
    assert address in made.content.decode()
    assert address not in browser.get(reverse("handoff:agenda")).content.decode()
    answer = feed(address.rpartition("/")[2].removesuffix(".ics"))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert handoff.appointment.uid.encode() in answer.content.replace(b"\r\n ", b"")


def test_the_secret_is_kept_as_a_digest(handoff):
    secret = agenda.new_link(membership=handoff.agent, at=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, '|') FROM handoff_agendalink a")
        assert secret not in cursor.fetchone()[0]


def test_an_unchanged_feed_is_not_sent_again_and_a_changed_one_is(handoff):
    secret = agenda.new_link(membership=handoff.agent, at=NOW)
    etag = feed(secret)["ETag"]

    same = feed(secret, if_none_match=etag)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    move(appointment=handoff.appointment, starts_at=SLOT + timedelta(days=1), actor=handoff.setter, at=NOW)
    assert feed(secret, if_none_match=etag).status_code == 200


def test_a_new_address_ends_the_one_before_and_ending_ends_it(handoff):
    first = agenda.new_link(membership=handoff.agent, at=NOW)
    second = agenda.new_link(membership=handoff.agent, at=NOW)
    assert feed(first).status_code == 404
    assert feed(second).status_code == 200

    ended = signed_in(handoff.agent).post(reverse("handoff:agenda-end"), follow=True)

    assert "gives nothing out any more" in ended.content.decode()
    assert feed(second).status_code == 404
    assert not AgendaLink.objects.exists()


def test_who_has_left_gives_nothing_out(handoff):
    secret = agenda.new_link(membership=handoff.agent, at=NOW)
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=timezone.now())

    assert feed(secret).status_code == 404


@pytest.mark.parametrize("secret", ["x", "é", "a" * 5000, "%00"])
def test_a_secret_that_is_none_is_not_found(secret):
    assert feed(secret).status_code == 404


def test_one_address_is_answered_so_often_and_no_more(handoff):
    secret = agenda.new_link(membership=handoff.agent, at=NOW)
    for _ in range(ANSWERS):
        assert feed(secret).status_code == 200

    refused = feed(secret)

    assert refused.status_code == 429
    assert refused["Retry-After"] == "600"


def test_everybody_has_the_page_and_only_post_makes_an_address():
    for member in (agent(), isa(), lead()):
        browser = signed_in(member)
        assert browser.get(reverse("handoff:agenda")).status_code == 200
        assert browser.get(reverse("handoff:agenda-new")).status_code == 405
        assert browser.post(reverse("handoff:agenda-new")).status_code == 200
    assert Client().post(reverse("handoff:agenda-new")).status_code == 302
    assert AgendaLink.objects.count() == 3
