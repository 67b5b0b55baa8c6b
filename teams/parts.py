"""What this room adds to the overview of settings."""

from django.utils import timezone

from teams import hub
from teams.hub import Look, Part, Section
from teams.models import ApiToken, Area, Membership, Presence, SecondFactor, StateRule, Team
from teams.policy import policy_of, usual_routing
from teams.second_factor import is_asked_of, without_one
from teams.state_rules import lines
from teams.ways import WAYS


def _team(team: Team) -> Look:
    if not team.reply_to:
        return Look(
            "wait", "No reply-to address", (team.zone, team.currency), "Answers to the team's mails go nowhere."
        )
    return Look("ok", "Set", (team.zone, team.currency, f"answers go to {team.reply_to}"))


def _times(team: Team) -> Look:
    ways = policy_of(team)
    facts = (
        f"{ways.appointment_minutes} minutes, {ways.buffer_minutes} kept free around",
        f"outcome due after {ways.outcome_hours} hours",
        f"{len(ways.trigger_tags)} trigger tag{'' if len(ways.trigger_tags) == 1 else 's'}",
    )
    return Look("ok", "Set", facts)


def _people(team: Team) -> Look:
    agents = Membership.objects.active().agents().filter(team=team)
    everybody = Membership.objects.active().filter(team=team).count()
    idle = agents.filter(working_hours=None).distinct().count()
    trouble = f"{idle} agent{'' if idle == 1 else 's'} without working hours: nobody can book them." if idle else ""
    return Look("wait" if idle else "ok", f"{everybody} people", (f"{agents.count()} closing agents",), trouble)


def _signing_in(team: Team) -> Look:
    asked = policy_of(team).second_factor
    if asked == SecondFactor.NOBODY:
        return Look("quiet", "Password or passkey", ("nobody has to have a second step",))
    missing = sum(is_asked_of(each) for each in without_one(team))
    trouble = f"{missing} of those who must have one have none yet: they set it up at their next click."
    whom = "everyone" if asked == SecondFactor.EVERYONE else "team leads"
    return Look("wait" if missing else "ok", "Second step", (f"asked of {whom}",), trouble if missing else "")


def _areas(team: Team) -> Look:
    areas = list(Area.objects.filter(team=team))
    unpriced = sum(area.median_price is None for area in areas)
    if not areas:
        return Look("wait", "None yet", trouble="Agents and leads have no area to name.")
    trouble = f"{unpriced} without a median price: no budget can be called too low there." if unpriced else ""
    return Look("wait" if unpriced else "ok", f"{len(areas)} areas", (), trouble)


def _tokens(team: Team) -> Look:
    living = ApiToken.objects.living(at=timezone.now()).filter(membership__team=team)
    endless = living.filter(expires_at=None).count()
    trouble = f"{endless} without an end: a lost one opens for ever." if endless else ""
    number = living.count()
    return Look(
        "wait" if endless else "ok" if number else "quiet", f"{number} in use" if number else "None", (), trouble
    )


def _states(team: Team) -> Look:
    ways, today = policy_of(team), timezone.localdate()
    facts = (
        "ISAs are held to it" if ways.licence_rules else "ISAs are not held to it",
        "recordings are held to it" if ways.consent_rules else "recordings are not held to it",
    )
    stale = sum(line.is_stale for line in lines(team, today=today))
    trouble = f"{stale} checked more than a year ago: laws change." if stale else ""
    own = StateRule.objects.filter(team=team).count()
    return Look("wait" if stale else "ok", f"{own} of your own" if own else "As built in", facts, trouble)


def _routing(team: Team) -> Look:
    ways = policy_of(team)
    is_usual = all(getattr(ways, name) == value for name, value in usual_routing().items())
    limits = (("day", ways.day_capacity), ("week", ways.week_capacity))
    facts = [f"most {most} leads a {each}" for each, most in limits if most] or ["no limits"]
    return Look("ok", "Usual points" if is_usual else "Own points", (f"shares over {ways.fairness_days} days", *facts))


def _transfers(team: Team) -> Look:
    ways = policy_of(team)
    number = Presence.objects.on_call(timezone.now()).filter(membership__team=team).count()
    facts = (
        ways.get_ring_way_display().lower(),
        f"off call after {ways.missed_rings} missed ring{'' if ways.missed_rings == 1 else 's'}",
        f"{number or 'nobody'} on call now",
    )
    return Look("ok", "Set", facts)


for part in (
    Part("team", "Team", "building", "teams:team", "Name, zone, currency, reply-to address", 10, _team, Section.TEAM),
    Part("people", "People", "people", "teams:people", "Who belongs, and as what", 30, _people, Section.TEAM),
    Part("areas", "Areas", "geo-alt", "teams:areas", "Where you work, and what homes cost", 40, _areas, Section.TEAM),
    Part(
        "policy",
        "Times",
        "clock",
        "teams:policy",
        "Durations, deadlines, reminders, trigger tags",
        20,
        _times,
        Section.HANDOFFS,
    ),
    Part(
        "states",
        "States",
        "pin-map",
        "teams:states",
        "Licences of ISAs, and consent to recordings",
        47,
        _states,
        Section.HANDOFFS,
    ),
    Part(
        "routing",
        "Routing",
        "shuffle",
        "teams:routing",
        "Who is offered a lead first, and how many",
        45,
        _routing,
        Section.HANDOFFS,
    ),
    Part(
        "transfers",
        "Live transfers",
        "telephone-forward",
        "teams:transfers",
        "Who rings for a client on the phone, and how long",
        46,
        _transfers,
        Section.HANDOFFS,
    ),
    Part(
        "slack",
        "Slack",
        "slack",
        "teams:slack",
        "Where the team hears of handoffs",
        70,
        WAYS["slack"].look,
        Section.CONNECTIONS,
    ),
    Part(
        "msteams",
        "Microsoft Teams",
        "chat-dots",
        "teams:msteams",
        "Where the team hears of handoffs, too",
        72,
        WAYS["msteams"].look,
        Section.CONNECTIONS,
    ),
    Part(
        "sms",
        "Texts",
        "phone",
        "teams:texts",
        "Text messages to who wants them",
        74,
        WAYS["sms"].look,
        Section.CONNECTIONS,
    ),
    Part(
        "smtp",
        "Mail server",
        "envelope",
        "teams:smtp",
        "Mails under the team's own address",
        76,
        WAYS["smtp"].look,
        Section.CONNECTIONS,
    ),
    Part(
        "mailbox",
        "Incoming mail",
        "inbox",
        "teams:mailbox",
        "Answers to mails, and what calendars reply",
        78,
        WAYS["mailbox"].look,
        Section.CONNECTIONS,
    ),
    Part(
        "signing-in",
        "Signing in",
        "shield-lock",
        "teams:signing-in",
        "Who needs a second step",
        35,
        _signing_in,
        Section.SECURITY,
    ),
    Part("tokens", "API tokens", "key", "teams:tokens", "Keys for programs", 90, _tokens, Section.SECURITY),
):
    hub.register(part)
