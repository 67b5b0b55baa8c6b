"""What a month comes to, approving it, and what is said of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from handoff.models import Dispute, Entry, PlanVersion, Statement
from handoff.models.outcomes import Showed
from handoff.models.pay import Kind
from handoff.pay.approving import EnteredAlready, PayRefused, adjust, approve
from handoff.pay.book import Book
from handoff.pay.disputes import answer, raise_dispute
from handoff.pay.ledger import settle
from handoff.pay.months import after, months
from handoff.pay.plans import PlanRefused, Terms, first_free_month, save_plan, unpaid_closings
from handoff.pay.reckoning import Sum, caps_of
from handoff.pay.statements import first_month_of, month_rows, months_of_team, statement_of
from handoff.pay.whatif import compare
from handoff.tests.pay.ground import NOVEMBER, corrected, entries, on, plan, reported, stepped
from leads.models import Task
from notifications.models import Delivery, InboxItem
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER, DECEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 12, 1)
NOW = on(20)


class Place:
    """A team with a plan since September, an ISA, an agent and a team lead."""

    def __init__(self, **terms):
        self.team = people.TeamFactory.create()
        self.boss = people.lead(self.team)
        plan(self.team, from_month=SEPTEMBER, **terms)
        self.isa, self.agent = people.isa(self.team, licensed_states=["TX"]), people.agent(self.team)

    def met(self, at, **fields):
        handoff = reported(self.isa, self.agent, at=at, **fields)
        settle([handoff.pk], at=at)
        return handoff

    def no_show_after_all(self, handoff, at):
        corrected(handoff, to=Showed.NO, at=at)
        settle([handoff.pk], at=at)

    def total(self, month, at=NOW):
        return statement_of(self.isa, month, at=at).head.total

    def approve(self, month, at=NOW, **more):
        said = {"seen": self.total(month, at=at), "actor": self.boss} | more
        return approve(isa=self.isa, month=month, at=at, **said)

    def approve_all(self, until, at=NOW):
        for month in months(SEPTEMBER, until):
            self.approve(month, at=at)


@pytest.fixture
def place(db):
    return Place()


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


# --- By hand ----------------------------------------------------------------------------------------------------------


def adjusted(place, month=OCTOBER, amount=2_500, once="a", **more):
    said = {"why": "Trained a colleague", "actor": place.boss, "at": NOW} | more
    return adjust(isa=place.isa, month=month, amount=amount, once=once, **said)


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
    "wrong", [{"amount": 0}, {"amount": 10**12}, {"why": " "}, {"month": DECEMBER}, {"actor": None}]
)
def test_what_cannot_be_is_refused(place, wrong):
    wrong = wrong if wrong != {"actor": None} else {"actor": place.isa}
    with pytest.raises(PayRefused):
        adjusted(place, **wrong)


# --- Questions --------------------------------------------------------------------------------------------------------


def asked(place, **more):
    said = {"month": OCTOBER, "entry": None, "note": "There were three", "actor": place.isa} | more
    return raise_dispute(isa=place.isa, at=NOW, **said)


def test_a_question_is_a_task_of_every_team_lead_until_it_is_answered(place):
    people.lead(place.team)
    dispute = asked(place)

    tasks = Task.objects.filter(kind="pay_disputed")
    assert tasks.open().count() == 2
    assert tasks[0].link == f"/pay/questions/{dispute.pk}/"

    answer(dispute=dispute, amount=3_000, words="You are right", actor=place.boss, at=NOW)

    assert tasks.open().count() == 0
    assert place.total(OCTOBER) == 303_000
    told = InboxItem.objects.filter(membership=place.isa, kind="pay_answered").get()
    assert (told.title, told.body) == ("Your question about October 2026 was put right", "You are right")


def test_declined_it_says_why_and_changes_nothing(place):
    dispute = answer(dispute=asked(place), amount=0, words="Two came", actor=place.boss, at=NOW)

    assert (dispute.is_upheld, dispute.answer, dispute.adjustment) == (False, "Two came", None)
    assert place.total(OCTOBER) == 300_000
    with pytest.raises(PayRefused, match="just answered"):
        answer(dispute=dispute, amount=1, words="No", actor=place.boss, at=NOW)


def test_a_month_with_an_open_question_is_not_approved(place):
    place.approve(SEPTEMBER)
    dispute = asked(place)

    with pytest.raises(PayRefused, match="Answer first"):
        place.approve(OCTOBER)
    answer(dispute=dispute, amount=0, words="Two came", actor=place.boss, at=NOW)
    assert place.approve(OCTOBER)


def test_an_approved_month_can_be_asked_about_and_is_put_right_in_the_next(place):
    place.approve(SEPTEMBER)

    answer(dispute=asked(place, month=SEPTEMBER), amount=500, words="Right", actor=place.boss, at=NOW)

    assert (place.total(SEPTEMBER), place.total(OCTOBER)) == (300_000, 300_500)


def test_the_same_is_not_asked_twice_and_only_by_whose_pay_it_is(place):
    handoff = place.met(on(5, 10))
    entry = Entry.objects.get(handoff=handoff)
    asked(place, entry=entry)
    asked(place)
    for wrong in ({"entry": entry}, {}, {"actor": place.boss}, {"month": SEPTEMBER, "entry": entry}):
        with pytest.raises(PayRefused):
            asked(place, **wrong)
    assert Dispute.objects.count() == 2


# --- Plans ------------------------------------------------------------------------------------------------------------


def test_a_plan_starts_where_nothing_is_entered_yet(place):
    place.met(on(5, 10))
    newer = {"team": place.team, "isa": None, "terms": Terms(bonus=9_900), "actor": place.boss, "at": NOW}

    with pytest.raises(PlanRefused, match="Let this one start in November 2026"):
        save_plan(**newer, from_month=OCTOBER)
    save_plan(**newer, from_month=NOVEMBER)
    place.met(on(6))

    assert [each[2] for each in entries()] == [3_000, 9_900]
    assert first_free_month(place.team, None, at=NOW) == DECEMBER


def test_an_approved_month_keeps_its_plan_even_if_nothing_was_earned():
    place = Place(base=0)
    place.approve(SEPTEMBER)

    assert first_free_month(place.team, place.isa, at=NOW) == OCTOBER


def test_a_version_says_what_it_changed(place):
    said = {"team": place.team, "actor": place.boss, "at": NOW, "from_month": NOVEMBER}
    team = save_plan(isa=None, terms=Terms(base=300_000, bonus=3_500, clawback_days=30), **said)
    own = save_plan(isa=place.isa, terms=Terms(bonus=1_000), **said)
    back = save_plan(isa=place.isa, terms=None, **said | {"from_month": DECEMBER})

    assert team.words == "bonus $30.00 → $35.00; of commissions 5 % → 0 %"
    assert own.words.startswith("base $0.00; bonus $10.00; bonuses at most no cap")
    assert back.words == "as the team's"
    book = Book.of([place.team.pk])
    assert [book.plan(place.isa, month).bonus for month in (OCTOBER, NOVEMBER, DECEMBER)] == [3_000, 1_000, 3_500]


def test_a_percentage_that_could_never_be_paid_is_refused_and_one_that_can_somewhere_is_not(place):
    other = people.isa(place.team)
    said = {"team": place.team, "isa": other, "from_month": NOVEMBER, "actor": place.boss, "at": NOW}

    with pytest.raises(PlanRefused, match="would never pay anything"):
        save_plan(terms=Terms(percent=Decimal(5)), **said)
    Membership.objects.filter(pk=other.pk).update(licensed_states=["OK"])
    other.refresh_from_db()
    save_plan(terms=Terms(percent=Decimal(5)), **said)
    assert f"{other.user.name}: only in Oklahoma" in unpaid_closings(place.team)


def test_a_stranger_makes_no_plan(place):
    for stranger in (place.isa, people.lead()):
        with pytest.raises(PlanRefused):
            save_plan(team=place.team, isa=None, terms=Terms(), from_month=NOVEMBER, actor=stranger, at=NOW)


# --- Lists, and what another plan would have paid ---------------------------------------------------------------------


def test_a_list_says_the_same_as_each_statement(place):
    stepped(place.met(on(25, 9)), closed_on=date(2026, 10, 9), commission=10_000, at=on(9, 10))
    settle(list(Entry.objects.values_list("handoff", flat=True)), at=on(9, 10))
    place.approve(SEPTEMBER)
    place.no_show_after_all(place.met(on(20, 10)), on(3))
    other = people.isa(place.team)

    found = months_of_team(place.boss, last=NOVEMBER, count=3, at=NOW)

    assert [each.month for each in found] == [NOVEMBER, OCTOBER, SEPTEMBER]
    for each in found:
        assert {row.isa for row in each.rows} == {place.isa, other}
        for row in each.rows:
            assert row.total == statement_of(row.isa, each.month, at=NOW).head.total
    mine = month_rows(place.isa, first=SEPTEMBER, last=NOVEMBER, at=NOW)
    assert [row.state for row in mine] == ["approved", "ready", "running"]
    assert first_month_of(place.isa, book=Book.of([place.team.pk])) == SEPTEMBER


def test_the_plan_in_force_would_have_paid_what_was_paid_and_a_better_one_more():
    place = Place(bonus_cap=7_000, closing_cap=40_000)
    for day in (5, 6, 7):
        stepped(place.met(on(day, 10)), closed_on=date(2026, 10, 9), commission=10_000, at=on(9, 10))
    settle(list(Entry.objects.values_list("handoff", flat=True)), at=on(9, 10))
    place.no_show_after_all(place.met(on(20, 10)), on(3))
    place.met(on(2))
    stands = Book.of([place.team.pk]).plan(place.isa, OCTOBER)

    same = compare(team=place.team, plan=stands, first=SEPTEMBER, last=OCTOBER, at=NOW)
    better = PlanVersion(team=place.team, currency="USD", bonus=10_000, percent=Decimal(0), clawback_days=0)
    other = compare(team=place.team, plan=better, first=SEPTEMBER, last=OCTOBER, at=NOW)

    assert same.paid == same.would == 2 * 300_000 + 7_000 + 40_000
    assert (other.paid, other.would) == (same.paid, 40_000)  # without a window what was reported wrongly stays


def test_months_before_the_first_plan_are_on_neither_side(place):
    stands = Book.of([place.team.pk]).plan(place.isa, OCTOBER)

    longer = compare(team=place.team, plan=stands, first=date(2026, 7, 1), last=OCTOBER, at=NOW)

    assert longer.paid == longer.would == 2 * 300_000


def test_the_months_are_the_teams():
    place = Place()
    eve = datetime(2026, 11, 1, 2, tzinfo=ZoneInfo("UTC"))  # still October 31 in Chicago

    assert statement_of(place.isa, OCTOBER, at=eve).head.state == "running"
    assert statement_of(place.isa, OCTOBER, at=eve + timedelta(hours=6)).head.state == "ready"
    assert after(OCTOBER) == NOVEMBER
