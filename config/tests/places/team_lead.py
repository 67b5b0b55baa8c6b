"""Pages of the team lead."""

from __future__ import annotations

from django.urls import reverse

from config.tests.places.place import AGENT, LEAD, Place
from handoff.models import (
    CoachingCard,
    Handoff,
    LiveTransfer,
    Postponement,
)
from leads.models import DripSequence, LeadImport
from teams.models import Membership


def team_lead() -> list[Place]:
    return [*_people(), *_looking(), *_setting()]


def _people() -> list[Place]:
    """Their own account, and those of their team."""
    lea = Membership.objects.get(user__email=LEAD)
    ben = Membership.objects.get(user__email="ben@example.com")
    return [
        Place("lead-signing-in", reverse("teams:signing-in"), LEAD),
        Place("lead-account", reverse("teams:account"), LEAD),
        Place("lead-second-step", reverse("mfa_index"), LEAD),
        Place("lead-email", reverse("account_email"), LEAD),
        Place("lead-is-it-you", reverse("account_reauthenticate"), LEAD),
        Place("lead-people", reverse("teams:people"), LEAD),
        Place("lead-person", reverse("teams:person", args=[ben.pk]), LEAD),
        Place("lead-leaving", reverse("teams:end-membership", args=[ben.pk]), LEAD),
        Place("lead-leaving-last", reverse("teams:end-membership", args=[lea.pk]), LEAD),
    ]


def _looking() -> list[Place]:
    """What is going on, and how it goes."""
    routed = Handoff.objects.open().filter(agent__user__email=AGENT).order_by("-id").first()
    assert routed is not None
    moved = Postponement.objects.latest("pk").handoff
    return [
        Place("lead-lead-moved", reverse("leads:lead", args=[moved.lead_id]), LEAD),
        Place("lead-board", reverse("handoff:baton"), LEAD),
        Place("lead-board-unread", reverse("handoff:baton") + "?risk=unread", LEAD),
        Place("lead-queue", reverse("leads:queue"), LEAD),
        Place("lead-numbers", reverse("handoff:numbers"), LEAD),
        Place("lead-calibration", reverse("handoff:calibration"), LEAD),
        Place("lead-calibration-cases", reverse("handoff:calibration-cases") + "?what=read-no-held-no", LEAD),
        Place("lead-numbers-beside", reverse("handoff:numbers") + "?weeks=4&beside=before&by=held", LEAD),
        Place("lead-numbers-cases", reverse("handoff:number-cases") + "?what=held", LEAD),
        Place("lead-deals", reverse("handoff:deals") + "?status=closed&method=scheduled&since=2020-01-01", LEAD),
        Place("lead-deals-wrong", reverse("handoff:deals") + "?since=2020-01-02&until=2020-01-01", LEAD, status=422),
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
        Place("lead-why", reverse("handoff:why", args=[routed.pk]), LEAD),
        Place("lead-today", reverse("handoff:day"), LEAD),
        Place("lead-today-everybody", reverse("handoff:day") + "?whose=everybody", LEAD),
        Place("lead-leads", reverse("leads:list"), LEAD),
    ]


def _setting() -> list[Place]:
    """How the team works, and with what."""
    drip = DripSequence.objects.earliest("pk")
    return [
        Place("lead-settings-coaching", reverse("handoff:coaching-ways"), LEAD),
        Place("lead-settings-states", reverse("teams:states"), LEAD),
        Place("lead-settings-state", reverse("teams:state", args=["CA"]), LEAD),
        Place("lead-settings-transfers", reverse("teams:transfers"), LEAD),
        Place("lead-routing", reverse("teams:routing"), LEAD),
        Place("lead-settings", reverse("teams:settings"), LEAD),
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
        Place("lead-drip", reverse("leads:drip", args=[drip.pk]), LEAD),
        Place("lead-drip-mail", reverse("leads:drip-mail", args=[drip.pk, drip.steps.earliest("pk").pk]), LEAD),
        Place("lead-drip-leads", reverse("leads:drip-leads", args=[drip.pk]), LEAD),
        Place("lead-drip-bulk", f"{reverse('leads:drip-bulk')}?stage=nurture&sequence={drip.pk}", LEAD),
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
