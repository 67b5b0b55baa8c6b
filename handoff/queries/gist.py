"""A lead in one line, from what the agent was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff.facts import answer
from leads.models.lpmama import Letter


def gist_line(facts: Mapping[str, Any]) -> str:
    """Say “Buy in Mueller · up to $450k · 1-3 months”: where, how much and how soon, as far as it was known."""
    price = answer(facts, Letter.PRICE)
    parts = [
        answer(facts, Letter.LOCATION),
        price[:1].lower() + price[1:],
        facts.get("gist", {}).get("timeframe_words", ""),
    ]
    return " · ".join(part for part in parts if part)
