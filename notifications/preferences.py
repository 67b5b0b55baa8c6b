"""What people chose to hear of by mail and text, and what they cannot choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notifications import consent
from notifications.models import Preference
from notifications.models.preferences import Group
from notifications.models.texts import How
from teams import texts
from teams.models import Membership, Role
from teams.templatetags.look import phone_words

#: What concerns whom; nobody is asked about what they never get.
GROUPS: dict[str, tuple[Group, ...]] = {
    Role.ISA: (Group.CHANGES, Group.OUTCOMES, Group.COACHING, Group.PAY, Group.WEEKLY),
    Role.AGENT: (Group.NEW, Group.LIVE, Group.CHANGES, Group.OUTCOMES, Group.WEEKLY),
    Role.LEAD: (Group.CHANGES, Group.OUTCOMES, Group.COACHING, Group.PAY, Group.TEAM, Group.WEEKLY),
}
#: Who gets mails of a group before they choose: what others did to one's handoffs is told in the app.
MAILED: dict[str, frozenset[Group]] = {
    Role.ISA: frozenset(),
    Role.AGENT: frozenset(Group) - {Group.LIVE, Group.WEEKLY},
    Role.LEAD: frozenset({Group.OUTCOMES, Group.TEAM, Group.WEEKLY}),
}
#: What is texted to whoever agreed to texts, before they choose: it is over in half a minute.
TEXTED = frozenset({Group.LIVE})
#: What stands below a group, on the page where people choose.
HINTS = {
    Group.LIVE: "It rings in Baton and in the team's chat, too. A mail is mostly too late; where neither the chat nor "
    "texts reach you, it comes all the same.",
    Group.PAY: "A mail or a text names the amount.",
}
#: Mails that come in any case, and why.
FIXED = {Group.NEW: "Always: it brings the brief, and the invite for your calendar."}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants of one group."""

    by_email: bool
    by_text: bool


class NoPhone(Exception):
    """There is no number to text."""


def choice_of(membership: Membership, group: Group) -> Choice | None:
    """Return what they chose; None if they never did."""
    found = Preference.objects.filter(membership=membership, group=group).first()
    return Choice(found.by_email or group in FIXED, found.by_text) if found else None


def choices_of(membership: Membership) -> dict[Group, Choice]:
    """Return what holds for them now, for every group that concerns them."""
    chosen = {row.group: row for row in Preference.objects.filter(membership=membership)}
    mailed = MAILED[membership.role]
    agreed = consent.may_text(membership.team_id, membership.user.phone)  # nobody agrees to texts by a tick of ours
    return {
        group: Choice(row.by_email or group in FIXED, row.by_text)
        if (row := chosen.get(group))
        else Choice(group in mailed or group in FIXED, by_text=agreed and group in TEXTED)
        for group in GROUPS[membership.role]
    }


@transaction.atomic
def choose(*, membership: Membership, choices: Mapping[Group, Choice], at: datetime) -> None:
    """Keep what they chose. Asking for texts is agreeing to them, and asking for none takes it back.

    Raises NoPhone, consent.Stopped.
    """
    rows = [
        Preference(
            membership=membership,
            group=group,
            by_email=choices[group].by_email or group in FIXED,
            by_text=choices[group].by_text,
        )
        for group in GROUPS[membership.role]
    ]
    Preference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["membership", "group"],
        update_fields=["by_email", "by_text"],
    )
    number = membership.user.phone
    if any(wanted.by_text for wanted in choices.values()):
        if not number:
            raise NoPhone("Your profile has no phone number to text: add it first.")
        words = agreement(membership)
        consent.opt_in(team=membership.team, number=number, how=How.OWN, wording=words, by=membership, at=at)
        return
    said = consent.choice_of(membership.team_id, number)
    if said is not None and said.is_in and said.how == How.OWN:
        consent.opt_out(team=membership.team, number=number, how=How.OWN, by=membership, at=at)


def agreement(membership: Membership) -> str:
    """The words that they agree to by ticking; they are kept with the choice."""
    number = phone_words(membership.user.phone)
    what = "my handoffs and my pay" if Group.PAY in GROUPS[membership.role] else "my handoffs"
    return (
        f"{membership.team.name} may text me at {number} about {what}. Message and data rates may apply; "
        "I can reply STOP at any time."
    )


def can_have_texts(membership: Membership) -> bool:
    """Whether their team sends texts at all."""
    return texts.are_on(membership.team)
