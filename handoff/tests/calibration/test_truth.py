"""Whether calibration finds what is true of a history, and nothing that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.test.utils import CaptureQueriesContext

from handoff.calibration.comparing import Comparison, Verdict, compare
from handoff.calibration.counting import count
from handoff.calibration.practices import CLOSED, GOOD, HELD, PRACTICES, SIGNED, STAYED, Group, Practice, Result
from handoff.models import Current
from handoff.numbers.asking import Question
from handoff.numbers.days import WEEK
from handoff.states import Method
from handoff.tests.history.made import UNTIL

pytestmark = pytest.mark.django_db
HANDOFFS = 3_000

CONFIRMED, READ, BRIEF, CONNECTED = PRACTICES


def asked(history, weeks: int = 156) -> Question:
    return Question(history.pk, UNTIL - weeks * WEEK, UNTIL)


def found_in(question: Question, practices=PRACTICES) -> dict[tuple[Practice, Result], Comparison]:
    compared = compare(count(question, practices, today=UNTIL))
    return {(each.counts.practice, each.counts.result): each for each in compared}


def test_who_confirms_is_found_to_come(history):
    found = found_in(asked(history))[CONFIRMED, HELD]

    assert found.verdict == Verdict.MORE
    assert found.at_least > 0.1
    confirmed, silent = (share.value or 0 for share in found.counts.shares)
    assert found.alike == pytest.approx(confirmed - silent, abs=0.05)


def test_it_is_found_in_half_a_year_of_them_too(history):
    assert found_in(asked(history, 26))[CONFIRMED, HELD].verdict == Verdict.MORE


def test_what_else_is_true_is_not_said_the_other_way_round(history):
    """With a full brief, more are good; who waits long stays less; whose brief was read signs more often."""
    found = found_in(asked(history))

    assert found[BRIEF, GOOD].verdict == Verdict.MORE
    true = (found[CONNECTED, STAYED], found[READ, SIGNED])
    assert all(each.verdict in (Verdict.MORE, Verdict.NEITHER) for each in true)
    assert all((each.alike or 0) > 0 for each in true)


def test_what_has_no_effect_in_the_truth_is_not_named(history):
    """A confirmation changes who comes and not who is good; reading changes who signs and not who comes."""
    found = found_in(asked(history))

    assert found[CONFIRMED, GOOD].verdict == Verdict.NEITHER
    assert found[READ, HELD].verdict == Verdict.NEITHER


def test_nothing_is_found_where_there_is_nothing(history):
    """Whether a lead's key is odd or even decides nothing."""

    def of(rest: int, words: str) -> Group:
        return Group(words, words, words, Q(Exact(Mod(F("handoff__lead_id"), 2), rest)))

    results = (HELD, GOOD, SIGNED, CLOSED)
    parity = replace(PRACTICES[0], key="parity", among=Q(), groups=(of(0, "Even"), of(1, "Odd")), results=results)

    found = found_in(asked(history), [*PRACTICES, parity])

    assert {found[parity, result].verdict for result in results} == {Verdict.NEITHER}
    assert all(share.whole > 200 for share in found[parity, HELD].counts.shares)


def test_every_handoff_is_in_one_group_and_counted_once(history):
    found = found_in(asked(history))
    rows = Current.objects.filter(team_id=history.pk)

    held = found[CONFIRMED, HELD].counts.shares
    assert sum(share.part for share in held) == rows.filter(booked=1, held=1).count()
    assert sum(share.whole for share in held) == rows.filter(booked=1).filter(Q(held=1) | Q(no_show=1)).count()
    stayed = found[CONNECTED, STAYED].counts.shares
    assert sum(share.part for share in stayed) == rows.filter(method=Method.LIVE, met=1).count()
    good = found[BRIEF, GOOD].counts.shares
    assert sum(share.whole for share in good) == rows.filter(judged=1).count()


def test_what_takes_time_is_asked_only_of_those_who_had_it(history):
    met = Current.objects.filter(team_id=history.pk, met=1)

    found = found_in(asked(history))
    recent = found_in(asked(history, 8))

    signed = sum(share.whole for share in found[BRIEF, SIGNED].counts.shares)
    closed = sum(share.whole for share in found[BRIEF, CLOSED].counts.shares)
    assert signed == met.filter(held_on__lte=UNTIL - timedelta(days=30)).count()
    assert closed == met.filter(held_on__lte=UNTIL - timedelta(days=90)).count()
    assert recent[BRIEF, CLOSED].verdict == Verdict.FEW
    assert not sum(share.whole for share in recent[BRIEF, CLOSED].counts.shares)


def test_a_filter_narrows_all_of_it(history):
    found = found_in(replace(asked(history), method=Method.SCHEDULED, source="Referral"))

    assert not sum(share.whole for share in found[CONNECTED, STAYED].counts.shares)
    rows = Current.objects.filter(team_id=history.pk, source="Referral", method=Method.SCHEDULED, judged=1)
    assert sum(share.whole for share in found[BRIEF, GOOD].counts.shares) == rows.count()


@pytest.mark.parametrize("weeks", [1, 156])
def test_it_is_one_query_however_many_there_are(history, weeks):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found_in(asked(history, weeks))

    assert len(queries) == 1
