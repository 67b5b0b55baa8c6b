"""The demo outbox draws what opens when a button of a Slack card is pressed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from handoff.models import Outcome
from handoff.tests.factories import SLOT, open_handoff
from notifications.models import OutboxCard

pytestmark = pytest.mark.django_db


@pytest.fixture
def handoff(settings):
    settings.DEMO_OUTBOX = True
    return open_handoff()


def drawn(handoff, by, press: str) -> str:
    kept = OutboxCard.objects.create(team=handoff.team, title="How did it go?", payload={"blocks": []})
    browser = Client()
    with time_machine.travel(SLOT + timedelta(hours=1), tick=False):
        browser.force_login(by.user)
        address = reverse("notifications:outbox-card", args=[kept.pk])
        return browser.get(address, {"press": f"{handoff.team_id}/{press}"}).content.decode()


@pytest.mark.parametrize(
    ("showed", "asked"), [("yes", "Was it a good lead?"), ("no", "What happens next?"), ("moved", "To when?")]
)
def test_what_the_agent_would_be_asked_is_drawn_and_nothing_is_recorded(handoff, showed, asked):
    page = drawn(handoff, handoff.agent, f"outcome/{showed}/{handoff.pk}/{handoff.revision}")

    assert asked in page
    assert "Record" in page
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("press", ["outcome/yes/0/1", "no", "outcome", "<b>/x"])
def test_a_button_of_nothing_says_so(handoff, press):
    page = drawn(handoff, handoff.agent, press)

    assert "Not now" in page or "slack-modal" not in page
    assert "<b>/x" not in page


def test_who_may_not_report_is_told_why(handoff):
    page = drawn(handoff, handoff.setter, f"outcome/yes/{handoff.pk}/{handoff.revision}")

    assert "Only the agent who has this lead" in page
