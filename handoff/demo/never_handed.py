"""Leads of the demo's last weeks that were never handed off: what handing off is measured against."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handoff.aims.baseline import count_cold
from handoff.demo import cast
from handoff.demo.callers import Call, complete_call
from leads.notes import add_note
from leads.stages import change_stage
from leads.states import Stage, Via

if TYPE_CHECKING:
    from handoff.demo.story import Story

FIRST_NUMBER, HOW_MANY = 240, 24
#: The youngest is so old; each of the others came so much earlier.
LATEST, APART = timedelta(days=8), timedelta(hours=29)
#: All of them are lost: who still might come would fill the list of whom to call.
WHY = (
    "Rents for another year.",
    "Signed with a friend who has a license.",
    "Did not pick up five times.",
    "Found something in another state.",
)


def bring(story: Story) -> None:
    """Let the ISAs have talked to some who came to nothing, and count them beside the handoffs."""
    for turn in range(HOW_MANY):
        who, at = (cast.IAN, cast.IVY)[turn % 2], story.at - LATEST - turn * APART
        wanted = complete_call(FIRST_NUMBER + turn)
        said = {name: wanted.said[name] for name in ("side", "location_text", "price_max")}
        lead = story.call(Call(wanted.number, said, wanted.areas, recording="", is_verified=False), isa=who, at=at)
        isa = story.members[who]
        change_stage(lead=lead, to=Stage.CONTACTING, actor=isa, via=Via.PAGE, at=at)
        add_note(lead=lead, text=WHY[turn % len(WHY)], author=isa, at=at)
        change_stage(lead=lead, to=Stage.LOST, actor=isa, via=Via.PAGE, at=at + timedelta(hours=20))
    count_cold(story.team)
