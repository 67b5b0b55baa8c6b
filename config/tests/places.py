"""What there is to look at: every page of every role, after the demo and one handoff of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from handoff import links
from handoff.client.links import token_for
from handoff.demo.cast import PASSWORD
from handoff.live.links import token_for as token_for_ring
from handoff.live.requesting import request_transfer
from handoff.models import (
    CoachingCard,
    Deal,
    Dispute,
    Entry,
    Handoff,
    LiveTransfer,
    Postponement,
    RecoveryRun,
    Ring,
    Statement,
)
from handoff.months import after
from leads.models import DripSequence, Lead, LeadImport
from leads.states import Stage
from leads.tests.factories import ready_lead
from notifications.models import Delivery, OutboxCard, OutboxMail
from notifications.models.deliveries import ChannelKind
from notifications.promises.owed import State
from notifications.promises.timers import call_off
from notifications.unsubscribe import links as unsubscribing
from teams import time_off
from teams.invitations import invite
from teams.models import Membership, Presence, Role, User
from teams.presence import go_on_call


@dataclass(frozen=True, slots=True)
class Place:
    """A page, who looks at it (an email address; nobody when empty) and its file's name."""

    name: str
    path: str
    who: str = ""
    status: int = 200


ISA, AGENT, LEAD = "ivy@example.com", "ana@example.com", "lea@example.com"
STAFF = "ada@example.com"


def places() -> list[Place]:
    """Return every place, from what is in the database now."""
    return [*_strangers(), *_isa(), *_agent(), *_team_lead(), *_pay(), *_staff(), *_sent()]


def _strangers() -> list[Place]:
    overdue = Handoff.objects.open().order_by("outcome_due_at").first()
    assert overdue is not None
    meeting = Handoff.objects.open().filter(appointment__starts_at__gt=timezone.now()).first()
    assert meeting is not None
    of_client = token_for(meeting)
    cant = links.cover_link(meeting, meeting.agent).rstrip("/").rsplit("/", 1)[1]
    token = links.outcome_link(overdue, overdue.agent).rstrip("/").rsplit("/", 1)[1]
    return [
        Place("login", reverse("account_login")),
        Place("password-reset", reverse("account_reset_password")),
        Place("outcome-from-mail", reverse("handoff:outcome-link", args=[token])),
        Place("outcome-from-mail-showed", reverse("handoff:outcome-link", args=[token]) + "?showed=yes"),
        Place("outcome-from-mail-no-show", reverse("handoff:outcome-link", args=[token]) + "?showed=no"),
        Place("outcome-from-mail-moved", reverse("handoff:outcome-link", args=[token]) + "?showed=moved"),
        Place("outcome-recorded", reverse("handoff:outcome-recorded")),
        Place("invitation", _path_of_an_invitation()),
        Place("invitation-forged", reverse("teams:invitation", args=["no"]), status=404),
        Place("client-appointment", reverse("handoff:client-appointment", args=[of_client])),
        Place("client-times", reverse("handoff:client-times", args=[of_client])),
        Place("client-times-of-team", reverse("handoff:client-times", args=[of_client]) + "?team=1"),
        Place("client-cancel", reverse("handoff:client-cancel", args=[of_client])),
        Place("client-call", reverse("handoff:client-call", args=[of_client])),
        Place("client-rebook", reverse("handoff:client-times", args=[token_for(_missed())])),
        Place("client-missed", reverse("handoff:client-appointment", args=[token_for(_missed())])),
        Place("client-forged-link", reverse("handoff:client-appointment", args=["no"]), status=404),
        Place("unsubscribe", reverse("notifications:unsubscribe", args=[_way_out(meeting)])),
        Place("unsubscribe-forged", reverse("notifications:unsubscribe", args=["no"]), status=404),
        Place("cant-from-mail", reverse("handoff:cant-link", args=[cant])),
        Place("cant-said", reverse("handoff:cant-said")),
        Place("ring-from-text", reverse("handoff:ring-link", args=[token_for_ring(_ringing())])),
        Place("ring-forged-link", reverse("handoff:ring-link", args=["no"]), status=404),
        Place("outcome-forged-link", reverse("handoff:outcome-link", args=[signing.dumps("no")]), status=404),
    ]


