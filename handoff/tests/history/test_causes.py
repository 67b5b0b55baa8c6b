"""Whether a history teaches what it was made to teach."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from django.db.models import Avg, Case, Count, F, FloatField, Q, QuerySet, When

from handoff.aims.baseline import Verdict, conversions
from handoff.demo.history.chances import likely
from handoff.demo.history.seasons import moments
from handoff.models import ColdTally, Handoff, LiveTransfer, Outcome, Ring
from handoff.models.outcomes import Reason, Showed
from handoff.numbers.asking import Question
from handoff.numbers.queries import numbers_for
from handoff.states import AppointmentStatus, ClientAnswer, Method, RingStatus
from handoff.tests.history.made import UNTIL
from teams.models import Membership

pytestmark = pytest.mark.django_db
HANDOFFS = 3_000
ENDS_AT = datetime.combine(UNTIL, time(), UTC)


def share(rows: QuerySet[Any], condition: Q) -> float:
    """How many of them are so."""
    found = rows.aggregate(share=Avg(Case(When(condition, then=1.0), default=0.0, output_field=FloatField())))
    return found["share"] or 0.0


def named(history, role: str) -> list[Membership]:
    return list(history.memberships.filter(role=role).order_by("pk"))


SHOWED, GOOD = Q(outcome__showed=Showed.YES), Q(outcome__is_good=True)


def set_up(history) -> QuerySet[Any]:
    kept = (AppointmentStatus.HELD, AppointmentStatus.NO_SHOW)
    return Handoff.objects.filter(team=history, appointment__status__in=kept)


def test_who_confirms_comes(history):
    booked = set_up(history)
    confirmed = booked.filter(appointment__client_answer=ClientAnswer.CONFIRMED)

    assert share(confirmed, SHOWED) > share(booked.filter(appointment__client_answer=""), SHOWED) + 0.12


def test_what_is_far_ahead_is_missed(history):
    booked = set_up(history).annotate(ahead=F("appointment__starts_at") - F("opened_at"))

    soon, late = booked.filter(ahead__lt=timedelta(days=1)), booked.filter(ahead__gt=timedelta(days=5))
    assert share(soon, SHOWED) > share(late, SHOWED) + 0.08


def test_one_isa_books_too_low_and_the_clients_of_another_do_not_come(history):
    low, unreliable, usual = named(history, "isa")
    bad = Outcome.objects.filter(handoff__team=history, is_good=False)
    price = Q(reason=Reason.PRICE)

    assert share(bad.filter(handoff__setter=low), price) > 2 * share(bad.filter(handoff__setter=usual), price)
    ours = set_up(history)
    assert share(ours.filter(setter=unreliable), SHOWED) < share(ours.filter(setter=usual), SHOWED) - 0.15


def test_one_agent_lets_rings_go_and_another_reports_late(history):
    slow, late, *others = named(history, "agent")
    rings, reported = Ring.objects.filter(transfer__team=history), Outcome.objects.filter(handoff__team=history)

    passed = Q(status=RingStatus.PASSED)
    assert share(rings.filter(agent=slow), passed) > 2 * share(rings.filter(agent__in=others), passed)
    on_time = Q(is_on_time=True)
    assert share(reported.filter(handoff__agent=late), on_time) < 0.7
    assert share(reported.filter(handoff__agent__in=others), on_time) > 0.95


def test_live_transfers_take_seconds_and_what_was_slow_is_lost(history):
    live = LiveTransfer.objects.filter(team=history, handoff__outcome__isnull=False)
    live = live.annotate(waited=F("connected_at") - F("requested_at"))
    met = Q(handoff__outcome__showed=Showed.YES)

    assert live.filter(waited__gt=timedelta(minutes=3)).count() == 0
    fast, slow = live.filter(waited__lt=timedelta(seconds=35)), live.filter(waited__gt=timedelta(seconds=60))
    assert share(fast, met) > share(slow, met) + 0.05
    signed = Q(deal__isnull=False)
    good = Handoff.objects.filter(GOOD, team=history)
    assert share(good.filter(method=Method.LIVE), signed) > share(good.filter(method=Method.SCHEDULED), signed)


def test_who_reads_the_brief_signs_more_and_who_asks_for_all_finds_better_leads(history):
    good = Handoff.objects.filter(GOOD, team=history, method=Method.SCHEDULED)
    signed, read = Q(deal__isnull=False), Q(brief_reads__at__lte=F("appointment__starts_at"))
    met = Handoff.objects.filter(SHOWED, team=history)
    asked = Q(lead__lpmama__bedrooms__isnull=False)

    assert share(good.filter(read), signed) > share(good.exclude(read), signed)
    assert share(met.filter(asked), GOOD) > share(met.exclude(asked), GOOD)


def test_one_source_is_excellent_and_one_poor(history):
    met = Handoff.objects.filter(SHOWED, team=history)
    best, usual, worst = (share(met.filter(source=each), GOOD) for each in ("Referral", "Website", "Facebook"))

    assert best > usual + 0.05
    assert usual > worst + 0.1


def test_cold_leads_close_so_rarely_that_a_handoff_is_worth_it(history):
    closed = Q(stage="closed")
    leads = history.leads.annotate(n=Count("handoffs"))

    assert 0.01 < share(leads.filter(n=0), closed) < 0.03 < share(leads.filter(n__gt=0), closed)


def test_the_page_of_numbers_says_so_at_once(history):
    years = Question(history.pk, UNTIL - timedelta(weeks=156), UNTIL)
    cold, *methods = conversions(years, numbers_for(years, at=ENDS_AT, names={}).by_method)

    verdicts = {each.key: each.verdict for each in methods}
    assert cold.closed.whole > 750
    assert (verdicts["scheduled"], verdicts["live"]) == (Verdict.BETTER, Verdict.BETTER)
    weeks = ColdTally.objects.filter(team=history).values("week").distinct()
    assert weeks.count() > 140


def test_leads_come_in_spring_on_weekdays_and_more_each_year():
    since = UNTIL.replace(year=2023)
    came = list(moments(30_000, since=since, until=UNTIL, zone_name="America/Chicago", chance=Random(1)))

    assert len(came) == 30_000
    assert came == sorted(came)
    assert sum(at.month == 5 for at in came) > 2 * sum(at.month == 12 for at in came)
    assert sum(at.weekday() == 1 for at in came) > 1.4 * sum(at.weekday() == 6 for at in came)
    first, last = came[0] + timedelta(days=365), came[-1] - timedelta(days=365)
    assert sum(at > last for at in came) > 1.4 * sum(at < first for at in came)


def test_log_odds_of_nothing_are_even():
    assert likely(0) == 0.5
    assert likely(-3) < 0.05
    assert likely(3) > 0.95
