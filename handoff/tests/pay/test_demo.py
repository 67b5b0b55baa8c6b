"""The demo's pay agrees with what became of its handoffs."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone

from handoff.demo.cast import IVY
from handoff.models import Entry, Handoff
from handoff.models.outcomes import Showed
from handoff.models.pay import Kind
from handoff.months import before, this_month
from handoff.pay.book import Book
from handoff.pay.whatif import compare
from teams.models import Membership

pytestmark = pytest.mark.django_db


def test_whoever_came_is_paid_and_the_plan_in_force_would_have_paid_what_was(settings):
    settings.BASE_URL = "http://localhost:8000"
    call_command("demo", verbosity=0)
    ivy, at = Membership.objects.select_related("team").get(user__email=IVY.email), timezone.now()
    now = this_month(ivy.team, at=at)

    came = Handoff.objects.filter(setter=ivy, outcome__showed=Showed.YES)
    paid = Entry.objects.filter(isa=ivy, kind=Kind.HELD, amount__gt=0).values("handoff")
    assert came.exists()
    assert not came.exclude(pk__in=paid).exists()
    plan = Book.of([ivy.team_id]).plan(ivy, now)
    rows = compare(team=ivy.team, plan=plan, first=before(now, 3), last=before(now), at=at).rows
    assert [row.difference for row in rows if row.isa == ivy] == [0]
