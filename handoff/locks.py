"""The order in which everything here is locked, so that nothing ever waits in a circle.

1. the calendars of all people involved, by rising id (advisory locks, until the transaction ends);
2. the lead's row (without its key, so that rows referring to it can still be added by others);
3. who else is given a lead of the team without naming an agent (advisory), then what one agent is given (advisory);
4. under all of these: timers, then the handoff and its appointment;
5. the membership of whose coaching cards are matched, and then the cards;
6. last, whose pay is written, by rising id of the membership (advisory).

Whoever holds the lock of what an agent is given asks for no other lock of 1 to 3; but the one who holds the team's may
go through several agents. A timer's handler starts at its timer (4), so it must never ask for 1, 2 or 3.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from leads.models import Lead
from teams.models import Membership, Team

#: The first of the two numbers of an advisory lock: what kind of thing is locked.
CALENDAR, SHARING, CAPACITY, PAY = 2_041, 2_042, 2_043, 2_044


#: What everything that is owed reads of a team: one query in place of one for each.
OF_TEAM = ("team__policy", "team__slack", "team__msteams", "team__smtp", "team__mailbox")


def lock_calendars(people: Iterable[int]) -> None:
    """Wait for the calendars of these users. Two-argument locks share no numbers with anybody's one-argument ones."""
    for person in sorted(set(people)):
        _lock(CALENDAR, person)


def lock_lead(lead: Lead) -> Lead:
    """Wait for the lead and return it as it is now, with its team and policy."""
    return (
        Lead.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*OF_TEAM, "isa__user", "owner__user")
        .get(pk=lead.pk)
    )


def lock_sharing(team: Team) -> None:
    """Wait for whoever lets routing choose for another lead: two at once would both choose the same first agent."""
    _lock(SHARING, team.pk)


def lock_capacity(agent: Membership) -> None:
    """Wait for whoever gives this agent something: what they have is counted, and then one more is added."""
    _lock(CAPACITY, agent.pk)


def lock_pay(isas: Iterable[int]) -> None:
    """Wait for whoever writes to the ledgers of these memberships, approves them, or changes by what they are paid."""
    for isa in sorted(set(isas)):
        _lock(PAY, isa)


def _lock(kind: int, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, number % 2**31])
