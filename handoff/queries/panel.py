"""The handoff panel of a lead's page: what to ask, what to say, whom to choose, and the handoff under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handoff.cover.settling import open_request
from handoff.decision import Advice, advise_on
from handoff.filters import PanelChoice
from handoff.forms import slot_value
from handoff.known import Known, known_of
from handoff.live.standby import first_standing_by, standing_by
from handoff.models import Appointment, BriefRead, CoverRequest, Handoff
from handoff.models.appointments import How
from handoff.overpromises.promises import Promise, written_for
from handoff.queries.times import Picker, picker
from handoff.queries.transfers import Over
from handoff.readiness import Missing, Readiness, check_known
from handoff.routing.ranking import Field, field_of, rank_for, rank_now, rank_others
from handoff.routing.scoring import Candidate
from handoff.scripts import Script, script
from handoff.states import AppointmentStatus, HandoffStatus, Method
from leads.models import Lead
from leads.states import MOVES, Stage
from teams.models import Membership
from teams.models.transfers import RingWay

#: The best agents are offered; with more than these nobody would look at the last ones while a client waits.
OFFERED = 12
#: What the gate may lack that no question to the client settles.
NOT_ASKED = frozenset({"recording", "recording_consent", "licence", "over_promise"})
#: The stage that each method moves the lead to.
STAGE_OF = {
    Method.SCHEDULED: Stage.APPOINTMENT_SET,
    Method.DIRECT: Stage.HANDED_OFF,
    Method.LIVE: Stage.HANDED_OFF,
}


@dataclass(frozen=True, slots=True)
class Preparing:
    """A lead that is not handed off: everything the ISA needs to do it."""

    readiness: Readiness
    advice: Advice
    method: Method
    script: Script | None
    hold: Appointment | None
    chosen: Candidate | None
    candidates: list[Candidate]
    lower_ranked: int
    removed: list[Candidate]
    free_now: frozenset[int]
    picker: Picker | None
    place: str
    #: Texts that promise something, and nobody stands by.
    promises: tuple[Promise, ...]
    #: A transfer rings all of them at once.
    rings_all: bool

    @property
    def is_direct(self) -> bool:
        """Whether the lead is handed over now."""
        return self.method == Method.DIRECT

    @property
    def is_live(self) -> bool:
        """Whether the client stays on the phone while agents are rung."""
        return self.method == Method.LIVE

    @property
    def is_against(self) -> bool:
        """Whether this is not what was advised."""
        return self.method != self.advice.method

    @property
    def warnings(self) -> list[Missing]:
        """What to be careful of, without what blocks anyway."""
        blocking = {lack.code for lack in self.readiness.missing}
        return [warning for warning in self.readiness.warnings if warning.code not in blocking]

    @property
    def more_missing(self) -> int:
        """How many things are missing besides the two that the button's line names."""
        return max(len(self.readiness.missing) - 2, 0)

    @property
    def hold_value(self) -> str:
        """The held slot, as a form names it."""
        return slot_value(self.hold.agent, self.hold.starts_at) if self.hold else ""

    @property
    def agent(self) -> Membership | None:
        """Who would take the lead as things stand."""
        if self.is_direct or self.is_live:
            return self.chosen.agent if self.chosen else None
        return self.hold.agent if self.hold else None

    @property
    def can_go(self) -> bool:
        """Whether the big button does something."""
        return self.readiness.ok and self.agent is not None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A lead that is handed off: the receipts, and what can still be changed."""

    handoff: Handoff
    read: BriefRead | None
    candidates: list[Candidate]
    can_change_time: bool
    asked_cover: CoverRequest | None

    @property
    def can_set_time(self) -> bool:
        """Whether the lead was handed over without a time, and still has none."""
        return self.handoff.appointment is None


def may_start(lead: Lead) -> bool:
    """Whether a handoff of a lead in this stage is a legal move at all."""
    return bool(MOVES[Stage(lead.stage)] & set(STAGE_OF.values()))


def open_handoff_of(lead: Lead) -> Handoff | None:
    """Return the handoff under way, if there is one, with the lead and the team that are loaded already."""
    handoff = (
        Handoff.objects.filter(lead=lead, status=HandoffStatus.OPEN)
        .select_related("agent__user", "agent__profile", "setter__user", "appointment")
        .first()
    )
    if handoff:
        handoff.lead, handoff.team = lead, lead.team
    return handoff


def preparing(
    lead: Lead, *, choice: PanelChoice, viewer: Membership, at: datetime, before: Over | None = None
) -> Preparing:
    """Return what is needed for this viewer to hand the lead off, as far as they have chosen.

    A transfer rings in the order of the ranking, so no agent is chosen for it. ``before``: one that came to nothing
    lately; what the client or the ISA ended is not begun anew unless that is chosen.
    """
    field = field_of(lead=lead, team=lead.team, at=at)
    known = known_of(lead, also=written_for(None, choice.override_reason, place=choice.place))
    known.lead.isa = lead.isa  # with the person, for the script
    on_call = standing_by(field, lead=lead)
    advice = advise_on(known, at=at, on_call=first_standing_by(on_call), rang_out=bool(before and before.rang_out))
    hold = held_slot(lead, at=at)
    method = Method.SCHEDULED if hold and not choice.method else choice.method or _usual_method(advice, before)
    hold = hold if method == Method.SCHEDULED else None
    offer = _offer(field, on_call, lead=lead, method=method, at=at)
    wanted = choice.agent if method == Method.DIRECT else None
    chosen = _chosen(offer.candidates, wanted) if method != Method.SCHEDULED else None
    times = None
    if (method == Method.SCHEDULED and not hold) or (method == Method.LIVE and not chosen):
        times = _times(field, lead=lead, choice=choice)
    readiness = check_known(known, method=method, setter=viewer)
    moment = _Moment(known, readiness, method, hold, chosen, times, before)
    return Preparing(
        readiness=readiness,
        advice=advice,
        method=method,
        script=moment.script(),
        hold=hold,
        chosen=chosen,
        candidates=offer.candidates[:OFFERED],
        lower_ranked=max(len(offer.candidates) - OFFERED, 0),
        removed=offer.removed,
        free_now=offer.free_now,
        picker=times,
        place=choice.place or _usual_place(hold, choice.how),
        promises=tuple(each for each in known.promises if not each.acknowledged),
        rings_all=field.policy.ring_way == RingWay.ALL,
    )


def under_way(handoff: Handoff, *, at: datetime) -> UnderWay:
    """Return the state of a handoff: whether the brief was read, and who else could take it."""
    read = BriefRead.objects.filter(handoff=handoff, membership=handoff.agent_id).first()
    appointment = handoff.appointment
    return UnderWay(
        handoff=handoff,
        read=read,
        candidates=[each for each in rank_others(handoff, at=at) if not each.removed_by],
        can_change_time=bool(appointment and appointment.starts_at > at),
        asked_cover=open_request(handoff),
    )


def held_slot(lead: Lead, *, at: datetime) -> Appointment | None:
    """Return the slot that is held for this lead, while it lasts."""
    return (
        Appointment.objects.filter(lead=lead, status=AppointmentStatus.HELD_SLOT, held_until__gt=at)
        .select_related("agent__user", "agent__profile", "setter__user")
        .order_by("-id")
        .first()
    )


@dataclass(frozen=True, slots=True)
class _Offer:
    """Who can have the lead by a method, best first, and who cannot."""

    candidates: list[Candidate]
    removed: list[Candidate]
    free_now: frozenset[int] = frozenset()


def _offer(field: Field, on_call: list[Candidate], *, lead: Lead, method: Method, at: datetime) -> _Offer:
    ranked = on_call if method == Method.LIVE else field.ranked()
    free_now: frozenset[int] = frozenset()
    if method == Method.DIRECT:
        ranked = rank_now(field, lead=lead)
        now = rank_for(field, lead=lead, starts_at=at)
        free_now = frozenset(each.agent.pk for each in now if not each.removed_by)
    offered = [each for each in ranked if not each.removed_by]
    if method == Method.DIRECT:
        offered.sort(key=lambda each: each.agent.pk not in free_now)  # who is busy can still have it, and call later
    return _Offer(offered, [each for each in ranked if each.removed_by], free_now)


def _times(field: Field, *, lead: Lead, choice: PanelChoice) -> Picker:
    offered = [each for each in field.ranked() if not each.removed_by]
    return picker(
        lead=lead,
        agents=[(each.agent, each.reasons) for each in offered[:OFFERED]],
        minutes=field.policy.appointment_minutes,
        at=field.at,
        day=choice.day,
    )


def _usual_method(advice: Advice, before: Over | None) -> Method:
    return Method.SCHEDULED if before and before.is_stopped else advice.method


def _chosen(offered: list[Candidate], pk: int | None) -> Candidate | None:
    return next((each for each in offered if each.agent.pk == pk), next(iter(offered), None))


def _usual_place(hold: Appointment | None, how: str) -> str:
    profile = getattr(hold.agent, "profile", None) if hold else None
    return str(profile.video_link) if profile and how == How.VIDEO else ""


@dataclass(frozen=True, slots=True)
class _Moment:
    """What the words of this moment depend on."""

    known: Known
    readiness: Readiness
    method: Method
    hold: Appointment | None
    chosen: Candidate | None
    times: Picker | None
    before: Over | None

    def script(self) -> Script | None:
        """The pass once all is asked, reading back while that is missing, else how to begin."""
        lead, readiness = self.known.lead, self.readiness
        asked = {lack.code for lack in readiness.missing} - NOT_ASKED
        soonest = self.hold or (self.times.soonest if self.times else None)
        if asked - {"phone", "email"}:
            name = "no_show_call" if lead.stage == Stage.NO_SHOW else "opening"
            is_begun = len(readiness.missing) < readiness.total - 2
            if is_begun and name == "opening":
                return None
        else:
            name = self._of_method(is_read_back=not asked)
        return script(name, lead=lead, agent=self._spoken_of(), slot=soonest, team=lead.team)

    def _of_method(self, *, is_read_back: bool) -> str:
        if self.method == Method.DIRECT:
            return "direct_handover"
        if self.method == Method.LIVE and self.chosen:
            return "live_hold"
        if self.before and self.before.is_hung_up:
            return "transfer_call_back"
        if self.hold:
            return "setting_the_appointment" if is_read_back else "verification"
        is_instead = self.method == Method.LIVE or (self.before and (self.before.rang_out or self.before.is_stopped))
        return "live_fallback" if is_instead else "setting_the_appointment"

    def _spoken_of(self) -> Membership | None:
        """Whom the script presents: who has the slot, who takes the lead now, or who could meet first."""
        if self.hold:
            return self.hold.agent
        if self.method == Method.DIRECT:
            return self.chosen.agent if self.chosen else None
        return self.times.soonest.agent if self.times and self.times.soonest else None
