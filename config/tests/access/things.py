"""What addresses and bodies name, in three corners of the world: one's own, a team-mate's, and another team's.

A corner is an ISA, the agent they hand leads to, and all that hangs on that. A thing is one function from a corner
to the part of an address that names it; what exists nowhere has a name too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing

from handoff import agenda, links
from handoff.client.links import token_for
from handoff.coaching.states import Focus
from handoff.deals.moving import Said, move_deal
from handoff.forms import slot_value
from handoff.live.links import token_for as token_for_ring
from handoff.live.requesting import request_transfer
from handoff.models import BusyFeed, CoachingCard, Handoff, LiveTransfer, PlanVersion, Ring
from handoff.outcomes import record_outcome
from handoff.pay.disputes import raise_dispute
from handoff.states import DealStatus
from handoff.tests.factories import SLOT, open_handoff, ready
from handoff.tests.live.ground import accepted
from handoff.tests.pay.ground import plan
from leads.calls import log_call
from leads.homes import save_home
from leads.household import add_decision_maker
from leads.importing.conducting import take_in
from leads.models import DripSequence, DripStep, Enrolment, Lead
from leads.models.calls import CallResult
from leads.notes import add_note
from leads.recordings import attach_link
from leads.states import Via
from leads.tags import add_tag
from leads.tests.factories import NOW
from leads.todo import add_task
from notifications.messages import Message
from notifications.models import InboxItem, OutboxCard, OutboxMail
from notifications.models.deliveries import Audience
from notifications.owing import owe_member
from notifications.promises.drains import drain_all
from notifications.unsubscribe import links as unsubscribing
from teams import connections, photos
from teams.invitations import invite
from teams.models import (
    Area,
    Invitation,
    Membership,
    Presence,
    Role,
    Scope,
    StateRule,
    Team,
    TeamsConnection,
    TextsConnection,
)
from teams.models.connections import MailboxConnection, MailConnection
from teams.places import STATES
from teams.presence import go_on_call
from teams.tests import factories as people
from teams.tokens import create_token, digest_of

NOWHERE = str(2**62)


class Whose(StrEnum):
    """Whose thing is asked for."""

    OWN = "own"
    MATES = "a team-mate's"
    FOREIGN = "another team's"
    MISSING = "nobody's"


@dataclass(slots=True)
class Corner:
    """An ISA, an agent, and a lead that went from one to the other."""

    team: Team
    isa: Membership
    agent: Membership
    lead: Lead
    handoff: Handoff
    _made: dict[str, str] = field(default_factory=dict)

    def name(self, thing: str) -> str:
        """Return what names this corner's ``thing`` in an address or a form."""
        if thing not in self._made:
            self._made[thing] = THINGS[thing](self)
        return self._made[thing]


def corner(team: Team) -> Corner:
    """Make one in this team."""
    for connection in (MailboxConnection, MailConnection, TeamsConnection, TextsConnection):
        connections.found(connection, team).save()
    isa, agent = people.isa(team), people.agent(team)
    photos.set_photo(profile=agent.profile, image=b"a photo", at=NOW)
    lead = ready(team, isa=isa)
    handoff = open_handoff(lead, to=agent)
    drain_all(at=NOW, about=handoff.about)
    return Corner(team, isa, agent, lead, handoff)


THINGS: dict[str, Callable[[Corner], str]] = {}
#: What names a thing that does not exist, where that is no number.
MISSING: dict[str, str] = {}
#: Who reaches whose, where it is not the rule: ISAs and team leads all of the team, agents their own.
REACH: dict[str, dict[Role, frozenset[Whose]]] = {}

