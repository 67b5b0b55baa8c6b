"""Cards as reports come in: opened, counted anew, improved, withdrawn; and who is told."""

from datetime import timedelta

import pytest

from handoff.coaching.cards import acknowledge, close_card
from handoff.coaching.matching import COMPLETED, CORRECTED, OTHER_WAYS, match_cards, match_team
from handoff.coaching.states import CardStatus, Focus
from handoff.models import CoachingCard, Outcome
from handoff.outcomes import record_outcome
from handoff.signals import outcome_recorded
from handoff.states import HandoffStatus
from handoff.tests.coaching.histories import Desk, card_of, live_of
from handoff.tests.factories import policy
from leads.states import Via
from leads.tests.factories import NOW
from notifications.models import Delivery, InboxItem, Preference
from notifications.models.preferences import Group
from teams.leaving import deactivate
from teams.models import Membership
from teams.tests.factories import agent, isa, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


def told(membership):
    return list(InboxItem.objects.filter(membership=membership).order_by("pk").values_list("kind", flat=True))


# --- A card opens -----------------------------------------------------------------------------------------------------


def test_the_third_report_on_one_letter_opens_a_card(desk):
    for mark, cards in (("P", 0), ("P", 0), ("P", 1)):
        handoff = desk.set(status=HandoffStatus.OPEN)
        record_outcome(
            handoff=handoff, showed="yes", is_good=False, reason="price", actor=desk.agent, via=Via.PAGE, at=NOW
        )
        assert CoachingCard.objects.count() == cards, mark

    card = desk.card()
    assert (card.setter, card.team, card.status) == (desk.isa, desk.team, CardStatus.OPEN)
    assert (card.flagged, card.judged, card.without, card.wanted) == (3, 3, 0, 5)
    assert card.cases.count() == 3
    assert card.opened_at == NOW


def test_bad_contact_data_is_about_the_reading_back(desk):
    assert card_of(desk, "CCC", Focus.VERIFICATION).flagged == 3


@pytest.mark.parametrize("marks", ["DDD", "OOO", "xxxx", "....", "PPMMGG", "PP"])
def test_nothing_else_opens_one(desk, marks):
    desk.after(marks)

    assert not CoachingCard.objects.exists()


def test_those_who_did_not_come_say_nothing_of_a_letter(desk):
    desk.after("PxxxxxxxxxxxxPxxxxxxP")

    assert desk.card().judged == 3


def test_leads_of_another_isa_count_for_them_alone(desk):
    other = Desk(isa=isa(desk.team), agent=desk.agent)
    desk.history("PP")
    other.history("P")
    desk.match()
    other.match()

    assert not CoachingCard.objects.exists()


def test_the_team_s_numbers_hold(desk):
    policy(desk.team, coaching_flags=2, coaching_window=4)
    desk.after("PP")

    assert desk.card().wanted == 2


def test_an_agent_who_sets_a_lead_gets_no_card(desk):
    setter = agent(desk.team)
    Desk(isa=setter, agent=desk.agent).after("PPP")

    assert not CoachingCard.objects.exists()


# --- Who is told ------------------------------------------------------------------------------------------------------


def test_isa_and_team_leads_are_told_once_in_the_app(desk):
    boss = lead(desk.team)
    stranger = lead()
    desk.after("PPPP")

    assert told(desk.isa) == told(boss) == ["coaching_opened"]
    assert told(stranger) == told(desk.agent) == []
    assert not Delivery.objects.filter(about__startswith="coaching/").exists()


def test_words_for_the_isa_are_kind_and_those_for_the_lead_name_the_isa(desk):
    boss = lead(desk.team)
    desk.after("P.PP")

    mine, theirs = InboxItem.objects.get(membership=desk.isa), InboxItem.objects.get(membership=boss)
    assert mine.title == "Something to learn from: Price"
    assert "In 3 of the last 4 leads" in mine.body
    assert theirs.title == "Mia Setter: Price in 3 of the last 4 leads"
    assert mine.link == theirs.link == f"/coaching/{desk.card().pk}/"


def test_whoever_chose_mails_gets_one_with_the_question(desk):
    Preference.objects.create(membership=desk.isa, group=Group.COACHING, by_email=True)
    desk.after("PPP")

    mail = Delivery.objects.get(about=desk.card().about)
    assert mail.recipient == desk.isa
    assert mail.message["facts"] == [
        {"label": "To ask next time", "value": "“What could you pay each month, all in, and still sleep well?”"}
    ]


def test_a_team_lead_with_a_card_of_their_own_is_told_once():
    boss = lead(user__name="Lea Template")
    Desk(isa=boss).after("PPP")

    assert [item.title for item in InboxItem.objects.filter(membership=boss)] == ["Something to learn from: Price"]


# --- It goes on, and ends ---------------------------------------------------------------------------------------------


def test_a_further_case_joins_the_card_and_tells_nobody(desk):
    desk.after("PPP.P")

    card = CoachingCard.objects.get()
    assert (card.flagged, card.judged, card.without, card.cases.count()) == (4, 5, 0, 4)
    assert told(desk.isa) == ["coaching_opened"]


