"""What this room adds to the overview of settings."""

from handoff.recovery.play import play_of
from handoff.wordings import SCRIPTS, latest_versions
from teams import hub
from teams.hub import Look, Part, Section
from teams.models import Team
from teams.policy import policy_of


def _promises(team: Team) -> Look:
    ways = policy_of(team)
    off = len(ways.promise_kinds_off)
    own = len(ways.promise_words)
    facts = (f"{own} phrase{'' if own == 1 else 's'} of your own",) if own else ()
    return Look("quiet" if off else "ok", f"{off} switched off" if off else "All looked for", facts)


def _scripts(team: Team) -> Look:
    own = sum(bool(version.text) for version in latest_versions(team).values())
    return Look("ok", f"{own} of {len(SCRIPTS)} are yours" if own else "As built in")


def _coaching(team: Team) -> Look:
    ways = policy_of(team)
    return Look("ok", f"{ways.coaching_flags} of {ways.coaching_window}", ("leads that contradict one letter",))


def _recovery(team: Team) -> Look:
    play = play_of(team)
    steps = sum(step.is_on and not step.is_end for step in play.steps)
    if not steps:
        return Look("wait", "Every step is off")
    facts = (f"{steps} steps in {play.steps[-1].day} days",)
    if not team.postal_address:
        return Look("wait", "No mail yet", facts, "Mail after a no-show needs your postal address, on the Team page.")
    return Look("ok", "Yours" if play.is_own else "As built in", facts)


hub.register(
    Part(
        "scripts", "Scripts", "chat-quote", "handoff:scripts", "What ISAs say, and when", 60, _scripts, Section.MESSAGES
    )
)
hub.register(
    Part(
        "promises",
        "Promises",
        "shield-exclamation",
        "handoff:promises",
        "What ISAs must not promise",
        62,
        _promises,
        Section.MESSAGES,
    )
)
hub.register(
    Part(
        "coaching",
        "Coaching",
        "mortarboard",
        "handoff:coaching-ways",
        "When an ISA gets a card to learn from",
        65,
        _coaching,
        Section.HANDOFFS,
    )
)
hub.register(
    Part(
        "recovery",
        "No-shows",
        "arrow-counterclockwise",
        "handoff:play",
        "What follows when a client does not come",
        64,
        _recovery,
        Section.MESSAGES,
    )
)
