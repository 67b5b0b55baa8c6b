"""What the pages of coaching show: cards, their cases, and how each ISA's latest leads look, letter by letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Prefetch, Window
from django.db.models.functions import RowNumber

from handoff.brief import is_audio
from handoff.coaching.asking import scripts_for
from handoff.coaching.patterns import Ways, focus_of, ways_of
from handoff.coaching.states import CARD_MOVES, Focus
from handoff.models import CoachingCard, Outcome
from handoff.models.outcomes import Reason, Showed
from handoff.numbers.figures import Share
from handoff.scripts import Script
from leads.models import Recording
from leads.models.recordings import RecordingKind
from leads.recordings import consent_words, current_recording
from teams.models import Membership, Role
from teams.policy import policy_of
from teams.state_rules import asks_for_consent, own_consent
from teams.templatetags.look import phone_words

ENDED_SHOWN: Final = 12
#: Shows and good leads are counted over so many of the latest reports, as many as make a percentage.
REPORTS: Final = 20
_WITH = ("setter__user", "setter__team", "noted_by__user", "closed_by__user")


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card in a list, with what to ask while it is live."""

    card: CoachingCard
    script: Script | None

    @property
    def to_go(self) -> int:
        """So many more leads without it, and it is done."""
        return max(self.card.wanted - self.card.without, 0)


@dataclass(frozen=True, slots=True)
class Case:
    """One lead of a card: what the ISA noted, what the agent found, and the second of the call."""

    handoff_id: int
    lead_id: int
    client: str
    agent: str
    met_at: datetime
    noted: str
    second: int | None
    found: str
    note: str
    url: str
    is_audio: bool
    why_silent: str

    @property
    def marks(self) -> list[dict[str, Any]]:
        """Where the player can jump to: the second of the answer, if it was noted."""
        return [] if self.second is None else [{"letter": "", "label": "Hear the answer", "second": self.second}]

    @property
    def player_id(self) -> str:
        """Of several players on the page, this case's."""
        return f"player-{self.handoff_id}"

    @property
    def link(self) -> str:
        """The recording at the second of the answer (W3C Media Fragments): it begins there wherever it is played."""
        return f"{self.url}#t={self.second}" if self.second is not None else self.url


@dataclass(frozen=True, slots=True)
class Standing:
    """How one ISA's latest leads look. ``counts`` are in the order of ``Focus``; a letter that is at home has none."""

    member: Membership
    counts: Mapping[Focus, int]
    judged: int
    good: Share
    shown: Share
    live: frozenset[str]

    @property
    def cells(self) -> list[tuple[Focus, int, bool]]:
        """Each letter, how often it was contradicted, and whether there is a live card."""
        return [(focus, self.counts[focus], focus.value in self.live) for focus in Focus]

    @property
    def strong(self) -> list[Focus]:
        """What no agent found otherwise, of enough leads to say so."""
        return [focus for focus in Focus if not self.counts[focus]] if self.judged >= len(Focus) else []


@dataclass(frozen=True, slots=True)
class Coaching:
    """All that the page shows."""

    live: Sequence[CardLine]
    ended: Sequence[CoachingCard]
    standings: Sequence[Standing]
    ways: Ways


def coaching_for(viewer: Membership) -> Coaching:
    """Return a team lead's whole team, or an ISA's own. Six queries, however much there is."""
    ways = ways_of(policy_of(viewer.team))
    cards = CoachingCard.objects.visible_to(viewer).select_related(*_WITH)
    live = list(cards.live().order_by("acknowledged_at", "-opened_at", "-pk"))
    live.sort(key=lambda card: not card.is_new)
    scripts = scripts_for(viewer.team, {Focus(card.focus) for card in live})
    return Coaching(
        live=[CardLine(card, scripts[Focus(card.focus)]) for card in live],
        ended=list(cards.filter(status__in=_ENDED).order_by("-closed_at", "-pk")[:ENDED_SHOWN]),
        standings=_standings(viewer, ways, live),
        ways=ways,
    )


_ENDED = [status for status, moves in CARD_MOVES.items() if not moves]


def line_of(card: CoachingCard) -> CardLine:
    """Return one card with what to ask; nothing once it has ended."""
    focus = Focus(card.focus)
    return CardLine(card, scripts_for(card.team, [focus])[focus] if card.is_live else None)


