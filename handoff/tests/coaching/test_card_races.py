"""Two reports at once, on two leads of one ISA: one card, and both of them counted."""

import pytest

from handoff.coaching.cards import CardOver, acknowledge, close_card
from handoff.coaching.states import CardStatus, Focus
from handoff.models import CoachingCard, Handoff
from handoff.outcomes import record_outcome
from handoff.states import HandoffStatus
from handoff.tests.coaching.histories import Desk
from handoff.tests.passing import ana, dana, passed
from handoff.tests.test_outcome_races import at_once
from leads.states import Via
from leads.tests.factories import NOW
from notifications.models import InboxItem
from teams.models import Membership
from teams.tests.factories import lead

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


def reporting(handoff, *, is_good=False):
    def report():
        mine = Handoff.objects.select_related("agent__user").get(pk=handoff.pk)
        said = {"is_good": is_good, "reason": "" if is_good else "price"}
        return record_outcome(handoff=mine, showed="yes", actor=mine.agent, via=Via.PAGE, at=NOW, **said)

    return report


def waiting(desk):
    """Another lead of the ISA, with another agent."""
    number = Handoff.objects.count()
    whose = dana(desk.isa, phone=f"+1512555{number:04}", email=f"dana{number}@example.com")
    return passed(whose, to=ana(desk.team), status=HandoffStatus.OPEN)


def test_two_reports_at_once_make_one_card_of_all_four():
    for _ in range(ROUNDS):
        desk = Desk()
        desk.history("PP")

        at_once(reporting(waiting(desk)), reporting(waiting(desk)))

        card = CoachingCard.objects.get(setter=desk.isa)
        assert (card.flagged, card.judged, card.cases.count()) == (4, 4, 4)
        assert InboxItem.objects.filter(membership=desk.isa, kind="coaching_opened").count() == 1


def test_a_case_and_a_good_lead_at_once_are_both_counted():
    for _ in range(ROUNDS):
        desk = Desk()
        desk.history("PP")

        at_once(reporting(waiting(desk)), reporting(waiting(desk), is_good=True))

        card = CoachingCard.objects.get(setter=desk.isa)
        assert (card.flagged, card.judged) == (3, 4)


def test_closing_and_improving_at_once_end_it_once():
    for _ in range(ROUNDS):
        desk = Desk()
        desk.history("PPP")
        desk.match()
        desk.history("....")
        card, boss = desk.card(Focus.PRICE), lead(desk.team)
        last = waiting(desk)

        closed, _ = at_once(
            lambda card=card, boss=boss: close_card(
                card=card, reason="Talked over", actor=Membership.objects.get(pk=boss.pk), at=NOW
            ),
            reporting(last, is_good=True),
        )

        card.refresh_from_db()
        ended: set[str] = {CardStatus.CLOSED, CardStatus.IMPROVED}
        assert card.status in ended
        assert (card.status == CardStatus.IMPROVED) == isinstance(closed, CardOver), closed
        told = InboxItem.objects.filter(membership=desk.isa, kind__in=["coaching_ended", "coaching_improved"])
        assert told.count() == 1


def test_pressing_the_key_twice_at_once_tells_the_team_lead_once():
    desk = Desk()
    boss = lead(desk.team)
    desk.history("PPP")
    desk.match()
    card = desk.card()

    def press():
        return acknowledge(card=card, actor=Membership.objects.get(pk=desk.isa.pk), at=NOW)

    assert sorted(map(bool, at_once(press, press))) == [False, True]
    assert InboxItem.objects.filter(membership=boss, kind="coaching_acknowledged").count() == 1
