"""The one thing to do about a risk, for whoever looks: a page to go to, a number to call, or a button to press."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from handoff.baton.seen import Seen
from handoff.due import outcome_path_of, path_of


@dataclass(frozen=True, slots=True)
class Mend:
    """``label`` on a link to ``url``, or on a button that posts there."""

    label: str
    icon: str
    url: str
    is_button: bool = False


def try_again(seen: Seen) -> Mend:
    """Have a step tried at once; of a mail that came back, see why."""
    model, _, number = seen.ref.partition("-")
    if model == "returned":
        story = reverse("handoff:receipt", args=[seen.handoff.pk, f"delivery-{number}"])
        return Mend("See what came back", "envelope-x", story)
    retry = reverse("handoff:baton-retry", args=[seen.handoff.pk, seen.ref])
    return Mend("Try again", "arrow-clockwise", retry, is_button=True)


def find_cover(seen: Seen) -> Mend:
    """Find another agent or time; the agent themselves says that they cannot, or can after all."""
    if seen.viewer.is_agent:
        asks = seen.ref == "away"
        cant = reverse("handoff:cant", args=[seen.handoff.pk])
        return Mend("I can't make it" if asks else "I can after all", "arrow-left-right", cant)
    if seen.handoff.appointment is None:
        return Mend("Give it to another agent", "arrow-left-right", seen.handoff.lead.get_absolute_url())
    return Mend("Find cover", "arrow-left-right", reverse("handoff:cover", args=[seen.handoff.pk]))


def other_time(seen: Seen) -> Mend:
    """Find another time with the client."""
    return call(seen) if seen.phone else Mend("Find another time", "calendar-event", path_of(seen.handoff))


def call(seen: Seen) -> Mend:
    """Call the client; without a number, their page is where to go on."""
    if not seen.phone:
        return Mend("Find a number", "person", seen.handoff.lead.get_absolute_url())
    return Mend(f"Call {seen.client}", "telephone", f"tel:{seen.phone}")


def have_it_read(seen: Seen) -> Mend:
    """Read it, or ask the agent to."""
    if seen.is_own:
        return Mend("Read it", "card-text", path_of(seen.handoff))
    asks = reverse("handoff:baton-remind", args=[seen.handoff.pk])
    return Mend(f"Remind {seen.agent}", "bell", asks, is_button=True)


def recording(seen: Seen) -> Mend | None:
    """Paste the link; an agent cannot."""
    if seen.viewer.is_agent:
        return None
    return Mend("Add the link", "link-45deg", f"{seen.handoff.lead.get_absolute_url()}#recording")


def report(seen: Seen) -> Mend | None:
    """Say how it went; whoever set it cannot."""
    if seen.viewer.is_isa:
        return None
    return Mend("Report the outcome", "clipboard-check", outcome_path_of(seen.handoff))