TEAM, OWN, NONE = frozenset({Whose.OWN, Whose.MATES}), frozenset({Whose.OWN}), frozenset[Whose]()
RULE = {Role.ISA: TEAM, Role.AGENT: OWN, Role.LEAD: TEAM}
WHOLE_TEAM = {Role.ISA: TEAM, Role.AGENT: TEAM, Role.LEAD: TEAM}
AGENT_AND_LEADS = {Role.ISA: NONE, Role.AGENT: OWN, Role.LEAD: TEAM}
LEADS_ALONE = {Role.ISA: NONE, Role.AGENT: NONE, Role.LEAD: TEAM}
AGENT_ALONE = {Role.ISA: NONE, Role.AGENT: OWN, Role.LEAD: NONE}

Maker = Callable[[Corner], str | int]


def thing(name: str, *, reach: dict[Role, frozenset[Whose]] = RULE, missing: str = NOWHERE) -> Callable[[Maker], Maker]:
    """Register how a corner's thing of this name is made and named."""

    def keep(make: Maker) -> Maker:
        THINGS[name], REACH[name], MISSING[name] = (lambda where: str(make(where))), reach, missing
        return make

    return keep


@thing("lead")
def _lead(where: Corner) -> int:
    return where.lead.pk


@thing("ready lead", reach={Role.ISA: TEAM, Role.AGENT: NONE, Role.LEAD: TEAM})
def _ready_lead(where: Corner) -> int:
    return ready(where.team, isa=where.isa).pk


@thing("handoff")
def _handoff(where: Corner) -> int:
    return where.handoff.pk


def _rung(where: Corner) -> LiveTransfer:
    """Have the corner's agent rung, and nobody else. Their time on call is over then, the ring is not."""
    go_on_call(member=where.agent, until=NOW + timedelta(hours=8), at=NOW)
    transfer = request_transfer(lead=ready(where.team, isa=where.isa), setter=where.isa, at=NOW)
    Presence.objects.filter(membership=where.agent).update(since=NOW - timedelta(hours=1), until=NOW)
    return transfer


@thing("transfer")
def _transfer(where: Corner) -> int:
    return _rung(where).pk


@thing("accepted transfer")
def _accepted_transfer(where: Corner) -> int:
    return accepted(_rung(where), where.agent, at=NOW).pk


@thing("ring", reach=AGENT_ALONE)
def _ring(where: Corner) -> int:
    return Ring.objects.get(transfer=where.name("transfer")).pk


@thing("accepted ring", reach=AGENT_ALONE)
def _accepted_ring(where: Corner) -> int:
    return Ring.objects.get(transfer=where.name("accepted transfer")).pk


@thing("call of the handoff")
def _call_of_handoff(where: Corner) -> int:
    url = "https://recordings.example.com/of-the-handoff.mp3"
    return attach_link(lead=where.handoff.lead, url=url, actor=where.handoff.setter, at=NOW).pk


@thing("state rule")
def _state_rule(where: Corner) -> str:
    code, _ = STATES[where.lead.pk % len(STATES)]  # another one for each corner
    return StateRule.objects.create(team=where.team, state=code, checked_on=NOW.date()).state


@thing("ISA")
def _isa(where: Corner) -> int:
    return where.isa.pk


@thing("appointment")
def _appointment(where: Corner) -> int:
    assert where.handoff.appointment_id
    return where.handoff.appointment_id


@thing("receipt", missing="delivery-" + "9" * 17)
def _receipt(where: Corner) -> str:
    return f"owner-{where.handoff.owner_changes.get().pk}"


@thing("agent", reach=WHOLE_TEAM)
def _agent(where: Corner) -> int:
    return where.agent.pk


@thing("another agent", reach=WHOLE_TEAM)
def _another_agent(where: Corner) -> int:
    return people.agent(where.team).pk


@thing("slot", reach=WHOLE_TEAM, missing=f"{NOWHERE[:17]}@2026-11-24T18:00:00Z")
def _slot(where: Corner) -> str:
    return slot_value(where.agent, SLOT + timedelta(hours=2))


@thing("area", reach=WHOLE_TEAM)
def _area(where: Corner) -> int:
    area: Area = people.AreaFactory.create(team=where.team)
    return area.pk


