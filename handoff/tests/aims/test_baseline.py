"""Leads that are never handed off, and methods measured against them."""

from __future__ import annotations

from datetime import date

import pytest

from handoff.aims.baseline import Verdict, conversions, count_cold_leads, verdict
from handoff.models import ColdTally
from handoff.numbers.asking import Question
from handoff.numbers.figures import Figures, Row, Share
from handoff.tests.counting import Place
from leads.models import Lead
from leads.states import Stage
from leads.tests.factories import NOW, LeadFactory

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2026, 11, 2), date(2026, 11, 30)


@pytest.fixture
def place() -> Place:
    return Place()


def a_lead(place, **fields) -> None:
    lead = LeadFactory.create(team=place.team)
    Lead.objects.filter(pk=lead.pk).update(created_at=NOW, **fields)


def cold(place, **narrowed):
    return conversions(Question(place.team.pk, SINCE, UNTIL, **narrowed), [])[0]


def test_leads_that_were_handed_off_or_merged_are_not_cold(place):
    for fields in ({}, {}, {}, {"stage": Stage.CLOSED, "source": "Portal"}, {"stage": Stage.SIGNED}):
        a_lead(place, **fields)
    a_lead(place, merged_into=Lead.objects.first())
    place.put("held")
    a_lead(Place())  # another team's

    count_cold_leads(at=NOW)
    count_cold_leads(at=NOW)

    assert (cold(place).signed, cold(place).closed) == (Share(2, 5), Share(1, 5))
    assert cold(place, source="Portal").closed == Share(1, 1)
    assert ColdTally.objects.filter(team=place.team).count() == 2


def test_each_method_stands_beside_them():
    row = Row("live", "Live transfer", Figures(handed=200, signed=40, closed=20))
    found = conversions(Question(0, SINCE, UNTIL), [row])[1]
    assert (found.name, found.closed, found.verdict) == ("Live transfer", Share(20, 200), Verdict.NO_BASE)


@pytest.mark.parametrize(
    ("share", "base", "said"),
    [
        (Share(20, 200), Share(20, 1000), Verdict.BETTER),
        (Share(1, 200), Share(90, 1000), Verdict.WORSE),
        (Share(5, 200), Share(20, 1000), Verdict.NEITHER),
        (Share(9, 19), Share(20, 1000), Verdict.FEW),
        (Share(20, 200), Share(1, 19), Verdict.NO_BASE),
        (Share(20, 200), Share(0, 0), Verdict.NO_BASE),
    ],
)
def test_it_is_better_or_worse_only_where_the_intervals_do_not_touch(share, base, said):
    assert verdict(share, base) == said


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilsons_interval_as_published_tables_have_it(part, whole, low, high):
    """The last is Newcombe's example (1998, Statistics in Medicine 17)."""
    assert list(Share(part, whole).interval or ()) == pytest.approx([low, high], abs=1e-4)


def test_no_cases_have_no_interval():
    assert Share(0, 0).interval is None
