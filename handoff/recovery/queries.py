"""Where recoveries stand, and how the steps of the play do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from handoff.models import Handoff, RecoveryRun, RecoveryStep
from handoff.models.outcomes import Showed
from handoff.models.recovery import Because, StepKind, StepResult
from handoff.numbers.figures import Share
from handoff.recovery.running import PLAYED_IN
from handoff.wordings import SCRIPTS
from leads.models import Lead
from teams.models import Membership, Team

LISTED: Final = 200
ENDED_LISTED: Final = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One step as it is shown: ``state`` is done, skipped, next or later."""

    step: RecoveryStep
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One run, with its steps in their order."""

    run: RecoveryRun
    steps: Sequence[RecoveryStep]

    @property
    def lines(self) -> list[Line]:
        """The steps in words."""
        return [Line(step, words_of(step), self._state(step)) for step in self.steps]

    @property
    def next_line(self) -> Line | None:
        """The next step in words, while it is running."""
        return next((line for line in self.lines if line.state == "next"), None)

    def _state(self, step: RecoveryStep) -> str:
        if step.taken_at is not None:
            return "done" if step.result == StepResult.DONE else "skipped"
        return "next" if step is self.following else "later"

    @property
    def is_running(self) -> bool:
        """Whether more will come."""
        return self.run.ended_at is None

    @property
    def following(self) -> RecoveryStep | None:
        """The next step, while it is running."""
        return next((step for step in self.steps if step.taken_at is None), None) if self.is_running else None

    @property
    def last(self) -> RecoveryStep | None:
        """The last step whose time has come."""
        return next((step for step in reversed(self.steps) if step.taken_at is not None), None)

    @property
    def taken(self) -> int:
        """How many steps are behind."""
        return sum(step.taken_at is not None for step in self.steps)


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How one step of the play does: of those it reached, who answered or booked again with it as the last one."""

    reached: int = 0
    answered: int = 0
    rebooked: int = 0

    @property
    def answer_rate(self) -> Share:
        """Who answered."""
        return Share(self.answered, self.reached)

    @property
    def rebook_rate(self) -> Share:
        """Who booked again."""
        return Share(self.rebooked, self.reached)


@dataclass(frozen=True, slots=True)
class PlayFigures:
    """How the play does: by the name of each step, and as a whole."""

    steps: dict[str, StepFigures]
    recovered: Share
    running: int


def standing_of(lead: Lead, *, viewer: Membership) -> Standing | None:
    """Return the lead's newest run, while somebody brings them back, if this member may see it."""
    if lead.stage not in PLAYED_IN:
        return None
    runs = _drawn(RecoveryRun.objects.visible_to(viewer).filter(lead=lead))
    run = runs.order_by("-started_at", "-pk").first()
    return _standing(run) if run else None


def standing_for(handoff: Handoff) -> Standing | None:
    """Return the run of this handoff, if it was a no-show."""
    run = _drawn(RecoveryRun.objects.filter(handoff=handoff)).first()
    return _standing(run) if run else None


def running_recoveries(viewer: Membership) -> list[Standing]:
    """Return what is under way, the one whose client has waited longest first."""
    runs = _drawn(RecoveryRun.objects.visible_to(viewer).running())
    return [_standing(run) for run in runs.order_by("started_at", "pk")[:LISTED]]


def ended_recoveries(viewer: Membership) -> list[Standing]:
    """Return what has ended lately, the newest first."""
    runs = _drawn(RecoveryRun.objects.visible_to(viewer).exclude(ended_at=None))
    return [_standing(run) for run in runs.order_by("-ended_at", "-pk")[:ENDED_LISTED]]


def figures_of(team: Team) -> PlayFigures:
    """Return how the team's play does, over all its versions: a step keeps its name. In two queries.

    What was reported as a no-show and is none by now does not count.
    """
    missed = Q(handoff__outcome__showed=Showed.NO)
    whole = RecoveryRun.objects.filter(missed, team=team).exclude(because=Because.MERGED)
    counts = whole.aggregate(
        ended=Count("pk", filter=Q(ended_at__isnull=False)),
        recovered=Count("pk", filter=Q(ended_at__isnull=False, rebooked_as__isnull=False)),
        running=Count("pk", filter=Q(ended_at=None)),
    )
    return PlayFigures(
        steps=_by_step(team), recovered=Share(counts["recovered"], counts["ended"]), running=counts["running"]
    )


def words_of(step: RecoveryStep | Any) -> str:
    """Say what a step is, of a play or of a run."""
    if step.kind == StepKind.CALL:
        return SCRIPTS[step.script].title if step.script in SCRIPTS else "Call"
    if step.kind == StepKind.NURTURE:
        moves = step.moves if isinstance(step, RecoveryStep) else step.is_on
        return "On to nurture" if moves else "The end"
    return "Message to the client"


def _by_step(team: Team) -> dict[str, StepFigures]:
    reached = RecoveryStep.objects.filter(
        run__team=team, run__handoff__outcome__showed=Showed.NO, result=StepResult.DONE
    )
    latest = RecoveryStep.objects.filter(run=OuterRef("run"), result=StepResult.DONE).exclude(kind=StepKind.NURTURE)
    was_last = Q(pk=Subquery(latest.order_by("-taken_at", "-due_at", "-pk").values("pk")[:1]))
    counted = (
        reached.order_by()
        .values("name")
        .annotate(
            reached=Count("pk"),
            answered=Count("pk", filter=was_last & Q(run__because=Because.ANSWERED)),
            rebooked=Count("pk", filter=was_last & Q(run__rebooked_as__isnull=False)),
        )
    )
    return {row["name"]: StepFigures(row["reached"], row["answered"], row["rebooked"]) for row in counted}


def _drawn(runs: QuerySet[RecoveryRun]) -> QuerySet[RecoveryRun]:
    related = ("lead__owner__user", "handoff__agent__user", "handoff__setter__user", "ended_by__user", "rebooked_as")
    return runs.select_related(*related).prefetch_related("steps")


def _standing(run: RecoveryRun) -> Standing:
    return Standing(run, list(run.steps.all()))
