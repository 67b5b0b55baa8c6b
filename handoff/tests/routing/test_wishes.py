"""Whom a client knows already: by earlier handoffs, as owner or collaborator, or by name in the notes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, reassign, take_back
from handoff.outcomes import record_outcome
from handoff.routing.ranking import rank
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from leads.answers import save_answers
from leads.collaborating import collaborate
from leads.models import Lead
from leads.notes import add_note
from leads.ownership import give_lead
from leads.states import Via
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


def known(lead, of, *, at=LATER) -> str:
    """How the client knows the agent, by the ranking; empty when it earns them nothing."""
    found = next(each for each in rank(lead=lead, team=lead.team, at=at) if each.agent == of)
    return found.reasons[0] if found.scores["known"] else ""


@pytest.fixture
def lead():
    return ready()


@pytest.fixture
def ana(lead):
    return agent(lead.team, user__name="Ana Flores")


@pytest.fixture
def ben(lead):
    return agent(lead.team, user__name="Ben Stone")


def test_who_had_the_client_before_comes_first_though_others_had_fewer(lead, ana, ben):
    handoff = open_handoff(lead, to=ben)
    record_outcome(handoff=handoff, showed="no", actor=ben, via=Via.PAGE, at=SLOT + timedelta(hours=1))

    assert known(lead, ben, at=SLOT + timedelta(hours=2)) == "Had this client before"
    assert rank(lead=lead, team=lead.team, at=SLOT + timedelta(hours=2))[0].agent == ben


def test_the_owner_is_known(lead, ana):
    give_lead(lead=lead, to=ana, at=NOW, summary="Ana owns this lead")

    assert known(lead, ana) == "Has this client already"


def test_a_collaborator_is_known(lead, ana, ben):
    collaborate(lead=lead, membership=ana, reason="open house", at=NOW)

    assert known(lead, ana) == "Works on this lead"
    assert known(lead, ben) == ""


def test_an_agent_from_whom_the_lead_was_taken_back_is_not_preferred(lead, ana):
    handoff = open_direct(lead, to=ana)
    take_back(handoff=handoff, reason="Never called", actor=lead.isa, at=LATER)

    assert known(lead, ana) == ""


@pytest.mark.parametrize(("by_agent", "words"), [(True, ""), (False, "Had this client before")])
def test_a_cancelled_meeting_makes_known_unless_the_agent_called_it_off(lead, ana, by_agent, words):
    handoff = open_handoff(lead, to=ana)
    cancel(appointment=handoff.appointment, reason="Ill", actor=ana if by_agent else lead.isa, at=LATER)

    assert known(lead, ana) == words


def test_whoever_the_lead_was_moved_to_is_known_afterwards(lead, ana, ben):
    handoff = open_handoff(lead, to=ana)
    reassign(handoff=handoff, agent=ben, actor=None, at=LATER)
    cancel(appointment=handoff.appointment, reason="No time", actor=lead.isa, at=LATER)

    assert known(lead, ben) == "Had this client before"


@pytest.mark.parametrize(
    "text",
    [
        "Talked to Ana Flores at the open house",
        "ana flores sold the neighbour's home",
        "Wants Ana, nobody else",
        "Met her sister's agent, Ana",
    ],
)
def test_an_agent_who_is_named_in_a_note_is_known(lead, ana, ben, text):
    add_note(lead=lead, text=text, author=lead.isa, at=NOW)

    assert known(lead, ana) == "Named in the notes"
    assert known(lead, ben) == ""


@pytest.mark.parametrize("name", ["needs", "household", "motivation", "location_text", "appointment_wish"])
def test_an_agent_who_is_named_in_an_answer_is_known(lead, ana, name):
    save_answers(lead=lead, changes={name: "asked for Ana Flores"}, actor=lead.isa, at=NOW)

    assert known(lead, ana) == "Named in the notes"


@pytest.mark.parametrize(
    "text",
    [
        "Banana Floresville",  # no whole words
        "Will sell in spring. Will move.",  # the beginning of a sentence is written so anyway
        "will call back",
        "Ana-Maria is her daughter",
    ],
)
def test_words_that_only_look_like_a_name_are_none(lead, ana, text):
    will = agent(lead.team, user__name="Will Stone")
    add_note(lead=lead, text=text, author=lead.isa, at=NOW)

    assert (known(lead, ana), known(lead, will)) == ("", "")


def test_a_first_name_that_two_agents_have_says_nothing(lead, ana):
    other = agent(lead.team, user__name="Ana Lund")
    add_note(lead=lead, text="Wants Ana again", author=lead.isa, at=NOW)

    assert (known(lead, ana), known(lead, other)) == ("", "")


def test_the_clients_own_first_name_says_nothing(ana, lead):
    Lead.objects.filter(pk=lead.pk).update(first_name="Ana")
    add_note(lead=lead, text="Call after five, Ana works late", author=lead.isa, at=NOW)

    assert known(lead, ana) == ""


def test_a_name_of_odd_letters_breaks_nothing(lead):
    odd = agent(lead.team, user__name="(*[ O'Neil\\")
    add_note(lead=lead, text="Wants (*[ O'Neil\\ please", author=lead.isa, at=NOW)

    assert known(lead, odd) == "Named in the notes"


def test_another_leads_history_says_nothing(lead, ana):
    open_handoff(ready(lead.team), to=ana)

    assert known(lead, ana) == ""