@thing("note")
def _note(where: Corner) -> int:
    return add_note(lead=where.lead, text="Prefers texts", author=where.agent, at=NOW).pk


@thing("decision maker")
def _decision_maker(where: Corner) -> int:
    details = {"name": "Sam Invented", "email": f"sam{where.lead.pk}@example.com", "phone": ""}
    return add_decision_maker(lead=where.lead, **details, actor=where.isa, at=NOW).pk


@thing("drip", reach=LEADS_ALONE)
def _drip(where: Corner) -> int:
    return DripSequence.objects.create(team=where.team, name=f"Drip {where.lead.pk}", is_on=True, created_at=NOW).pk


@thing("drip mail", reach=LEADS_ALONE)
def _drip_mail(where: Corner) -> int:
    return DripStep.objects.create(sequence_id=where.name("drip"), after_days=1, hour=9, subject="Hello", text="Hi").pk


@thing("enrolment", reach={Role.ISA: TEAM, Role.AGENT: NONE, Role.LEAD: TEAM})
def _enrolment(where: Corner) -> int:
    return Enrolment.objects.create(sequence_id=where.name("drip"), lead=where.lead, started_at=NOW).pk


@thing("task", reach=AGENT_AND_LEADS)
def _task(where: Corner) -> int:
    key = f"test/{where.lead.pk}"
    return add_task(key=key, assignee=where.agent, title="Call", kind="call", at=NOW, due_at=NOW, lead=where.lead).pk


@thing("call", reach=AGENT_AND_LEADS)
def _call(where: Corner) -> int:
    return log_call(lead=where.lead, result=CallResult.NO_ANSWER, actor=where.agent, via=Via.PAGE, at=NOW).pk


@thing("profile", reach=AGENT_AND_LEADS)
def _profile(where: Corner) -> int:
    return where.agent.pk


@thing("time off", reach=AGENT_AND_LEADS)
def _time_off(where: Corner) -> int:
    return where.agent.time_off.create(starts_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=31)).pk


@thing("allowance", reach=LEADS_ALONE)
def _allowance(where: Corner) -> int:
    return where.agent.allowances.create(on=(NOW + timedelta(days=30)).date(), reason="Open house", at=NOW).pk


@thing("inbox item", reach=AGENT_ALONE)
def _inbox_item(where: Corner) -> int:
    owe_member(
        where.agent,
        kind="access",
        about=where.handoff.about,
        audience=Audience.AGENT,
        message=Message(title="Something happened"),
        at=NOW,
    )
    return InboxItem.objects.get(membership=where.agent, kind="access").pk


@thing("kept mail", reach=WHOLE_TEAM)
def _kept_mail(where: Corner) -> int:
    address = where.lead.emails.get().address
    return OutboxMail.objects.get(team=where.team, recipients__0__contains=address).pk


@thing("kept card", reach=WHOLE_TEAM)
def _kept_card(where: Corner) -> int:
    return OutboxCard.objects.create(team=where.team, channel="#handoffs", payload={"text": "Invented"}).pk


@thing("tag", missing="nowhere")
def _tag(where: Corner) -> str:
    return add_tag(lead=where.lead, name="warm", actor=where.isa, via=Via.TAG, at=NOW).name


@thing("outcome link", missing=signing.dumps("forged"))
def _outcome_link(where: Corner) -> str:
    where.handoff.refresh_from_db()  # a link is for the handoff as it is now
    return links.outcome_link(where.handoff, where.agent).rstrip("/").rsplit("/", 1)[1]


@thing("ring link", missing="forged")
def _ring_link(where: Corner) -> str:
    return token_for_ring(Ring.objects.get(transfer=where.name("transfer")))


@thing("import", reach=LEADS_ALONE)
def _import(where: Corner) -> int:
    return take_in(by=where.isa, file_name="leads.csv", pieces=[b"Name,Phone\nDana,5125550123\n"], at=NOW).pk


