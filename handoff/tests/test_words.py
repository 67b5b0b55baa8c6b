"""What people are told: each in their own zone, as much as they need and no more."""

import pytest

from handoff import words
from handoff.links import cover_link
from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.states import Method
from handoff.tests.passing import a_handoff, a_team, ana, booked, dana, mia, passed
from handoff.tests.reading import everything, facts_of, to_client
from leads.models import PersonNote, Recording
from leads.models.lpmama import Mortgage
from leads.recordings import promise_link
from leads.tests.factories import NOW
from notifications.models.deliveries import Audience

pytestmark = pytest.mark.django_db

#: What a lead said or wrote, and what was noted about them: none of it is for the client's mailbox.
PRIVATE = ("450k", "First Example Bank", "New job downtown", "Prefers texts", "would not say", "recordings.example")


@pytest.fixture
def handoff():
    return a_handoff()


# --- The channel ------------------------------------------------------------------------------------------------------


def test_the_alert_says_who_hands_whom_to_whom_and_when_on_the_teams_clock(handoff):
    alert = words.handoff_alert(handoff)

    assert alert.title == "Handoff: Dana Example to Ana Flores"
    assert alert.lead_in == "Mia Setter set this call with Ana Flores."
    assert facts_of(alert) == {
        "When": "Tue, Nov 24, 3:30 PM CST, 45 minutes (1:30 PM PST for the client)",
        "Location": "Buy in Mueller, near the lake",
        "Price": "$380k-$450k",
        "Timeframe": "1-3 months",
        "Mortgage": "Pre-approved: $460k, First Example Bank",
    }
    assert alert.link == f"http://testserver/h/{handoff.pk}/"


def test_a_transfer_that_is_through_pings_nobody_once_more(handoff):
    handoff.is_hot, handoff.method, handoff.appointment = True, Method.LIVE, None
    assert words.is_put_through(handoff)
    assert not words.handoff_alert(handoff).is_urgent


def test_only_a_hot_lead_is_urgent(handoff):
    assert not words.handoff_alert(handoff).is_urgent

    handoff.is_hot = True
    assert words.handoff_alert(handoff).is_urgent
    assert words.handoff_alert(handoff).title.startswith("Hot handoff")


def test_a_channel_learns_no_number_and_no_address(handoff):
    for message in (
        words.handoff_alert(handoff),
        words.moved(handoff, audience=Audience.CHANNEL, was_at=NOW),
        words.cancelled(handoff, audience=Audience.CHANNEL),
        words.taken_back(handoff, audience=Audience.CHANNEL),
    ):
        assert "555-0123" not in everything(message)
        assert "dana.example@" not in everything(message)


# --- The agent --------------------------------------------------------------------------------------------------------


def test_the_agents_mail_is_the_brief(handoff):
    mail = words.agent_brief_mail(handoff)

    assert mail.title == "Call with Dana Example, Tue, Nov 24, 4:30 PM EST"
    facts = facts_of(mail)
    assert facts["When"] == "Tue, Nov 24, 4:30 PM EST, 45 minutes (1:30 PM PST for the client)"
    assert facts["Phone"] == "(512) 555-0123"
    assert facts["Motivation"] == "1-3 months · New job downtown, lease ends in spring"
    assert [(action.label, action.link) for action in mail.actions] == [
        ("Call (512) 555-0123", "tel:+15125550123"),
        ("Listen to the call", "https://recordings.example.com/calls/1.mp3"),
        ("I can't make it", cover_link(handoff, handoff.agent)),
    ]
    assert "The outcome is due by Wed, Nov 25, 5:15 PM EST" in mail.footer


def test_warnings_stand_above_the_answers_and_notes_below():
    team = a_team()
    lead = dana(mia(team), answers={"mortgage": Mortgage.NOT_YET})
    PersonNote.objects.create(lead=lead, author=lead.isa, text="Prefers texts", created_at=NOW)
    mail = words.agent_brief_mail(passed(lead, to=ana(team)))

    labels = [fact.label for fact in mail.facts]
    assert facts_of(mail)["Careful"] == "Has not spoken to a lender yet."
    assert labels.index("Careful") < labels.index("Location")
    assert mail.lines == ("Note: Prefers texts",)


def test_an_owed_recording_is_said_to_be_owed():
    team = a_team()
    lead = dana(mia(team))
    Recording.objects.filter(lead=lead).delete()
    promise_link(lead=lead, actor=lead.isa, at=NOW)
    mail = words.agent_brief_mail(passed(lead, to=ana(team)))

    assert facts_of(mail)["Recording"] == "Recording to follow"
    assert "Listen to the call" not in [action.label for action in mail.actions]


