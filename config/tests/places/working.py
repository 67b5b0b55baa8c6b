"""Pages of ISAs and agents, and of their pay."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from config.tests.places.place import AGENT, ISA, LEAD, Place
from handoff.models import (
    CoachingCard,
    Deal,
    Dispute,
    Entry,
    Handoff,
    LiveTransfer,
    RecoveryRun,
    Statement,
)
from handoff.months import after
from leads.models import Lead
from leads.states import Stage
from notifications.models import Delivery
from teams import time_off
from teams.models import Membership


def isa() -> list[Place]:
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


def _uncovered() -> Handoff:
    return Handoff.objects.open().filter(cover_requests__settled_at=None, cover_requests__isnull=False).get()


def _no_show() -> str:
    run = RecoveryRun.objects.running().filter(handoff__setter__user__email=ISA).latest("pk")
    return run.lead.get_absolute_url()


def _receipt_of(handoff: Handoff) -> str:
    mail = Delivery.objects.filter(about=handoff.about, audience="client").order_by("pk").first()
    assert mail is not None
    return reverse("handoff:receipt", args=[handoff.pk, f"delivery-{mail.pk}"])


def agent() -> list[Place]:
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


def _taken() -> LiveTransfer:
    """The latest client whom the agent took."""
    return LiveTransfer.objects.filter(agent__user__email=AGENT, status="connected").latest("pk")


def _path_of_time_off(agent: Membership) -> str:
    """Where the agent's next time off is changed."""
    entry = time_off.ahead(agent, at=timezone.now()).first()
    assert entry is not None
    return reverse("teams:change-time-off", args=[agent.pk, entry.pk])


def pay() -> list[Place]:
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
