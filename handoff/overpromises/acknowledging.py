"""An ISA who leaves a promise as it is says why; the agent is warned, and what was said is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from handoff.models import PromiseAcknowledged
from handoff.overpromises.promises import Promise
from leads.models import Lead
from leads.signals import lead_changed
from leads.timeline import record
from teams.models import Membership


class AcknowledgementRefused(Exception):
    """The text is another one now, or this is not theirs to say, or there is no reason."""


@transaction.atomic
def acknowledge(
    *, lead: Lead, promises: Sequence[Promise], mark: str, reason: str, by: Membership, at: datetime
) -> PromiseAcknowledged:
    """Let one of the lead's ``promises`` stand, named by its mark. Said twice, the last reason stands.

    Raises AcknowledgementRefused.
    """
    if by.team_id != lead.team_id or by.is_agent:
        raise AcknowledgementRefused("Whoever qualifies the lead says this.")
    promise = next((each for each in promises if each.mark == mark), None)
    if promise is None:
        raise AcknowledgementRefused("That text has changed meanwhile: look at it again.")
    if not reason.strip():
        raise AcknowledgementRefused("Say why it stays: the agent reads the reason.")
    kept, _ = PromiseAcknowledged.objects.update_or_create(
        lead=lead,
        mark=mark,
        defaults={"words": promise.words[:300], "reason": reason.strip()[:300], "by": by, "at": at},
    )
    record(
        lead=lead,
        kind="over_promise",
        summary=f"{by.user} stands by a promise ({promise.about}): “{kept.words}”. {kept.reason}",
        actor=by,
        at=at,
        data={"mark": mark, "kinds": [kind.value for kind in promise.kinds]},
    )
    lead_changed.send(sender=Lead, lead=lead, at=at)
    return kept


def carry_over(*, survivor: Lead, other: Lead) -> None:
    """Let what was acknowledged of a lead hold for the one it is merged into: its texts move there too."""
    known = PromiseAcknowledged.objects.filter(lead=survivor).values("mark")
    PromiseAcknowledged.objects.filter(lead=other).exclude(mark__in=known).update(lead=survivor)
