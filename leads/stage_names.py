"""What a team calls the stages. Their meaning and their moves are built in; only the words are the team's.

The names stand on the team itself, so a label costs no query where the team is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leads.states import Stage
from teams.changes import note_change
from teams.models import Membership, Team

LONGEST = 40


class DuplicateName(ValueError):
    """Two stages would be called the same; ``stages`` are the second one and the first."""

    def __init__(self, name: str, second: Stage, first: Stage) -> None:
        self.stages = (second, first)
        super().__init__(f"“{name}” is what {first.label} is called already: each stage needs a name of its own.")


def stage_label(team: Team, stage: str) -> str:
    """Return what this team calls a stage, by its code: the one place that knows. Unknown codes stay as they are."""
    if own := team.stage_names.get(stage):
        return str(own)
    return str(Stage(stage).label) if stage in Stage.values else str(stage)


def stage_choices(team: Team) -> list[tuple[str, str]]:
    """Return code and label of each stage, in the order of the path."""
    return [(stage.value, stage_label(team, stage)) for stage in Stage]


def rename_stages(*, team: Team, names: Mapping[Stage, str], actor: Membership, at: datetime) -> None:
    """Call the stages so; an empty name is the built-in one. Raises DuplicateName, whatever the case of the letters."""
    called = {stage: names.get(stage, "").strip() or str(stage.label) for stage in Stage}
    _refuse_duplicates(called)
    told = [
        f"{stage_label(team, stage)} → {name}" for stage, name in called.items() if stage_label(team, stage) != name
    ]
    with transaction.atomic():
        team.stage_names = {stage.value: name for stage, name in called.items() if name != stage.label}
        team.save(update_fields=["stage_names"])
        if told:
            note_change(actor=actor, part="stages", words="; ".join(told), at=at)


def _refuse_duplicates(called: Mapping[Stage, str]) -> None:
    seen: dict[str, Stage] = {}
    for stage, name in called.items():
        first = seen.setdefault(" ".join(name.casefold().split()), stage)
        if first != stage:
            raise DuplicateName(name, stage, first)
