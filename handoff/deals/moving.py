"""The one door to a deal: where it stands, since when, for how much. The lead's stage follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from handoff.amending import was_handed_on
from handoff.deals.amounts import AMOUNTS_TASK
from handoff.errors import Refused
from handoff.locks import lock_lead
from handoff.models import Deal, DealStep, Handoff
from handoff.models.outcomes import Showed
from handoff.phrases import exact_money
from handoff.reports import DEAREST
from handoff.signals import deal_moved
from handoff.states import DEAL_BEGINS, DEAL_MOVES, DealStatus
from leads.stages import change_stage
from leads.states import MOVES, Stage, Via
from leads.timeline import record
from leads.todo import finish_tasks
from teams.models import Membership
from teams.zones import zone

LONGEST_WHY: Final = 300
STAGE_OF: Final = {
    DealStatus.SIGNED: Stage.SIGNED,
    DealStatus.UNDER_CONTRACT: Stage.UNDER_CONTRACT,
    DealStatus.CLOSED: Stage.CLOSED,
    DealStatus.LOST: Stage.LOST,
}
#: Which day each standing has. Those after it do not stand yet, or no more.
DAY_OF: Final = {
    DealStatus.SIGNED: "signed_on",
    DealStatus.UNDER_CONTRACT: "under_contract_on",
    DealStatus.CLOSED: "closed_on",
    DealStatus.LOST: "lost_on",
}
_DAYS = tuple(DAY_OF.values())


class DealRefused(Refused):
    """This cannot be said of this deal, or not by this person."""


class NotYours(DealRefused):
    """Only the agent who has the lead, and the team lead, may say what came of it."""

    def __init__(self) -> None:
        super().__init__("Only the agent who has this lead, or the team lead, says what came of it.")


class InvalidDeal(DealRefused):
    """A day or an amount is missing or impossible; ``field`` names which."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a deal: where it stands and since which day, in whole units of the team's currency."""

    to: DealStatus
    on: date
    price: int | None = None
    commission: int | None = None
    why: str = ""


@transaction.atomic
def move_deal(*, handoff: Handoff, said: Said, actor: Membership, via: Via, at: datetime) -> Deal:
    """Say where the deal that came of a handoff stands. To where it stands already is a correction, and says why.

    An amount that is not said stays as it was. The lead's stage follows where its table of moves allows. Raises
    DealRefused, InvalidDeal.
    """
    lock_lead(handoff.lead)
    current = Handoff.objects.select_related("lead__team", "team", "agent__user", "outcome").get(pk=handoff.pk)
    check_may(current, actor)
    deal = Deal.objects.filter(handoff=current).first()
    _check_move(deal, said)
    _check_day(deal, said, current, at=at)
    _check_amounts(deal, said)
    moved = write(current, deal, said, actor=actor, via=via, at=at)
    stage, lead = STAGE_OF[said.to], current.lead
    if stage in MOVES[Stage(lead.stage)] and not was_handed_on(current):
        change_stage(lead=lead, to=stage, actor=actor, via=via, at=at, data={"deal": moved.pk})
    return moved


def write(handoff: Handoff, deal: Deal | None, said: Said, *, actor: Membership | None, via: Via, at: datetime) -> Deal:
    """Write a deal as it was said, with the step that says so; whoever calls has checked it, under the lead's lock."""
    was = deal.status if deal else ""
    deal = deal or Deal(handoff=handoff, team=handoff.team, signed_on=said.on)
    deal.handoff = handoff
    deal.status = said.to
    _set_days(deal, said)
    deal.price = said.price if said.price is not None else deal.price
    deal.commission = said.commission if said.commission is not None else deal.commission
    if deal.price is not None or deal.commission is not None:
        deal.currency = deal.currency or handoff.team.currency
    deal.save()
    fields = {name: getattr(deal, name) for name in ("status", *_DAYS, "price", "commission", "currency")}
    step = DealStep.objects.create(
        deal=deal, **fields, was=was, why=said.why.strip()[:LONGEST_WHY], by=actor, via=via, at=at
    )
    if not deal.lacks_amounts:
        finish_tasks(key_prefix=f"{handoff.about}|{AMOUNTS_TASK}", at=at)
    _tell_the_story(handoff, deal, step, at=at)
    deal_moved.send(sender=Deal, step=step)
    return deal


