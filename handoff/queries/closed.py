"""How the last handoff of a lead ended: what the panel remembers once nothing is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handoff.models import Deal, Handoff
from handoff.models.outcomes import Showed
from handoff.states import HandoffStatus
from handoff.words import verdict
from leads.models import Lead
from leads.timeline import story_of
from teams.models import Membership

#: The entry of the lead's story that says who called it off.
ENTRY_OF = {HandoffStatus.CANCELLED: "cancelled", HandoffStatus.RETURNED: "taken_back"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A handoff that is over: what became of it, by whom, when, why or with what verdict, and its deal."""

    handoff: Handoff
    what: str
    by: str
    at: datetime | None
    words: str
    deal_words: str = ""


def last_ended(lead: Lead, *, viewer: Membership) -> Ended | None:
    """Return the newest handoff of this lead that is over, if there is one and this member may see it."""
    handoff = (
        Handoff.objects.visible_to(viewer)
        .filter(lead=lead)
        .exclude(status=HandoffStatus.OPEN)
        .select_related("outcome__recorded_by__user", "deal")
        .order_by("-closed_at", "-pk")
        .first()
    )
    if handoff is None:
        return None
    status = HandoffStatus(handoff.status)
    if status == HandoffStatus.REPORTED:
        outcome = handoff.outcome
        by = outcome.recorded_by.user.first_name
        return Ended(handoff, str(status.label), by, handoff.closed_at, verdict(outcome), _deal_words(handoff, viewer))
    return Ended(handoff, str(status.label), _who_ended(handoff, status), handoff.closed_at, handoff.close_reason)


def _deal_words(handoff: Handoff, viewer: Membership) -> str:
    """Say what the link to the deal is called; nothing where none can come of it, or where it is another ISA's."""
    if handoff.outcome.showed != Showed.YES or (viewer.is_isa and viewer.pk != handoff.setter_id):
        return ""
    deal: Deal | None = getattr(handoff, "deal", None)
    return f"Deal: {deal.get_status_display().lower()}" if deal else "What came of it"


def _who_ended(handoff: Handoff, status: HandoffStatus) -> str:
    """Name who did it; nobody, where no person did."""
    entry = story_of(handoff.lead_id).filter(kind=ENTRY_OF[status], data__handoff=handoff.pk).order_by("-pk").first()
    return entry.actor.user.first_name if entry and entry.actor else ""
