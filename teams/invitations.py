"""Inviting people: an offer to one address, which whoever reads that mailbox accepts.

Reading the link changes nothing, since mail scanners open every link. The link's token is known to the mail alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from teams.changes import note_change
from teams.models import Invitation, Membership, Role, Team, User
from teams.people import AlreadyMember, join
from teams.signals import invitation_mailed, invitation_revoked
from teams.tokens import digest_of

LIFE = timedelta(days=14)
#: Nobody needs the same mail twice within this time, and no mailbox should be flooded from here.
PAUSE = timedelta(minutes=1)


class NotInvited(Exception):
    """Somebody with this address is in the team, or invited already."""


class NotPending(Exception):
    """The invitation was accepted or taken back."""


class TooSoon(Exception):
    """Its mail went out a moment ago."""


class Unusable(Exception):
    """The link leads to no invitation that could be accepted; ``str`` says why, and what to do."""


class Unknown(Unusable):
    """No invitation has this link, or it has a newer one."""


class Accepted(Unusable):
    """The invitation was accepted before."""


class AnotherAddress(Exception):
    """The invitation is for somebody else than the person who is signed in."""


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom to invite."""

    email: str
    name: str = ""


@transaction.atomic
def invite_all(
    *, invitees: Iterable[Invitee], role: Role, actor: Membership, at: datetime
) -> tuple[list[Invitation], list[str]]:
    """Offer each of them a place in the actor's team, by mail; an offer that expired unanswered is replaced.

    Who is in the team or invited already is left out, and why is in the second list.
    """
    wanted = {each.email.strip().lower(): each for each in invitees}
    team = Team.objects.select_for_update(no_key=True).get(pk=actor.team_id)  # two leads who invite take turns
    inside = set(
        Membership.objects.active().filter(team=team, user__email__in=wanted).values_list("user__email", flat=True)
    )
    pending = {each.email: each for each in Invitation.objects.pending().filter(team=team, email__in=wanted)}
    made, left_out = [], []
    for address, invitee in wanted.items():
        waiting = pending.get(address)
        if address in inside:
            left_out.append(f"{address} is in this team already.")
        elif waiting and not waiting.has_expired(at):
            left_out.append(f"{address} is invited already: send that invitation again, or take it back first.")
        else:
            if waiting:
                revoke(invitation=waiting, at=at)
            offer = Invitation(team=team, email=address, name=invitee.name, role=role, invited_by=actor, created_at=at)
            made.append(_mail(offer, at=at))
    if made:
        whom = made[0].email if len(made) == 1 else f"{len(made)} people"
        note_change(actor=actor, part="people", words=f"Invited {whom} as {role.label}", at=at)
    return made, left_out


def invite(*, email: str, name: str, role: Role, actor: Membership, at: datetime) -> Invitation:
    """Offer one person a place. Raises NotInvited, which says why."""
    made, left_out = invite_all(invitees=[Invitee(email, name)], role=role, actor=actor, at=at)
    if left_out:
        raise NotInvited(left_out[0])
    return made[0]


@transaction.atomic
def send_again(*, invitation: Invitation, at: datetime) -> Invitation:
    """Mail it once more, with a new link and its whole time before it. The earlier link ends.

    Raises NotPending, TooSoon.
    """
    current = _locked_pending(invitation)
    if at < current.mailed_at + PAUSE:
        raise TooSoon("That mail went out less than a minute ago. Wait a moment before you send it again.")
    current.revision += 1
    return _mail(current, at=at)


@transaction.atomic
def revoke(*, invitation: Invitation, at: datetime) -> None:
    """Take the offer back: its link ends, and a mail that has not gone out is not wanted. Raises NotPending."""
    if not Invitation.objects.pending().filter(pk=invitation.pk).update(revoked_at=at):
        raise NotPending("That invitation is answered or taken back already.")
    invitation_revoked.send(sender=Invitation, invitation=invitation, at=at)


