"""When cards are looked at again: at every report and correction, and when somebody leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from handoff.coaching.cards import end_cards_of_leaver
from handoff.coaching.matching import COMPLETED, CORRECTED, match_cards
from handoff.models import Handoff, Outcome
from handoff.signals import outcome_recorded
from teams.leaving import Leaving
from teams.signals import member_leaving


@receiver(outcome_recorded, dispatch_uid="handoff.match_cards")
def match_cards_of_setter(*, handoff: Handoff, was: Outcome | None, at: datetime, **_: Any) -> None:
    """Look for patterns among the leads of who set this one."""
    match_cards(setter=handoff.setter, because=CORRECTED if was else COMPLETED, at=at)


@receiver(member_leaving, dispatch_uid="handoff.end_cards")
def end_cards(*, leaving: Leaving, **_: Any) -> None:
    """Nobody is coached who is not there."""
    end_cards_of_leaver(setter=leaving.member, reason=f"{leaving.why}.", at=leaving.at)
