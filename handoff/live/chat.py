"""A ring answered by a button in a chat: pressing it accepts or passes at once, with the brief above it as its mark."""

from __future__ import annotations

from datetime import datetime

from handoff.live.answering import accept, brief_mark, pass_on
from handoff.models import Ring
from handoff.models.transfers import AnsweredBy
from handoff.words import transfers as words
from leads.stages import Refused
from notifications.sheets import NotTaken, talk_about
from teams.models import Membership
from teams.people import Gone

NOT_THEIRS = "This ring was for somebody else."


class RingTalk:
    """Takes what an agent presses under a brief."""

    def do(self, member: Membership, words: str, *, at: datetime) -> str:
        """Accept or pass, and say what happens next. Raises NotTaken, which says who took it."""
        answer, ring, mark = _read(member, words)
        try:
            return _accept(ring, mark, at=at) if answer == "accept" else _pass(ring, mark, at=at)
        except (Refused, Gone) as refusal:
            raise NotTaken(str(refusal)) from refusal


def _accept(ring: Ring, mark: str, *, at: datetime) -> str:
    transfer = accept(ring=ring, brief=mark, by=AnsweredBy.SLACK, at=at)
    setter = transfer.setter.user.name
    return f"You have {words.name_of(transfer)}. Keep your phone in hand: {setter} puts them through to you now."


def _pass(ring: Ring, mark: str, *, at: datetime) -> str:
    if mark != brief_mark(ring.transfer):
        raise NotTaken(NOT_THEIRS)
    transfer = pass_on(ring=ring, by=AnsweredBy.SLACK, at=at)
    return words.passed_on(transfer)


def _read(member: Membership, said: str) -> tuple[str, Ring, str]:
    """Return what a button says, as far as this member may say it. Raises NotTaken."""
    answer, pk, mark = (*said.split("/"), "", "", "")[:3]
    is_ours = answer in {"accept", "pass"} and pk.isascii() and pk.isdigit() and len(pk) < 18
    mine = Ring.objects.visible_to(member).select_related("agent__user", "agent__team", "transfer")
    ring = mine.filter(pk=int(pk)).first() if is_ours else None
    if ring is None:
        raise NotTaken(NOT_THEIRS)
    return answer, ring, mark


talk_about("ring", RingTalk())
