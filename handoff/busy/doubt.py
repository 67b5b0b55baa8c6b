"""How sure it is that a free time is free: what is said when an agent's own calendar was not read for a while."""

from __future__ import annotations

from datetime import datetime

from handoff.clock import moment
from handoff.models.busy import STALE_AFTER, UNREAD_AFTER
from handoff.phrases import local_moment


def doubt_about(read_at: int | None, *, at: datetime, zone: str) -> str:
    """Return the warning that goes with the agent's times; nothing while their calendars are read as they should be.

    ``read_at``: seconds since 1970, 0 if one of the calendars was never read, None if there is none.
    """
    if read_at is None:
        return ""
    if not read_at:
        return "Calendar not read yet"
    age = at - moment(read_at)
    if age > UNREAD_AFTER:
        return f"Calendar not read since {local_moment(moment(read_at), zone)}: ask before you promise"
    if age > STALE_AFTER:
        hours = int(age.total_seconds() // 3600)
        return f"Calendar last read {hours} hour{'s' if hours > 1 else ''} ago"
    return ""
