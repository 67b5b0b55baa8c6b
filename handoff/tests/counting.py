"""A team with two ISAs and two agents, and handoffs put there as rows: for counting them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from psycopg2.extras import DateTimeTZRange

from handoff.models import Deal, Handoff, Outcome
from handoff.models.outcomes import Reason, Showed
from handoff.numbers.asking import Question
from handoff.numbers.queries import numbers_for
from handoff.states import AppointmentStatus, DealStatus, HandoffStatus, Method
from handoff.tests.passing import a_team, ana, booked, mia
from leads.states import Via
from leads.tests.factories import NOW, LeadFactory
from teams.tests.factories import lead as team_lead

TODAY = NOW.date()
SINCE, UNTIL = TODAY - timedelta(days=14), TODAY + timedelta(days=14)
DAY = timedelta(days=1)

#: How a handoff can stand: the handoff, its appointment, what was reported and whether in time.
ENDINGS = {
    "held": (HandoffStatus.REPORTED, AppointmentStatus.HELD, Showed.YES),
    "missed": (HandoffStatus.REPORTED, AppointmentStatus.NO_SHOW, Showed.NO),
    "pending": (HandoffStatus.OPEN, AppointmentStatus.BOOKED, None),
    "cancelled": (HandoffStatus.CANCELLED, AppointmentStatus.CANCELLED, None),
    "direct open": (HandoffStatus.OPEN, None, None),
    "direct reported": (HandoffStatus.REPORTED, None, Showed.YES),
    "direct returned": (HandoffStatus.RETURNED, None, None),
}


class Place:
    """A team with two ISAs and two agents, and handoffs put there as rows."""

    def __init__(self):
        self.team = a_team()
        self.isas = [mia(self.team, user__name=name) for name in ("Isa One", "Isa Two")]
        self.agents = [ana(self.team, user__name=name) for name in ("Agent One", "Agent Two")]
        self.boss = team_lead(self.team)
        self.booked = 0

    def put(
        self,
        ending,
        *,
        isa=0,
        agent=0,
        opened_at=NOW,
        lasts=DAY,
        is_good=True,
        is_on_time=True,
        due_in=DAY,
        deal="",
        **fields,
    ):
        status, appointment_status, showed = ENDINGS[ending]
        setter, to = self.isas[isa], self.agents[agent]
        client = LeadFactory.create(team=self.team, isa=setter)
        meets = self._appointment(client, to, opened_at + lasts, appointment_status) if appointment_status else None
        handoff = Handoff.objects.create(
            team=self.team,
            lead=client,
            method=Method.SCHEDULED if meets else Method.DIRECT,
            status=status,
            setter=setter,
            agent=to,
            appointment=meets,
            facts={},
            advised=Method.SCHEDULED,
            opened_at=opened_at,
            outcome_due_at=NOW + due_in,
            **fields,
        )
        if showed == Showed.YES and deal:
            self._deal(handoff, DealStatus(deal))
        if showed:
            self._outcome(handoff, showed, is_good=is_good if showed == Showed.YES else None, is_on_time=is_on_time)
        return handoff

    def _appointment(self, client, to, starts_at, status):
        self.booked += 1
        apart = datetime(2000, 1, 1, tzinfo=UTC) + self.booked * DAY  # who is busy is not what is tested here
        return booked(client, to=to, starts_at=starts_at, status=status, during=DateTimeTZRange(apart, apart + DAY))

    def _outcome(self, handoff, showed, *, is_good, is_on_time):
        Outcome.objects.create(
            handoff=handoff,
            showed=showed,
            is_good=is_good,
            reason=Reason.OTHER if is_good is False else "",
            recorded_by=handoff.agent,
            recorded_at=NOW,
            is_on_time=is_on_time,
            via=Via.PAGE,
        )

    def _deal(self, handoff, status):
        came_so_far = list(DealStatus).index(status)
        Deal.objects.create(
            team=self.team,
            handoff=handoff,
            status=status,
            signed_on=NOW.date(),
            under_contract_on=NOW.date() if came_so_far in {1, 2} else None,
            closed_on=NOW.date() if status == DealStatus.CLOSED else None,
            commission=9_000 + handoff.pk,
        )

    def numbers(self, viewer=None, *, since=SINCE, until=UNTIL, **asked):
        question = Question(self.team.pk, since, until, **asked)
        return numbers_for(question.seen_by(viewer or self.boss), at=NOW)