@pytest.mark.parametrize("number", ["", "512 555 0123", "+1512;ext=1", "javascript:alert(1)"])
def test_only_a_number_that_a_phone_can_dial_becomes_a_button(handoff, number):
    handoff.facts["lead"]["phone"] = number

    assert not [action for action in words.agent_brief_mail(handoff).actions if action.link.startswith("tel:")]


def test_a_lead_handed_over_now_is_to_be_called_now():
    mail = words.agent_brief_mail(a_handoff(is_direct=True))

    assert mail.title == "Call Dana Example now"
    assert mail.is_urgent
    assert facts_of(mail)["When"] == "Now: call as soon as you can"


def test_the_agents_mail_tells_what_was_frozen_and_not_what_came_later(handoff):
    handoff.lead.first_name = "Somebody"
    handoff.lead.save()

    assert "Dana Example" in words.agent_brief_mail(Handoff.objects.get()).title


# --- The client -------------------------------------------------------------------------------------------------------


def test_the_client_meets_a_specialist_on_their_own_clock(handoff):
    mail = words.client_confirmation(handoff)

    assert mail.title == "Your call with Ana Flores: Tue, Nov 24, 1:30 PM PST"
    assert mail.lead_in == (
        "You will talk with Ana Flores of Example Realty. Ana is our downtown condo specialist. "
        "She has sold forty homes around the lake."
    )
    assert facts_of(mail) == {
        "When": "Tue, Nov 24, 1:30 PM PST, about 45 minutes",
        "How": "Ana calls you",
        "Ana's number": "(512) 555-0188",
    }
    assert "Reply to this mail" in mail.footer


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("moves without a gap", "Ana Flores of Example Realty. What Ana is known for: moves without a gap. She has"),
        ("first homes", "Ana Flores of Example Realty. What Ana is known for: first homes. She has"),
        ("Ask me anything!", "Ana Flores of Example Realty. What Ana is known for: Ask me anything! She has"),
        ("", "Ana Flores of Example Realty. She has"),
    ],
)
def test_a_title_of_any_shape_is_a_sentence_of_its_own(handoff, title, said):
    handoff.facts["agent"]["title"] = title

    assert words.client_confirmation(handoff).lead_in.startswith(f"You will talk with {said}")


@pytest.mark.parametrize(("how", "verb"), [(How.CALL, "talk with"), (How.VIDEO, "meet"), (How.IN_PERSON, "meet")])
def test_on_the_phone_people_talk_and_elsewhere_they_meet(handoff, how, verb):
    handoff.appointment.how = how

    for mail in (
        words.client_confirmation(handoff),
        words.agent_changed(handoff, audience=Audience.CLIENT, was=ana(handoff.team)),
    ):
        assert mail.lead_in.startswith(f"You will {verb} Ana Flores")


@pytest.mark.parametrize(
    ("how", "place", "label", "value"),
    [
        (How.VIDEO, "https://meet.example.com/ana", "How", "Video call: https://meet.example.com/ana"),
        (How.VIDEO, "", "How", "Video call: Ana sends the link"),
        (How.IN_PERSON, "12 Sample Street", "Where", "12 Sample Street"),
        (How.IN_PERSON, "", "Where", "Ana tells you where"),
    ],
)
def test_the_client_learns_how_and_where(how, place, label, value):
    team = a_team()
    lead, agent = dana(mia(team)), ana(team)
    handoff = passed(lead, to=agent, appointment=booked(lead, to=agent, how=how, place=place))

    assert facts_of(words.client_confirmation(handoff))[label] == value


@pytest.mark.parametrize("is_direct", [False, True], ids=["scheduled", "direct"])
def test_nothing_said_by_or_about_the_lead_reaches_their_mailbox(is_direct):
    team = a_team()
    lead = dana(mia(team), answers={"motivation_declined": True})
    PersonNote.objects.create(lead=lead, author=lead.isa, text="Prefers texts", created_at=NOW)
    agent = ana(team)
    handoff = passed(lead, to=agent, appointment=None if is_direct else booked(lead, to=agent))

    for mail in to_client(handoff, was=ana(team, user__name="Ben Other")):
        assert not [text for text in (*PRIVATE, "Changed their mind", "Not ready") if text in everything(mail)]
        assert f"/h/{handoff.pk}/" not in everything(mail)


def test_no_mail_of_the_client_speaks_a_zone_that_is_not_theirs(handoff):
    for mail in to_client(handoff, was=ana(handoff.team)):
        assert not [zone for zone in ("CST", "EST") if zone in everything(mail)]
