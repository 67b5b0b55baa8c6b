"""The open streams of this process: who is told what, and who has fallen behind.

All of it lives on the event loop's thread; other threads come by ``call_soon_threadsafe``.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Collection, Iterable

from notifications.events.frames import Frame
from notifications.events.tickets import Ticket

MOST_WAITING = 256  # frames; who has more than that ahead does not read
MOST_PER_SIGN_IN = 12  # streams; a browser needs one


class Stream:
    """One browser's stream: what it has yet to be told."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.ended = False
        self._waiting: deque[Frame] = deque()
        self._bell = asyncio.Event()

    def tell(self, frame: Frame) -> None:
        """Have it told; whoever falls too far behind is let go, and resumes from the rows."""
        if len(self._waiting) >= MOST_WAITING:
            self.end()
        if not self.ended:
            self._waiting.append(frame)
            self._bell.set()

    def end(self) -> None:
        """Let it go."""
        self.ended = True
        self._waiting.clear()
        self._bell.set()

    async def next(self, seconds: float) -> list[Frame]:
        """Wait for what there is to tell, at most so long."""
        try:
            await asyncio.wait_for(self._bell.wait(), seconds)
        except TimeoutError:
            return []
        self._bell.clear()
        told = list(self._waiting)
        self._waiting.clear()
        return told


class Streams:
    """All of them, found by the member they belong to."""

    def __init__(self) -> None:
        self.closed = False
        self._of_member: defaultdict[int, list[Stream]] = defaultdict(list)

    def __len__(self) -> int:
        return sum(map(len, self._of_member.values()))

    def open(self, ticket: Ticket) -> Stream:
        """Begin one. Of too many by one sign-in the oldest makes room."""
        stream = Stream(ticket)
        mine = self._of_member[ticket.membership_id]
        same = [each for each in mine if each.ticket == ticket]
        for each in same[: max(0, len(same) + 1 - MOST_PER_SIGN_IN)]:
            each.end()
        mine.append(stream)
        return stream

    def close(self, stream: Stream) -> None:
        """Forget one that has ended."""
        stream.end()
        mine = self._of_member[stream.ticket.membership_id]
        mine.remove(stream)
        if not mine:
            del self._of_member[stream.ticket.membership_id]

    def tell(self, rows: Iterable[tuple[int, Frame]]) -> None:
        """Pass frames on to those whom they are for."""
        for membership_id, frame in rows:
            for stream in self._of_member.get(membership_id, ()):
                stream.tell(frame)

    def tickets(self) -> set[Ticket]:
        """Return who is connected."""
        return {stream.ticket for mine in self._of_member.values() for stream in mine}

    def end(self, tickets: Collection[Ticket]) -> None:
        """Let go all that came by one of these tickets."""
        for mine in self._of_member.values():
            for stream in mine:
                if stream.ticket in tickets:
                    stream.end()

    def end_all(self) -> None:
        """Let everybody go, and nobody in any more."""
        self.closed = True
        self.end(self.tickets())
