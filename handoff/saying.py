"""What to say on a call: the words for whoever answers, and those for a voicemail."""

from __future__ import annotations

from datetime import datetime

from handoff.models import Handoff
from handoff.routing.ranking import rank
from handoff.scripts import Script, script
from leads.models import Lead
from leads.states import Stage
from teams.models import Membership

VOICEMAIL = "voicemail"


def words_for_call(lead: Lead, *, name: str = "", handoff: Handoff | None = None, at: datetime) -> list[Script]:
    """Return the scripts of a call to this lead, filled in. ``name`` is the one to begin with, if it is known.

    They name the agent whom the client is to meet, or has missed, or else the one who would be asked first.
    """
    names = (name or ("no_show_call" if lead.stage == Stage.NO_SHOW else "opening"), VOICEMAIL)
    slot = handoff.appointment if handoff else None
    agent = handoff.agent if handoff else _was_to_meet(lead) or _first_asked(lead, at)
    told = (script(each, lead=lead, agent=agent, slot=slot, team=lead.team) for each in dict.fromkeys(names))
    return [each for each in told if each]


def _was_to_meet(lead: Lead) -> Membership | None:
    """Return the agent who waited for a client who did not come."""
    if lead.stage != Stage.NO_SHOW:
        return None
    missed = Handoff.objects.filter(lead=lead).select_related("agent__user", "agent__profile").order_by("-pk").first()
    return missed.agent if missed and missed.agent.ended_at is None else None


def _first_asked(lead: Lead, at: datetime) -> Membership | None:
    return next((each.agent for each in rank(lead=lead, team=lead.team, at=at) if not each.removed_by), None)
