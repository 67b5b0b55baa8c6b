"""Every address of the access map in a real browser, all that people wrote being hostile: nothing runs, pings or leaks.

And on each of them axe finds nothing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from email import policy
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Error as PlaywrightError

from config.tests.access.hostile import FORMULA, poison
from config.tests.access.pages import PAGES
from config.tests.access.people import Person, World, make_world
from config.tests.access.rows import ANYBODY, LINK, SIGNED_IN, Page
from config.tests.access.test_pages import REACHED, address, expected, named_by
from config.tests.access.things import Whose
from config.tests.browsing import until_quiet
from config.tests.journeys import axe
from config.tests.journeys.conftest import LAPTOP
from handoff.booking import hand_off_now
from leads.models import Lead
from leads.states import Via
from notifications.models import OutboxCard, OutboxMail
from notifications.promises.drains import drain_all

pytestmark = pytest.mark.journey

#: Signing in with others' accounts leaves this machine, where they are configured; signing out ends the crawl.
NOT_CRAWLED = ("google_", "microsoft_", "socialaccount_", "account_logout", "healthz", "readyz", "metrics")


@pytest.fixture
def hostile_world(transactional_db, settings, site):
    """Two teams in which everything that can be named exists, and everything that people wrote is hostile."""
    settings.EMAIL_BACKEND = "notifications.outbox.backend.OutboxEmailBackend"
    settings.BASE_URL = site.url
    world = make_world()
    assert poison() > 40
    own = world.corners[Whose.OWN]
    ready = Lead.objects.get(pk=own.name("ready lead"))
    hand_off_now(lead=ready, agent=own.agent, setter=own.isa, via=Via.PAGE, at=timezone.now())
    drain_all(at=timezone.now())
    return world, site.url


def visits(world: World) -> Iterator[tuple[Person, Page, str]]:
    """Yield each page that is looked at, with somebody who may, person by person."""
    for person in world.everybody:
        for page in PAGES:
            whose = dict.fromkeys(named_by(page), Whose.OWN)
            may = expected(page, person, whose) == REACHED and _first(world, page) is person
            if page.method == "GET" and may and not page.route.startswith(NOT_CRAWLED):
                yield person, page, address(world, page, whose)


def _first(world: World, page: Page) -> Person:
    """Who looks at a page for all: nobody where no login is asked for, else the first who may."""
    if page.who in {ANYBODY, LINK}:
        return world.person("nobody")
    whose = dict.fromkeys(named_by(page), Whose.OWN)
    able = [each for each in world.everybody if each.member and expected(page, each, whose) == REACHED]
    return world.person("owner agent") if page.who == SIGNED_IN else able[0]


#: The HTML of a mail, for a frame: it has no landmarks, as mails have none.
A_MAIL = "notifications:outbox-mail-frame"
#: Where recordings are played from; nothing else is asked of anybody.
RECORDINGS = "https://recordings.example.com/"


def is_harmless(url: str, here: str) -> bool:
    return url.startswith((here, RECORDINGS, "data:", "blob:", "about:"))


def test_hostile_text_does_nothing_on_any_page_and_axe_finds_nothing(hostile_world, browser):
    world, here = hostile_world
    wrong: list[str] = []
    seen = 0
    window, owner = None, None
    for person, page, path in visits(world):
        if person is not owner:
            if window:
                window.close()
            window, owner = _window_of(browser, person, here, wrong), person
            tab = window.new_page()
        seen += 1
        answer = _opened(tab, page, here + path)
        if answer.status >= 500:
            wrong.append(f"{page}: {answer.status}")
        if not _is_shown(answer):
            continue
        until_quiet(tab)
        # Axe looks in the light here; in the dark it looks at the demo's pages, on a phone (``test_every_page``)
        is_whole = answer.text().lstrip()[:15].lower() == "<!doctype html>" and page.route != A_MAIL
        wrong += [f"{page}: {said}" for said in [*_deeds(tab), *(axe.findings(tab) if is_whole else [])]]
    assert seen > 60
    assert not wrong, "\n".join(wrong)


def _opened(tab, page: Page, url: str):
    """Open an address as people do; what a browser saves, or does not show at all, is asked for without it.

    So are pictures: the page that a browser makes around one has styles that our policy forbids.
    """
    if not page.route.endswith("photo"):
        with suppress(PlaywrightError):
            return tab.goto(url)
    return tab.request.get(url, max_redirects=5)


def _is_shown(answer) -> bool:
    """Whether a browser shows it as a page, rather than saving it, or nothing at all."""
    is_saved = "attachment" in answer.headers.get("content-disposition", "")
    return "text/html" in answer.headers.get("content-type", "") and answer.status != 204 and not is_saved


def _window_of(browser, person: Person, here: str, wrong: list[str]):
    window = browser.new_context(
        viewport=LAPTOP, locale="en-US", timezone_id="America/Chicago", reduced_motion="reduce"
    )
    if person.member:
        session = person.client.cookies["sessionid"].value
        window.add_cookies([{"name": "sessionid", "value": session, "url": here}])
    window.on("dialog", lambda dialog: wrong.append(f"a dialog opened: {dialog.message}"))
    window.on(
        "request",
        lambda request: None if is_harmless(request.url, here) else wrong.append(f"asked {request.url}"),
    )
    window.on("weberror", lambda error: wrong.append(f"{error.page.url}: {error.error}"))
    window.on(
        "console",
        lambda said: wrong.append(f"{said.page.url}: {said.text}") if "Content Security Policy" in said.text else None,
    )
    return window


def _deeds(tab) -> list[str]:
    """What hostile text has done."""
    found = ["something ran"] if tab.evaluate("() => window.pwned !== undefined") else []
    return found + (["hostile HTML became elements"] if tab.locator("img[src=x]").count() else [])


def test_hostile_text_does_nothing_in_mails_cards_files_and_invites(hostile_world):
    world, _ = hostile_world
    mails = [BytesParser(policy=policy.default).parsebytes(bytes(mail.raw)) for mail in OutboxMail.objects.all()]
    assert len(mails) > 6
    for mail in mails:
        html = mail.get_body(("html",)).get_content()
        assert Elements.of(html).isdisjoint({"script", "img src=x"}), mail["Subject"]
        assert all(name.lower() != "x-evil" for name in mail)
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                _check_invite(Calendar.from_ical(part.get_payload(decode=True)))
    cards = OutboxCard.objects.filter(kind="slack")
    assert cards
    for card in cards:
        assert "<!channel>" not in json.dumps(card.payload), card.title
    _check_export(world)


class Elements(HTMLParser):
    """The elements of a mail's HTML, an image with its source."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    @classmethod
    def of(cls, html: str) -> set[str]:
        parser = cls()
        parser.feed(html)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(f"{tag} src={dict(attrs).get('src')}" if tag == "img" else tag)


def _check_invite(invite: Calendar) -> None:
    (event,) = invite.walk("VEVENT")
    attendees = event.get("ATTENDEE", [])
    assert len(attendees if isinstance(attendees, list) else [attendees]) <= 3


def _check_export(world: World) -> None:
    client: Client = world.person("team lead").client
    exported = client.get(reverse("leads:export")).getvalue().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(exported)) for cell in row]
    assert any(FORMULA in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
