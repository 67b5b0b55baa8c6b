"""Whatever happens to rings, and whenever it is folded, how agents answer is a plain count of what is there."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import floor, log2
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handoff.models import ChangedTransfer, CountedRing, LiveTransfer, Ring, RingTally
from handoff.numbers.asking import Question
from handoff.numbers.folding import fold_changes
from handoff.numbers.recounting import count_anew, recount
from handoff.numbers.rings import Rings, rings_for
from handoff.states import Method, RingStatus, TransferStatus
from handoff.tests.live.counted import DAY, SECOND, Desk
from leads.tests.factories import NOW
from teams.models import Team
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

FIRST = NOW - 40 * DAY
ZONES = ("America/Chicago", "Europe/London", "Pacific/Auckland")


def some_time(chance: random.Random) -> datetime:
    return FIRST + timedelta(hours=chance.randrange(60 * 24))


def something(desk: Desk, chance: random.Random) -> None:
    """Ring somebody, or change what is there, past all verbs: in whatever way, it has to be noted."""
    transfers, rings = list(LiveTransfer.objects.order_by("pk")), list(Ring.objects.order_by("pk"))
    if not rings or chance.random() < 0.4:
        ended = [status for status in TransferStatus if status != TransferStatus.ACCEPTED]  # one per person
        transfer = desk.put(
            chance.choice(ended),
            isa=chance.randrange(2),
            agent=chance.randrange(2),
            at=some_time(chance),
            accepted=chance.uniform(0.1, 40),
        )
        for rung in range(2, chance.randrange(3, 5)):
            desk.ring(transfer, chance.choice(list(RingStatus)), agent=chance.randrange(2), rung=rung)
        return
    if chance.random() < 0.03:  # it notes all that is there, and so hides what was not
        Team.objects.filter(pk=desk.team.pk).update(zone=chance.choice(ZONES))
        return
    ring, transfer = chance.choice(rings), chance.choice(transfers)
    rung = 100 + ring.pk % 10_000  # of no other ring, and small however far keys have come
    one, another = Ring.objects.filter(pk=ring.pk), LiveTransfer.objects.filter(pk=transfer.pk)
    match chance.randrange(7):
        case 0:
            one.update(status=chance.choice(list(RingStatus)))
        case 1:
            one.update(answered_at=ring.rung_at + chance.uniform(0, 900) * SECOND)
        case 2:
            one.update(answered_at=None)
        case 3:
            one.update(agent=chance.choice(desk.agents), rung=rung)
        case 4:
            one.update(transfer=transfer, rung=rung)
        case 5:
            another.update(setter=chance.choice(desk.isas), requested_at=some_time(chance))
        case _:
            ring.delete() if chance.random() < 0.7 else transfer.delete()


def a_question(desk: Desk, chance: random.Random) -> Question:
    since = FIRST.date() + chance.randrange(-7, 60) * DAY
    narrowed = {
        "isa": chance.choice(desk.isas).pk,
        "agent": chance.choice(desk.agents).pk,
        "method": chance.choice(list(Method)),
        "source": "",
        "area": "Lakeview",
    }
    few = {name: value for name, value in narrowed.items() if chance.random() < 0.15}
    return Question(desk.team.pk, since, since + chance.randrange(60) * DAY, **few)


def whole(desk: Desk) -> Question:
    return Question(desk.team.pk, FIRST.date() - 7 * DAY, NOW.date() + 60 * DAY)


def counted_plainly(question: Question) -> dict[str, tuple[Counter[str], Counter[int]]]:
    """Return each agent's answers, and steps of those accepted, looked through one by one."""
    zone = ZoneInfo(Team.objects.get(pk=question.team_id).zone)
    found: dict[str, tuple[Counter[str], Counter[int]]] = {}
    for ring in Ring.objects.select_related("transfer").filter(transfer__team=question.team_id):
        is_asked = question.isa in (None, ring.transfer.setter_id) and question.agent in (None, ring.agent_id)
        is_asked &= question.method in (None, Method.LIVE) and question.source is question.area is None
        if is_asked and question.since <= ring.transfer.requested_at.astimezone(zone).date() < question.until:
            answers, steps = found.setdefault(str(ring.agent_id), (Counter(), Counter()))
            answers[ring.status] += 1
            if ring.status == RingStatus.ACCEPTED and ring.answered_after is not None:
                seconds = max(ring.answered_after / SECOND, 0.9375)
                steps[min(floor(4 * log2(seconds / 0.9375)), 47)] += 1
    return found


