"""How people come into a team, and which role they have in it."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from teams.changes import note_change
from teams.models import AgentProfile, Membership, Role, RoleChange, Team, User
from teams.signals import role_changing


class AlreadyMember(Exception):
    """This person has a place in the team already."""


class LastLead(Exception):
    """A team keeps at least one team lead."""


class RoleInUse(Exception):
    """The member's open work takes the role they have; ``str`` says what to do first."""


class Gone(Exception):
    """This person has just left the team."""


def memberships_of(user: User | int) -> QuerySet[Membership]:
    """Every team this person belongs to, the oldest place first, with all that a page needs of it."""
    return Membership.objects.active().filter(user=user).select_related("user", "team__policy").order_by("id")


@transaction.atomic
def join(
    *, team: Team, email: str, name: str, role: Role, zone: str, password: str | None = None, phone: str = ""
) -> Membership:
    """Give a person a place in a team. Somebody Baton knows already keeps their name and password.

    Raises AlreadyMember. Two places in one team are impossible: the row of the person is locked first.
    """
    user = User.objects.select_for_update().filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, zone=zone, phone=phone)
    if Membership.objects.filter(user=user, team=team, ended_at=None).exists():
        raise AlreadyMember(f"{user} is in this team already.")
    membership = Membership.objects.create(user=user, team=team, role=role)
    if membership.is_agent:
        membership.profile = AgentProfile.objects.create(membership=membership)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, actor: Membership, at: datetime) -> None:
    """Give a member another role; it holds from their next request on, in every open window and for every key.

    Raises LastLead, and RoleInUse while open work takes the role they have.
    """
    lock_team(membership)
    current = Membership.objects.select_for_update(of=("self",)).select_related("user", "team").get(pk=membership.pk)
    if current.role == role:
        return
    keep_a_lead(current)
    role_changing.send(sender=Membership, membership=current, role=role, at=at)
    Membership.objects.filter(pk=current.pk).update(role=role)
    RoleChange.objects.create(membership=current, was=current.role, role=role, at=at)
    if role == Role.AGENT:
        AgentProfile.objects.get_or_create(membership=current)
    words = f"{current.user}: {current.get_role_display()} → {role.label}"
    note_change(actor=actor, part="people", words=words, at=at)


def lock_team(membership: Membership) -> None:
    """Let one change of who leads the team happen at a time, so that two leads cannot send each other away."""
    Team.objects.select_for_update(no_key=True).get(pk=membership.team_id)


def keep_a_lead(membership: Membership) -> None:
    """Raise LastLead if this is the team's only team lead. Call it under ``lock_team``."""
    leads = Membership.objects.active().filter(team_id=membership.team_id, role=Role.LEAD)
    if membership.is_lead and not leads.exclude(pk=membership.pk).exists():
        raise LastLead("A team keeps at least one team lead. Make somebody else a team lead first.")


def check_still_here(*members: Membership) -> None:
    """Raise Gone unless all of these are still of their team, and keep them in it until the transaction ends.

    Whoever gives a member something to own asks this last: it waits for a deactivation that is under way.
    """
    wanted = sorted({each.pk for each in members})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM teams_membership WHERE id = ANY(%s) AND ended_at IS NULL ORDER BY id FOR KEY SHARE",
            [wanted],
        )
        here = {pk for (pk,) in cursor.fetchall()}
    for each in members:
        if each.pk not in here:
            raise Gone(f"{each.user} has just left the team.")
