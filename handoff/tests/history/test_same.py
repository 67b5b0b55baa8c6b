from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import CommandError
from django.db import transaction

from handoff.models import Handoff
from handoff.tests.history.made import dump, make, numbered_from
from leads.models import Lead
from teams.models import Membership, Role, Team

pytestmark = pytest.mark.django_db


def rows(*, seed: int, base: int) -> dict[str, str]:
    with numbered_from(base), transaction.atomic():
        make(300, seed=seed)
        found = dump(base)
        transaction.set_rollback(True)
    return found


def test_the_same_seed_and_day_give_the_same_rows_whatever_their_keys_and_another_seed_others():
    first, again, other = rows(seed=7, base=41_000_000), rows(seed=7, base=57_000_000), rows(seed=8, base=41_000_000)

    assert [name for name in first if first[name] != again[name]] == []
    assert all(first.values())
    assert first["handoff.Handoff"] != other["handoff.Handoff"]
    assert len(first["handoff.Handoff"].splitlines()) == len(other["handoff.Handoff"].splitlines()) == 300


def test_two_histories_stand_beside_each_other():
    one, two = make(60, slug="one"), make(60, slug="two")

    assert Handoff.objects.filter(team=one).count() == Handoff.objects.filter(team=two).count() == 60
    assert Lead.objects.filter(team=one).exclude(owner__team=one).count() == 0


def test_nobody_makes_the_same_team_twice():
    make(20)

    with pytest.raises(CommandError, match="There is a team invented already"):
        make(20)


def test_where_mails_leave_for_real_it_has_to_be_wanted(settings):
    settings.DEMO_OUTBOX = False

    with pytest.raises(CommandError, match="--anyway"):
        make(20)
    assert not Team.objects.exists()


@pytest.mark.parametrize("asked", [{"handoffs": 0}, {"handoffs": 20, "weeks": 0}, {"handoffs": 20, "isas": 0}])
def test_nothing_is_made_of_nothing(asked):
    with pytest.raises(CommandError):
        make(**asked)


def test_few_handoffs_are_spread_over_as_many_people_as_are_asked_for():
    team = make(40, isas=5, agents=12)

    roles = Counter(Membership.objects.filter(team=team).values_list("role", flat=True))
    assert roles == {Role.LEAD: 1, Role.ISA: 5, Role.AGENT: 12}


def test_more_people_than_there_are_names_are_refused():
    with pytest.raises(CommandError, match="399 people at most"):
        make(20, agents=399)