def check(question: Question) -> None:
    found = rings_for(question, names={})
    assert [each.rings.rung for each in found] == sorted((each.rings.rung for each in found), reverse=True)
    plain = {key: Rings(**answers).rung for key, (answers, _) in counted_plainly(question).items()}
    assert {each.key: each.rings.rung for each in found} == plain
    for each in found:
        answers, steps = counted_plainly(question)[each.key]
        assert {status: getattr(each.rings, status) for status in answers} == answers
        assert each.rings.pace.steps == steps


class WhateverHappens(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(seed=st.integers(0, 2**32))
    def test_how_agents_answer_is_a_plain_count_before_and_after_each_fold(self, seed):
        chance, desk = random.Random(seed), Desk()
        for _ in range(chance.randrange(1, 25)):
            something(desk, chance)
            if chance.random() < 0.3:
                fold_changes(at=NOW)
            if chance.random() < 0.3:
                check(a_question(desk, chance))
        assert recount(desk.team.pk).is_right
        question = a_question(desk, chance)
        check(question)
        check(whole(desk))
        fold_changes(at=NOW)
        assert not ChangedTransfer.objects.exists()
        check(question)
        check(whole(desk))
        assert recount(desk.team.pk).is_right
        count_anew(desk.team.pk)
        check(whole(desk))
        assert recount(desk.team.pk).is_right


@pytest.fixture
def desk() -> Desk:
    desk, chance = Desk(), random.Random(7)
    for _ in range(30):
        something(desk, chance)
    fold_changes(at=NOW)
    return desk


def test_what_is_folded_stands_in_whole_weeks_and_is_not_counted_from_its_rows(desk):
    """With the cells emptied by hand nothing is left of the whole weeks: so that is where they are read."""
    first, end = whole(desk).whole_weeks
    weeks = Question(desk.team.pk, first, end)
    assert rings_for(weeks, names={})

    RingTally.objects.all().delete()

    assert rings_for(weeks, names={}) == ()


@pytest.mark.parametrize("table", [CountedRing, RingTally])
def test_a_recount_finds_what_is_missing_wrong_or_too_many_and_counting_anew_mends_it(desk, table):
    one = table.objects.filter(rings=1).first()
    table.objects.filter(pk=one.pk).update(rings=2)
    assert not recount(desk.team.pk).is_right
    with pytest.raises(CommandError, match="recount --anew"):
        call_command("recount")

    count_anew(desk.team.pk)
    assert recount(desk.team.pk).is_right
    table.objects.filter(rings=1).first().delete()
    assert not recount(desk.team.pk).is_right

    call_command("recount", anew=True, team=desk.team.slug)
    assert recount(desk.team.pk).is_right
    check(whole(desk))


def test_another_zone_moves_rings_to_the_days_of_their_requests_there(desk):
    Team.objects.filter(pk=desk.team.pk).update(zone="America/Chicago")
    sunday_night = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    desk.ring(desk.put(TransferStatus.EXPIRED, at=sunday_night), RingStatus.MISSED)
    fold_changes(at=NOW)
    monday = Question(desk.team.pk, date(2026, 11, 23), date(2026, 11, 24))
    check(monday)
    before = rings_for(monday, names={})

    Team.objects.filter(pk=desk.team.pk).update(zone="Europe/London")

    assert rings_for(monday, names={}) != before
    check(monday)
    fold_changes(at=NOW)
    check(monday)


@pytest.mark.parametrize("weeks", [1, 156])
def test_it_is_one_query_however_many_weeks(desk, weeks, django_assert_num_queries):
    until = whole(desk).until

    with django_assert_num_queries(1):
        rings_for(Question(desk.team.pk, until - weeks * 7 * DAY, until), names={})


def test_half_of_the_rings_are_accepted_within_the_median_to_a_tenth():
    desk = Desk()
    for seconds in (3, 5, 8.4, 12, 17):
        desk.put(TransferStatus.DROPPED, accepted=seconds)
    fold_changes(at=NOW)

    (found,) = rings_for(whole(desk), names={str(desk.agents[0].pk): "Agent One"})

    assert found.name == "Agent One"
    assert found.rings.half_within.total_seconds() == pytest.approx(8.4, rel=0.1)


def test_each_sees_the_rings_that_are_theirs(desk):
    other = team_lead(desk.team)
    asked = whole(desk)
    everybody = {each.key for each in rings_for(asked.seen_by(other), names={})}

    assert len(everybody) == 2
    for agent in desk.agents:
        assert {each.key for each in rings_for(asked.seen_by(agent), names={})} == {str(agent.pk)}
    of_isas = [rings_for(asked.seen_by(isa), names={}) for isa in desk.isas]
    everyones = rings_for(asked, names={})
    assert sum(each.rings.rung for of in of_isas for each in of) == sum(each.rings.rung for each in everyones)