def _ringing() -> Ring:
    """A ring that lasts long enough to be looked at, of people whose own pages are not."""
    at = timezone.now()
    there = Ring.objects.ringing().filter(ends_at__gt=at + timedelta(hours=1)).first()
    if there is not None:
        return there
    ben, ian = (Membership.objects.get(user__email=f"{name}@example.com") for name in ("ben", "ian"))
    go_on_call(member=ben, until=at + timedelta(hours=2), at=at)
    transfer = request_transfer(lead=ready_lead(ben.team, ian), setter=ian, at=at)
    # Their time is over then: going off call would end the ring.
    Presence.objects.filter(membership=ben).update(since=at - timedelta(hours=1), until=at)
    call_off(about=transfer.about, at=at)
    Ring.objects.filter(transfer=transfer).update(ends_at=at + timedelta(days=1))
    return Ring.objects.get(transfer=transfer)


def _way_out(handoff: Handoff) -> str:
    """The signed part of a link by which the client of this handoff ends mail that they did not ask for."""
    return unsubscribing.token_for(handoff.team, handoff.lead.emails.all()[0].address)


def _missed() -> Handoff:
    """A recent no-show whose lead has no newer handoff, so that its link still offers times."""
    missed = Handoff.objects.filter(outcome__showed="no").order_by("-outcome_due_at").first()
    assert missed is not None
    return missed


def _path_of_an_invitation() -> str:
    """The link of a mail that has not gone out: afterwards it is known to the mailbox alone."""
    waiting = Delivery.objects.filter(kind="invitation", state=State.WAITING)
    if not waiting.exists():
        lea = Membership.objects.get(user__email=LEAD)
        invite(email="gil@example.com", name="Gil Mockup", role=Role.ISA, actor=lea, at=timezone.now())
    return re.sub(r"^https?://[^/]+", "", waiting.latest("pk").message["link"])


def _uncovered() -> Handoff:
    return Handoff.objects.open().filter(cover_requests__settled_at=None, cover_requests__isnull=False).get()


def _isa() -> list[Place]:
    ready = Lead.objects.filter(isa__user__email=ISA, stage=Stage.QUALIFIED).order_by("id").first()
    begun = Lead.objects.filter(isa__user__email=ISA, stage=Stage.CONTACTING).order_by("id").last()
    passed = Handoff.objects.open().filter(setter__user__email=ISA).order_by("-id").first()
    assert ready is not None
    assert begun is not None
    assert passed is not None
    return [
        Place("isa-today", reverse("handoff:day"), ISA),
        Place("isa-queue", reverse("leads:queue"), ISA),
        Place("isa-leads", reverse("leads:list"), ISA),
        Place("isa-find", reverse("leads:find") + "?q=dana", ISA),
        Place("isa-add", reverse("leads:add"), ISA),
        Place("isa-lead-ready", reverse("leads:lead", args=[ready.pk]), ISA),
        Place("isa-lead-begun", reverse("leads:lead", args=[begun.pk]), ISA),
        Place("isa-lead-handed-off", reverse("leads:lead", args=[passed.lead_id]), ISA),
        Place("isa-cover", reverse("handoff:cover", args=[_uncovered().pk]), ISA),
        Place("isa-receipt", _receipt_of(passed), ISA),
        Place("isa-merge", reverse("leads:merge", args=[ready.pk]), ISA),
        Place("isa-merge-with", reverse("leads:merge-with", args=[ready.pk, begun.pk]), ISA),
        Place("isa-tokens", reverse("teams:tokens"), ISA),
        Place("isa-inbox", reverse("notifications:inbox"), ISA),
        Place("isa-numbers", reverse("handoff:numbers"), ISA),
        Place("isa-board", reverse("handoff:baton"), ISA),
        Place("isa-deals", reverse("handoff:deals"), ISA),
        Place("isa-notifications", reverse("notifications:preferences"), ISA),
        Place("isa-live-transfers", reverse("handoff:transfer-numbers"), ISA),
        Place("isa-no-shows", reverse("handoff:recoveries"), ISA),
        Place("isa-lead-no-show", _no_show(), ISA),
        Place("isa-coaching", reverse("handoff:coaching"), ISA),
        Place("isa-who-is-on-call", reverse("handoff:who-is-on-call"), ISA),
        Place("isa-lead-live-transfer", reverse("handoff:panel", args=[ready.pk]) + "?method=live", ISA),
        *(
            Place(f"isa-card-{card.focus}", card.get_absolute_url(), ISA)
            for card in CoachingCard.objects.live().filter(setter__user__email=ISA)
        ),
        Place("not-found", "/leads/0/", ISA, status=404),
    ]


