"""Which open handoffs are at risk, each risk as one query: whose, how bad, since when, and what it is about.

Every query takes the handoffs that are looked at, and answers rows of ``COLUMNS``. Where a timer decides when something
is asked of people, that timer decides here too, so the board says a thing in the minute in which somebody is asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Least, Substr

from handoff.confirmation.steps import UNCONFIRMED
from handoff.models import BriefRead, CoverRequest, Handoff, OwnerChange, RoutingDecision
from handoff.states import AppointmentStatus, ClientAnswer, Rsvp
from handoff.unread import UNREAD
from leads.models.recordings import RecordingKind
from notifications.models import Delivery, Timer
from notifications.promises.owed import Owed, State
from teams.models import TimeOff

COLUMNS: Final = ("of", "level", "since", "ref")
#: A step that waits longer than this is late.
SLOW: Final = timedelta(minutes=1)
#: A brief may lie unread this long after the agent was given the lead; a client without a time waits for a call.
READ_WITHIN: Final = timedelta(hours=1)
READ_WITHIN_NOW: Final = timedelta(minutes=15)
#: An outcome is spoken of this long before it is due.
DUE_SOON: Final = timedelta(hours=4)
#: A meeting this near is not lost by tomorrow, but now.
NEAR: Final = timedelta(hours=1)


class Level(IntEnum):
    """How bad it is, the worst first."""

    NOW = 0
    SOON = 1
    WATCH = 2


Found = QuerySet[Any, Any]


def failed_deliveries(handoffs: QuerySet[Handoff], _at: datetime) -> Found:
    """Messages that were given up."""
    return _steps(_deliveries(handoffs).filter(state=State.FAILED), "delivery", Level.NOW, F("done_at"))


def failed_owners(handoffs: QuerySet[Handoff], _at: datetime) -> Found:
    """Changes of owner that were given up."""
    return _steps(_owners(handoffs).filter(state=State.FAILED), "owner", Level.NOW, F("done_at"))


def returned_mails(handoffs: QuerySet[Handoff], _at: datetime) -> Found:
    """Mails that came back, where nothing else has gone to the same people since."""
    later = Delivery.objects.filter(
        about=OuterRef("about"), audience=OuterRef("audience"), pk__gt=OuterRef("pk"), came_back_at=None
    ).exclude(state=State.DROPPED)
    back = _deliveries(handoffs).filter(~Exists(later), came_back_at__isnull=False).exclude(state=State.FAILED)
    return _steps(back, "returned", Level.NOW, F("came_back_at"))


def late_deliveries(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Messages that should have gone out by now."""
    return _late(_deliveries(handoffs), "delivery", at)


