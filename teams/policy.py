"""How a team works: its name and zone, durations, deadlines and triggers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from teams.changes import note_change, set_fields
from teams.models import Membership, Policy, Team
from teams.models.shares import RoutingWays
from teams.models.transfers import TransferWays

ROUTING_FIELDS = [field.name for field in RoutingWays._meta.get_fields()]  # noqa: SLF001 - Django documents it
RINGING_FIELDS = [field.name for field in TransferWays._meta.get_fields()]  # noqa: SLF001 - as above


def policy_of(team: Team) -> Policy:
    """Return the team's policy; a team without one (made by hand) gets the usual."""
    try:
        return team.policy
    except Policy.DoesNotExist:
        return Policy.objects.get_or_create(team=team)[0]


@transaction.atomic
def change_team(*, team: Team, actor: Membership, at: datetime, **values: str) -> None:
    """Change what the team is called and where it is at home: any of its own fields."""
    _noted(set_fields(team, values), actor=actor, part="team", at=at)


@transaction.atomic
def change_policy(*, policy: Policy, actor: Membership, at: datetime, **numbers: int) -> None:
    """Change durations and deadlines, by the names of the fields; what has begun keeps those it began with."""
    _noted(set_fields(policy, numbers), actor=actor, part="policy", at=at)


@transaction.atomic
def change_routing(*, policy: Policy, actor: Membership, at: datetime, **ways: int | None) -> None:
    """Change how agents are ranked and how many leads are enough; ``ways`` are fields of ``RoutingWays``.

    Decisions that were made keep the points they were made with.
    """
    _noted(set_fields(policy, {name: ways[name] for name in ROUTING_FIELDS}), actor=actor, part="routing", at=at)


@transaction.atomic
def change_ringing(*, policy: Policy, actor: Membership, at: datetime, **ways: str | int) -> None:
    """Change how agents are rung for live transfers; ``ways`` are fields of ``TransferWays``.

    A transfer that rings goes on as it began.
    """
    _noted(set_fields(policy, {name: ways[name] for name in RINGING_FIELDS}), actor=actor, part="transfers", at=at)


def usual_routing() -> dict[str, int | None]:
    """Return the ways of a team that has set none."""
    usual = Policy()
    return {name: getattr(usual, name) for name in ROUTING_FIELDS}


@transaction.atomic
def set_trigger_tags(*, policy: Policy, names: Sequence[str], actor: Membership, at: datetime) -> None:
    """Set which tags open a handoff; case does not count, and a name given twice is kept once."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(name.casefold(), name)
    tags = list(kept.values())
    if tags != policy.trigger_tags:
        note_change(actor=actor, part="policy", words=f"Trigger tags: {', '.join(tags) or 'none'}", at=at)
    policy.trigger_tags = tags
    policy.save(update_fields=["trigger_tags"])


@transaction.atomic
def set_watched_promises(
    *, policy: Policy, kinds: Sequence[str], words: Sequence[str], actor: Membership, at: datetime
) -> None:
    """Set which ``kinds`` of over-promises are not looked for, and which words of the team's own are."""
    changes = {"promise_kinds_off": list(kinds), "promise_words": list(words)}
    _noted(set_fields(policy, changes), actor=actor, part="promises", at=at)


def _noted(words: str, *, actor: Membership, part: str, at: datetime) -> None:
    if words:
        note_change(actor=actor, part=part, words=words, at=at)
