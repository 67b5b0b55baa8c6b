"""Whatever is reported, corrected and in whatever order: the cards equal a plain walk, and cost the same."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handoff.coaching.matching import SPAN, history_of, match_cards
from handoff.coaching.states import Focus
from handoff.models import CoachingCard, Outcome
from handoff.tests.coaching.histories import MARKS, Desk, live_of
from handoff.tests.factories import policy
from leads.tests.factories import NOW

#: A few letters, so that patterns come about; each report may be corrected once.
REPORTS = st.lists(st.tuples(st.sampled_from("PPM.x"), st.sampled_from(["", "", "P", "M", "."])), max_size=12)
WAYS = st.sampled_from([(2, 3), (2, 6), (3, 10)])


def plainly(marks: str, focus: str, flags: int, window: int) -> bool:
    """Whether a pattern is there at the end, told in the simplest way: a list, cut where it improved."""
    judged = [mark for mark in marks if mark != "x"]
    is_there, since, clean = False, [], 0
    for mark in judged:
        since.append(mark)
        if is_there:
            clean = 0 if mark == focus else clean + 1
            if clean == (window + 1) // 2:
                is_there, since = False, []
        elif mark == focus and since[-window:].count(focus) >= flags:
            is_there, clean = True, 0
    return is_there


class TestAnyOrder(TestCase):
    @given(REPORTS, WAYS, st.randoms(use_true_random=False))
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def test_any_order_of_reports_and_corrections_gives_the_same_cards(self, reports, ways, chance):
        desk = Desk()
        policy(desk.team, coaching_flags=ways[0], coaching_window=ways[1])
        handoffs = [desk.set() for _ in reports]
        order = list(range(len(reports)))
        chance.shuffle(order)
        for turn in order:
            first, corrected = reports[turn]
            outcome = desk.report(handoffs[turn], first)
            desk.match()
            if corrected and first != "x":
                Outcome.objects.filter(pk=outcome.pk).update(is_good=corrected == ".", reason=MARKS.get(corrected, ""))
                desk.match()

        marks = "".join(corrected if corrected and first != "x" else first for first, corrected in reports)
        expected = {
            focus.value for mark, focus in (("P", Focus.PRICE), ("M", Focus.MOTIVATION)) if plainly(marks, mark, *ways)
        }
        assert live_of(desk.isa) == expected
        before = list(CoachingCard.objects.order_by("pk").values())
        desk.match(at=NOW + timedelta(days=1))
        assert list(CoachingCard.objects.order_by("pk").values()) == before  # a recount finds nothing to mend


@pytest.mark.django_db
def test_only_the_latest_leads_are_walked(monkeypatch):
    assert SPAN >= 4 * 50  # several of the widest windows
    monkeypatch.setattr("handoff.coaching.matching.SPAN", 4)
    desk = Desk()
    handoffs = desk.history("PPP...")

    assert [each.handoff_id for each in history_of(desk.isa)] == [each.pk for each in handoffs[2:]]


@pytest.mark.django_db
@pytest.mark.parametrize("marks", [".", "...PM.MM..", "." * 40])
def test_a_report_that_changes_nothing_costs_three_queries(marks, django_assert_num_queries):
    desk = Desk()
    desk.history(marks)
    desk.match()

    with django_assert_num_queries(5):  # and a savepoint around them
        match_cards(setter=desk.isa, because="", at=NOW)


@pytest.mark.django_db
def test_a_report_that_only_counts_on_costs_one_more(django_assert_num_queries):
    desk = Desk()
    desk.after("PPP")
    desk.history(".")

    with django_assert_num_queries(6):
        desk.match()
    assert desk.card().without == 1
