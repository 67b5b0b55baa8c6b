"""What people are told when a handoff changes, and how the agent is asked for the outcome."""

from datetime import timedelta

import pytest

from handoff import words
from handoff.links import cover_link
from handoff.models import Handoff, Outcome
from handoff.tests.passing import TOMORROW, a_handoff, a_team, ana, booked, dana, mia, passed
from handoff.tests.reading import everything, facts_of, to_client
from leads.states import Via
from leads.tests.factories import NOW
from notifications.models.deliveries import Audience

pytestmark = pytest.mark.django_db

TEAM_AUDIENCES = (Audience.AGENT, Audience.ISA, Audience.CHANNEL)


@pytest.fixture
def handoff():
    return a_handoff()


# --- Changes ----------------------------------------------------------------------------------------------------------


def test_a_move_names_the_new_time_and_the_old_one(handoff):
    mail = words.moved(handoff, audience=Audience.CLIENT, was_at=TOMORROW - timedelta(hours=2))

    assert mail.title == "New time for your call with Ana Flores: Tue, Nov 24, 1:30 PM PST"
    assert facts_of(mail)["Before"] == "Tue, Nov 24, 11:30 AM PST"


@pytest.mark.parametrize(
    ("audience", "now", "before"),
    [
        (Audience.AGENT, "4:30 PM EST", "2:30 PM EST"),
        (Audience.ISA, "3:30 PM CST", "1:30 PM CST"),
        (Audience.CHANNEL, "3:30 PM CST", "1:30 PM CST"),
    ],
)
def test_each_of_the_team_reads_their_own_clock(handoff, audience, now, before):
    message = words.moved(handoff, audience=audience, was_at=TOMORROW - timedelta(hours=2))

    assert message.title == f"Moved: Dana Example, now Tue, Nov 24, {now}"
    assert facts_of(message)["Before"].endswith(before)


@pytest.mark.parametrize("audience", TEAM_AUDIENCES)
def test_the_team_hears_the_reason_of_a_cancellation(handoff, audience):
    message = words.cancelled(handoff, audience=audience, reason="Changed their mind")

    assert facts_of(message)["Reason"] == "Changed their mind"


def test_the_new_agent_gets_the_brief_and_hears_who_had_it(handoff):
    mail = words.agent_changed(handoff, audience=Audience.AGENT, was=ana(handoff.team, user__name="Ben Other"))

    assert mail.lead_in.startswith("Ben Other had this lead before you.")
    assert "(512) 555-0123" in everything(mail)


def test_the_agent_who_is_out_learns_nothing_more_of_the_lead(handoff):
    text = everything(words.no_longer_yours(handoff, was=ana(handoff.team)))

    assert "555-0123" not in text
    assert f"/h/{handoff.pk}/" not in text


def test_the_agent_who_is_out_reads_on_their_own_clock_which_time_is_free_again(handoff):
    was = ana(handoff.team, user__name="Ben Other", user__zone="America/Denver")

    assert facts_of(words.no_longer_yours(handoff, was=was)) == {
        "Free again": "Tue, Nov 24, 2:30 PM MST, 45 minutes",
    }


def test_without_a_time_none_is_freed():
    handoff = a_handoff(is_direct=True)

    assert words.no_longer_yours(handoff, was=ana(handoff.team)).facts == ()


@pytest.mark.parametrize("audience", TEAM_AUDIENCES)
def test_only_the_agent_of_a_moved_appointment_gets_buttons_to_call_and_to_say_they_cannot(handoff, audience):
    links = [action.link for action in words.moved(handoff, audience=audience, was_at=NOW).actions]

    of_agent = ["tel:+15125550123", cover_link(handoff, handoff.agent)]
    assert links == (of_agent if audience == Audience.AGENT else [])


def test_a_reassigned_agent_is_not_presented_by_the_words_of_the_one_before(handoff):
    handoff.agent = ana(handoff.team, user__name="Ben Other")

    text = everything(words.client_confirmation(handoff))

    assert "Ben Other of Example Realty" in text
    assert "downtown condo specialist" not in text


# --- The outcome ------------------------------------------------------------------------------------------------------


def test_the_question_carries_a_link_for_each_first_answer(handoff):
    mail = words.outcome_ask(handoff)

    assert mail.title == "How did it go with Dana Example?"
    assert [(one.label, one.link.removeprefix(mail.link)) for one in mail.actions] == [
        ("Showed", "?showed=yes"),
        ("No-show", "?showed=no"),
        ("Moved", "?showed=moved"),
    ]


def test_the_overdue_notice_gives_the_team_lead_no_link_that_acts_as_the_agent(handoff):
    signed = words.outcome_ask(handoff).link
    notice = words.outcome_overdue(handoff, audience=Audience.LEAD)

    assert notice.is_urgent
    assert notice.title == "No outcome from Ana Flores for Dana Example"
    assert signed not in everything(notice)


def test_the_setter_hears_what_became_of_the_lead(handoff):
    outcome = Outcome(
        handoff=handoff,
        showed="yes",
        is_good=False,
        reason="price",
        note="Wants a castle",
        recorded_by=handoff.agent,
        recorded_at=NOW,
        via=Via.PAGE,
    )
    message = words.outcome_reported(handoff, outcome)

    assert message.title == "Dana Example: showed, not a good lead"
    assert facts_of(message) == {"Why not": "Cannot afford the median price", "Note": "Wants a castle"}


# --- Hostile text -----------------------------------------------------------------------------------------------------

HOSTILE = "Eve\u202e\r\nBcc: all@example.com <!channel> https://evil.example.com/x"


def test_a_hostile_name_is_one_line_without_a_link_wherever_it_goes():
    team = a_team()
    lead = dana(mia(team))
    type(lead).objects.update(first_name=HOSTILE, last_name="")
    lead.refresh_from_db()
    agent = ana(team)
    handoff = passed(lead, to=agent, appointment=booked(lead, to=agent))

    for title in (
        words.handoff_alert(handoff).title,
        words.agent_brief_mail(handoff).title,
        words.client_name(handoff),
    ):
        assert not [mark for mark in ("\r", "\n", "\u202e", "<", "://", "@") if mark in title]
    for mail in to_client(handoff, was=ana(team)):
        assert "evil" not in everything(mail)


def test_every_message_can_be_stored_whatever_the_lead_is_called():
    team = a_team()
    lead = dana(mia(team))
    lead.first_name = "\x00\ud800" + HOSTILE
    agent = ana(team)
    handoff = passed(dana(mia(team), phone="+15125550124"), to=agent)
    handoff.facts["lead"]["name"] = lead.first_name

    for message in (words.handoff_alert(handoff), words.agent_brief_mail(handoff), *to_client(handoff, was=agent)):
        stored = message.as_json()
        Handoff.objects.filter(pk=handoff.pk).update(facts=stored)
        assert Handoff.objects.get(pk=handoff.pk).facts == stored
