"""Who may call, set an appointment, and be paid by closing: a licence in the client's state, where the team asks for it
and its table says so.
"""

from __future__ import annotations

from handoff.errors import Unbookable
from leads.models import Lead
from leads.states import Stage
from teams.models import Membership
from teams.policy import policy_of
from teams.state_rules import Gap, closing_gap, cold_call_gap, setting_gap


def licence_words(setter: Membership, lead: Lead) -> tuple[str, str] | None:
    """Return why this member may not set an appointment with this lead, and what to do; None if they may."""
    gap = setting_gap(setter, state=lead.state, policy=policy_of(lead.team))
    if gap is None:
        return None
    return (
        f"Without a licence in {gap.state}, {setter.user.name} may not set this appointment{_source(gap)}",
        f"Ask {_who(gap)} to set it. Your team's table of states says so; it is guidance, no legal advice.",
    )


def cold_call_words(caller: Membership, lead: Lead) -> str:
    """Return why this member should not make the first call to this lead, and who may; empty if they may.

    Whoever has been called before has talked to us: that is no cold call any more.
    """
    if lead.stage != Stage.NEW:
        return ""
    gap = cold_call_gap(caller, state=lead.state, policy=policy_of(lead.team))
    if gap is None:
        return ""
    return (
        f"If they did not ask to be called, leave this one to {_who(gap)}: your team's table of states does not let "
        f"somebody without a licence call cold in {gap.state}{_source(gap)}. It is guidance, no legal advice."
    )


def closing_pay_words(setter: Membership, state: str) -> str:
    """Return why this member is paid nothing of a closing in that state, and what to do; empty if they may be."""
    gap = closing_gap(setter, state=state)
    if gap is None:
        return ""
    what_to_do = "If it may be paid, a team lead corrects that and adds the amount. It is guidance, no legal advice."
    if not gap.state:
        return f"The client's state is not noted, so nothing says that this may be paid without a licence. {what_to_do}"
    return (
        f"Without a licence in {gap.state}, {setter.user.name} may not be paid by closing, says your team's table of "
        f"states{_source(gap)}. {what_to_do}"
    )


def _source(gap: Gap) -> str:
    return f" ({gap.source})" if gap.source else ""


def _who(gap: Gap) -> str:
    return " or ".join(gap.who_can) or "a colleague with a licence there"


def check_may_set(setter: Membership | None, lead: Lead) -> None:
    """Raise Unbookable if this member may not set an appointment with this lead."""
    if setter and (lacks := licence_words(setter, lead)):
        raise Unbookable(". ".join(lacks))
