"""People, and what is theirs or the team's."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from config.tests.access.things.corners import (
    AGENT_ALONE,
    AGENT_AND_LEADS,
    LEADS_ALONE,
    NONE,
    OWN,
    TEAM,
    WHOLE_TEAM,
    Corner,
    thing,
)
from leads.tests.factories import NOW
from teams.invitations import invite
from teams.models import (
    Area,
    Invitation,
    Role,
    Scope,
    StateRule,
)
from teams.places import STATES
from teams.tests import factories as people
from teams.tokens import create_token, digest_of


@thing("state rule")
def _state_rule(where: Corner) -> str:
    code, _ = STATES[where.lead.pk % len(STATES)]  # another one for each corner
    return StateRule.objects.create(team=where.team, state=code, checked_on=NOW.date()).state


@thing("ISA")
def _isa(where: Corner) -> int:
    return where.isa.pk


@thing("agent", reach=WHOLE_TEAM)
def _agent(where: Corner) -> int:
    return where.agent.pk


@thing("another agent", reach=WHOLE_TEAM)
def _another_agent(where: Corner) -> int:
    return people.agent(where.team).pk


@thing("area", reach=WHOLE_TEAM)
def _area(where: Corner) -> int:
    area: Area = people.AreaFactory.create(team=where.team)
    return area.pk


@thing("profile", reach=AGENT_AND_LEADS)
def _profile(where: Corner) -> int:
    return where.agent.pk


@thing("time off", reach=AGENT_AND_LEADS)
def _time_off(where: Corner) -> int:
    return where.agent.time_off.create(starts_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=31)).pk


@thing("allowance", reach=LEADS_ALONE)
def _allowance(where: Corner) -> int:
    return where.agent.allowances.create(on=(NOW + timedelta(days=30)).date(), reason="Open house", at=NOW).pk


@thing("session", reach=AGENT_ALONE)
def _session(where: Corner) -> int:
    store = SessionStore()
    store.create()
    details = {"session_key": store.session_key, "ip": "192.0.2.1", "user_agent": "An invented browser"}
    session: UserSession = UserSession.objects.create(user=where.agent.user, **details)
    return int(session.pk)


@thing("token", reach={Role.ISA: OWN, Role.AGENT: NONE, Role.LEAD: TEAM})
def _token(where: Corner) -> int:
    return create_token(membership=where.isa, scopes=[Scope.READ], name="Dialer", at=NOW)[0].pk


@thing("invitation", reach=LEADS_ALONE)
def _invitation(where: Corner) -> int:
    return invite(email=f"new{where.lead.pk}@example.com", name="", role=Role.ISA, actor=where.isa, at=NOW).pk


@thing("invitation link", missing="forged")
def _invitation_link(where: Corner) -> str:
    invitation = Invitation.objects.get(pk=where.name("invitation"))
    token = f"an invented token {invitation.pk}".replace(" ", "-")
    Invitation.objects.filter(pk=invitation.pk).update(digest=digest_of(token))
    return token
