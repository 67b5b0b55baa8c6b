"""The agents a lead can be passed to."""

from django.db.models import QuerySet

from teams.models import Membership, Team


def working_agents(team: Team) -> QuerySet[Membership]:
    """Agents of the team who take handoffs, with profile, areas, hours and time off: four queries for any number."""
    return (
        Membership.objects.active()
        .agents()
        .filter(team=team, profile__takes_handoffs=True)
        .select_related("user", "profile", "team")
        .prefetch_related("profile__areas", "working_hours", "time_off")
        .order_by("id")
    )