def find(token: str, *, at: datetime) -> Invitation:
    """Return the invitation of this link. Raises Unusable, or Accepted, with a sentence for whoever opened it."""
    found = Invitation.objects.select_related("team", "invited_by__user", "accepted_by__user")
    invitation = found.filter(digest=digest_of(token)).first()
    if invitation is None:
        raise Unknown("This link leads to no invitation. Use the one of the newest mail, all of it.")
    check_open(invitation, at=at)
    return invitation


def check_open(invitation: Invitation, *, at: datetime) -> None:
    """Raise Unusable, or Accepted, unless the invitation can be accepted now."""
    if invitation.accepted_at:
        raise Accepted(f"This invitation to {invitation.team} is accepted already. Sign in to go on.")
    if invitation.revoked_at:
        raise Unusable(f"{invitation.team} has taken this invitation back. Ask the team lead if that is a surprise.")
    if invitation.has_expired(at):
        raise Unusable("This invitation has expired. Ask the team lead to send it again.")


@transaction.atomic
def accept(*, invitation: Invitation, user: User, at: datetime) -> Membership:
    """Give the person the place that was offered to their address.

    Raises AnotherAddress, Unusable, Accepted. Of two clicks at once one joins, the other gets Accepted.
    """
    current = Invitation.objects.select_for_update(of=("self",)).select_related("team").get(pk=invitation.pk)
    check_open(current, at=at)
    if user.email.lower() != current.email:
        raise AnotherAddress(f"This invitation is for {current.email}, and you are signed in as {user.email}.")
    try:
        place = join(team=current.team, email=user.email, name=user.name, role=Role(current.role), zone=user.zone)
    except AlreadyMember:
        place = Membership.objects.active().get(team=current.team, user=user)
    current.accepted_at, current.accepted_by = at, place
    current.save(update_fields=["accepted_at", "accepted_by"])
    return place


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str, zone: str, at: datetime) -> Membership:
    """Make the account of somebody Baton does not know, or who never had a password, and accept.

    Holding the mailed link proves the mailbox, as the link of “Forgot your password?” does. Raises Unusable, Accepted.
    """
    user = User.objects.select_for_update().filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(invitation.email, password, name=name, zone=zone)
    elif has_way_in(user):
        raise Unusable(f"{user.email} has an account here: sign in to accept.")
    else:
        user.name, user.zone = name, zone
        user.set_password(password)
        user.save(update_fields=["name", "zone", "password"])
    return accept(invitation=invitation, user=user, at=at)


def has_way_in(user: User) -> bool:
    """Whether this person can sign in already, or has been shut out: either way no invitation sets their password."""
    return user.has_usable_password() or not user.is_active


def note_delivered(*, pk: int, revision: int, at: datetime) -> None:
    """Note that a mail server took the mail of this revision."""
    Invitation.objects.filter(pk=pk, revision=revision).update(delivered_at=at, trouble="")


def note_undelivered(*, pk: int, revision: int, reason: str) -> None:
    """Note that the mail of this revision will not arrive, and why."""
    Invitation.objects.filter(pk=pk, revision=revision).update(trouble=reason[:200])


def _locked_pending(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("team", "invited_by__user")
    current = locked.pending().filter(pk=invitation.pk).first()
    if current is None:
        raise NotPending("That invitation is answered or taken back already.")
    return current


def _mail(invitation: Invitation, *, at: datetime) -> Invitation:
    """Give it a new link and announce that it is to be mailed: the room above owes the mail."""
    token = secrets.token_urlsafe(32)
    invitation.digest = digest_of(token)
    invitation.mailed_at, invitation.expires_at = at, at + LIFE
    invitation.delivered_at, invitation.trouble = None, ""
    invitation.save()
    link = settings.BASE_URL + reverse("teams:invitation", args=[token])
    invitation_mailed.send(sender=Invitation, invitation=invitation, link=link, at=at)
    return invitation