def late_owners(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Changes of owner that should have been made by now."""
    return _late(_owners(handoffs), "owner", at)


def wants_move(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Clients who asked for another time."""
    asked = _ahead(handoffs, at).filter(appointment__client_answer=ClientAnswer.WANTS_MOVE)
    return _rows(asked, Level.NOW, F("appointment__client_answered_at"))


def declined(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Clients whose calendar declined, and who have said nothing else."""
    theirs = _ahead(handoffs, at).filter(appointment__rsvp=Rsvp.DECLINED, appointment__client_answer="")
    return _rows(theirs, _nearer(at), F("appointment__rsvp_at"))


def unconfirmed(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Clients who have said nothing by the time at which the ISA is to call them."""
    silent = _ahead(handoffs, at).filter(appointment__client_answer="").exclude(appointment__rsvp=Rsvp.DECLINED)
    return _rows(silent.filter(_rang(UNCONFIRMED, at)), _nearer(at), _due(UNCONFIRMED))


def unread(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Briefs that the agent has not opened: given a while ago, or the meeting is near, or has begun."""
    reads = BriefRead.objects.filter(handoff=OuterRef("pk"), membership=OuterRef("agent"))
    given = RoutingDecision.objects.filter(handoff=OuterRef("pk")).order_by().values("handoff")
    last_given = Coalesce(Subquery(given.annotate(last=Max("at")).values("last")), F("opened_at"))
    given_at = Case(When(revision=1, then=F("opened_at")), default=last_given)  # most were never given to another
    within = Case(When(appointment=None, then=Value(READ_WITHIN_NOW)), default=Value(READ_WITHIN))
    patient = ExpressionWrapper(given_at + within, output_field=DateTimeField())
    begins = F("appointment__starts_at")
    late = handoffs.filter(~Exists(reads)).annotate(reminded_at=Subquery(_timers(UNREAD).values("due_at")[:1]))
    wanted = late.annotate(read_by=Greatest(given_at, Least(patient, Coalesce("reminded_at", begins, patient))))
    level = Case(
        When(appointment__starts_at__lte=at, then=Value(Level.NOW)),
        When(Q(appointment=None) | Q(reminded_at__lte=at), then=Value(Level.SOON)),
        default=Value(Level.WATCH),
    )
    return _rows(wanted.filter(read_by__lte=at), level, F("read_by"))


def recording_owed(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Calls whose link was to follow, and has not by the time at which the ISA is asked; worse, when the lead is."""
    about = Concat(Value("recording/"), Cast("lead__recordings__pk", CharField()))
    timers = Timer.objects.filter(about=OuterRef("about_call"), due_at__lte=at)
    owed = handoffs.filter(lead__recordings__kind=RecordingKind.TO_FOLLOW).annotate(about_call=about)
    late = owed.filter(Exists(timers.filter(kind="recording_owed_isa")))
    level = Case(
        When(Exists(timers.filter(kind="recording_owed_lead")), then=Value(Level.SOON)), default=Value(Level.WATCH)
    )
    return _rows(late, level, F("lead__recordings__created_at"))


def outcome_due(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Outcomes that are due soon, of meetings that are over."""
    over = Q(appointment=None) | Q(appointment__ends_at__lte=at)
    soon = handoffs.filter(over, outcome_due_at__gt=at, outcome_due_at__lte=at + DUE_SOON)
    began = ExpressionWrapper(F("outcome_due_at") - Value(DUE_SOON), output_field=DateTimeField())
    return _rows(soon, Level.WATCH, Greatest(began, Coalesce("appointment__ends_at", "opened_at")))


def outcome_overdue(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Outcomes whose deadline has passed."""
    return _rows(handoffs.filter(outcome_due_at__lte=at), Level.NOW, F("outcome_due_at"))


def asked_cover(handoffs: QuerySet[Handoff], _at: datetime) -> Found:
    """Agents who said that they cannot make it; ``ref`` is why."""
    asked = CoverRequest.objects.open().filter(handoff__in=handoffs.values("pk"))
    return asked.annotate(of=F("handoff_id"), level=Value(Level.NOW), since=F("asked_at"), ref=F("reason")).values_list(
        *COLUMNS
    )


def away(handoffs: QuerySet[Handoff], at: datetime) -> Found:
    """Meetings ahead that lie in the agent's time off, and nobody was asked to cover; since it was set so."""
    off = TimeOff.objects.filter(
        membership=OuterRef("agent"),
        starts_at__lt=OuterRef("appointment__ends_at"),
        ends_at__gt=OuterRef("appointment__starts_at"),
    )
    uncovered = ~Exists(CoverRequest.objects.open().filter(handoff=OuterRef("pk")))
    return _rows(_ahead(handoffs, at).filter(Exists(off), uncovered), _nearer(at), F("opened_at"), "away")


def left(handoffs: QuerySet[Handoff], _at: datetime) -> Found:
    """Handoffs of an agent who is not of the team any more."""
    return _rows(handoffs.filter(agent__ended_at__isnull=False), Level.NOW, F("agent__ended_at"), "left")


def _ahead(handoffs: QuerySet[Handoff], at: datetime) -> QuerySet[Handoff]:
    return handoffs.filter(appointment__status=AppointmentStatus.BOOKED, appointment__starts_at__gt=at)


def _nearer(at: datetime) -> Case:
    """What can wait until the last hour before the meeting, and not any longer."""
    return Case(When(appointment__starts_at__lte=at + NEAR, then=Value(Level.NOW)), default=Value(Level.SOON))


def _about() -> Concat:
    return Concat(Value("handoff/"), Cast("pk", CharField()))


def _timers(kind: str) -> QuerySet[Timer]:
    about = Concat(Value("handoff/"), Cast(OuterRef("pk"), CharField()))
    return Timer.objects.filter(about=about, kind=kind, called_off_at=None)


def _rang(kind: str, at: datetime) -> Exists:
    return Exists(_timers(kind).filter(due_at__lte=at))


def _due(kind: str) -> Subquery:
    return Subquery(_timers(kind).values("due_at")[:1])


def _deliveries(handoffs: QuerySet[Handoff]) -> QuerySet[Any]:
    return Delivery.objects.filter(about__in=handoffs.annotate(as_about=_about()).values("as_about"))


def _owners(handoffs: QuerySet[Handoff]) -> QuerySet[Any]:
    return OwnerChange.objects.filter(handoff__in=handoffs.values("pk"))


def _late(steps: QuerySet[Any], name: str, at: datetime) -> Found:
    """Those that wait for their first try, and those tried in vain, which wait for the next; not those of the night."""
    is_due, is_tried = Q(due_at__lte=at - SLOW), Q(attempts__gt=0, created_at__lte=at - SLOW)
    since = Case(When(attempts__gt=0, then=F("created_at")), default=F("due_at"))
    return _steps(steps.filter(is_due | is_tried, state=State.WAITING), name, Level.SOON, since)


def _steps(steps: QuerySet[Owed], name: str, level: Level, since: Any) -> Found:
    return steps.annotate(
        of=Cast(Substr("about", len("handoff/") + 1), BigIntegerField()),
        level=Value(level),
        since=since,
        ref=Concat(Value(f"{name}-"), Cast("pk", CharField())),
    ).values_list(*COLUMNS)


def _rows(handoffs: QuerySet[Handoff], level: Any, since: Any, ref: str = "") -> Found:
    graded = Value(level) if isinstance(level, Level) else level
    return handoffs.annotate(of=F("pk"), level=graded, since=since, ref=Value(ref)).values_list(*COLUMNS)
