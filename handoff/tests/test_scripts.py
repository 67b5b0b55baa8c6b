"""Scripts: filled with what is known, a visible blank for what is not, and never an error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handoff.scripts import script
from handoff.tests.passing import a_team, ana, booked, dana, mia
from handoff.wordings import SCRIPTS
from leads.answers import save_answers
from leads.models import Lead, LeadEmail, LeadPhone, Lpmama
from leads.models.lpmama import Side
from leads.placeholders import Piece, fill
from leads.tests.factories import NOW
from teams.models import AgentProfile
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db

#: What a client hears as being passed down.
BELITTLING = ("give you to", "giving you", "hand you", "pass you", "somebody", "someone", "just a", "transfer you")


@pytest.fixture
def client():
    return dana(mia(a_team()))


@pytest.fixture
def agent(client):
    return ana(client.team)


def words(name, client, agent=None, slot=None):
    return script(name, lead=client, agent=agent, slot=slot, team=client.team).text


def test_setting_the_appointment_presents_the_agent_as_the_specialist(client, agent):
    text = words("setting_the_appointment", client, agent, booked(client, to=agent))

    assert text.splitlines() == [
        (
            "Dana, from what you tell me, the person you want to talk to is Ana Flores. "
            "Ana is our downtown condo specialist."
        ),
        "She has sold forty homes around the lake.",
        "Ana has Tuesday, November 24 at 1:30 PM your time open. Does that work for you?",
        "(On Ana's clock that is 4:30 PM EST.)",
        "Ana will have everything you told me, so nobody asks you twice.",
    ]


def test_in_one_zone_there_is_one_clock(client, agent):
    agent.user.zone = client.zone

    assert "clock" not in words("setting_the_appointment", client, agent, booked(client, to=agent))


def test_verification_reads_number_and_address_back_as_they_are_heard(client, agent):
    text = words("verification", client, agent, booked(client, to=agent))

    assert "5 1 2, 5 5 5, 0 1 2 3" in text
    assert "dana dot example at example dot com" in text
    assert "invite from Example Realty is on its way while we talk" in text


def test_an_agent_without_a_title_is_the_specialist_for_the_area(client, agent):
    AgentProfile.objects.update(title="", line="")
    agent.profile.refresh_from_db()
    save_answers(lead=client, changes={"areas": [AreaFactory(team=client.team, name="Mueller")]}, actor=None, at=NOW)

    text = words("setting_the_appointment", client, agent, booked(client, to=agent))

    assert "Ana Flores. Ana is our specialist for Mueller." in text
    assert "[" not in text


SAYING_WHO = ["setting_the_appointment", "direct_handover", "live_fallback", "voicemail"]


@pytest.mark.parametrize("name", SAYING_WHO)
def test_a_title_that_is_no_noun_is_a_sentence_of_its_own(client, agent, name):
    agent.profile.title = "Moving without a gap"

    text = words(name, client, agent, booked(client, to=agent))

    assert ". What Ana is known for: moving without a gap." in text


@pytest.mark.parametrize("name", SAYING_WHO)
def test_who_only_buys_is_not_told_of_sales(client, agent, name):
    save_answers(lead=client, changes={"side": Side.BUY}, actor=None, at=NOW)
    agent.profile.title, agent.profile.line = "Selling and buying in one move", "He lines up sale and purchase."

    text = words(name, client, agent, booked(client, to=agent))

    assert "Ana is one of our agents." in text
    assert "sale" not in text.lower()
    assert "selling" not in text.lower()


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_passes_the_client_down(client, agent, name):
    text = words(name, client, agent, booked(client, to=agent)).lower()

    assert not [phrase for phrase in BELITTLING if phrase in text]


@pytest.mark.parametrize("name", SCRIPTS)
def test_with_everything_known_nothing_is_left_blank(client, agent, name):
    whole = script(name, lead=client, agent=agent, slot=booked(client, to=agent), team=client.team)

    assert not whole.has_blanks
    assert "{" not in whole.text


@pytest.mark.parametrize("name", SCRIPTS)
def test_with_nothing_known_there_are_blanks_and_no_error(client, name):
    Lpmama.objects.all().delete()
    LeadPhone.objects.all().delete()
    LeadEmail.objects.all().delete()
    Lead.objects.update(isa=None)
    bare = Lead.objects.get()

    whole = script(name, lead=bare, team=bare.team)

    needs_to_know = any("{" in each and not each.startswith("?") for each in SCRIPTS[name].paragraphs)
    assert whole.has_blanks == needs_to_know
    assert "None" not in whole.text


def test_a_blank_is_marked_apart_from_what_was_filled_in(client):
    pieces = script("setting_the_appointment", lead=client, team=client.team).paragraphs[0]

    assert pieces[0] == Piece("Dana", "fill")
    assert Piece("[agent]", "missing") in pieces


def test_there_is_no_script_for_what_does_not_exist(client):
    assert script("live_transfer", lead=client, team=client.team) is None


@pytest.mark.parametrize(
    "name",
    [
        "{agent}",
        "{0}",
        "{agent.__class__}",
        "%s",
        "{",
        "}{",
        "<script>alert(1)</script>",
        "Dana\r\nBCC: x",
        "💜",
        "א\u200fב",
    ],
)
def test_a_hostile_name_stays_a_name(client, agent, name):
    client.first_name = name

    whole = script("opening", lead=client, agent=agent, team=client.team)

    assert whole.paragraphs[0][1].kind == "fill"
    assert "Ana" not in whole.text
    assert "\r" not in whole.text
    assert len(whole.paragraphs) == 2


def test_an_unknown_placeholder_stays_visible_as_a_blank():
    assert fill("Call {the_moon} now", {}) == (Piece("Call "), Piece("[the moon]", "missing"), Piece(" now"))


class AnyText(TestCase):
    @settings(max_examples=200)
    @given(template=st.text(alphabet="{}a_b ?x", max_size=40), value=st.text(max_size=20))
    def test_whatever_a_script_says_filling_it_keeps_its_words(self, template, value):
        pieces = fill(template, {"a": value, "b": value})

        fixed = "".join(piece.text for piece in pieces if piece.kind == "text")
        filled = [piece for piece in pieces if piece.kind == "fill"]
        assert all(piece.text == value for piece in filled)
        assert len(fixed) <= len(template)
