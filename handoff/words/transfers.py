"""What is said of a client who is on the phone: to the agents who ring, to the team, to who has the client."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from handoff.facts import answer
from handoff.live.links import ring_link
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import DropReason
from handoff.phrases import one_line
from handoff.states import RingStatus, TransferStatus
from handoff.words.pieces import absolute, brief_rows, cautions_in, notes_in, only_known
from leads.models.lpmama import Letter
from notifications.messages import Action, Message
from teams.models import Membership
from teams.templatetags.look import phone_words


def ringing(transfer: LiveTransfer, ring: Ring, *, mark: str) -> Message:
    """Ask the agent to take the client, with the whole brief; no number or address of somebody who is not theirs yet.

    ``mark`` is the brief's: a button under the brief says it back.
    """
    link, setter = ring_link(ring), transfer.setter.user
    until = _clock(ring.ends_at, ring.agent.user.zone)
    others = "Whoever accepts first has them." if transfer.is_last_rung else "After that the next agent is rung."
    return Message(
        title=f"{name_of(transfer)} is on the phone for you now{_in_short(transfer)}",
        lead_in=f"{setter.name} has them on the line and puts them through to you. Accept by {until}. {others}",
        facts=only_known(brief_rows(transfer.facts)),
        lines=notes_in(transfer.facts),
        link=link,
        link_label="Read and answer",
        actions=(
            Action("Accept", style="primary", press=f"ring/accept/{ring.pk}/{mark}"),
            Action("Pass", press=f"ring/pass/{ring.pk}/{mark}"),
        ),
        footer="This link is yours alone, and ends with the ring. It works without signing in.",
    )


def ring_ended(transfer: LiveTransfer, ring: Ring) -> Message:
    """Say, where an agent was asked, how it ended: to who accepted still the brief, to others nothing of the client."""
    name = name_of(transfer)
    if ring.status == RingStatus.ACCEPTED:
        return accepted_by_you(transfer, ring)
    title, lead_in = {
        RingStatus.TAKEN: (f"{_agent(transfer)} has taken {name}", "You have nothing to do."),
        RingStatus.PASSED: (f"You passed {name} on", "You have nothing more to do."),
        RingStatus.MISSED: (f"Missed: {name}", "Your ring has ended."),
    }.get(RingStatus(ring.status), (f"Called off: {name}", "You have nothing to do."))
    return Message(title=title, lead_in=lead_in)


def passed_on(transfer: LiveTransfer) -> str:
    """Say to who passed what became of it by that, as the transfer stands now."""
    said = f"You passed {name_of(transfer)} on."
    if transfer.status == TransferStatus.RINGING:
        return f"{said} {'The others still ring.' if transfer.is_last_rung else 'The next agent is being rung.'}"
    if transfer.status == TransferStatus.EXPIRED:
        return f"{said} Nobody else could be rung: {transfer.setter.user.name} sets a time with them."
    return said


def accepted_by_you(transfer: LiveTransfer, ring: Ring) -> Message:
    """Keep the brief before who has accepted, and say what happens next."""
    return Message(
        title=f"You have {name_of(transfer)}: keep your phone in hand",
        lead_in=f"{transfer.setter.user.name} tells them your name, and puts them through to you now.",
        facts=only_known([("Phone", phone_words(str(_lead(transfer).get("phone", "")))), *brief_rows(transfer.facts)]),
        lines=notes_in(transfer.facts),
        link=ring_link(ring),
        link_label="Open the brief",
    )


def accepted_went(transfer: LiveTransfer) -> Message:
    """Say, where the agent accepted, how it went on: they are talking, or the client is gone."""
    name = name_of(transfer)
    if transfer.status == TransferStatus.CONNECTED and transfer.handoff_id:
        return Message(
            title=f"You are talking with {name}",
            lead_in="The lead is yours now.",
            link=absolute(reverse("handoff:brief", args=[transfer.handoff_id])),
            link_label="Open the brief",
        )
    return Message(title=f"{name} is not coming", lead_in=f"{_why_dropped(transfer)} You can be rung again.")


def transferring(transfer: LiveTransfer) -> Message:
    """Tell the team's channel who is being put through to whom. No phone or address: channels have guests."""
    name, agent = name_of(transfer), _agent(transfer)
    return Message(
        title=f"Transferring {name} to {agent}",
        lead_in=f"{transfer.setter.user.name} has them on the phone, and {agent} has accepted with the brief.",
        facts=only_known(
            [
                ("Location", answer(transfer.facts, Letter.LOCATION)),
                ("Price", answer(transfer.facts, Letter.PRICE)),
            ]
        ),
        lines=tuple(f"Careful: {caution}" for caution in cautions_in(transfer.facts)),
        link=lead_link(transfer),
        link_label="Open",
        concerns=transfer.agent_id or 0,
    )


