"""What the ISA presses in the panel, and the words that stand there."""

from __future__ import annotations

from django.urls import reverse

from handoff.live.connecting import cancel
from handoff.models import LiveTransfer
from handoff.tests.factories import NOW
from handoff.tests.live.ground import on_call, ringing
from handoff.tests.pages import HTMX


def panel(browser, lead, **chosen):
    return words(browser.get(reverse("handoff:panel", args=[lead.pk]), chosen, **HTMX))


def ask(browser, lead, **fields):
    return browser.post(reverse("handoff:request-transfer", args=[lead.pk]), {"advised": "live"} | fields, **HTMX)


def press(browser, name, transfer, **fields):
    return browser.post(reverse(f"handoff:transfer-{name}", args=[transfer.pk]), fields, **HTMX)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def mark_in(page: str) -> str:
    return page.split('{"mark": "')[1].split('"', maxsplit=1)[0]


def start_anew(lead, *, agents: int) -> None:
    for transfer in LiveTransfer.objects.under_way().filter(lead=lead):
        cancel(transfer=transfer, actor=lead.isa, at=NOW)
    for _ in range(agents):
        on_call(lead)
    ringing(lead)
