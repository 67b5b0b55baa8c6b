"""The invites of an appointment: one UID, an invite each, and no word of the lead's in the client's."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from icalendar import Calendar

from handoff import words
from handoff.models.appointments import How
from handoff.tests.passing import TOMORROW, a_handoff, a_team, ana, booked, dana, mia, passed
from leads.tests.factories import NOW
from notifications.invites import Invite, render_ics
from notifications.models.deliveries import Audience

pytestmark = pytest.mark.django_db


def event_of(invite):
    return Calendar.from_ical(render_ics(invite)).walk("VEVENT")[0]


def invite(handoff, audience=Audience.CLIENT, **fields):
    return words.invite_for(handoff, audience=audience, at=NOW, **fields)


@pytest.fixture
def handoff():
    return a_handoff()


def test_agent_and_client_share_uid_sequence_and_time(handoff):
    both = [invite(handoff, audience) for audience in (Audience.AGENT, Audience.CLIENT)]

    assert {one.uid for one in both} == {handoff.appointment.uid}
    assert {one.sequence for one in both} == {0}
    assert {one.starts_at for one in both} == {TOMORROW}


def test_the_clients_invite_names_the_agent_and_the_team(handoff):
    event = event_of(invite(handoff))

    assert event["SUMMARY"] == "Call with Ana Flores, Example Realty"
    assert event["LOCATION"] == "Phone: Ana calls"
    assert event["DTSTART"].dt == datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    assert "555-0123" not in event["DESCRIPTION"]
    assert "/h/" not in event["DESCRIPTION"]


def test_the_agents_invite_names_the_lead_the_number_and_the_brief(handoff):
    event = event_of(invite(handoff, Audience.AGENT))

    assert event["SUMMARY"] == "Call with Dana Example"
    assert "(512) 555-0123" in event["DESCRIPTION"]
    assert f"/h/{handoff.pk}/" in event["DESCRIPTION"]


def test_both_are_asked_to_come(handoff):
    assert [one.email for one in invite(handoff).attendees] == [handoff.agent.user.email, "dana.example@example.com"]


def test_a_client_without_an_address_is_no_attendee(handoff):
    handoff.facts["terms"] = {"client_email": ""}

    assert [one.email for one in invite(handoff).attendees] == [handoff.agent.user.email]


@pytest.mark.parametrize(
    ("how", "place", "summary", "location"),
    [
        (How.VIDEO, "https://meet.example.com/ana", "Video call with Ana Flores", "https://meet.example.com/ana"),
        (How.IN_PERSON, "12 Sample\nStreet", "Meeting with Ana Flores", "12 Sample Street"),
        (How.IN_PERSON, "", "Meeting with Ana Flores", "In person"),
    ],
)
def test_how_they_meet_is_where_the_calendar_shows_it(how, place, summary, location):
    team = a_team()
    lead, agent = dana(mia(team)), ana(team)
    handoff = passed(lead, to=agent, appointment=booked(lead, to=agent, how=how, place=place))

    event = event_of(invite(handoff))

    assert event["SUMMARY"] == f"{summary}, Example Realty"
    assert event["LOCATION"] == location


def test_a_cancellation_may_name_one_alone(handoff):
    out = words.agent_attendee(handoff)

    cancel = invite(handoff, Audience.AGENT, method="CANCEL", attendees=[out])

    assert event_of(cancel)["STATUS"] == "CANCELLED"
    assert cancel.attendees == (out,)


def test_without_a_time_there_is_no_invite():
    with pytest.raises(ValueError, match="Without a time"):
        invite(a_handoff(is_direct=True))


class AnyName(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(name=st.text(min_size=1, max_size=80))
    def test_whatever_the_lead_is_called_the_invite_is_one_event_with_one_of_each_line(self, name):
        if not hasattr(self, "handoff"):
            self.handoff = a_handoff()
        self.handoff.facts["lead"]["name"] = name

        for audience in (Audience.AGENT, Audience.CLIENT):
            made = invite(self.handoff, audience)
            raw = render_ics(Invite.from_json(made.as_json()))
            assert raw.count(b"\r\nATTENDEE") == 2
            assert raw.count(b"BEGIN:VEVENT") == 1
            assert len(Calendar.from_ical(raw).walk("VEVENT")) == 1
        assert invite(self.handoff).summary == "Call with Ana Flores, Example Realty"
