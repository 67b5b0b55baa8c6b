"""The table of what states ask, and reading it: licences of ISAs, and consent to a recording.

It is guidance that each team checks and edits, no legal advice; where nothing is known it is restrictive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, Subquery

from teams.changes import note_change, set_fields
from teams.models import Membership, Policy, StateRule, Team
from teams.places import STATES
from teams.policy import policy_of

NAMES: Final = dict(STATES)
#: Where the table holds.
HOME: Final = "US"
#: Laws change: what was looked up longer ago than this is looked up again.
STALE: Final = timedelta(days=365)

#: Where everybody on a phone call must agree to its recording, by the section that says so. From general knowledge: the
#: page asks each team to look for itself.
#: Michigan's courts let somebody who takes part record (Sullivan v. Gray, 1982); it stays here to be safe. Oregon asks
#: it of talks in person only (ORS 165.540), and calls are what is recorded here.
ALL_PARTY: Final[dict[str, str]] = {
    "CA": "California Penal Code § 632",
    "CT": "Connecticut General Statutes § 52-570d",
    "DE": "11 Delaware Code § 1335(a)(4)",
    "FL": "Florida Statutes § 934.03(2)(d)",
    "IL": "720 ILCS 5/14-2",
    "MA": "Massachusetts General Laws ch. 272 § 99",
    "MD": "Maryland Courts and Judicial Proceedings § 10-402(c)(3)",
    "MI": "Michigan Compiled Laws § 750.539c (disputed)",
    "MT": "Montana Code Annotated § 45-8-213",
    "NH": "New Hampshire Revised Statutes § 570-A:2",
    "NV": "Nevada Revised Statutes § 200.620",
    "PA": "18 Pennsylvania Consolidated Statutes § 5704(4)",
    "WA": "Revised Code of Washington § 9.73.030",
}


def rule_of(team: Team, state: str) -> StateRule:
    """Return what holds in a state: the team's own row, else what is built in. The latter is not stored."""
    return StateRule.objects.filter(team=team, state=state).first() or built_in(team, state)


def built_in(team: Team, state: str) -> StateRule:
    """Return what holds where a team has said nothing: no ISA without a licence may do anything."""
    source = ALL_PARTY.get(state, "")
    return StateRule(team=team, state=state, needs_consent=bool(source), consent_source=source)


# --- Licences ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """Why somebody may not set an appointment in a state, where that is written, and who may."""

    state: str
    source: str
    who_can: tuple[str, ...]


def is_licensed(member: Membership, state: str) -> bool:
    """Whether a member may work in a state: by their licence, or because they lead the team and answer for it."""
    if member.is_agent:
        profile = getattr(member, "profile", None)
        return profile is not None and state in profile.states
    return member.is_lead or state in member.licensed_states


def setting_gap(member: Membership, *, state: str, policy: Policy) -> Gap | None:
    """Return why this member may not set an appointment there, or None. Without a state nothing can be said.

    No query while the team does not ask for licences, or the member has one; one if the table allows it.
    """
    if not policy.licence_rules or not state or is_licensed(member, state):
        return None
    rule = rule_of(member.team, state)
    if rule.may_set_appointments:
        return None
    return Gap(NAMES.get(state, state), rule.source, tuple(_who_can(member, state)))


def cold_call_gap(member: Membership, *, state: str, policy: Policy) -> Gap | None:
    """Return why this member may not make a first call there, or None."""
    if not policy.licence_rules or not state or is_licensed(member, state):
        return None
    rule = rule_of(member.team, state)
    return None if rule.may_call_cold else Gap(NAMES.get(state, state), rule.source, tuple(_who_can(member, state)))


def closing_gap(member: Membership, *, state: str) -> Gap | None:
    """Return why this member may not be paid by a closing there, or None. The table is of the United States alone.

    It binds whether or not the team lets the table bind calls and appointments: sharing a commission with somebody
    without a licence is forbidden in more places. Where the state is not known nothing allows it: ``Gap.state`` is
    empty then.
    """
    if member.team.country != HOME or is_licensed(member, state):
        return None
    if state and (rule := rule_of(member.team, state)).may_be_paid_by_closing:
        return None
    return Gap(NAMES.get(state, state), rule.source if state else "", ())


