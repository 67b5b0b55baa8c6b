"""Whatever happened, the numbers equal a plain recount, and cost the same however much did."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handoff.models import Deal, Handoff, Outcome
from handoff.models.numbers import Basis
from handoff.models.outcomes import Showed
from handoff.numbers.figures import Figures
from handoff.states import AppointmentStatus, DealStatus, HandoffStatus
from handoff.tests.counting import ENDINGS, SINCE, UNTIL, Place
from leads.models import Lead
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db

HAPPENED = st.lists(
    st.fixed_dictionaries(
        {
            "ending": st.sampled_from(sorted(ENDINGS)),
            "isa": st.integers(0, 1),
            "agent": st.integers(0, 1),
            "opened_at": st.integers(-20 * 24, 20 * 24).map(lambda hours: NOW + timedelta(hours=hours)),
            "lasts": st.integers(1, 200).map(lambda hours: timedelta(hours=hours)),
            "is_good": st.booleans(),
            "is_on_time": st.booleans(),
            "deal": st.sampled_from(["", *DealStatus.values]),
            "due_in": st.integers(-50, 50).map(lambda hours: timedelta(hours=hours)),
        }
    ),
    max_size=12,
)


def recount(handoffs):
    """Count in Python what the queries count in SQL."""
    counted = Figures()
    for handoff in handoffs:
        appointment = handoff.appointment.status if handoff.appointment else None
        outcome = Outcome.objects.filter(handoff=handoff).first()
        is_open = handoff.status == HandoffStatus.OPEN
        is_booked = appointment == AppointmentStatus.BOOKED
        deal = Deal.objects.filter(handoff=handoff).first()
        is_closed = bool(deal and deal.status == DealStatus.CLOSED)
        is_overdue = is_open and handoff.outcome_due_at < NOW
        counted += Figures(
            handed=1,
            set=int(appointment is not None),
            held=int(appointment == AppointmentStatus.HELD),
            no_show=int(appointment == AppointmentStatus.NO_SHOW),
            cancelled=int(appointment == AppointmentStatus.CANCELLED),
            to_come=int(is_booked and handoff.appointment.starts_at > NOW),
            awaiting=int(is_booked and handoff.appointment.starts_at <= NOW),
            direct=int(appointment is None),
            on_time=int(bool(outcome and outcome.is_on_time)),
            due=int(outcome is not None or is_overdue),
            open=int(is_open),
            overdue=int(is_overdue),
            good=int(bool(outcome and outcome.is_good)),
            judged=int(bool(outcome and outcome.is_good is not None)),
            missed=int(bool(outcome and outcome.showed == Showed.NO)),
            met=int(bool(outcome and outcome.showed == Showed.YES)),
            signed=int(deal is not None),
            contracted=int(bool(deal and deal.under_contract_on)),
            closed=int(is_closed),
            commission=deal.commission if is_closed else 0,
            because_other=int(bool(outcome and outcome.is_good is False)),
        )
    return counted


class Recount(TestCase):
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(happened=HAPPENED, basis=st.sampled_from(list(Basis)))
    def test_whatever_happened_the_numbers_equal_a_plain_recount(self, happened, basis):
        place = Place()
        there = [place.put(**one) for one in happened]
        zone = ZoneInfo(place.team.zone)

        def day(handoff):
            meets = handoff.appointment.starts_at if handoff.appointment else handoff.opened_at
            return handoff.opened_at if basis == Basis.SET else meets

        within = list(Handoff.objects.select_related("appointment").filter(pk__in=[one.pk for one in there]))
        within = [one for one in within if SINCE <= day(one).astimezone(zone).date() < UNTIL]
        numbers = place.numbers(basis=basis)

        assert numbers.total == recount(within)
        for row in numbers.by_isa:
            assert row.figures == recount(one for one in within if str(one.setter_id) == row.key)
        for row in numbers.by_agent:
            assert row.figures == recount(one for one in within if str(one.agent_id) == row.key)
        for week in numbers.by_week:
            ends_on = week.begins_on + timedelta(days=7)
            mine = [one for one in within if week.begins_on <= day(one).astimezone(zone).date() < ends_on]
            assert week.figures == recount(mine)
        assert sum((week.figures for week in numbers.by_week), Figures()) == numbers.total


@pytest.mark.parametrize("rows", [1, 30])
def test_counting_costs_two_queries_however_many_there_are(rows, django_assert_num_queries):
    place = Place()
    chance = random.Random(7)
    for number in range(rows):
        place.put(chance.choice(sorted(ENDINGS)), isa=number % 2, agent=number % 2)
    assert Lead.objects.count() == rows

    with django_assert_num_queries(2):
        place.numbers()
