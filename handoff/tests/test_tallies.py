"""Whatever happens to handoffs, and whenever it is folded, the numbers are a plain count of what is there."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handoff.models import Appointment, Changed, Counted, Deal, Handoff, LiveTransfer, Outcome, PaceTally, Tally
from handoff.models.numbers import Basis
from handoff.models.outcomes import Reason
from handoff.numbers.asking import Question
from handoff.numbers.folding import fold_changes
from handoff.numbers.queries import numbers_for
from handoff.numbers.recounting import count_anew, recount
from handoff.numbers.tallies import speeds
from handoff.states import AppointmentStatus, DealStatus, HandoffStatus, Method, TransferStatus
from handoff.tests.counting import DAY, ENDINGS, Place
from handoff.tests.test_numbers_recount import recount as counted_plainly
from leads.tests.factories import NOW
from teams.models import Team

pytestmark = pytest.mark.django_db

SOURCES, AREAS = ("", "Portal", "Referral"), ("", "Lakeview", "Northside")
FIRST = NOW - 40 * DAY


def something(place: Place, chance: random.Random) -> None:
    """Put a handoff there, or change one that is there, past all verbs: in whatever way, it has to be noted."""
    there = list(Handoff.objects.order_by("pk"))
    if not there or chance.random() < 0.4:
        place.put(
            chance.choice(sorted(ENDINGS)),
            isa=chance.randrange(2),
            agent=chance.randrange(2),
            opened_at=FIRST + timedelta(hours=chance.randrange(60 * 24)),
            lasts=timedelta(hours=chance.randrange(1, 300)),
            is_good=chance.random() < 0.5,
            is_on_time=chance.random() < 0.5,
            deal=chance.choice(["", *DealStatus.values]),
            source=chance.choice(SOURCES),
            area=chance.choice(AREAS),
        )
        return
    one = chance.choice(there)
    change = chance.randrange(7)
    if change == 0:
        Handoff.objects.filter(pk=one.pk).update(agent=chance.choice(place.agents), setter=chance.choice(place.isas))
    elif change == 1:
        Handoff.objects.filter(pk=one.pk).update(source=chance.choice(SOURCES), area=chance.choice(AREAS))
    elif change == 2:
        status = chance.choice([AppointmentStatus.HELD, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED])
        Appointment.objects.filter(handoff=one).update(status=status)
        Handoff.objects.filter(pk=one.pk).update(status=HandoffStatus.REPORTED)
    elif change == 3:
        Appointment.objects.filter(handoff=one).update(
            starts_at=one.opened_at + timedelta(hours=chance.randrange(1, 300)), ends_at=NOW + 400 * DAY
        )
    elif change == 4:
        Outcome.objects.filter(handoff=one, showed="yes").update(is_good=False, reason=Reason.OTHER)
    elif change == 5:
        Deal.objects.filter(handoff=one).delete() if chance.random() < 0.5 else Deal.objects.filter(handoff=one).update(
            commission=chance.randrange(20_000)
        )
    else:
        Outcome.objects.filter(handoff=one).delete()


def a_question(place: Place, chance: random.Random) -> Question:
    since = FIRST.date() + chance.randrange(60) * DAY
    narrowed = {
        "method": chance.choice([Method.SCHEDULED, Method.DIRECT]),
        "isa": chance.choice(place.isas).pk,
        "agent": chance.choice(place.agents).pk,
        "source": chance.choice(SOURCES),
        "area": chance.choice(AREAS),
    }
    few = {name: value for name, value in narrowed.items() if chance.random() < 0.25}
    return Question(place.team.pk, since, since + chance.randrange(60) * DAY, basis=chance.choice(list(Basis)), **few)


def within(question: Question) -> list[Handoff]:
    """Return what it is of, looked through one by one."""
    zone = Team.objects.get(pk=question.team_id).zone
    found = []
    for one in Handoff.objects.select_related("appointment").filter(team=question.team_id):
        moment = one.appointment.starts_at if one.appointment and question.basis == Basis.HELD else one.opened_at
        asked = {
            question.method: one.method,
            question.isa: one.setter_id,
            question.agent: one.agent_id,
        }
        is_right = all(wanted in (None, is_) for wanted, is_ in asked.items())
        is_right &= question.source in (None, one.source)
        is_right &= question.area in (None, one.area)
        if is_right and question.since <= local(moment, zone) < question.until:
            found.append(one)
    return found


def local(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def check(question: Question) -> None:
    handoffs = within(question)
    numbers = numbers_for(question, at=NOW)
    assert numbers.total == counted_plainly(handoffs)
    for panel, key_of in (
        (numbers.by_isa, lambda one: str(one.setter_id)),
        (numbers.by_agent, lambda one: str(one.agent_id)),
        (numbers.by_source, lambda one: one.source),
        (numbers.by_area, lambda one: one.area),
        (numbers.by_method, lambda one: one.method),
    ):
        grouped: dict[str, list[Handoff]] = {}
        for one in handoffs:
            grouped.setdefault(key_of(one), []).append(one)
        assert {row.key: row.figures for row in panel} == {key: counted_plainly(of) for key, of in grouped.items()}


class WhateverHappens(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(seed=st.integers(0, 2**32))
    def test_the_numbers_are_a_plain_count_before_and_after_each_fold(self, seed):
        chance, place = random.Random(seed), Place()
        for _ in range(chance.randrange(1, 25)):
            something(place, chance)
            if chance.random() < 0.3:
                fold_changes(at=NOW)
            if chance.random() < 0.3:
                check(a_question(place, chance))
        assert recount(place.team.pk).is_right
        question = a_question(place, chance)
        check(question)
        fold_changes(at=NOW)
        assert not Changed.objects.exists()
        check(question)
        check(Question(place.team.pk, FIRST.date() - DAY, NOW.date() + 60 * DAY))
        assert recount(place.team.pk).is_right


@pytest.fixture
def place() -> Place:
    place, chance = Place(), random.Random(7)
    for _ in range(30):
        something(place, chance)
    fold_changes(at=NOW)
    return place


def whole(place: Place) -> Question:
    return Question(place.team.pk, FIRST.date() - DAY, NOW.date() + 60 * DAY)


def test_what_is_folded_stands_in_whole_weeks_and_is_not_counted_from_its_rows(place):
    """With the cells emptied by hand nothing is left of the whole weeks: so that is where they are read."""
    assert numbers_for(whole(place), at=NOW).total.handed
    Tally.objects.all().delete()

    first, end = whole(place).whole_weeks
    assert numbers_for(Question(place.team.pk, first, end), at=NOW).total.handed == 0


@pytest.mark.parametrize("table", [Counted, Tally])
def test_a_recount_finds_what_is_missing_wrong_or_too_many_and_counting_anew_mends_it(place, table):
    one = table.objects.filter(handed=1).first()
    table.objects.filter(pk=one.pk).update(handed=2)
    assert not recount(place.team.pk).is_right
    with pytest.raises(CommandError, match="recount --anew"):
        call_command("recount")

    count_anew(place.team.pk)
    assert recount(place.team.pk).is_right
    table.objects.filter(pk=table.objects.filter(handed=1).first().pk).delete()
    assert not recount(place.team.pk).is_right

    call_command("recount", anew=True, team=place.team.slug)
    assert recount(place.team.pk).is_right
    check(whole(place))


def test_who_recounts_a_team_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="no team nowhere"):
        call_command("recount", team="nowhere")


def test_another_zone_moves_handoffs_to_their_days_there(place):
    place.put("direct open", opened_at=datetime(2026, 11, 23, 5, 30, tzinfo=UTC))  # Sunday night in Chicago
    fold_changes(at=NOW)
    monday = Question(place.team.pk, date(2026, 11, 23), date(2026, 11, 24))
    before = numbers_for(monday, at=NOW).total.handed
    assert before == len(within(monday))

    Team.objects.filter(pk=place.team.pk).update(zone="Europe/London")
    assert numbers_for(monday, at=NOW).total.handed == len(within(monday)) > before
    fold_changes(at=NOW)
    assert numbers_for(monday, at=NOW).total.handed == len(within(monday))
    assert recount(place.team.pk).is_right


@pytest.mark.parametrize("folded", [True, False])
def test_how_fast_clients_were_put_through_is_counted_in_steps(place, folded):
    for seconds in (9, 14, 16, 31, 31, 250, 10_000):
        one = place.put("direct reported", opened_at=NOW)
        Handoff.objects.filter(pk=one.pk).update(method=Method.LIVE)
        LiveTransfer.objects.create(
            team=place.team,
            lead=one.lead,
            setter=one.setter,
            agent=one.agent,
            person=one.agent.user,
            handoff=one,
            status=TransferStatus.CONNECTED,
            facts={},
            advised=Method.LIVE,
            way="one_by_one",
            ring_seconds=20,
            ring_all_seconds=30,
            requested_at=NOW - timedelta(seconds=seconds),
            accepted_at=NOW,
            told_name_at=NOW,
            connected_at=NOW,
        )
    if folded:
        fold_changes(at=NOW)
        assert PaceTally.objects.exists()

    pace = speeds(whole(place)).connected
    assert pace.cases == 7
    assert dict(pace.bars) == {
        "under 15 s": 2,
        "15-30 s": 1,
        "30-60 s": 2,
        "1-2 min": 0,
        "2-4 min": 0,
        "4-8 min": 1,
        "over 8 min": 1,
    }
    assert pace.median == pytest.approx(31, rel=0.1)
    mine = Question(place.team.pk, FIRST.date(), NOW.date() + DAY, agent=place.agents[0].pk)
    assert speeds(mine).connected.cases == 7
    assert speeds(replace(mine, method=Method.SCHEDULED)).connected.cases == 0
    assert speeds(replace(mine, agent=place.agents[1].pk)).connected.cases == 0
    assert speeds(replace(whole(place), method=Method.SCHEDULED)).connected.cases == 0
