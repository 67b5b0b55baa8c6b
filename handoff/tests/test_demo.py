"""The demo: its pay agrees with what became of its handoffs, and its cold leads are enough to compare with."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from handoff.aims.baseline import conversions
from handoff.demo.cast import IVY
from handoff.models import Entry, Handoff
from handoff.models.outcomes import Showed
from handoff.models.pay import Kind
from handoff.months import before, this_month
from handoff.numbers.asking import Question
from handoff.numbers.days import last_weeks
from handoff.pay.book import Book
from handoff.pay.whatif import compare
from leads.models import Lead
from leads.states import Stage
from teams.models import Membership, Team

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def team(django_db_setup, django_db_blocker):
    """The demo's team, made once."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(BASE_URL="http://localhost:8000"):
        call_command("demo", verbosity=0)
        yield Team.objects.get()
        transaction.set_rollback(True)


def test_whoever_came_is_paid_and_the_plan_in_force_would_have_paid_what_was(team):
    ivy, at = Membership.objects.select_related("team").get(user__email=IVY.email), timezone.now()
    now = this_month(team, at=at)

    came = Handoff.objects.filter(setter=ivy, outcome__showed=Showed.YES)
    paid = Entry.objects.filter(isa=ivy, kind=Kind.HELD, amount__gt=0).values("handoff")
    assert came.exists()
    assert not came.exclude(pk__in=paid).exists()
    plan = Book.of([team.pk]).plan(ivy, now)
    rows = compare(team=ivy.team, plan=plan, first=before(now, 3), last=before(now), at=at).rows
    assert [row.difference for row in rows if row.isa == ivy] == [0]


def test_its_cold_leads_are_of_the_same_weeks_and_nobody_has_to_call_them(team):
    cold = conversions(Question(team.pk, *last_weeks(team, 8, at=timezone.now())), [])[0]

    lost = Lead.objects.filter(team=team, handoffs=None, stage=Stage.LOST)
    assert cold.closed.whole > 24
    assert not cold.closed.is_few
    assert lost.count() >= 24
    assert not lost.filter(tasks__done_at=None, tasks__isnull=False).exists()
