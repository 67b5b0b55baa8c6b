"""What to ask next time: a script for each letter, in the team's own words if it has any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat

from handoff.coaching.states import Focus
from handoff.models import CoachingCard, ScriptVersion
from handoff.scripts import Script, filled
from handoff.wordings import SCRIPTS, latest_versions
from leads.placeholders import paragraphs_of
from teams.models import Membership, Team

PREFIX: Final = "coaching_"


def script_name(focus: Focus) -> str:
    """Return the name of the script of what to ask (``handoff.wordings.SCRIPTS``)."""
    return f"{PREFIX}{focus.value}"


def scripts_for(team: Team, focuses: Iterable[Focus], values: Mapping[str, str] | None = None) -> dict[Focus, Script]:
    """Return what to ask for each, with what is known of a client filled in. One query, or none for nothing."""
    wanted = list(focuses)
    own = latest_versions(team) if wanted else {}
    found = {}
    for focus in wanted:
        version = own.get(script_name(focus))
        found[focus] = _script(focus, version.text if version else "", values or {})
    return found


def _script(focus: Focus, own: str | None, values: Mapping[str, str]) -> Script:
    name = script_name(focus)
    built_in = SCRIPTS[name]
    return filled(name, built_in.title, paragraphs_of(own) if own else built_in.paragraphs, values)


def questions_for(setter: Membership, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return each live card's focus with one line to ask, and what is known of a client filled in. One query."""
    name = Concat(Value(PREFIX), OuterRef("focus"))
    newest = ScriptVersion.objects.filter(team=OuterRef("team"), name=name).order_by("-version").values("text")[:1]
    live = CoachingCard.objects.live().filter(setter=setter).annotate(own=Subquery(newest))
    texts = live.values_list("focus", "own")
    return [(focus, question_of(_script(Focus(focus), own, values))) for focus, own in texts]


def question_of(script: Script) -> str:
    """The first paragraph alone: one line to ask."""
    return "".join(piece.text for piece in script.paragraphs[0]) if script.paragraphs else ""
