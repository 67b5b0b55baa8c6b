"""Two who write to one ledger at once: each event is entered once, and nothing slips into a month that is approved."""

from __future__ import annotations

import pytest

from handoff.models import Entry, Statement
from handoff.models.outcomes import Showed
from handoff.pay.approving import PayRefused, approve
from handoff.pay.ledger import settle
from handoff.tests.pay.ground import OCTOBER, SEPTEMBER, Place, corrected, on, reported
from handoff.tests.test_outcome_races import at_once
from teams.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
NOW = on(20)


def test_the_same_history_settled_by_two_at_once_is_entered_once():
    for _ in range(ROUNDS):
        place = Place(base=0)
        handoffs = [reported(place.isa, place.agent, at=on(day, 10)) for day in (1, 2, 3)]
        corrected(handoffs[0], to=Showed.NO, at=on(5, 10))
        pks = [each.pk for each in handoffs]

        at_once(lambda pks=pks: settle(pks, at=NOW), lambda pks=pks: settle(pks[::-1], at=NOW))

        assert sorted(Entry.objects.filter(isa=place.isa).values_list("amount", flat=True)) == [-3_000, *[3_000] * 3]


def test_what_is_entered_while_a_month_is_approved_is_in_it_or_in_the_next():
    for _ in range(ROUNDS):
        place = Place()
        place.approve(SEPTEMBER)
        handoff = reported(place.isa, place.agent, at=on(5, 10))

        def approving(place=place):
            isa = Membership.objects.select_related("user", "team").get(pk=place.isa.pk)
            return approve(isa=isa, month=OCTOBER, seen=300_000, actor=place.boss, at=NOW)

        approved, _ = at_once(approving, lambda handoff=handoff: settle([handoff.pk], at=NOW))

        paid_with = Entry.objects.get(handoff=handoff).month
        stands = Statement.objects.filter(isa=place.isa, month=OCTOBER).first()
        if isinstance(approved, PayRefused):  # it was entered first, and what was approved is not what was seen
            assert (paid_with, stands) == (OCTOBER, None)
        else:
            assert stands is not None
            assert paid_with > OCTOBER
            there = Entry.objects.filter(isa=place.isa, month=OCTOBER).values_list("amount", flat=True)
            assert sum(there) == stands.total == 300_000


def test_of_two_who_approve_at_once_one_does():
    for _ in range(ROUNDS):
        place = Place()

        answers = at_once(lambda place=place: place.approve(SEPTEMBER), lambda place=place: place.approve(SEPTEMBER))

        assert sum(isinstance(each, PayRefused) for each in answers) == 1
        assert Entry.objects.filter(isa=place.isa, kind="base").count() == 1
