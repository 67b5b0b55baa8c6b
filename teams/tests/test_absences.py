"""Standing aside and taking more: what a team lead decides about one agent, and what is remembered of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from teams.absences import BenchRefused, allow_more, bench, bench_of, bench_words, end_bench, note_own_absence
from teams.models import Absence
from teams.tests.factories import agent, isa

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)  # Monday, 10:00 in Chicago
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def benched(team_agent, team_lead):
    def sit(*, back_on=None, at=NOW, reason="Three outcomes late"):
        return bench(agent=team_agent, reason=reason, back_on=back_on, by=team_lead, at=at)

    return sit


def test_a_bench_lasts_until_the_morning_of_the_day_by_the_agents_clock(team, team_lead):
    to = agent(team, user__zone="America/New_York")

    sat = bench(agent=to, reason="Late", back_on=date(2026, 11, 27), by=team_lead, at=NOW)

    assert sat.until == datetime(2026, 11, 27, 5, tzinfo=UTC)
    assert bench_of(to, at=sat.until - HOUR) == sat
    assert bench_of(to, at=sat.until) is None
    assert bench_words(sat.until, zone_name=to.user.zone) == "benched until Fri, Nov 27"


def test_a_bench_without_an_end_lasts_until_somebody_ends_it(benched, team_agent):
    sat = benched()

    assert bench_of(team_agent, at=NOW + 365 * DAY) == sat
    assert bench_words(None, zone_name="UTC") == "benched"
    assert end_bench(agent=team_agent, at=NOW + DAY) is True
    assert bench_of(team_agent, at=NOW + DAY) is None
    assert end_bench(agent=team_agent, at=NOW + 2 * DAY) is False


def test_a_bench_that_is_over_is_kept(benched, team_agent):
    benched()
    end_bench(agent=team_agent, at=NOW + DAY)

    kept = Absence.objects.get(membership=team_agent)
    assert (kept.starts_at, kept.ended_at, kept.reason) == (NOW, NOW + DAY, "Three outcomes late")


def test_benching_again_replaces_what_lasts(benched, team_agent):
    benched()
    second = benched(at=NOW + DAY, reason="Still late", back_on=date(2026, 12, 1))

    assert bench_of(team_agent, at=NOW + 2 * DAY) == second
    assert Absence.objects.filter(membership=team_agent).lasting().count() == 1


def test_benching_after_one_ran_out_leaves_its_end_as_it_was(benched, team_agent):
    first = benched(back_on=date(2026, 11, 25))
    benched(at=NOW + 5 * DAY)

    first.refresh_from_db()
    assert first.ended_at == first.until


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 1)])
def test_a_bench_ends_after_today(benched, day):
    with pytest.raises(BenchRefused, match="after today"):
        benched(back_on=day)
    assert not Absence.objects.exists()


def test_only_agents_are_benched(team, team_lead):
    with pytest.raises(BenchRefused):
        bench(agent=isa(team), reason="Late", back_on=None, by=team_lead, at=NOW)


def test_two_benches_at_once_are_impossible(benched, team_agent):
    benched()
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(membership=team_agent, is_own=False, starts_at=NOW)


def test_an_agents_own_pause_is_remembered_once_from_when_to_when(team_agent):
    def note(takes_handoffs, at):
        note_own_absence(agent=team_agent, takes_handoffs=takes_handoffs, by=team_agent, at=at)

    note(True, NOW)
    note(False, NOW + DAY)
    note(False, NOW + 2 * DAY)
    note(True, NOW + 9 * DAY)

    pause = Absence.objects.get(membership=team_agent)
    assert (pause.is_own, pause.starts_at, pause.ended_at) == (True, NOW + DAY, NOW + 9 * DAY)
    assert bench_of(team_agent, at=NOW + 3 * DAY) is None


def test_more_is_allowed_for_a_day_to_come(team_agent, team_lead):
    def allow(day):
        return allow_more(agent=team_agent, on=day, extra=2, reason="Open house", by=team_lead, at=NOW)

    assert allow(date(2026, 11, 23)).extra == 2
    for day in (date(2026, 11, 22), date(2028, 1, 1)):
        with pytest.raises(BenchRefused):
            allow(day)
