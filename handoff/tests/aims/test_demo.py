"""The demo's own leads that were never handed off are enough to compare with."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone

from handoff.aims.baseline import conversions
from handoff.numbers.asking import Question
from handoff.numbers.days import last_weeks
from leads.models import Lead
from leads.states import Stage
from teams.models import Team

pytestmark = pytest.mark.django_db


def test_the_demo_has_cold_leads_of_the_same_weeks_and_nobody_has_to_call_them(settings):
    settings.BASE_URL = "http://localhost:8000"
    call_command("demo", verbosity=0)
    team = Team.objects.get()

    cold = conversions(Question(team.pk, *last_weeks(team, 8, at=timezone.now())), [])[0]

    lost = Lead.objects.filter(team=team, handoffs=None, stage=Stage.LOST)
    assert cold.closed.whole > 24
    assert not cold.closed.is_few
    assert lost.count() >= 24
    assert not lost.filter(tasks__done_at=None, tasks__isnull=False).exists()
