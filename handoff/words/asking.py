"""How the agent is asked what came of a handoff, and what is said about the answer."""

from __future__ import annotations

from django.urls import reverse

from handoff.links import outcome_link
from handoff.models import FormerOutcome, Handoff, Outcome
from handoff.models.outcomes import Answers, NextStep, Reason, Showed
from handoff.phrases import exact_money
from handoff.words.pieces import (
    absolute,
    brief_link,
    is_put_through,
    lead_name,
    meeting_of,
    moment_for,
    only_known,
    when_for,
)
from notifications.messages import Action, Message
from notifications.models.deliveries import Audience
from teams.models import Membership


def outcome_ask(handoff: Handoff) -> Message:
    """Ask, right after they met."""
    return _ask(
        handoff,
        title=f"How did it go with {lead_name(handoff)}?",
        lead_in=f"Three taps, and {handoff.setter.user.first_name} knows whether to send you more like this.",
    )


def outcome_reminder(handoff: Handoff) -> Message:
    """Ask once more, before the deadline."""
    due = moment_for(handoff, handoff.outcome_due_at, Audience.AGENT)
    return _ask(
        handoff,
        title=f"Still open: how did it go with {lead_name(handoff)}?",
        lead_in=f"It is due by {due}. Whoever is overdue stands last for the next lead.",
    )


def outcome_overdue(handoff: Handoff, *, audience: Audience) -> Message:
    """Tell agent and team lead that the deadline has passed."""
    if audience == Audience.AGENT:
        return _ask(
            handoff,
            title=f"Overdue: how did it go with {lead_name(handoff)}?",
            lead_in="The deadline has passed, and your team lead has been told. It still takes three taps.",
            is_urgent=True,
        )
    return Message(
        title=f"No outcome from {handoff.agent.user.name} for {lead_name(handoff)}",
        lead_in=f"{handoff.setter.user.name} set it, and nobody knows how it went.",
        facts=only_known([_met(handoff, audience), ("Was due", moment_for(handoff, handoff.outcome_due_at, audience))]),
        link=absolute(reverse("handoff:outcome", args=[handoff.pk])),  # behind the sign-in: a channel has many readers
        link_label="Record outcome",
        actions=(Action("Open the handoff", brief_link(handoff)),),
        is_urgent=True,
    )


def outcome_reported(handoff: Handoff, outcome: Outcome) -> Message:
    """Tell the ISA what became of the lead they set."""
    return Message(
        title=f"{lead_name(handoff)}: {verdict(outcome)}",
        lead_in=f"{outcome.recorded_by.user.name} reported how it went.",
        facts=only_known(said_of(outcome)),
        link=brief_link(handoff),
        link_label="Open the handoff",
    )


def outcome_corrected(handoff: Handoff, outcome: Outcome, former: FormerOutcome) -> Message:
    """Tell who set it, and the agent, that what was reported is another thing now."""
    return Message(
        title=f"Corrected: {lead_name(handoff)}: {verdict(outcome)}",
        lead_in=f"{outcome.recorded_by.user.name} corrected the outcome. It was: {verdict(former)}.",
        facts=only_known([("Corrected because", former.why), *said_of(outcome)]),
        link=brief_link(handoff),
        link_label="Open the handoff",
    )


def outcome_known(handoff: Handoff, outcome: Outcome) -> Message:
    """Say, where it was asked, that the answer is there."""
    who = outcome.recorded_by.user.name
    return Message(
        title=f"{lead_name(handoff)}: {verdict(outcome)}",
        lead_in=f"Recorded by {who}, thank you. {handoff.setter.user.first_name} has been told.",
        facts=only_known(said_of(outcome)),
        link=absolute(reverse("handoff:outcome", args=[handoff.pk])),
        link_label="Open or correct it",
    )


def outcome_postponed(handoff: Handoff, *, by: Membership) -> Message:
    """Say, where it was asked, that they meet at another time."""
    when = when_for(handoff, Audience.AGENT)
    return Message(
        title=f"{lead_name(handoff)}: moved",
        lead_in=f"{by.user.name} reported that you agreed on another time: {when}. Everyone has the new invite.",
        link=brief_link(handoff),
        link_label="Open the brief",
    )


def verdict(said: Answers) -> str:
    """The outcome in three words."""
    if said.is_good is None:
        return str(said.get_showed_display()).lower()
    return f"{said.get_showed_display()}, {'good lead' if said.is_good else 'not a good lead'}".lower()


def said_of(said: Answers) -> list[tuple[str, str]]:
    """What was answered beyond the verdict, each with its label; empty where nothing was."""
    return [
        ("Why not", str(Reason(said.reason).label) if said.reason else ""),
        ("Next", str(NextStep(said.next_step).label) if said.next_step else ""),
        ("Real budget or price", exact_money(said.price, said.currency) if said.price is not None else ""),
        ("Expected commission", commission_words(said)),
        ("Note", said.note),
    ]


def commission_words(said: Answers) -> str:
    """Say "$13,500 (3%)", "$13,500" or "3%"; nothing where nothing was said."""
    amount = exact_money(said.commission, said.currency) if said.commission is not None else ""
    percent = f"{said.commission_percent.normalize():f}%" if said.commission_percent is not None else ""
    return f"{amount} ({percent})" if amount and percent else amount or percent


def _ask(handoff: Handoff, *, title: str, lead_in: str, is_urgent: bool = False) -> Message:
    link = outcome_link(handoff, handoff.agent)
    return Message(
        title=title,
        lead_in=lead_in,
        facts=only_known(
            [_met(handoff, Audience.AGENT), ("Due", moment_for(handoff, handoff.outcome_due_at, Audience.AGENT))]
        ),
        link=link,
        link_label="Report the outcome",
        # Pressing one only opens the form with that answer chosen: a mail scanner that presses it reports nothing.
        # In a chat that hears buttons it asks the rest right there.
        actions=tuple(
            Action(label, f"{link}?showed={answer}", press=f"outcome/{answer}/{handoff.pk}/{handoff.revision}")
            for answer, label in ((Showed.YES, "Showed"), (Showed.NO, "No-show"), (Showed.MOVED, "Moved"))
        ),
        is_urgent=is_urgent,
        footer="This link is yours alone: whoever has it can report this outcome. It works without signing in.",
    )


def _met(handoff: Handoff, audience: Audience) -> tuple[str, str]:
    if handoff.appointment is None:
        what = "Put through" if is_put_through(handoff) else "Handed over"
        return what, moment_for(handoff, handoff.opened_at, audience)
    return meeting_of(handoff), moment_for(handoff, handoff.appointment.starts_at, audience)
