"""The truth: what makes clients come, leads good and homes sold in an invented history.

Whatever is estimated from such a history can be held against this. Effects are added up as log-odds: ``likely`` makes a
chance of them. So 1.3 for a confirmation means that the odds of coming are 3.7 times those without.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """Where leads come from: their share, and what it changes in the odds to show, to be good and to sign."""

    name: str
    share: int
    shows: float = 0.0
    good: float = 0.0
    signs: float = 0.0


#: One that is excellent, one that is poor, and the usual.
SOURCES: Final = (
    Source("Referral", 8, shows=0.6, good=0.9, signs=0.7),
    Source("Website", 24),
    Source("Google", 18, shows=0.1),
    Source("Zillow", 24, shows=-0.1, signs=-0.1),
    Source("Open house", 10, shows=0.2, good=0.1),
    Source("Facebook", 16, shows=-0.6, good=-0.8, signs=-0.7),
)

#: So many leads come for each handoff, and whoever is handed off at all has so many handoffs (counted: it follows from
#: the chances below). That leaves a quarter of the leads, who never are.
LEADS, EACH = 1.19, 1.12
#: Of those who are never handed off this share signs all the same, and of those who sign this one closes.
COLD_SIGNS, COLD_CLOSES = 0.04, 0.5

#: A client confirms the appointment: the further ahead it is, the less.
CONFIRMS: Final = {"base": 0.55, "day_ahead": -0.08}
#: A client, or the ISA for them, calls it off before its time.
CANCELS: Final = {"base": -3.2, "day_ahead": 0.15}
#: A client comes to an appointment. ``unreliable``: it was set by the ISA whose clients do not show.
SHOWS: Final = {"base": 0.9, "confirmed": 1.3, "day_ahead": -0.16, "unreliable": -1.1, "source": 1.0}
#: A client who is put through stays on the line until all is said: each second of waiting costs.
STAYS: Final = {"base": 3.0, "second": -0.02, "source": 1.0}
#: A client who was handed over without a time is reached by the agent.
REACHED: Final = {"base": 0.8, "unreliable": -1.1, "source": 1.0}
#: Who waits for an agent hangs up before the connection.
HANGS_UP: Final = {"base": -3.4, "second": 0.022}
#: The agent finds a good lead. ``below``: the price is below the area's median; ``complete``: all was asked.
GOOD: Final = {"base": 0.6, "complete": 0.4, "below": -1.6, "live": 0.35, "source": 1.0}
#: A good lead signs. ``second``: of waiting for the connection above ``USUAL_WAIT``, of live transfers alone.
SIGNS: Final = {
    "base": -1.5,
    "brief_read": 0.6,
    "complete": 0.3,
    "live": 0.5,
    "second": -0.012,
    "skill": 1.0,
    "source": 1.0,
}
USUAL_WAIT: Final = 40
#: Who has signed comes under contract; a contract closes; one that falls through is tried again.
CONTRACTS, CLOSES, TRIES_AGAIN = 0.62, 0.86, 0.6
#: What becomes of a no-show, in this order: booked again, picked up the phone, wants no more messages; else nothing.
RECOVERIES: Final = (0.30, 0.28, 0.04)
#: A client whose appointment was called off, or moved without a new time, takes another one; a bad lead comes back.
TRIES_ANOTHER_TIME, COMES_BACK = 0.4, 0.05
#: A meeting whose time has come is moved to another one, or without one; a lead is taken back; a report is corrected.
POSTPONED, MOVED, TAKEN_BACK, CORRECTED = 0.03, 0.02, 0.015, 0.02
#: A client who is ready and able to pay is put on the line to an agent; any other client is now and then handed over.
TRIED_LIVE, DIRECT = 0.85, 0.07


def likely(score: float) -> float:
    """Return the chance of log-odds."""
    return 1 / (1 + exp(-score))
