"""Who has to prove twice who they are: the team's policy. API tokens are no sign-in, and are not asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from teams.changes import note_change
from teams.models import Membership, Policy, Role, SecondFactor, Team, User
from teams.people import memberships_of
from teams.policy import policy_of

#: What counts. Recovery codes are the spare key of these, not a factor of their own.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class LockedOut(Exception):
    """Whoever asks it of others has to have it; ``str`` says what to do first."""


def is_asked_of(membership: Membership) -> bool:
    """Whether the team asks this member for a second factor."""
    asked = policy_of(membership.team).second_factor
    return asked == SecondFactor.EVERYONE or (asked == SecondFactor.LEADS and membership.is_lead)


def is_owed(membership: Membership | None) -> bool:
    """Whether this member has to set one up before anything else. Asks the database only where the policy does."""
    return membership is not None and is_asked_of(membership) and not has_one(membership.user)


def has_one(user: User) -> bool:
    """Whether this person has a second factor."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())


def is_last_one_needed(authenticator: Authenticator) -> bool:
    """Whether removing this would leave its person without what one of their teams asks for."""
    if authenticator.type not in FACTORS:
        return False
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
    if others.exists():
        return False
    return any(is_asked_of(each) for each in memberships_of(authenticator.user))


@transaction.atomic
def ask_for(*, policy: Policy, whom: SecondFactor, actor: Membership, at: datetime) -> None:
    """Set who has to have a second factor. It is asked at the next click of whoever has none.

    Raises LockedOut: a team lead who has none themselves would lock themselves out of this very page.
    """
    if whom != SecondFactor.NOBODY and not has_one(actor.user):
        raise LockedOut("Set up your own second step first: you are asked for it from the next click on.")
    if policy.second_factor == whom:
        return
    note_change(actor=actor, part="signing-in", words=f"Second step: {SecondFactor(whom).label.lower()}", at=at)
    Policy.objects.filter(pk=policy.pk).update(second_factor=whom)


def without_one(team: Team) -> Iterable[Membership]:
    """Return the members who have none, team leads first."""
    having = Authenticator.objects.filter(type__in=FACTORS).values("user")
    members = Membership.objects.active().filter(team=team).exclude(user__in=having).select_related("user")
    return sorted(members, key=lambda each: (each.role != Role.LEAD, each.user.name.casefold()))
