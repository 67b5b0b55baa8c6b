"""Bringing an ISA's cards in line with what agents reported: opened, counted anew, closed. One card per letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef

from handoff.coaching import telling
from handoff.coaching.patterns import Judged, Pattern, focus_of, latest_pattern, ways_of
from handoff.coaching.states import LIVE, CardStatus, Focus
from handoff.models import CoachingCard, Outcome
from teams.models import Membership, Team
from teams.policy import change_policy, policy_of

#: Nobody learns from more of the past. It bounds the work of a report, whoever has set how many.
SPAN = 200
CORRECTED = "A corrected report took the pattern away."
COMPLETED = "With all reports in, it is no pattern."
OTHER_WAYS = "By the numbers the team goes by now, this is no pattern."


@transaction.atomic
def match_cards(*, setter: Membership, because: str, at: datetime) -> None:
    """Open, count anew and close the cards of one ISA, and tell of what changed. Three queries if nothing does.

    ``because``: why a pattern that is gone is gone. Of two reports at once the second waits, and sees the first.
    """
    for coached in _locked(pk=setter.pk):
        _match(coached, because=because, at=at)


@transaction.atomic
def change_ways(*, team: Team, actor: Membership, at: datetime, **numbers: int) -> None:
    """Call something else a pattern from now on, ``coaching_flags`` of ``coaching_window``, and go by it at once."""
    change_policy(policy=policy_of(team), actor=actor, at=at, **numbers)
    match_team(team=team, because=OTHER_WAYS, at=at)


@transaction.atomic
def match_team(*, team: Team, because: str, at: datetime) -> None:
    """Do so for everybody of a team."""
    for coached in _locked(team=team, ended_at=None):
        _match(coached, because=because, at=at)


def history_of(setter: Membership) -> list[Judged]:
    """Return the latest leads of this ISA that came and were judged, in the order in which they were set."""
    judged = Outcome.objects.filter(handoff__setter=setter, is_good__isnull=False)
    rows = judged.order_by("-handoff__opened_at", "-handoff_id").values_list(
        "handoff_id", "handoff__opened_at", "reason"
    )
    return [Judged(pk, opened_at, focus_of(reason)) for pk, opened_at, reason in reversed(rows[:SPAN])]


def _locked(**which: Any) -> list[Membership]:
    """Wait for whoever matches the same ISAs' cards. Under the lead's lock; under it only cards are locked."""
    people = Membership.objects.select_for_update(of=("self",), no_key=True)
    return list(people.select_related("user", "team__policy").filter(**which).order_by("pk"))


def _match(coached: Membership, *, because: str, at: datetime) -> None:
    cards = _cards_of(coached)
    history = history_of(coached) if _is_coached(coached) else []
    ways = ways_of(policy_of(coached.team))
    live = {card.focus: card for card in cards if card.is_live}
    for focus in Focus:
        after = max((card.closed_at for card in cards if card.focus == focus and card.closed_at), default=None)
        pattern = latest_pattern(history, focus, ways, after=after)
        card = live.get(focus)
        if pattern is not None and not pattern.has_improved:
            _carry_on(card, coached, focus, pattern, wanted=ways.clean, at=at)
        elif card is not None:
            _end(card, coached, pattern, because=because, at=at)


def _is_coached(setter: Membership) -> bool:
    """Agents who set a lead themselves see no cards, so they get none."""
    return setter.ended_at is None and not setter.is_agent


def _cards_of(setter: Membership) -> list[Any]:
    """The live cards, and those that a team lead closed: what was before that has been talked over.

    Waits for whoever is ending one of them, so that none ends twice.
    """
    cases = CoachingCard.cases.through.objects.filter(coachingcard=OuterRef("pk")).values("handoff")
    counted = CoachingCard.objects.select_for_update(of=("self",)).filter(
        setter=setter, status__in=(*LIVE, CardStatus.CLOSED)
    )
    return list(counted.annotate(case_ids=ArraySubquery(cases)))


def _carry_on(
    card: Any | None, setter: Membership, focus: Focus, pattern: Pattern, *, wanted: int, at: datetime
) -> None:
    counts = {"flagged": pattern.flagged, "judged": pattern.judged, "without": pattern.clean, "wanted": wanted}
    if card is None:
        opened = CoachingCard.objects.create(team=setter.team, setter=setter, focus=focus, opened_at=at, **counts)
        opened.cases.set(pattern.cases)
        telling.tell_opened(opened, at=at)
        return
    if any(getattr(card, name) != value for name, value in counts.items()):
        CoachingCard.objects.filter(pk=card.pk).update(**counts)
    if set(card.case_ids) != set(pattern.cases):
        card.cases.set(pattern.cases)


def _end(card: Any, setter: Membership, pattern: Pattern | None, *, because: str, at: datetime) -> None:
    """Improved, if the pattern that has ended is the one the card was about; else there is none any more."""
    if pattern is not None and set(pattern.cases) & set(card.case_ids):
        card.status, card.ending = CardStatus.IMPROVED, f"{pattern.clean} leads in a row without it."
        card.flagged, card.judged, card.without = pattern.flagged, pattern.judged, pattern.clean
    else:
        card.status, card.ending = CardStatus.WITHDRAWN, because
    card.closed_at = at
    card.save(update_fields=["status", "ending", "flagged", "judged", "without", "closed_at"])
    card.setter = setter
    telling.tell_ended(card, at=at)
