"""Handoffs as the API tells them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from handoff.amending import history_of
from handoff.models import Appointment, BriefRead, Handoff, Outcome, OwnerChange, RoutingDecision
from handoff.models.handoffs import HandoffQuerySet
from handoff.models.outcomes import Answers
from handoff.readiness import Missing
from handoff.receipts import Receipt, receipts_of
from handoff.recovery.queries import Standing, standing_for
from handoff.routing.decisions import explain
from handoff.slots import Slot
from handoff.words import guests_of
from leads.models import Lead
from notifications.models import Delivery
from teams.models import Membership
from teams.problems import not_found


def handoff_of(membership: Membership, handoff_id: int) -> Handoff:
    """Load a handoff that this member may see. Raises Problem: foreign and missing look the same."""
    handoff = drawn(Handoff.objects.visible_to(membership)).filter(pk=handoff_id).first()
    if handoff is None:
        raise not_found()
    return handoff


def appointment_of(membership: Membership, appointment_id: int) -> Appointment:
    """Load a booked appointment with its handoff; what is only held belongs to nobody outside yet."""
    booked = Appointment.objects.visible_to(membership).filter(handoff__isnull=False, pk=appointment_id)
    related = ("agent__user", "agent__profile", "agent__team__policy", "lead__team__policy", "handoff__lead")
    found = booked.select_related(*related).first()
    if found is None:
        raise not_found()
    return found


def agent_of(membership: Membership, agent_id: int) -> Membership:
    """Load an agent of the team who is still there. Raises Problem."""
    agents = Membership.objects.active().agents().visible_to(membership)
    agent = agents.select_related("user", "team__policy", "profile").filter(pk=agent_id).first()
    if agent is None:
        raise not_found()
    return agent


def owing(membership: Membership, ref: str) -> Handoff:
    """Load the handoff that owes what a receipt of this id tells of. Raises Problem."""
    model, _, number = ref.partition("-")
    rows: QuerySet[Any] = OwnerChange.objects.all() if model == "owner" else Delivery.objects.all()
    about = rows.filter(pk=int(number)).values_list("about", flat=True).first() or ""
    room, _, pk = about.partition("/")
    if room != "handoff":
        raise not_found()
    return handoff_of(membership, int(pk))


def drawn(handoffs: HandoffQuerySet) -> HandoffQuerySet:
    """With all that is told of them."""
    return handoffs.select_related(
        "lead__team__policy", "team__policy", "agent__user", "setter__user", "appointment__agent__user", "outcome"
    )


def started(lead: Lead) -> dict[str, Any] | None:
    """Return the lead's open handoff in full, if there is one."""
    handoff = drawn(Handoff.objects.open()).filter(lead=lead).first()
    return in_full(handoff) if handoff else None


def in_full(handoff: Handoff) -> dict[str, Any]:
    """Return a handoff with its receipts, its frozen facts, and its recovery if it was a no-show."""
    found = standing_for(handoff)
    more = {
        "receipts": [receipt(each) for each in receipts_of(handoff)],
        "brief": _brief_read(handoff),
        "facts": handoff.facts,
        "former_outcomes": _former_outcomes(handoff),
        "recovery": recovery(found) if found else None,
    }
    return {**shown(handoff), **more}


def recovery(found: Standing) -> dict[str, Any]:
    """Return a recovery with its steps, as the API tells it."""
    own = ("started_at", "ended_at", "because", "note")
    of_step = ("name", "kind", "day", "due_at", "taken_at", "result")
    return {
        "is_running": found.is_running,
        **{name: getattr(found.run, name) for name in own},
        "rebooked_as": found.run.rebooked_as_id,
        "steps": [
            {"words": line.words, **{name: getattr(line.step, name) for name in of_step}} for line in found.lines
        ],
    }


def _brief_read(handoff: Handoff) -> dict[str, Any] | None:
    read = BriefRead.objects.filter(handoff=handoff, membership=handoff.agent_id).first()
    if read is None:
        return None
    own = ("heard_seconds", "call_seconds", "call_opened_at")
    return {"read_at": read.at, **{name: getattr(read, name) for name in own}}