def _no_show() -> str:
    run = RecoveryRun.objects.running().filter(handoff__setter__user__email=ISA).latest("pk")
    return run.lead.get_absolute_url()


def _receipt_of(handoff: Handoff) -> str:
    mail = Delivery.objects.filter(about=handoff.about, audience="client").order_by("pk").first()
    assert mail is not None
    return reverse("handoff:receipt", args=[handoff.pk, f"delivery-{mail.pk}"])


def _agent() -> list[Place]:
    ahead = Handoff.objects.open().filter(agent__user__email=AGENT, outcome_due_at__gt=timezone.now()).first()
    due = Handoff.objects.open().filter(agent__user__email=AGENT).order_by("outcome_due_at").first()
    assert ahead is not None
    assert due is not None
    dealt = Deal.objects.filter(handoff__agent__user__email=AGENT).earliest("pk")
    corrected = Handoff.objects.filter(agent__user__email=AGENT, outcome__former__isnull=False).latest("pk")
    return [
        Place("agent-on-call", reverse("teams:on-call"), AGENT),
        Place("agent-today", reverse("handoff:day"), AGENT),
        Place("agent-board", reverse("handoff:baton"), AGENT),
        Place("agent-brief", reverse("handoff:brief", args=[ahead.pk]), AGENT),
        Place("agent-outcome", reverse("handoff:outcome", args=[due.pk]), AGENT),
        Place("agent-outcome-moved", reverse("handoff:outcome", args=[due.pk]) + "?showed=moved", AGENT),
        Place("agent-outcome-early", reverse("handoff:outcome", args=[ahead.pk]), AGENT),
        Place("agent-outcome-corrected", reverse("handoff:outcome", args=[corrected.pk]), AGENT),
        Place("agent-outcome-correct", reverse("handoff:outcome-correct", args=[corrected.pk]), AGENT),
        Place("agent-deals", reverse("handoff:deals"), AGENT),
        Place("agent-deal", reverse("handoff:deal", args=[dealt.handoff_id]), AGENT),
        Place("agent-cant", reverse("handoff:cant", args=[ahead.pk]), AGENT),
        Place("agent-agenda", reverse("handoff:agenda"), AGENT),
        Place("agent-calendar", reverse("handoff:calendar"), AGENT),
        Place("agent-leads", reverse("leads:list"), AGENT),
        Place("agent-profile", reverse("teams:profile"), AGENT),
        Place("agent-time-off", _path_of_time_off(ahead.agent), AGENT),
        Place("agent-notifications", reverse("notifications:preferences"), AGENT),
        Place("agent-inbox", reverse("notifications:inbox"), AGENT),
        Place("agent-numbers", reverse("handoff:numbers"), AGENT),
        Place("agent-numbers-cases", reverse("handoff:number-cases") + "?what=held", AGENT),
        Place("agent-live-transfers", reverse("handoff:transfer-numbers"), AGENT),
        Place("agent-rings", reverse("handoff:ring-cases"), AGENT),
        Place("agent-transfer", reverse("handoff:transfer", args=[_taken().pk]), AGENT),
        Place("agent-share", reverse("handoff:fairness"), AGENT),
    ]


def _pay() -> list[Place]:
    asked = Dispute.objects.get(answered_at=None)
    ivy, now, then = asked.isa_id, after(asked.month), Statement.objects.earliest("pk").month
    ian = Membership.objects.get(user__email="ian@example.com")
    kept = Entry.objects.filter(isa=ivy, turn="withheld").latest("pk")
    other = "?months=3&base=2500&bonus=60&bonus_cap=&percent=7&closing_cap=&clawback_days=30"
    return [
        Place("isa-pay", reverse("handoff:pay"), ISA),
        Place("isa-pay-statement", reverse("handoff:pay-statement", args=[now, ivy]), ISA),
        Place("isa-pay-ask", reverse("handoff:pay-ask", args=[now, ivy]) + f"?entry={kept.pk}", ISA),
        Place("lead-pay", reverse("handoff:pay"), LEAD),
        Place("lead-pay-now", reverse("handoff:pay-statement", args=[now, ivy]), LEAD),
        Place("lead-pay-asked", reverse("handoff:pay-statement", args=[asked.month, ivy]), LEAD),
        Place("lead-pay-ready", reverse("handoff:pay-statement", args=[asked.month, ian.pk]), LEAD),
        Place("lead-pay-approved", reverse("handoff:pay-statement", args=[then, ivy]), LEAD),
        Place("lead-pay-adjust", reverse("handoff:pay-adjust", args=[now, ivy]) + f"?entry={kept.pk}", LEAD),
        Place("lead-pay-answer", reverse("handoff:pay-answer", args=[asked.pk]), LEAD),
        Place("lead-pay-what-if", reverse("handoff:pay-what-if") + other, LEAD),
        Place("lead-settings-pay", reverse("handoff:pay-plan"), LEAD),
        Place("lead-settings-pay-own", reverse("handoff:pay-own-plan", args=[ian.pk]), LEAD),
    ]


