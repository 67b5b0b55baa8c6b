"""What a month comes to, approving it, and what is said of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from handoff.models import Entry, PlanVersion, Statement
from handoff.models.pay import Kind
from handoff.months import months
from handoff.pay.adjusting import ByHand, EnteredAlready, adjust
from handoff.pay.approving import PayRefused, approve
from handoff.pay.ledger import settle
from handoff.pay.reckoning import Sum, caps_of
from handoff.pay.statements import statement_of
from handoff.tests.pay.ground import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    Place,
    entries,
    on,
    plan,
    reported,
    stepped,
)
from handoff.tests.pay.ground import TWENTIETH as NOW
from notifications.models import Delivery, InboxItem
from notifications.models.preferences import Group
from notifications.preferences import Choice, choices_of, choose
from notifications.promises.timers import fire_due
from teams.models import Membership, TextsConnection, User
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


# --- Base salary and caps ---------------------------------------------------------------------------------------------


def test_a_month_is_base_salary_bonuses_and_shares(place):
    stepped(place.met(on(5, 10)), closed_on=date(2026, 10, 9), commission=10_000, at=on(9, 10))
    settle([place.met(on(6, 10)).pk, Entry.objects.latest("pk").handoff_id or 0], at=on(9, 10))
    settle(list(Entry.objects.values_list("handoff", flat=True)), at=on(9, 10))

    page = statement_of(place.isa, OCTOBER, at=NOW)

    assert [(each.kind, each.total) for each in page.sections] == [
        (Kind.BASE, 300_000), (Kind.HELD, 6_000), (Kind.CLOSING, 50_000),
    ]  # fmt: skip
    assert page.head.total == 356_000
    assert page.head.state == "ready"


@pytest.mark.parametrize(
    ("came", "left", "base"),
    [(None, None, 300_000), (11, None, 200_000), (None, 10, 100_000), (11, 20, 100_000), (None, -3, None)],
)
def test_who_comes_or_leaves_within_a_month_is_paid_for_the_days(place, came, left, base):
    """September has 30 days."""
    if came:
        Membership.objects.filter(pk=place.isa.pk).update(created_at=on(came, 9))
    if left:
        Membership.objects.filter(pk=place.isa.pk).update(ended_at=on(left, 9))
    isa = Membership.objects.get(pk=place.isa.pk)

    page = statement_of(isa, SEPTEMBER, at=NOW)

    assert (page.head.total if page else None) == base


def test_bonuses_are_capped_and_the_entry_says_why():
    place = Place(base=0, bonus_cap=7_000)
    for day in (1, 2, 3):
        place.met(on(day, 10))

    page = statement_of(place.isa, OCTOBER, at=NOW)

    assert page.head.total == 7_000
    cap = next(each for each in page.entries if each.kind == Kind.HELD_CAP)
    assert (cap.amount, cap.pk) == (-2_000, None)
    assert "come to $90.00, and $70.00 is the most" in cap.why


def test_what_comes_back_of_a_capped_month_takes_nothing_that_the_cap_had_not_paid():
    place = Place(base=0, bonus_cap=7_000)
    handoffs = [place.met(on(day, 10)) for day in (25, 26, 27)]
    place.approve_all(OCTOBER)

    place.no_show_after_all(handoffs[0], on(5))
    assert place.total(NOVEMBER) == -1_000  # 60 dollars are right, 70 were paid

    place.no_show_after_all(handoffs[1], on(6))
    assert place.total(NOVEMBER) == -4_000


AMOUNTS = st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 5).map(lambda n: n * 2_500)), max_size=12)


@given(AMOUNTS, st.sampled_from([None, 0, 5_000, 12_000]))
def test_however_entries_are_spread_over_statements_a_month_comes_to_its_cap_at_most(amounts, cap):
    version = PlanVersion(bonus_cap=cap, currency="USD")
    isa = Membership(pk=1, team_id=1)
    shown = list(months(SEPTEMBER, DECEMBER))
    sums = [Sum(shown[turn], SEPTEMBER, Kind.HELD, amount, "USD", version) for turn, amount in amounts]

    taken = sum(each.amount for month in shown for each in caps_of(isa, sums, month, at=NOW))

    total = sum(amount for _, amount in amounts)
    assert total + taken == (total if cap is None else min(total, cap))


# --- Approving --------------------------------------------------------------------------------------------------------


def test_approved_a_month_is_locked_and_what_comes_later_is_in_the_next(place):
    handoff = place.met(on(25, 10))
    place.approve_all(OCTOBER)
    before = entries(month=OCTOBER)

    place.no_show_after_all(handoff, on(5))
    place.met(on(28, 10))

    assert entries(month=OCTOBER) == before
    assert (place.total(OCTOBER), Statement.objects.get(month=OCTOBER).total) == (303_000, 303_000)
    assert place.total(NOVEMBER) == 300_000 - 3_000 + 3_000
    words = " ".join(Entry.objects.filter(month=NOVEMBER).values_list("why", flat=True))
    assert "October 2026 is approved" in words


def test_nothing_is_approved_while_a_plan_still_enters_what_was_before_it():
    team = people.TeamFactory.create()
    isa, boss = people.isa(team), people.lead(team)
    for day in (5, 6):
        reported(isa, people.agent(team), at=on(day, 10))
    plan(team, from_month=SEPTEMBER, at=NOW)
    said = {"isa": isa, "month": SEPTEMBER, "seen": 300_000, "actor": boss, "at": NOW}

    assert statement_of(isa, SEPTEMBER, at=NOW).head.state == "settling"
    with pytest.raises(PayRefused, match="still being made: 2 handoffs to go"):
        approve(**said)

    fire_due(at=NOW)
    assert approve(**said).total == 300_000
    assert statement_of(isa, OCTOBER, at=NOW).head.total == 306_000


def test_a_plan_of_ones_own_holds_up_nobody_else(place):
    reported(place.isa, place.agent, at=on(5, 9))
    other = people.isa(place.team)
    reported(other, place.agent, at=on(6, 9))
    plan(place.team, isa=place.isa, from_month=SEPTEMBER, bonus=5_000, at=NOW)

    assert statement_of(place.isa, SEPTEMBER, at=NOW).head.to_settle == 1
    assert statement_of(other, SEPTEMBER, at=NOW).head.state == "ready"

    fire_due(at=NOW)
    assert statement_of(place.isa, SEPTEMBER, at=NOW).head.state == "ready"
    assert not Entry.objects.filter(isa=other).exists()


def test_what_is_approved_is_what_was_shown(place):
    place.approve(SEPTEMBER)
    place.met(on(5, 10))
    seen = place.total(OCTOBER)
    place.met(on(6, 10))

    with pytest.raises(PayRefused, match="changed since you opened it"):
        place.approve(OCTOBER, seen=seen)
    assert place.approve(OCTOBER).total == seen + 3_000


@pytest.mark.parametrize(
    ("month", "words"), [(OCTOBER, "Approve September 2026 first"), (NOVEMBER, "not over yet"), (DECEMBER, "nothing")]
)
def test_months_are_approved_in_their_order_when_they_are_over(place, month, words):
    with pytest.raises(PayRefused, match=words):
        approve(isa=place.isa, month=month, seen=300_000, actor=place.boss, at=NOW)


def test_nobody_approves_twice_and_nobody_but_a_team_lead(place):
    with pytest.raises(PayRefused, match="Only the team lead"):
        place.approve(SEPTEMBER, actor=place.isa)
    with pytest.raises(PayRefused, match="Only the team lead"):
        place.approve(SEPTEMBER, actor=people.lead())
    place.approve(SEPTEMBER)
    with pytest.raises(PayRefused, match="approved already"):
        place.approve(SEPTEMBER)
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.all().delete()
    assert Entry.objects.filter(kind=Kind.BASE).count() == 1


def test_the_isa_is_told_in_the_app_and_by_no_mail(place):
    place.approve(SEPTEMBER)

    item = InboxItem.objects.get(membership=place.isa)
    assert item.title == "Your pay for September 2026 is approved"
    assert "$3,000.00" in item.body
    assert item.link == f"/pay/2026-09/{place.isa.pk}/"
    assert not Delivery.objects.exists()


def test_who_chose_mail_or_text_for_pay_gets_it_with_the_amount(place):
    TextsConnection.objects.create(team=place.team, account="AC" + "0" * 32, token="12345" * 6, sender="+15125550199")
    User.objects.filter(pk=place.isa.user_id).update(phone="+15125550111")
    place.isa.refresh_from_db()
    wanted = choices_of(place.isa) | {Group.PAY: Choice(by_email=True, by_text=True)}
    choose(membership=place.isa, choices=wanted, at=NOW)

    place.approve(SEPTEMBER)
    adjusted(place)

    owed = Delivery.objects.order_by("pk").values_list("kind", "channel", "recipient")
    assert set(owed) == {
        (kind, channel, place.isa.pk) for kind in ("pay_approved", "pay_adjusted") for channel in ("email", "sms")
    }
    assert "$3,000.00" in Delivery.objects.filter(kind="pay_approved").first().message["lead_in"]


# --- By hand ----------------------------------------------------------------------------------------------------------


def adjusted(place, month=OCTOBER, amount=2_500, once="a", why="Trained a colleague", actor=None):
    by_hand = ByHand(amount, why, once=once)
    return adjust(isa=place.isa, month=month, by_hand=by_hand, actor=actor or place.boss, at=NOW)


def test_an_amount_by_hand_is_entered_once_with_its_reason(place):
    adjusted(place)
    adjusted(place)

    assert place.total(OCTOBER) == 302_500
    assert Entry.objects.get().why == "Trained a colleague"


def test_for_an_approved_month_it_is_paid_with_the_next_and_names_it(place):
    place.approve(SEPTEMBER)

    entry = adjusted(place, SEPTEMBER)
    with pytest.raises(EnteredAlready):
        adjusted(place, SEPTEMBER, once="b")

    assert (entry.month, entry.earned_on) == (OCTOBER, SEPTEMBER)
    assert "For September 2026, which is approved" in entry.why


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": 10**12}, {"why": " "}, {"month": DECEMBER}, {"actor": "isa"}]
)
def test_what_cannot_be_is_refused(place, wrong):
    with pytest.raises(PayRefused):
        adjusted(place, **(wrong if "actor" not in wrong else {"actor": place.isa}))
