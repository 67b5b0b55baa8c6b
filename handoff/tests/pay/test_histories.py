"""Whatever is said of handoffs, and however it is settled, the ledger equals a recount."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handoff.models import Entry, Handoff, PlanVersion
from handoff.models.outcomes import Showed
from handoff.months import after
from handoff.pay.book import Book
from handoff.pay.cases import cases_of, settings_of
from handoff.pay.earning import earn
from handoff.pay.ledger import settle
from handoff.pay.plans import first_free_month
from handoff.tests.pay.ground import corrected, entries, on, people_of_a_team, plan, reported, stepped
from handoff.tests.pay.test_ledger import HELD
from teams.tests import factories as people
from teams.zones import zone

pytestmark = pytest.mark.django_db

#: Of each of some handoffs: what was said, in its order, as the day and what it was.
LIVES = st.lists(
    st.lists(
        st.tuples(st.integers(0, 80), st.sampled_from(["turn", "close", "reopen", "correct"])), min_size=0, max_size=7
    ),
    min_size=1,
    max_size=5,
)
#: On which day a plan is saved, how many months after the first that is free it starts, its bonus and its percentage.
PLANS = st.lists(
    st.tuples(st.integers(0, 85), st.integers(0, 2), st.sampled_from([0, 3_000]), st.sampled_from([0, 5])), max_size=5
)
BEGAN = on(1, 8)


class WhateverHappens(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(LIVES, st.randoms(use_true_random=False))
    def test_histories_settled_twice_in_pieces_and_out_of_order_equal_a_recount(self, lives, chance):
        isa, agent = people_of_a_team()
        handoffs = [reported(isa, agent, at=BEGAN + timedelta(days=number)) for number, _ in enumerate(lives)]
        events = [
            (BEGAN + timedelta(days=10 + days), number, what)
            for number, life in enumerate(lives)
            for days, what in sorted(life, key=lambda each: each[0])
        ]
        for at, number, what in sorted(events, key=lambda each: (each[0], each[1])):
            happen(handoffs[number], what, at=at)
            if chance.random() < 0.3:  # some are seen as they happen, the rest only later
                settle([handoffs[number].pk], at=at)

        for _ in range(2):
            for handoff in chance.sample(handoffs, len(handoffs)):
                settle([handoff.pk], at=on(1, 12))
        self._is_a_recount(handoffs)
        there = entries()
        call_command("settle_pay", batch=2, stdout=StringIO())
        assert entries() == there

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(LIVES, PLANS, st.randoms(use_true_random=False))
    def test_plans_that_begin_within_a_history_or_are_replaced_enter_what_a_recount_does(self, lives, plans, chance):
        team = people.TeamFactory.create()
        isa, agent = people.isa(team, licensed_states=["TX"]), people.agent(team)
        handoffs = [reported(isa, agent, at=BEGAN + timedelta(days=9 * number)) for number, _ in enumerate(lives)]
        said = [(BEGAN + timedelta(days=5 + days), partial(save, team, *how)) for days, *how in plans]
        said += [
            (at := BEGAN + timedelta(days=10 + days), partial(happen, handoffs[number], what, at=at))
            for number, life in enumerate(lives)
            for days, what in life
        ]
        for at, say in sorted(said, key=lambda each: each[0]):
            say()
            settle(chance.sample([each.pk for each in handoffs], chance.randint(0, len(handoffs))), at=at)

        for _ in range(2):
            for handoff in chance.sample(handoffs, len(handoffs)):
                settle([handoff.pk], at=on(1, 12))
        self._is_a_recount(handoffs)
        first = PlanVersion.objects.order_by("from_month").values_list("from_month", flat=True).first()
        assert not Entry.objects.filter(earned_on__lt=first or date.max).exists()

    def _is_a_recount(self, handoffs):
        there = {(e.key, e.turn, e.amount, e.withheld, e.month, e.earned_on, e.why) for e in Entry.objects.all()}
        places = settings_of([each.pk for each in handoffs])
        isa = handoffs[0].setter
        plan_on = partial(Book.of([isa.team_id]).plan, isa)
        fresh = [
            each for case in cases_of(places) for each in earn(case, plan_on=plan_on, clock=zone("America/Chicago"))
        ]
        assert there == {(e.key, e.turn, e.amount, e.withheld, e.month, e.earned_on, e.why) for e in fresh}


def save(team, later: int, bonus: int, percent: int) -> None:
    """A version of the team's plan, as early as one can start or some months later; the first from August on."""
    free = first_free_month(team, None, at=BEGAN)
    plan(team, from_month=after(max(free, BEGAN.date()), later), at=BEGAN, base=0, bonus=bonus, percent=percent)


def happen(handoff: Handoff, what: str, *, at) -> None:
    handoff = Handoff.objects.select_related("outcome", "team", "deal").get(pk=handoff.pk)
    if what == "turn":
        to = Showed.NO if handoff.outcome.showed == Showed.YES else Showed.YES
        corrected(handoff, to=to, at=at)
    elif what == "reopen":
        stepped(handoff, closed_on=None, commission=None, at=at)
    else:
        commission = 12_000 if what == "close" else 9_000 + handoff.pk % 50
        stepped(handoff, closed_on=at.date(), commission=commission, at=at)


def test_the_order_in_which_two_handoffs_are_settled_does_not_matter():
    isa, agent = people_of_a_team()
    handoffs = [reported(isa, agent, at=on(number)) for number in range(1, 6)]
    shuffled = random.Random(4).sample(handoffs, 5)

    for handoff in shuffled:
        settle([handoff.pk], at=on(20))

    assert entries() == [HELD] * 5
    assert settle([each.pk for each in handoffs], at=on(21)) == 0
