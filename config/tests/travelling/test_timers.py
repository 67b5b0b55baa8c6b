"""Two dozen appointments through their days; ``run.py bench timers`` does the same with ten thousand."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from config.tests.travelling.ground import Ground, make_ground
from config.tests.travelling.judging import judge
from config.tests.travelling.people import Deed, plan_for
from config.tests.travelling.travel import Fired, Journey, Traveller
from handoff.models import Handoff
from handoff.tests.factories import open_handoff
from leads.tests.factories import NOW
from notifications.models import Delivery, Timer
from notifications.promises.owed import State
from notifications.tests.peers.mail import smtp_server  # noqa: F401 - a fixture

APPOINTMENTS = 24
HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_every_step_is_taken_once_in_time_and_none_after_the_end(smtp_server, settings):  # noqa: F811
    settings.DEMO_OUTBOX = False
    chance = random.Random(7)
    ground = make_ground(APPOINTMENTS, begins=NOW)
    plan = plan_for(ground, chance)
    noon = NOW + timedelta(days=3, hours=2)
    journey = Journey(outage=(noon, noon + timedelta(hours=6)))

    Traveller(ground, plan, journey, chance).go(smtp_server)
    verdict = judge(ground, journey)

    assert verdict.broken == {rule: [] for rule in verdict.broken}
    assert {Deed.CONFIRM, Deed.HELD, Deed.NO_SHOW} <= set(plan.done)
    assert len(journey.fired) > 3 * APPOINTMENTS
    assert verdict.held_up
    assert verdict.mails[-1] > 2


@pytest.fixture
def handoff(db):
    return open_handoff()


def journey_of(*fired: Fired, caught_up: dict[tuple[str, str], list[str]] | None = None) -> Journey:
    journey = Journey(outage=(NOW, NOW + HOUR), fired=list(fired), ended_at=NOW + 2 * HOUR)
    return replace(journey, caught_up=caught_up or {})


def a_step(handoff: Handoff, *, late: timedelta = timedelta(seconds=1), key: str = "outcome_ask") -> Fired:
    due_at = NOW + timedelta(minutes=90)
    return Fired(f"{handoff.about}|{key}", key, handoff.about, due_at, due_at + late, due_at + late)


def broken(handoff: Handoff, journey: Journey) -> set[str]:
    verdict = judge(Ground(handoff.setter, handoff.agent, NOW, {handoff.about: handoff}), journey)
    return {rule for rule, examples in verdict.broken.items() if examples}


class TestTheJudge:
    """Each rule can be broken: a proof that cannot fail proves nothing."""

    def test_what_went_well_breaks_nothing(self, handoff):
        assert broken(handoff, journey_of(a_step(handoff))) == set()

    def test_a_step_that_ran_twice(self, handoff):
        assert broken(handoff, journey_of(a_step(handoff), a_step(handoff))) == {"each step at most once"}

    def test_a_step_that_was_forgotten(self, handoff):
        Timer.objects.filter(key=f"{handoff.about}|outcome_ask").update(due_at=NOW)

        assert broken(handoff, journey_of()) == {"no step forgotten"}

    def test_a_step_that_was_late_and_one_that_the_outage_held_up(self, handoff):
        assert broken(handoff, journey_of(a_step(handoff, late=timedelta(seconds=11)))) == {"at most 10 s late"}
        held_up = replace(a_step(handoff), due_at=NOW + timedelta(minutes=30))
        assert broken(handoff, journey_of(held_up)) == set()

    def test_a_step_after_the_end(self, handoff):
        Handoff.objects.update(closed_at=NOW + HOUR)

        assert broken(handoff, journey_of(a_step(handoff))) == {"no step after the end"}

    def test_a_message_after_the_end(self, handoff):
        step = a_step(handoff)
        Handoff.objects.update(closed_at=step.at)
        Delivery.objects.update(created_at=step.at + timedelta(seconds=5))
        later = replace(step, at=step.at + timedelta(seconds=5), about="elsewhere/1")

        assert broken(handoff, journey_of(later)) == {"no message after the end"}

    def test_somebody_who_heard_twice_of_one_client_after_the_outage(self, handoff):
        twice = {("ana@example.com", "client00001"): ["How did it go?", "Please report"]}

        assert broken(handoff, journey_of(caught_up=twice)) == {"one message for all that fell due in the outage"}

    def test_a_mail_that_was_kept_and_not_received_and_one_that_came_twice(self, handoff):
        Delivery.objects.filter(audience="client").update(state=State.DONE)
        rule = {"what was kept was received, once"}
        assert broken(handoff, journey_of()) == rule

        journey = journey_of()
        journey.mails["dana@example.com", "<1@example.com>"] = 2
        assert broken(handoff, journey) == rule