def test_five_in_a_row_without_it_close_the_card_as_improved(desk):
    boss = lead(desk.team)
    desk.after("PPP....")
    assert (desk.card().status, desk.card().without) == (CardStatus.OPEN, 4)

    desk.after(".")

    card = desk.card()
    assert (card.status, card.closed_at, card.closed_by) == (CardStatus.IMPROVED, NOW, None)
    assert card.ending == "5 leads in a row without it."
    assert card.cases.count() == 3
    assert told(desk.isa) == told(boss) == ["coaching_opened", "coaching_improved"]


def test_an_acknowledged_card_improves_too(desk):
    acknowledge(card=card_of(desk), actor=desk.isa, at=NOW)
    desk.after(".....")

    assert desk.card().status == CardStatus.IMPROVED


def test_a_relapse_opens_a_new_card(desk):
    desk.after("PPP.....PP")
    assert live_of(desk.isa) == set()

    desk.after("P")

    first, second = CoachingCard.objects.order_by("pk")
    assert (first.status, second.status) == (CardStatus.IMPROVED, CardStatus.OPEN)
    assert second.cases.count() == 3
    assert told(desk.isa) == ["coaching_opened", "coaching_improved", "coaching_opened"]


def test_a_correction_that_takes_the_pattern_away_withdraws_the_card(desk):
    boss = lead(desk.team)
    *_, last = desk.after("PPP")
    outcome = Outcome.objects.get(handoff=last)
    was = Outcome.objects.get(pk=outcome.pk)
    outcome.is_good, outcome.reason = True, ""
    outcome.save()

    outcome_recorded.send(sender=Outcome, handoff=last, outcome=outcome, was=was, actor=desk.agent, at=NOW)

    card = desk.card()
    assert (card.status, card.ending) == (CardStatus.WITHDRAWN, CORRECTED)
    assert told(desk.isa) == ["coaching_opened", "coaching_ended"]
    assert told(boss) == ["coaching_opened"]


def test_a_correction_to_another_letter_moves_the_case(desk):
    handoffs = desk.after("PPPP")
    Outcome.objects.filter(handoff=handoffs[0]).update(reason="mortgage")

    desk.match(because=CORRECTED)

    assert set(desk.card().cases.all()) == set(handoffs[1:])
    assert desk.card().flagged == 3


def test_a_withdrawn_card_is_not_taken_for_an_old_improvement(desk):
    desk.after("PPP.....")
    *_, last = desk.after("PPP")
    Outcome.objects.filter(handoff=last).update(is_good=True, reason="")

    desk.match(because=CORRECTED)

    assert [card.status for card in CoachingCard.objects.order_by("pk")] == ["improved", "withdrawn"]


def test_a_late_report_takes_the_place_of_its_lead(desk):
    early = [desk.set() for _ in range(3)]
    desk.after(".....")
    for handoff in early:
        desk.report(handoff, "P")
        desk.match()

    assert not CoachingCard.objects.live().exists()


def test_a_late_report_between_two_cases_can_take_a_pattern_away(desk):
    policy(desk.team, coaching_flags=2, coaching_window=3)
    desk.after("P")
    late = [desk.set(), desk.set()]
    desk.after("P")
    assert live_of(desk.isa) == {"price"}

    for handoff in late:
        desk.report(handoff, ".")
        desk.match()

    assert (desk.card().status, desk.card().ending) == (CardStatus.WITHDRAWN, COMPLETED)


def test_once_closed_by_the_lead_only_new_leads_count(desk):
    boss = lead(desk.team)
    close_card(card=card_of(desk), reason="We went through all three.", actor=boss, at=desk.set().opened_at)
    late = desk.history("PP")
    desk.match()
    assert live_of(desk.isa) == set()
    assert late

    desk.after("P")

    assert live_of(desk.isa) == {"price"}
    assert desk.card().cases.count() == 3


# --- The rest of the team ---------------------------------------------------------------------------------------------


def test_other_numbers_are_applied_to_everybody(desk):
    quiet = Desk(isa=isa(desk.team), agent=desk.agent)
    quiet.history("PP")
    desk.after("PPP")
    policy(desk.team, coaching_flags=4)

    match_team(team=desk.team, because=OTHER_WAYS, at=NOW)
    assert (desk.card().status, desk.card().ending) == (CardStatus.WITHDRAWN, OTHER_WAYS)

    policy(desk.team, coaching_flags=2)
    match_team(team=desk.team, because=OTHER_WAYS, at=NOW)
    assert live_of(quiet.isa) == live_of(desk.isa) == {"price"}


def test_whoever_leaves_takes_no_card_along(desk):
    card = card_of(desk)
    boss = lead(desk.team)

    deactivate(member=desk.isa, successor=boss, actor=boss, at=NOW + timedelta(hours=1))

    card.refresh_from_db()
    assert (card.status, card.ending) == (CardStatus.WITHDRAWN, "Mia Setter has left the team.")
    match_cards(setter=Membership.objects.get(pk=desk.isa.pk), because=COMPLETED, at=NOW)
    assert live_of(desk.isa) == set()