@thing("session", reach=AGENT_ALONE)
def _session(where: Corner) -> int:
    store = SessionStore()
    store.create()
    details = {"session_key": store.session_key, "ip": "192.0.2.1", "user_agent": "An invented browser"}
    session: UserSession = UserSession.objects.create(user=where.agent.user, **details)
    return int(session.pk)


@thing("calendar", reach=AGENT_ALONE)
def _calendar(where: Corner) -> int:
    details = {"url": "https://calendar.example.com/x.ics", "url_mark": "x", "host": "calendar.example.com"}
    return BusyFeed.objects.create(person=where.agent.user, **details, created_at=NOW, next_at=NOW).pk


@thing("cover link", missing=signing.dumps("forged"))
def _cover_link(where: Corner) -> str:
    where.handoff.refresh_from_db()
    return links.cover_link(where.handoff, where.agent).rstrip("/").rsplit("/", 1)[1]


@thing("home")
def _home(where: Corner) -> int:
    return save_home(lead=where.lead, said={"address": "12 Invented Street"}, actor=where.agent, at=NOW).pk


def _of_the_isa(where: Corner, focus: Focus) -> int:
    counts = {"flagged": 3, "judged": 10, "wanted": 5, "opened_at": NOW}
    return CoachingCard.objects.create(team=where.team, setter=where.isa, focus=focus, **counts).pk


@thing("coaching card", reach={Role.ISA: OWN, Role.AGENT: NONE, Role.LEAD: TEAM})
def _coaching_card(where: Corner) -> int:
    return _of_the_isa(where, Focus.PRICE)


@thing("own coaching card", reach={Role.ISA: OWN, Role.AGENT: NONE, Role.LEAD: NONE})
def _own_coaching_card(where: Corner) -> int:
    return _of_the_isa(where, Focus.MORTGAGE)


#: Not part of what the address names before it: a team-mate's may stand beside one's own.
APART = {"other lead"}


@thing("other lead")
def _other_lead(where: Corner) -> int:
    return ready(where.team, isa=where.isa).pk


@thing("agenda link", missing="forged")
def _agenda_link(where: Corner) -> str:
    return agenda.new_link(membership=where.agent, at=NOW)


@thing("client link", missing="forged")
def _client_link(where: Corner) -> str:
    return token_for(where.handoff)


@thing("unsubscribe link", missing="forged")
def _unsubscribe_link(where: Corner) -> str:
    return unsubscribing.token_for(where.team, where.lead.emails.get().address)


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


@thing("handoff with a deal", reach={Role.ISA: OWN, Role.AGENT: OWN, Role.LEAD: TEAM})
def _handoff_with_a_deal(where: Corner) -> int:
    handoff = open_handoff(ready(where.team, isa=where.isa), to=where.agent, starts_at=SLOT + timedelta(hours=2))
    after = SLOT + timedelta(hours=3)
    record_outcome(handoff=handoff, actor=where.agent, via=Via.PAGE, at=after, showed="yes", is_good=True)
    said = Said(DealStatus.SIGNED, on=after.date())
    move_deal(handoff=handoff, said=said, actor=where.agent, via=Via.PAGE, at=after)
    return handoff.pk


@thing("paid ISA", reach={Role.ISA: OWN, Role.AGENT: NONE, Role.LEAD: TEAM})
def _paid_isa(where: Corner) -> int:
    if not PlanVersion.objects.filter(team=where.team).exists():
        plan(where.team, from_month=date(2026, 10, 1))
    return where.isa.pk


@thing("month of pay", reach=WHOLE_TEAM, missing="1990-01")
def _month_of_pay(_: Corner) -> str:
    return "2026-10"


@thing("question about pay", reach=LEADS_ALONE)
def _question_about_pay(where: Corner) -> int:
    where.name("paid ISA")
    said = {"month": date(2026, 10, 1), "entry": None, "note": "There were three"}
    return raise_dispute(isa=where.isa, **said, actor=where.isa, at=NOW).pk