def _taken() -> LiveTransfer:
    """The latest client whom the agent took."""
    return LiveTransfer.objects.filter(agent__user__email=AGENT, status="connected").latest("pk")


def _path_of_time_off(agent: Membership) -> str:
    """Where the agent's next time off is changed."""
    entry = time_off.ahead(agent, at=timezone.now()).first()
    assert entry is not None
    return reverse("teams:change-time-off", args=[agent.pk, entry.pk])


def _team_lead() -> list[Place]:
    lea = Membership.objects.get(user__email=LEAD)
    ben = Membership.objects.get(user__email="ben@example.com")
    routed = Handoff.objects.open().filter(agent__user__email=AGENT).order_by("-id").first()
    assert routed is not None
    moved = Postponement.objects.latest("pk").handoff
    return [
        Place("lead-lead-moved", reverse("leads:lead", args=[moved.lead_id]), LEAD),
        Place("lead-signing-in", reverse("teams:signing-in"), LEAD),
        Place("lead-account", reverse("teams:account"), LEAD),
        Place("lead-second-step", reverse("mfa_index"), LEAD),
        Place("lead-email", reverse("account_email"), LEAD),
        Place("lead-is-it-you", reverse("account_reauthenticate"), LEAD),
        Place("lead-people", reverse("teams:people"), LEAD),
        Place("lead-person", reverse("teams:person", args=[ben.pk]), LEAD),
        Place("lead-leaving", reverse("teams:end-membership", args=[ben.pk]), LEAD),
        Place("lead-leaving-last", reverse("teams:end-membership", args=[lea.pk]), LEAD),
        Place("lead-board", reverse("handoff:baton"), LEAD),
        Place("lead-board-unread", reverse("handoff:baton") + "?risk=unread", LEAD),
        Place("lead-queue", reverse("leads:queue"), LEAD),
        Place("lead-numbers", reverse("handoff:numbers"), LEAD),
        Place("lead-calibration", reverse("handoff:calibration"), LEAD),
        Place("lead-calibration-cases", reverse("handoff:calibration-cases") + "?what=read-no-held-no", LEAD),
        Place("lead-numbers-beside", reverse("handoff:numbers") + "?weeks=4&beside=before&by=held", LEAD),
        Place("lead-numbers-cases", reverse("handoff:number-cases") + "?what=held", LEAD),
        Place("lead-live-transfers", reverse("handoff:transfer-numbers"), LEAD),
        Place("lead-live-transfers-list", reverse("handoff:transfer-cases"), LEAD),
        Place("lead-rings", reverse("handoff:ring-cases") + "?answer=passed", LEAD),
        *(
            Place(f"lead-transfer-{over.status}", reverse("handoff:transfer", args=[over.pk]), LEAD)
            for over in LiveTransfer.objects.exclude(ended_at=None).order_by("status", "-id").distinct("status")
        ),
        Place("lead-fairness", reverse("handoff:fairness"), LEAD),
        Place("lead-fairness-of", reverse("handoff:fairness-of", args=[routed.agent_id]), LEAD),
        Place("lead-coaching", reverse("handoff:coaching"), LEAD),
        *(
            Place(f"lead-card-{card.status}", card.get_absolute_url(), LEAD)
            for card in CoachingCard.objects.order_by("status", "-id").distinct("status")
        ),
        Place("lead-settings-coaching", reverse("handoff:coaching-ways"), LEAD),
        Place("lead-why", reverse("handoff:why", args=[routed.pk]), LEAD),
        Place("lead-settings-states", reverse("teams:states"), LEAD),
        Place("lead-settings-state", reverse("teams:state", args=["CA"]), LEAD),
        Place("lead-settings-transfers", reverse("teams:transfers"), LEAD),
        Place("lead-routing", reverse("teams:routing"), LEAD),
        Place("lead-today", reverse("handoff:day"), LEAD),
        Place("lead-today-everybody", reverse("handoff:day") + "?whose=everybody", LEAD),
        Place("lead-settings", reverse("teams:settings"), LEAD),
        Place("lead-leads", reverse("leads:list"), LEAD),
        Place("lead-imports", reverse("leads:imports"), LEAD),
        *(
            Place(f"lead-import-{of.status}", of.get_absolute_url(), LEAD)
            for of in LeadImport.objects.filter(by__user__email=LEAD)
        ),
        Place("lead-settings-team", reverse("teams:team"), LEAD),
        Place("lead-settings-times", reverse("teams:policy"), LEAD),
        Place("lead-settings-areas", reverse("teams:areas"), LEAD),
        Place("lead-settings-people", reverse("teams:people"), LEAD),
        Place("lead-settings-stages", reverse("leads:stages"), LEAD),
        Place("lead-settings-promises", reverse("handoff:promises"), LEAD),
        Place("lead-drips", reverse("leads:drips"), LEAD),
        Place("lead-drip", reverse("leads:drip", args=[_drip().pk]), LEAD),
        Place("lead-drip-mail", reverse("leads:drip-mail", args=[_drip().pk, _drip().steps.earliest("pk").pk]), LEAD),
        Place("lead-drip-leads", reverse("leads:drip-leads", args=[_drip().pk]), LEAD),
        Place("lead-drip-bulk", f"{reverse('leads:drip-bulk')}?stage=nurture&sequence={_drip().pk}", LEAD),
        Place("lead-settings-scripts", reverse("handoff:scripts"), LEAD),
        Place("lead-settings-script", reverse("handoff:script", args=["setting_the_appointment"]), LEAD),
        Place("lead-settings-no-shows", reverse("handoff:play"), LEAD),
        Place("lead-settings-no-show-message", reverse("handoff:play-step", args=["first_message"]), LEAD),
        Place("lead-settings-no-show-call", reverse("handoff:play-step", args=["second_call"]), LEAD),
        Place("lead-settings-tokens", reverse("teams:tokens"), LEAD),
        Place("lead-settings-slack", reverse("teams:slack"), LEAD),
        Place("lead-msteams", reverse("teams:msteams"), LEAD),
        Place("lead-smtp", reverse("teams:smtp"), LEAD),
        Place("lead-texts", reverse("teams:texts"), LEAD),
        Place("lead-mailbox", reverse("teams:mailbox"), LEAD),
        Place("lead-outbox", reverse("notifications:outbox"), LEAD),
    ]


