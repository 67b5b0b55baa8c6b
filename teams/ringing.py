"""How a team's ladder goes, in a line: what the settings of live transfers come to."""

from __future__ import annotations

from teams.models.transfers import RingWay, TransferWays

#: The line counts the seconds for so many agents on call.
FOR_EXAMPLE = 3


def ladder_in_words(ways: TransferWays) -> str:
    """Say who rings when, how long a client waits at most, and who is rung no more."""
    if ways.ring_way == RingWay.ALL:
        rings = f"All who are on call and free ring together for {ways.ring_all_seconds} seconds"
        waits = "then nobody took it, and the next free times are offered"
    else:
        longest = FOR_EXAMPLE * ways.ring_seconds + ways.ring_all_seconds
        one, all_of_them = ways.ring_seconds, ways.ring_all_seconds
        rings = f"The best agent rings for {one} seconds, then the next, then all together for {all_of_them}"
        waits = f"with {FOR_EXAMPLE} on call a client waits {longest} seconds at most"
    missed = "Whoever misses one ring" if ways.missed_rings == 1 else f"Whoever misses {ways.missed_rings} in a row"
    return f"{rings}; {waits}. {missed} is off call, and told so."
