"""What must be true of a journey, whatever kinds of timers there are; and how late they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from config.tests.travelling.ground import Ground
from config.tests.travelling.travel import Journey
from handoff.models import Handoff, RecoveryRun
from notifications.models import Delivery, Timer
from notifications.models.deliveries import ChannelKind
from notifications.promises.owed import State

#: Later than this is late: a tick of two seconds, and the work of a turn.
MOST_LATE = timedelta(seconds=10)
#: Kinds that may speak of a handoff after its end, and why.
AFTER_THE_END: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class Verdict:
    """Every rule with what broke it; nothing where it held."""

    broken: dict[str, list[str]] = field(default_factory=dict)
    late: dict[str, list[float]] = field(default_factory=dict)
    set_of: Counter[str] = field(default_factory=Counter)
    called_off: Counter[str] = field(default_factory=Counter)
    #: Handoffs with several steps that fell due during the outage, and the mails that the turn after it sent.
    held_up: int = 0
    caught_up: int = 0
    #: How many mails about one client there were, client and agent and team together.
    mails: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether no rule was broken."""
        return not any(self.broken.values())


def judge(ground: Ground, journey: Journey) -> Verdict:
    """Look at everything that fired and was sent."""
    ended = _endings()
    verdict = Verdict()
    verdict.broken = {
        "each step at most once": _doubled(journey),
        "no step forgotten": _forgotten(journey),
        "at most 10 s late": _late(journey, verdict),
        "no step after the end": _after_the_end(journey, ended),
        "no message after the end": _messages_after_the_end(journey, ended),
        "one message for all that fell due in the outage": _more_than_one(journey, verdict),
        "what was kept was received, once": _not_as_kept(journey),
    }
    for kind, called_off_at in Timer.objects.filter(about__in=ground.handoffs).values_list("kind", "called_off_at"):
        verdict.set_of[kind] += 1
        verdict.called_off[kind] += called_off_at is not None
    per_client = Counter[str]()
    for (_to, client), number in journey.about_clients.items():
        per_client[client] += number
    verdict.mails = sorted(per_client.get(handoff.lead.first_name.lower(), 0) for handoff in ground.handoffs.values())
    return verdict


def _endings() -> dict[str, datetime]:
    """When each thing that timers are about came to its end."""
    handoffs = Handoff.objects.exclude(closed_at=None).values_list("pk", "closed_at")
    runs = RecoveryRun.objects.exclude(ended_at=None).values_list("pk", "ended_at")
    found = [(f"handoff/{pk}", at) for pk, at in handoffs] + [(f"recovery/{pk}", at) for pk, at in runs]
    return {about: at for about, at in found if at}


def _doubled(journey: Journey) -> list[str]:
    runs = Counter((each.key, each.due_at) for each in journey.fired)
    return [f"{key} ran {number} times" for (key, _), number in runs.items() if number > 1]


def _forgotten(journey: Journey) -> list[str]:
    """What is due still runs, or is said to have fired although no handler ran."""
    left = Timer.objects.filter(fired_at=None, called_off_at=None, due_at__lte=journey.ended_at)
    ran = {each.key for each in journey.fired}
    said = set(Timer.objects.exclude(fired_at=None).values_list("key", flat=True)) - ran
    return [f"{key} did not run" for key in (*left.values_list("key", flat=True), *said)]


def _late(journey: Journey, verdict: Verdict) -> list[str]:
    """By the end of its turn, so that the work of all that fell due with it counts; the outage is nobody's fault."""
    found = []
    for each in journey.fired:
        if journey.is_held_up(each.due_at):
            continue
        late = each.by - each.due_at
        verdict.late.setdefault(each.kind, []).append(late.total_seconds())
        if late > MOST_LATE:
            found.append(f"{each.key} was {late.total_seconds():.1f} s late")
    return found


def _after_the_end(journey: Journey, ended: dict[str, datetime]) -> list[str]:
    return [
        f"{each.key} ran {each.at - ended[each.about]} after the end"
        for each in journey.fired
        if each.about in ended and ended[each.about] < each.at and each.kind not in AFTER_THE_END
    ]


def _messages_after_the_end(journey: Journey, ended: dict[str, datetime]) -> list[str]:
    """Messages that a timer's turn owed about a handoff that had ended by then."""
    turns = {each.at for each in journey.fired}
    owed = Delivery.objects.filter(created_at__in=turns, about__in=ended).values_list("about", "kind", "created_at")
    return [
        f"{about}: {kind} was owed {at - ended[about]} after the end"
        for about, kind, at in owed
        if ended[about] < at and kind not in AFTER_THE_END
    ]


def _more_than_one(journey: Journey, verdict: Verdict) -> list[str]:
    """Counted at the mail server: each reader hears once of each client, however many steps were overdue."""
    waited = [each for each in journey.fired if each.at == journey.outage[1]]
    steps = Counter(each.about for each in waited)
    verdict.held_up = sum(number > 1 for number in steps.values())
    verdict.caught_up = sum(map(len, journey.caught_up.values()))
    return [f"{to}: {' and '.join(said)}" for (to, _), said in journey.caught_up.items() if len(said) > 1]


def _not_as_kept(journey: Journey) -> list[str]:
    mails = Delivery.objects.filter(channel=ChannelKind.EMAIL)
    kept = mails.filter(state=State.DONE).count()
    received = sum(journey.mails.values())
    twice = [f"{to} got a mail {number} times" for (to, _), number in journey.mails.items() if number > 1]
    failed = [f"{each.key} failed: {each.answer}" for each in mails.filter(state=State.FAILED)]
    lost = [] if kept == received else [f"{kept} mails were kept, {received} received"]
    return twice + lost + failed
