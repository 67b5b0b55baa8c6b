"""Sequences and enrolments as a team lead and an ISA make them."""

from __future__ import annotations

from collections.abc import Iterable

from leads.drips import enrolling, sequences
from leads.models import DripSequence, DripStep, Enrolment, Lead
from leads.tests.factories import NOW
from notifications.models import Delivery
from notifications.promises import drains, timers
from teams.models import Membership, Team
from teams.tests import factories as people

POSTAL = "100 Example Street, Austin, TX 78701"
TEXT = "Hi {first_name},\n\n?how is {area} looking to you?\n\n{isa}"


def settle(team: Team) -> Team:
    """Let the team have a postal address."""
    team.postal_address = POSTAL
    team.save(update_fields=["postal_address"])
    return team


def a_sequence(
    team: Team, *, days: Iterable[int] = (1, 3, 7), name: str = "Nurture", is_on: bool = True, hour: int = 9
):
    """A drip with a mail on each of these days."""
    boss = Membership.objects.filter(team=team, role="lead").first() or people.lead(team)
    sequence: DripSequence = sequences.add_sequence(team=settle(team), name=name, actor=boss, at=NOW)
    for number, day in enumerate(days, start=1):
        said = {"after_days": day, "hour": hour, "subject": f"Mail {number} of {name}", "text": TEXT}
        sequences.save_step(step=DripStep(sequence=sequence), **said, actor=boss, at=NOW)
    if is_on:
        sequences.switch_on(sequence=sequence, actor=boss, at=NOW)
    return sequence


def enrolled(lead: Lead, sequence: DripSequence, *, at=NOW) -> Enrolment:
    """Enrol by the lead's ISA."""
    return enrolling.enrol(lead=lead, sequence=sequence, actor=lead.isa, at=at)


def run(at) -> None:
    """Let the sweep come by."""
    timers.fire_due(at=at)
    drains.drain(Delivery, at=at, stream="email")
