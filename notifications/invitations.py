"""The mail that invites somebody into a team, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from notifications.messages import Fact, Message
from notifications.models import Delivery
from notifications.models.deliveries import Audience
from notifications.owing import drop_waiting, owe_person
from notifications.promises.nudges import nudge
from notifications.promises.owed import State
from notifications.promises.registry import Ending
from notifications.tasks import send_invites
from teams.invitations import LIFE, note_delivered, note_undelivered
from teams.models import Invitation, Role
from teams.signals import invitation_mailed, invitation_revoked

KIND = "invitation"
AUDIENCES = {Role.ISA: Audience.ISA, Role.AGENT: Audience.AGENT, Role.LEAD: Audience.LEAD}


@receiver(invitation_mailed, dispatch_uid="notifications.mail_invitation")
def mail_invitation(*, invitation: Invitation, link: str, at: datetime, **_: Any) -> None:
    """Owe the mail with the link. An earlier one that still waits would carry a link that leads nowhere now."""
    drop_waiting(about=invitation.about, kinds=[KIND], at=at)
    owe_person(
        team=invitation.team,
        email=invitation.email,
        name=invitation.name,
        kind=KIND,
        about=invitation.about,
        message=_words(invitation, link),
        at=at,
        audience=AUDIENCES[Role(invitation.role)],
        revision=invitation.revision,
        responsible=invitation.invited_by,
    )
    about = invitation.about

    def ring() -> None:  # a named function: a functools.partial breaks on_commit(robust=True) on Django 5.2
        nudge(send_invites, about=about)

    transaction.on_commit(ring, robust=True)


@receiver(invitation_revoked, dispatch_uid="notifications.drop_invitation")
def drop_invitation(*, invitation: Invitation, at: datetime, **_: Any) -> None:
    """Send no link that leads nowhere."""
    drop_waiting(about=invitation.about, kinds=[KIND], at=at)


def note_ending(delivery: Delivery, ending: Ending) -> None:
    """Tell the invitation what became of its mail, and forget the link: it is in the mailbox, and nowhere else."""
    _, _, pk = delivery.about.partition("/")
    revision = int(delivery.key.rpartition("|r")[2])
    if ending.state == State.DONE:
        note_delivered(pk=int(pk), revision=revision, at=ending.at)
        Delivery.objects.filter(pk=delivery.pk, state=State.DONE).update(message={**delivery.message, "link": ""})
    elif ending.state == State.FAILED:
        note_undelivered(pk=int(pk), revision=revision, reason=ending.answer)


def _words(invitation: Invitation, link: str) -> Message:
    who, team = invitation.invited_by.user, invitation.team
    return Message(
        title=f"{who} invites you to {team} on Baton",
        lead_in=(
            f"{who} ({who.email}) gives you a place in {team}. Accept it, choose a password, and you can begin."
            " If you have an account on Baton already, you keep it and sign in with it."
        ),
        facts=(Fact("Team", str(team)), Fact("Your role", invitation.get_role_display())),
        link=link,
        link_label="Accept the invitation",
        footer=(
            f"The link works once, for {LIFE.days} days, and only for {invitation.email}."
            " You did not expect this? Then do nothing: nothing happens."
        ),
    )
