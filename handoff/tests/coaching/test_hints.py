"""The hint beside a letter while the next lead is captured."""

import pytest
from django.urls import reverse

from handoff.coaching.cards import acknowledge, close_card
from handoff.coaching.states import Focus
from handoff.tests.coaching.histories import Desk, card_of
from handoff.tests.pages import signed_in
from handoff.wordings import save_wording
from leads.tests.factories import NOW, LeadFactory, ready_lead
from teams.tests.factories import isa, lead

pytestmark = pytest.mark.django_db

PRICE = "What could you pay each month, all in, and still sleep well?"


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def next_lead(desk):
    return ready_lead(desk.team, desk.isa, first_name="Robin")


def hints(member, of):
    return signed_in(member).get(reverse("handoff:hints", args=[of.pk])).content.decode()


def test_the_question_is_put_beside_its_letter(desk, next_lead):
    card_of(desk)

    shown = hints(desk.isa, next_lead)

    assert 'id="hint-price" hx-swap-oob="true"' in shown
    assert f"Ask: “{PRICE}”" in shown
    assert shown.count("letter-hint") == 1


def test_the_lead_s_page_keeps_room_for_every_hint_and_asks_for_them(desk, next_lead):
    shown = signed_in(desk.isa).get(reverse("leads:lead", args=[next_lead.pk])).content.decode()

    assert all(f'id="hint-{focus}"' in shown for focus in Focus)
    assert f'hx-get="{reverse("handoff:hints", args=[next_lead.pk])}"' in shown


def test_bad_contact_data_is_minded_while_reading_back(desk, next_lead):
    card_of(desk, "CCC", Focus.VERIFICATION)

    shown = hints(desk.isa, next_lead)

    assert 'id="hint-verification"' in shown
    assert "Is that the phone in your hand right now?" in shown


def test_it_stays_while_the_card_is_worked_on(desk, next_lead):
    acknowledge(card=card_of(desk), actor=desk.isa, at=NOW)

    assert PRICE in hints(desk.isa, next_lead)


@pytest.mark.parametrize("end", ["improved", "closed"])
def test_it_goes_with_the_card(desk, next_lead, end):
    card = card_of(desk)
    if end == "improved":
        desk.after(".....")
    else:
        close_card(card=card, reason="Talked over", actor=lead(desk.team), at=NOW)

    assert "letter-hint" not in hints(desk.isa, next_lead)


def test_nobody_else_sees_it(desk, next_lead):
    card_of(desk)

    for other in (isa(desk.team), lead(desk.team)):
        assert "letter-hint" not in hints(other, next_lead)


def test_an_agent_who_has_the_lead_is_not_asked_to_mind_anything(desk):
    card_of(desk)

    shown = signed_in(desk.agent).get(reverse("leads:lead", args=[desk.lead.pk]))

    assert shown.status_code == 200
    assert "hint-price" not in shown.content.decode()


def test_it_is_in_the_team_s_words_with_the_client_s_name(desk, next_lead):
    words = "{first_name}, what is your ceiling, to the dollar?\nAnd in a year?"
    save_wording(team=desk.team, name="coaching_price", text=words, author=lead(desk.team), at=NOW)
    card_of(desk)

    shown = hints(desk.isa, next_lead)
    assert "Ask: “Robin, what is your ceiling, to the dollar?”" in shown
    assert "And in a year?" not in shown


def test_words_of_a_client_are_no_markup(desk):
    words = "{first_name}, what is your ceiling?"
    save_wording(team=desk.team, name="coaching_price", text=words, author=lead(desk.team), at=NOW)
    card_of(desk)
    odd = LeadFactory.create(team=desk.team, isa=desk.isa, first_name="<b>Robin</b>")

    shown = hints(desk.isa, odd)

    assert "Ask: “&lt;b&gt;Robin&lt;/b&gt;, what is your ceiling?”" in shown


@pytest.mark.parametrize("marks", ["PPP", "PMGAPMGAPMGA"])
def test_one_card_or_four_cost_the_same(desk, next_lead, marks, django_assert_num_queries):
    desk.history(marks)
    desk.match()
    client = signed_in(desk.isa)
    address = reverse("handoff:hints", args=[next_lead.pk])
    client.get(address)

    with django_assert_num_queries(7):
        assert client.get(address).content.decode().count("letter-hint") == len(marks) // 3
