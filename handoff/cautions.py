"""What to be careful of with a lead: it does not stop a handoff, but ISA and agent must know it."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.known import Known
from handoff.phrases import money
from leads.models.lpmama import Letter, Mortgage, OtherAgent, Side, Timeframe


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning; ``letter`` is the answer it comes from, empty when it comes from none.

    ``ask``: what the ISA asks or says next, while they still can.
    """

    code: str
    text: str
    letter: str = ""
    ask: str = ""


def cautions_of(known: Known) -> list[Caution]:
    """Return every warning, the gravest first."""
    found = (_other_agent(known), _price(known), _mortgage(known), _motivation(known), _recording(known))
    return [*_promises(known), *(caution for caution in found if caution)]


def _promises(known: Known) -> list[Caution]:
    """What the ISA stands by: the agent must know what the client was told."""
    return [
        Caution(
            "over_promise",
            f"{promise.said.where} promises {promise.about}: “{promise.words}”. "
            f"{promise.acknowledged.by.user.name}: {promise.acknowledged.reason}",
        )
        for promise in known.promises
        if promise.acknowledged
    ]


def _other_agent(known: Known) -> Caution | None:
    answers = known.lpmama
    by_name = f" ({answers.other_agent_name})" if answers.other_agent_name else ""
    if answers.other_agent == OtherAgent.EXCLUSIVE:
        return Caution("exclusive_agent", f"Signed with another agent, exclusive{by_name}.", Letter.AGENT)
    if answers.other_agent == OtherAgent.UNSIGNED:
        return Caution("other_agent", f"Talks to another agent{by_name}, nothing signed.", Letter.AGENT)
    return None


def _price(known: Known) -> Caution | None:
    """A budget is too low when it is below every area it is for; a seller's hope is no budget."""
    medians = [(area.median_price, area.name) for area in known.areas if area.median_price]
    budget = known.lpmama.price_max
    if known.lpmama.side == Side.SELL or not budget or not medians or budget >= min(medians)[0]:
        return None
    median, name = min(medians)
    highest, typical = money(budget, known.currency), money(median, known.currency)
    return Caution(
        "price_below_median",
        f"Budget up to {highest}; the median in {name} is {typical}.",
        Letter.PRICE,
        f"Most homes in {name} cost around {typical}. Would you go higher for the right one, or look in another area?",
    )


def _mortgage(known: Known) -> Caution | None:
    if known.lpmama.mortgage == Mortgage.NOT_YET:
        return Caution("no_mortgage", "Has not spoken to a lender yet.", Letter.MORTGAGE)
    if known.lpmama.mortgage == Mortgage.APPLIED:
        return Caution("mortgage_pending", "Mortgage applied for, not approved yet.", Letter.MORTGAGE)
    return None


def _motivation(known: Known) -> Caution | None:
    if known.lpmama.motivation_declined:
        return Caution("motivation_declined", "Was asked why they move, and would not say.", Letter.MOTIVATION)
    if known.lpmama.timeframe == Timeframe.UNKNOWN:
        return Caution("timeframe_unknown", "Was asked how soon, and would not say.", Letter.MOTIVATION)
    return None


def _recording(known: Known) -> Caution | None:
    return Caution("recording_owed", "The call recording is still to come.") if known.is_recording_owed else None
