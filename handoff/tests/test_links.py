"""Links without signing in: good for one purpose, one person and one state of one handoff, until they expire."""

import string
from datetime import timedelta

import pytest
from django.core import signing
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from handoff.links import LIFE_AFTER_DUE, BadLink, BadReason, outcome_link, read_outcome_link
from handoff.models import Handoff
from handoff.states import HandoffStatus
from handoff.tests.passing import a_handoff, ana
from leads.tests.factories import NOW
from teams.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def handoff():
    return a_handoff()


def token_of(handoff, membership=None):
    return outcome_link(handoff, membership or handoff.agent).rstrip("/").rsplit("/", 1)[1]


def refusal_of(token, at=NOW):
    with pytest.raises(BadLink) as refused:
        read_outcome_link(token, at=at)
    return refused.value.reason


def test_the_link_leads_to_the_handoff_and_its_agent(handoff):
    link = outcome_link(handoff, handoff.agent)

    assert link.startswith("http://testserver/")
    assert read_outcome_link(token_of(handoff), at=NOW) == (handoff, handoff.agent)


def test_the_same_link_is_made_again_so_a_resent_mail_says_the_same(handoff):
    assert outcome_link(handoff, handoff.agent) == outcome_link(handoff, handoff.agent)


def test_reading_it_changes_nothing(handoff):
    before = Handoff.objects.values().get()
    for _ in range(3):
        read_outcome_link(token_of(handoff), at=NOW)

    assert Handoff.objects.values().get() == before


@pytest.mark.parametrize("position", [0, 10, -1, -20])
def test_one_changed_letter_forges_it(handoff, position):
    token = token_of(handoff)
    other = "A" if token[position] != "A" else "B"
    forged = token[:position] + other + (token[position:][1:])

    assert refusal_of(forged) == BadReason.FORGED


@given(st.text(alphabet=string.printable, max_size=120))
def test_whatever_is_in_the_address_it_is_refused_quietly(text):
    with pytest.raises(BadLink):
        read_outcome_link(text, at=NOW)


@pytest.mark.parametrize("claim", [[], "x", 7, {}, {"h": 1}], ids=str)
def test_a_signature_under_something_else_is_no_link(claim):
    token = signing.Signer(salt="handoff.links.outcome").sign_object(claim)

    assert refusal_of(token) == BadReason.FORGED


def test_a_token_signed_for_another_purpose_is_no_link(handoff):
    claim = signing.Signer(salt="handoff.links.outcome").unsign_object(token_of(handoff))
    token = signing.Signer(salt="handoff.links.cancel").sign_object(claim)

    assert refusal_of(token) == BadReason.FORGED


def test_a_token_of_another_installation_is_no_link(handoff):
    with override_settings(SECRET_KEY="somebody-elses"):
        token = token_of(handoff)

    assert refusal_of(token) == BadReason.FORGED


def test_it_lasts_two_weeks_beyond_the_deadline(handoff):
    last = handoff.outcome_due_at + LIFE_AFTER_DUE

    read_outcome_link(token_of(handoff), at=last)
    assert refusal_of(token_of(handoff), at=last + timedelta(seconds=1)) == BadReason.EXPIRED


def test_after_a_move_the_old_mails_link_is_no_good(handoff):
    token = token_of(handoff)
    Handoff.objects.update(revision=2)

    assert refusal_of(token) == BadReason.CHANGED


def test_who_has_the_lead_no_more_reports_nothing(handoff):
    token = token_of(handoff)
    Handoff.objects.update(agent=ana(handoff.team))

    assert refusal_of(token) == BadReason.REASSIGNED


def test_somebody_elses_link_is_no_good_even_with_a_signature(handoff):
    assert refusal_of(token_of(handoff, ana(handoff.team))) == BadReason.REASSIGNED


def test_who_has_left_the_team_reports_nothing(handoff):
    Membership.objects.filter(pk=handoff.agent_id).update(ended_at=NOW)

    assert refusal_of(token_of(handoff)) == BadReason.REASSIGNED


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (HandoffStatus.REPORTED, BadReason.REPORTED),
        (HandoffStatus.CANCELLED, BadReason.CLOSED),
        (HandoffStatus.RETURNED, BadReason.CLOSED),
    ],
)
def test_a_handoff_that_is_over_has_no_links(handoff, status, reason):
    Handoff.objects.update(status=status)

    assert refusal_of(token_of(handoff)) == reason


def test_a_refusal_says_why_and_nothing_of_the_handoff(handoff):
    Handoff.objects.update(status=HandoffStatus.REPORTED)

    with pytest.raises(BadLink, match="reported already") as refused:
        read_outcome_link(token_of(handoff), at=NOW)

    assert "Dana" not in str(refused.value)
