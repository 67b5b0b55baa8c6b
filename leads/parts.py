"""What this room adds to the overview of settings."""

from leads.models import DripSequence
from leads.states import Stage
from teams import hub
from teams.hub import Look, Part, Section
from teams.models import Team


def _stages(team: Team) -> Look:
    own = sum(code in Stage.values for code in team.stage_names)
    return Look("ok", f"{own} of {len(Stage)} renamed" if own else "As built in")


hub.register(
    Part(
        "stages", "Stages", "signpost-split", "leads:stages", "What the team calls them", 50, _stages, Section.HANDOFFS
    )
)


def _drips(team: Team) -> Look:
    on = DripSequence.objects.filter(team=team, is_on=True).count()
    if on and not team.postal_address:
        return Look("bad", "Not sent", trouble="Add the team's postal address: without one no drip goes out.")
    return Look("ok", f"{on} on") if on else Look("quiet", "None on")


hub.register(
    Part(
        "drips",
        "Drips",
        "envelope-paper",
        "leads:drips",
        "Mails that go out by themselves",
        55,
        _drips,
        Section.MESSAGES,
    )
)