def _drip() -> DripSequence:
    return DripSequence.objects.earliest("pk")


def _staff() -> list[Place]:
    """The admin's own pages; the demo has nobody who may see them."""
    if not User.objects.filter(email=STAFF).exists():
        User.objects.create_superuser(STAFF, PASSWORD, name="Ada Sample")
    passed = Handoff.objects.order_by("-id").first()
    assert passed is not None
    return [
        Place("staff-admin", reverse("admin:index"), STAFF),
        Place("staff-handoffs", reverse("admin:handoff_handoff_changelist"), STAFF),
        Place("staff-audit", f"{reverse('admin-audit')}?model=handoff.handoff&row={passed.pk}", STAFF),
        Place("staff-promises", reverse("admin-promises"), STAFF),
    ]


def _sent() -> list[Place]:
    """One mail of every kind, by its subject's first words, and the newest cards of every chat."""
    seen: dict[str, OutboxMail] = {}
    for mail in OutboxMail.objects.order_by("id"):
        audience = "agent" if mail.recipients[0].split("@")[0] in {"ana", "ben", "cleo", "dev"} else "other"
        seen[f"{audience}-{'-'.join(mail.subject.split()[:3])}"] = mail
    mails = [
        Place(f"mail-{name}".lower(), reverse("notifications:outbox-mail", args=[mail.pk]), LEAD)
        for name, mail in seen.items()
    ]
    cards = [
        Place(f"{kind}-{number}", reverse("notifications:outbox-card", args=[card.pk]), LEAD)
        for kind in ChannelKind
        for number, card in enumerate(OutboxCard.objects.filter(kind=kind).order_by("-id")[:3])
    ]
    return mails + cards
