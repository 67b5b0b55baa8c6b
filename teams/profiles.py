"""How people are presented, and how to reach them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from teams.absences import note_own_absence
from teams.models import AgentProfile, Area, Membership, User


def change_person(*, user: User, name: str, phone: str, zone: str) -> None:
    """Change what belongs to the person in every team. ``phone`` is E.164 or empty. Only the person does this."""
    user.name, user.phone, user.zone = name, phone, zone
    user.save(update_fields=["name", "phone", "zone"])


@transaction.atomic
def change_profile(  # noqa: PLR0913 - each is a field of the profile
    *,
    membership: Membership,
    title: str,
    line: str,
    years: int | None,
    languages: Sequence[str],
    states: Sequence[str],
    areas: Iterable[Area],
    video_link: str,
    takes_handoffs: bool,
    price_min: int | None,
    price_max: int | None,
    by: Membership,
    at: datetime,
) -> AgentProfile:
    """Change how the agent is presented, and what routing knows of them.

    From when to when they took no handoffs is remembered: shares are counted over the days they did.
    """
    profile, _ = AgentProfile.objects.update_or_create(
        membership=membership,
        defaults={
            "title": title,
            "line": line,
            "years": years,
            "languages": list(languages),
            "states": list(states),
            "video_link": video_link,
            "takes_handoffs": takes_handoffs,
            "price_min": price_min,
            "price_max": price_max,
        },
    )
    note_own_absence(agent=membership, takes_handoffs=takes_handoffs, by=by, at=at)
    profile.areas.set(areas)
    return profile


def change_share(*, profile: AgentProfile, weight: int, day_capacity: int | None, week_capacity: int | None) -> None:
    """Set how large an agent's share of the leads is (percent of a full one), and how many are enough for them."""
    profile.weight, profile.day_capacity, profile.week_capacity = weight, day_capacity, week_capacity
    profile.save(update_fields=["weight", "day_capacity", "week_capacity"])