def cases_of(card: CoachingCard) -> list[Case]:
    """Return the card's leads, the newest first. Two queries."""
    recordings = Prefetch("lead__recordings", Recording.objects.order_by("-id"))
    cases = card.cases.select_related("outcome", "lead", "agent__user", "appointment").prefetch_related(recordings)
    asked = cases.annotate(own_consent=own_consent(lead="lead__")).order_by("-opened_at", "-pk")
    return [_case(handoff, card, own=vars(handoff)["own_consent"]) for handoff in asked]


def _case(handoff: Any, card: CoachingCard, *, own: bool | None) -> Case:
    facts, outcome = handoff.facts, handoff.outcome
    noted, second = _noted(facts, Focus(card.focus))
    recording = current_recording(handoff.lead)
    lacks_consent = asks_for_consent(card.team, handoff.lead.state, own=own) and not (recording and recording.is_agreed)
    is_there = recording is not None and recording.kind == RecordingKind.LINK and not lacks_consent
    return Case(
        handoff_id=handoff.pk,
        lead_id=handoff.lead_id,
        client=facts.get("lead", {}).get("name", "") or handoff.lead.name,
        agent=handoff.agent.user.name,
        met_at=handoff.appointment.starts_at if handoff.appointment else handoff.opened_at,
        noted=noted,
        second=second,
        found=str(Reason(outcome.reason).label) if outcome.reason else "",
        note=outcome.note,
        url=recording.url if recording is not None and is_there else "",
        why_silent=consent_words(handoff.lead) if lacks_consent else "There is no recording of this call.",
        is_audio=recording is not None and is_there and is_audio(recording),
    )


def _noted(facts: Mapping[str, Any], focus: Focus) -> tuple[str, int | None]:
    """What the agent was told under the letter, and the second of the call; for the reading back, how to reach them."""
    if focus == Focus.VERIFICATION:
        lead = facts.get("lead", {})
        return " · ".join(filter(None, (phone_words(lead.get("phone", "")), lead.get("email", "")))), None
    for one in facts.get("answers", ()):
        if one["letter"] == focus.value:
            return one["text"], one.get("second")
    return "", None


def _standings(viewer: Membership, ways: Ways, live: Sequence[CoachingCard]) -> list[Standing]:
    people = Membership.objects.active().filter(team=viewer.team_id).select_related("user")
    shown = people.filter(role=Role.ISA) if viewer.is_lead else people.filter(pk=viewer.pk)
    members = sorted(shown, key=lambda member: (member.user.name, member.pk))
    reports = _latest_reports([member.pk for member in members], most=max(ways.window, REPORTS))
    return [
        _standing(
            member,
            reports.get(member.pk, []),
            ways,
            frozenset(card.focus for card in live if card.setter_id == member.pk),
        )
        for member in members
    ]


def _latest_reports(members: Sequence[int], *, most: int) -> dict[int, list[dict[str, Any]]]:
    """The latest reports of each, newest first: ``most`` of those who came, and as many of those who did not."""
    newest = Window(
        RowNumber(),
        partition_by=[F("handoff__setter"), F("showed")],
        order_by=[F("handoff__opened_at").desc(), F("handoff_id").desc()],
    )
    rows = (
        Outcome.objects.filter(handoff__setter__in=members)
        .annotate(turn=newest)
        .filter(turn__lte=most)
        .order_by("-handoff__opened_at", "-handoff_id")
        .values("handoff__setter", "showed", "is_good", "reason")
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["handoff__setter"], []).append(dict(row))
    return found


def _standing(member: Membership, reports: list[dict[str, Any]], ways: Ways, live: frozenset[str]) -> Standing:
    judged = [row for row in reports if row["is_good"] is not None]
    focuses = [focus_of(row["reason"]) for row in judged[: ways.window]]
    settled = [row for row in reports if row["showed"] in {Showed.YES, Showed.NO}][:REPORTS]
    came = judged[:REPORTS]
    return Standing(
        member=member,
        counts={focus: focuses.count(focus) for focus in Focus},
        judged=len(focuses),
        good=Share(sum(row["is_good"] for row in came), len(came)),
        shown=Share(sum(row["showed"] == Showed.YES for row in settled), len(settled)),
        live=live,
    )