def transferred(transfer: LiveTransfer) -> Message:
    """Say the same once they talk."""
    return Message(
        title=f"{name_of(transfer)} is talking with {_agent(transfer)}",
        lead_in=f"{transfer.setter.user.name} put them through.",
        link=lead_link(transfer),
        link_label="Open",
    )


def not_transferred(transfer: LiveTransfer) -> Message:
    """Say in the channel that it came to nothing."""
    return Message(
        title=f"Not transferred: {name_of(transfer)} to {_agent(transfer)}",
        lead_in=f"{_why_dropped(transfer)} The lead is back with {transfer.setter.user.name}.",
        link=lead_link(transfer),
        link_label="Open",
    )


def was_it_connected(transfer: LiveTransfer, whom: Membership) -> Message:
    """Ask both, minutes after it was accepted, since nobody has said."""
    is_agent = whom.pk == transfer.agent_id
    return Message(
        title=f"Were you put through to {name_of(transfer)}?"
        if is_agent
        else f"Was {name_of(transfer)} connected with {_agent(transfer)}?",
        lead_in="Say whether you are talking. Until somebody does, you are not rung for anybody else."
        if is_agent
        else "Say so, and the handoff begins. Or say why it did not happen, and the lead stays yours.",
        link=absolute(reverse("handoff:transfer", args=[transfer.pk])) if is_agent else lead_link(transfer),
        link_label="Answer",
        is_urgent=True,
    )


def dropped(transfer: LiveTransfer, *, by: Membership | None) -> Message:
    """Tell who requested it that the client is theirs again, and who says so."""
    why = _why_dropped(transfer)
    return Message(
        title=f"Call {name_of(transfer)} back: not put through to {_agent(transfer)}",
        lead_in=f"{by.user.name} says: {why}" if by else why,
        link=lead_link(transfer),
        link_label="Open the lead",
        is_urgent=True,
    )


def nobody_took_it(transfer: LiveTransfer) -> Message:
    """Tell who requested it that every ring has ended."""
    return Message(
        title=f"Nobody could take {name_of(transfer)}: set a time",
        lead_in="Everybody who is on call was rung. The lead's page offers the next free times.",
        link=lead_link(transfer),
        link_label="Choose a time",
        is_urgent=True,
    )


def off_call(missed: int) -> Message:
    """Tell an agent that they are rung no more, and how to begin again."""
    times = "A ring was" if missed == 1 else f"{missed} rings in a row were"
    return Message(
        title="You are off call: go on call again when you are back",
        lead_in=f"{times} not answered, so nobody is put through to you for now.",
        link=absolute(reverse("teams:on-call")),
        link_label="Go on call again",
    )


def name_of(transfer: LiveTransfer) -> str:
    """The client as the agents were told, on one line."""
    return one_line(str(_lead(transfer).get("name", ""))) or "A client"


def lead_link(transfer: LiveTransfer) -> str:
    """Where an ISA has the client, with the transfer beside."""
    return absolute(reverse("leads:lead", args=[transfer.lead_id]))


def _in_short(transfer: LiveTransfer) -> str:
    """The place and the price, behind a colon: all that a text has room for."""
    gist = transfer.facts.get("gist", {})
    told = [str(gist.get("places", "")), answer(transfer.facts, Letter.PRICE)]
    short = ", ".join(one_line(part, limit=50) for part in told if part)
    return f": {short}" if short else ""


def _why_dropped(transfer: LiveTransfer) -> str:
    words = str(DropReason(transfer.drop_reason).label) if transfer.drop_reason else ""
    said = one_line(transfer.end_reason, limit=200)
    return f"{words}: {said}." if said and said.rstrip(".") != words else f"{words}."


def _lead(transfer: LiveTransfer) -> dict[str, object]:
    told: dict[str, object] = transfer.facts.get("lead", {})
    return told


def _agent(transfer: LiveTransfer) -> str:
    return transfer.agent.user.name if transfer.agent else "Somebody"


def _clock(moment: datetime, zone: str) -> str:
    """Say "3:30:20 PM": a ring lasts for seconds."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"
