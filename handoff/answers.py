"""The LPMAMA answers in words: one line a letter, as a brief and an alert show them."""

from __future__ import annotations

from handoff.known import Known
from handoff.phrases import language_name, money, money_range
from leads.models.lpmama import Letter, Lpmama, Mortgage, OtherAgent, Side, Timeframe


def answer_words(known: Known) -> dict[Letter, str]:
    """Return what was answered to each letter but Appointment; an empty text where nothing was."""
    return {
        Letter.LOCATION: _location(known),
        Letter.PRICE: _price(known),
        Letter.MOTIVATION: _motivation(known.lpmama),
        Letter.AGENT: _agent(known.lpmama),
        Letter.MORTGAGE: _mortgage(known),
    }


def answer_seconds(lpmama: Lpmama) -> dict[Letter, int | None]:
    """Return the second of the recording at which each letter was answered."""
    return {
        Letter.LOCATION: lpmama.location_second,
        Letter.PRICE: lpmama.price_second,
        Letter.MOTIVATION: lpmama.motivation_second,
        Letter.AGENT: lpmama.agent_second,
        Letter.MORTGAGE: lpmama.mortgage_second,
    }


def needs_words(known: Known) -> dict[str, str]:
    """Return what they need besides, under the heading a brief gives it; only what is known."""
    answers = known.lpmama
    needs = {
        "Bedrooms": f"{answers.bedrooms} or more" if answers.bedrooms else "",
        "Needs": answers.needs,
        "Decides with": answers.household,
        "Language": "" if known.lead.language == "en" else language_name(known.lead.language),
        "Would like to meet": answers.appointment_wish,
    }
    return {label: words for label, words in needs.items() if words}


def places(known: Known) -> str:
    """The areas by name, and what was said besides."""
    return ", ".join([*(area.name for area in known.areas), *([text] if (text := known.lpmama.location_text) else [])])


def _location(known: Known) -> str:
    side = Side(known.lpmama.side).label if known.lpmama.side else ""
    where = places(known)
    return f"{side} in {where}" if side and where else side or where


def _price(known: Known) -> str:
    answers = known.lpmama
    budget = money_range(answers.price_min, answers.price_max, known.currency)
    expected = f"expects {money(answers.price_expected, known.currency)}" if answers.price_expected else ""
    if answers.side == Side.SELL:
        budget = ""
    elif answers.side == Side.BUY:
        expected = ""
    return _sentence([budget, expected])


def _motivation(answers: Lpmama) -> str:
    reason = "Would not say why" if answers.motivation_declined else answers.motivation
    how_soon = Timeframe(answers.timeframe).label if answers.timeframe else ""
    if answers.timeframe == Timeframe.UNKNOWN:
        how_soon = "Would not say how soon"
    return " · ".join(words for words in (how_soon, reason) if words)


def _agent(answers: Lpmama) -> str:
    if not answers.other_agent:
        return ""
    words = str(OtherAgent(answers.other_agent).label)
    has_name = answers.other_agent_name and answers.other_agent != OtherAgent.NONE
    return f"{words}: {answers.other_agent_name}" if has_name else words


def _mortgage(known: Known) -> str:
    answers = known.lpmama
    if not answers.mortgage:
        return ""
    words = str(Mortgage(answers.mortgage).label)
    if answers.mortgage not in (Mortgage.PRE_APPROVED, Mortgage.APPLIED):
        return words
    on = answers.mortgage_on
    amount = money(answers.mortgage_amount, known.currency) if answers.mortgage_amount else ""
    date = f"{on:%b} {on.day}, {on.year}" if on else ""
    details = ", ".join(detail for detail in (amount, answers.mortgage_lender, date) if detail)
    return f"{words}: {details}" if details else words


def _sentence(parts: list[str]) -> str:
    words = "; ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]
