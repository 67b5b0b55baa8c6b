"""What keeps a lead from drifting, end to end: confirmed, missed, won back by a message, met, and told as one story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.tests.browsing import sign_in
from config.tests.journeys.conftest import PHONE
from config.tests.journeys.test_the_thread import hold_a_slot
from config.tests.world import PASSWORD, wait_for
from handoff.models import Appointment, Handoff, RecoveryRun
from handoff.models.recovery import StepKind
from handoff.states import HandoffStatus
from leads.models import Recording
from notifications.models import Timer
from teams.models import Team

pytestmark = pytest.mark.journey

CLIENT = "dana.fiction@example.com"
#: Around the world, so that it is day somewhere: nobody is written to at night.
ZONES = ("America/New_York", "Asia/Tokyo", "Europe/Berlin", "Pacific/Honolulu")
STORY = (
    "Handed off to Ana Example, ",
    "The client confirmed the appointment",
    "Ana Example reported: did not show. ",
    "No-show: back to Ivy Sample",
    "No-show recovery begins: ",
    "Wrote after the no-show: “Another time with Ana Example?”",
    "The client chose a time with Ana Example, ",
    "No-show recovered: booked by the client from the link",
    "Ana Example owns this lead now",
    "Ana Example reported: showed, good lead. Showing homes",
    "Appointment set → Met",
)


def daylight() -> str:
    """A zone in which it is neither early nor late just now."""
    return next(zone for zone in ZONES if 9 <= timezone.now().astimezone(ZoneInfo(zone)).hour < 18)


def it_is_over(handoff: Handoff) -> None:
    """Move the appointment, and all that waits for it, to where it has just ended, instead of waiting for that."""
    appointment = handoff.appointment
    assert appointment is not None
    back = appointment.ends_at - timezone.now() + timedelta(minutes=1)
    starts_at, ends_at = appointment.starts_at - back, appointment.ends_at - back
    Appointment.objects.filter(pk=appointment.pk).update(
        starts_at=starts_at, ends_at=ends_at, during=(starts_at, ends_at)
    )
    Handoff.objects.filter(pk=handoff.pk).update(outcome_due_at=F("outcome_due_at") - back)
    Timer.objects.filter(about=handoff.about, fired_at=None).update(due_at=F("due_at") - back)


def the_message_is_due(run: RecoveryRun) -> None:
    """Five minutes are over, in which the agent could have said that it was a slip of the thumb."""
    step = run.steps.filter(kind=StepKind.MESSAGE).earliest("due_at")
    Timer.objects.filter(key=f"{run.about}|{step.pk}").update(due_at=timezone.now())


def link_in(mails: Iterable[Any], ending: str) -> str:
    """The last link of that kind that a client was mailed."""
    texts = [mail.get_body(("plain",)).get_content() for mail in mails]
    links: list[str] = [found for text in texts for found in re.findall(rf"https?://\S+/a/[^\s>)/]+/{ending}", text)]
    return links[-1]


def report(page: Page, url: str, *, key: str) -> None:
    """On Today, where the first row is open, by the row's own key."""
    page.goto(f"{url}/today/")
    row = page.locator("[data-today-row].is-open")
    expect(row).to_contain_text("Dana")
    expect(row).to_contain_text("They came")
    page.keyboard.press(key)
    expect(row.locator("[name=showed]:checked")).to_have_count(1)


def untold(told: list[str]) -> list[str]:
    """Return the sentences of the story that are missing, or out of order."""
    rest = iter(told)
    return [each for each in STORY if not any(line.startswith(each) for line in rest)]


def test_a_client_who_did_not_come_is_won_back_and_the_timeline_tells_it(world, fleet, tab, smtp_server):
    lead = world.ready_lead(first_name="Dana", last_name="Fiction", email=CLIENT, zone=daylight())
    Team.objects.update(postal_address="12 Invented Street, Austin, TX 78700")
    Recording.objects.update(url=f"{fleet.url}/static/demo/call.mp3")
    fleet.start("web", "worker", "sweep")
    isa, agent, client = tab(), tab(), tab(size=PHONE)

    sign_in(isa, fleet.url, email="ivy@example.com", password=PASSWORD)
    isa.goto(f"{fleet.url}{lead.get_absolute_url()}")
    hold_a_slot(isa)
    isa.keyboard.press("Control+Enter")
    wait_for(lambda: smtp_server.to(CLIENT), seconds=20, what="the invite")
    missed = Handoff.objects.get()

    client.goto(link_in(smtp_server.to(CLIENT), ""))
    client.get_by_role("button", name="Yes, I will be there").click()
    expect(client.locator("main")).to_contain_text(re.compile("confirmed|see you", re.IGNORECASE))

    it_is_over(missed)
    sign_in(agent, fleet.url, email=missed.agent.user.email, password=PASSWORD)
    report(agent, fleet.url, key="x")
    agent.get_by_role("button", name=re.compile("Rebook|new time", re.IGNORECASE)).first.click()
    wait_for(RecoveryRun.objects.exists, seconds=10, what="the recovery")

    before = len(smtp_server.to(CLIENT))
    the_message_is_due(RecoveryRun.objects.get())
    wait_for(lambda: len(smtp_server.to(CLIENT)) > before, seconds=20, what="the message with the rebook link")
    client.goto(link_in(smtp_server.to(CLIENT), "times/"))
    client.locator("button[name=slot]").first.click()
    client.get_by_role("button", name="Yes, this time").click()
    wait_for(lambda: Handoff.objects.open().exists(), seconds=10, what="the new appointment")
    assert RecoveryRun.objects.get().ended_at is not None

    held = Handoff.objects.open().get()
    it_is_over(held)
    report(agent, fleet.url, key="y")
    agent.locator(".choice:has([name=is_good][value=yes])").click()
    agent.get_by_role("button", name="Showing homes").click()
    wait_for(
        lambda: Handoff.objects.get(pk=held.pk).status == HandoffStatus.REPORTED, seconds=10, what="the good report"
    )

    isa.goto(f"{fleet.url}{lead.get_absolute_url()}")
    told = isa.locator(".timeline > li").all_inner_texts()
    assert untold(list(reversed(told))) == [], told