def shown(handoff: Handoff) -> dict[str, Any]:
    """Return a handoff as lists tell it."""
    own = (
        "method", "status", "is_hot", "advised", "advice", "override_reason", "opened_at", "closed_at", "close_reason",
        "outcome_due_at",
    )  # fmt: skip
    return {
        "id": handoff.pk,
        "lead": handoff.lead_id,
        **{name: getattr(handoff, name) for name in own},
        "setter": handoff.setter_id,
        "setter_name": str(handoff.setter.user),
        "agent": handoff.agent_id,
        "agent_name": str(handoff.agent.user),
        "is_outcome_overdue": handoff.outcome_overdue_at is not None,
        "url": settings.BASE_URL + reverse("handoff:brief", args=[handoff.pk]),
        "appointment": appointment(handoff.appointment, handoff) if handoff.appointment else None,
        "outcome": _outcome(handoff),
    }


def appointment(one: Appointment, handoff: Handoff | None) -> dict[str, Any]:
    """Return an appointment as the API tells it."""
    own = (
        "starts_at", "ends_at", "status", "how", "place", "uid", "sequence", "cancel_reason",
        "client_answer", "client_answered_at", "rsvp", "rsvp_at",
    )  # fmt: skip
    return {
        "id": one.pk,
        "lead": one.lead_id,
        "agent": one.agent_id,
        "handoff": handoff.pk if handoff else None,
        **{name: getattr(one, name) for name in own},
        "guests": [{"name": each.name, "email": each.email} for each in (guests_of(handoff) if handoff else ())],
    }


def _outcome(handoff: Handoff) -> dict[str, Any] | None:
    outcome: Outcome | None = getattr(handoff, "outcome", None)
    return {**_said(outcome), "is_on_time": outcome.is_on_time} if outcome else None


def _former_outcomes(handoff: Handoff) -> list[dict[str, Any]]:
    outcome: Outcome | None = getattr(handoff, "outcome", None)
    former = history_of(outcome) if outcome else []
    return [
        {**_said(was), "why": was.why, "replaced_at": was.replaced_at, "replaced_by": was.replaced_by_id}
        for was in former
    ]


def _said(answers: Answers) -> dict[str, Any]:
    own = (
        "showed", "is_good", "reason", "next_step", "stage", "note", "price", "commission", "commission_percent",
        "currency", "recorded_at",
    )  # fmt: skip
    return {**{name: getattr(answers, name) for name in own}, "recorded_by": answers.recorded_by_id}


def receipt(one: Receipt) -> dict[str, Any]:
    """Return a receipt; its id is what retrying takes."""
    own = ("kind", "to", "state", "due_at", "done_at", "attempts", "answer")
    return {"id": one.ref, **{name: getattr(one, name) for name in own}}


def decision(one: RoutingDecision) -> dict[str, Any]:
    """Return a kept decision with all candidates and their points."""
    told = explain(one)
    own = ("agent", "name", "place", "score", "scores", "reasons", "removed_by", "is_overdue", "is_chosen")
    return {
        "at": one.at,
        "chosen": one.chosen_id,
        "was": one.was_id,
        "by": one.by_id,
        "was_named": one.was_named,
        "words": told.words,
        "weights": one.weights,
        "candidates": [{name: getattr(each, name) for name in own} for each in told.considered],
    }


def slots(found: Iterable[Slot]) -> list[dict[str, Any]]:
    """Return free times, by the ids that booking takes."""
    return [
        {
            "agent": slot.agent.pk,
            "agent_name": str(slot.agent.user),
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "zone": slot.agent.user.zone,
            "reasons": list(slot.reasons),
            "doubt": slot.doubt,
        }
        for slot in found
    ]


def missing(found: Iterable[Missing]) -> list[dict[str, Any]]:
    """Return what the gate lacks, in the order in which to ask."""
    own = ("code", "label", "ask", "letter", "mark")
    return [{name: getattr(each, name) for name in own} for each in found]