def check_may(handoff: Handoff, actor: Membership) -> None:
    """Raise NotYours unless this member may say what came of a handoff, DealRefused unless a deal can have."""
    may = actor.is_lead or (actor.is_agent and actor.pk in {handoff.agent_id, handoff.lead.owner_id})
    if actor.team_id != handoff.team_id or not may:
        raise NotYours
    outcome = getattr(handoff, "outcome", None)
    if outcome is None or outcome.showed != Showed.YES:
        raise DealRefused("Report first that they met: a deal comes of a meeting.")


def moves_of(deal: Deal | None) -> list[DealStatus]:
    """Return where a deal can go from where it stands, in the order of the table."""
    there = DEAL_MOVES[DealStatus(deal.status)] if deal else DEAL_BEGINS
    return [status for status in DealStatus if status in there]


def today(handoff: Handoff, *, at: datetime) -> date:
    """Return the day it is for the team."""
    return at.astimezone(zone(handoff.team.zone)).date()


def _check_move(deal: Deal | None, said: Said) -> None:
    if deal is None:
        if said.to not in DEAL_BEGINS:
            raise InvalidDeal("to", "A deal begins with a signature or a contract.")
        return
    was = DealStatus(deal.status)
    if said.to != was and said.to not in DEAL_MOVES[was]:
        raise InvalidDeal("to", f"From {was.label} a deal cannot go to {said.to.label}.")
    is_forward = (was, said.to) in {
        (DealStatus.SIGNED, DealStatus.UNDER_CONTRACT),
        (DealStatus.UNDER_CONTRACT, DealStatus.CLOSED),
    }
    if not is_forward and not said.why.strip():
        raise InvalidDeal("why", "Say why: it is kept beside what was said before.")


def _check_day(deal: Deal | None, said: Said, handoff: Handoff, *, at: datetime) -> None:
    if said.on > today(handoff, at=at):
        raise InvalidDeal("on", "That day has not come yet. Say it when it is done.")
    since = handoff.opened_at.astimezone(zone(handoff.team.zone)).date()
    if deal:
        earlier = [getattr(deal, name) for name in _DAYS[: _DAYS.index(DAY_OF[said.to])]]
        since = max([since, *(day for day in earlier if day)])
    if said.on < since:
        raise InvalidDeal("on", f"That is before {since:%B} {since.day}, {since.year}, when it had not come so far.")


def _check_amounts(deal: Deal | None, said: Said) -> None:
    stands = {name: getattr(deal, name, None) for name in ("price", "commission")}
    new = {name: amount for name in stands if (amount := getattr(said, name)) is not None}
    if said.to == DealStatus.CLOSED:
        for name, words in (("price", "what it closed at"), ("commission", "what the commission is")):
            if name not in new and stands[name] is None:
                raise InvalidDeal(name, f"Say {words}: figures and pay come from it.")
    if not 0 <= new.get("price", 0) <= DEAREST:
        raise InvalidDeal("price", "Enter an amount that a home can cost, such as 450,000.")
    if not 0 <= new.get("commission", 0) <= DEAREST:
        raise InvalidDeal("commission", "Enter an amount, such as 12,000, that is not too large.")
    price, commission = (stands | new).values()
    if new and price is not None and commission is not None and commission > price:
        raise InvalidDeal(next(reversed(new)), f"A commission of {commission:,} is more than the price of {price:,}.")


def _set_days(deal: Deal, said: Said) -> None:
    """Set the day of where it stands now, and clear those of where it does not stand any more."""
    if said.to == DealStatus.UNDER_CONTRACT and deal.under_contract_on and deal.closed_on:
        deal.closed_on = None  # a closing entered by mistake: the contract is as old as it was
        return
    if said.to == DealStatus.SIGNED and (deal.under_contract_on or deal.lost_on):
        deal.under_contract_on = deal.lost_on = None  # a contract fell through, or they are back: signed as before
        return
    setattr(deal, DAY_OF[said.to], said.on)
    if said.to != DealStatus.LOST:
        for name in _DAYS[_DAYS.index(DAY_OF[said.to]) + 1 :]:
            setattr(deal, name, None)


def _tell_the_story(handoff: Handoff, deal: Deal, step: DealStep, *, at: datetime) -> None:
    summary = "Deal corrected" if step.was == deal.status else f"Deal: {DealStatus(deal.status).label}"
    if deal.status == DealStatus.CLOSED and deal.price is not None:
        summary += f" at {exact_money(deal.price, deal.currency)}"
    record(
        lead=handoff.lead,
        kind="deal",
        summary=f"{summary}. {step.why}" if step.why else summary,
        actor=step.by,
        at=at,
        data={"handoff": handoff.pk, "deal": deal.pk, "was": step.was, "to": deal.status},
    )