def states_that_pay(team: Team) -> set[str]:
    """Return where the table lets an ISA without a licence be paid by closing (USPS codes)."""
    return set(StateRule.objects.filter(team=team, may_be_paid_by_closing=True).values_list("state", flat=True))


def _who_can(member: Membership, state: str) -> Iterator[str]:
    colleagues = Membership.objects.active().filter(team=member.team_id).exclude(pk=member.pk).select_related("user")
    for each in colleagues.order_by("-role", "user__name"):
        if not each.is_agent and is_licensed(each, state):
            yield each.user.name


# --- Consent ----------------------------------------------------------------------------------------------------------


def needs_consent(team: Team, state: str) -> bool:
    """Whether everybody on a call there must agree to its recording. One query where the team asks at all."""
    if not state or not policy_of(team).consent_rules:
        return False
    own = StateRule.objects.filter(team=team, state=state).values_list("needs_consent", flat=True).first()
    return asks_for_consent(team, state, own=own)


def asks_for_consent(team: Team, state: str, *, own: bool | None) -> bool:
    """Return the same where the team's ``own`` row is known: what it says, or None where there is none."""
    if not state or not policy_of(team).consent_rules:
        return False
    return state in ALL_PARTY if own is None else own


def own_consent(*, lead: str = "") -> Subquery:
    """Return what annotates leads with their team's own word, so that a page need not ask for it.

    ``lead`` is the way from the annotated rows to theirs: ``"lead__"``.
    """
    rules = StateRule.objects.filter(team=OuterRef(f"{lead}team_id"), state=OuterRef(f"{lead}state"))
    return Subquery(rules.values("needs_consent")[:1])


# --- The table --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One state as the settings show it."""

    code: str
    name: str
    rule: StateRule
    is_own: bool
    is_stale: bool


def lines(team: Team, *, today: date) -> list[Line]:
    """Return every state: the team's own row, else what is built in."""
    own = {rule.state: rule for rule in StateRule.objects.filter(team=team)}
    return [
        Line(
            code=code,
            name=name,
            rule=own.get(code) or built_in(team, code),
            is_own=code in own,
            is_stale=code in own and own[code].checked_on < today - STALE,
        )
        for code, name in STATES
    ]


@transaction.atomic
def save_rule(*, team: Team, state: str, actor: Membership, at: datetime, **said: Any) -> StateRule:
    """Write down what holds in a state; ``said`` are the fields of the row."""
    rule, _ = StateRule.objects.update_or_create(team=team, state=state, defaults=said)
    allowed = [
        words
        for name, words in (
            ("may_set_appointments", "set appointments"),
            ("may_call_cold", "call cold"),
            ("may_be_paid_by_closing", "be paid by closing"),
        )
        if said.get(name)
    ]
    consent = "; recording takes consent" if said.get("needs_consent") else ""
    words = f"{NAMES[state]}: without a licence may {', '.join(allowed) or 'do nothing'}{consent}"
    note_change(actor=actor, part="states", words=words, at=at)
    return rule


@transaction.atomic
def remove_rule(*, rule: StateRule, actor: Membership, at: datetime) -> None:
    """Go back to what is built in."""
    note_change(actor=actor, part="states", words=f"{NAMES[rule.state]}: as built in again", at=at)
    rule.delete()


@transaction.atomic
def switch_rules(*, policy: Policy, licence_rules: bool, consent_rules: bool, actor: Membership, at: datetime) -> None:
    """Say whether the table binds ISAs without a licence, and recordings."""
    words = set_fields(policy, {"licence_rules": licence_rules, "consent_rules": consent_rules})
    if words:
        note_change(actor=actor, part="states", words=words, at=at)


@transaction.atomic
def set_licences(*, member: Membership, states: list[str], actor: Membership, at: datetime) -> None:
    """Note where somebody who is no agent is licensed; agents have it on their profile."""
    if words := set_fields(member, {"licensed_states": states}):
        note_change(actor=actor, part="people", words=f"{member.user}: {words}", at=at)
