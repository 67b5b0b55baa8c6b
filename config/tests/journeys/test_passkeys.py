"""Passkeys in a real browser, with an authenticator that only the browser knows: set up, signed in with, refused."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from config.tests.browsing import sign_in
from config.tests.journeys.test_every_page import looks
from config.tests.places import Place
from config.tests.world import PASSWORD
from teams.models import Policy, SecondFactor

pytestmark = pytest.mark.journey


def plug_in(page: Page, *, consents: bool = True) -> None:
    """Give the browser a built-in authenticator, whose owner consents or does not."""
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": consents,
        "automaticPresenceSimulation": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def home(world, site) -> str:
    """The product under a name: passkeys belong to a name, never to a number."""
    return f"http://localhost:{site.port}"


def add_a_passkey(page: Page, home: str) -> None:
    page.goto(f"{home}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
    assert looks(page, Place("add a passkey", page.url)) == []
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()


def test_a_team_lead_whose_team_asks_for_a_second_step_sets_up_a_passkey_and_signs_in_with_it(world, home, tab):
    Policy.objects.filter(team=world.team).update(second_factor=SecondFactor.EVERYONE)
    page = tab()
    plug_in(page)
    sign_in(page, home, email="lea@example.com", password=PASSWORD)
    expect(page.locator("main")).to_contain_text("asks you for a second step")

    add_a_passkey(page, home)

    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert looks(page, Place("recovery codes", page.url)) == []
    for path in ("webauthn/", "totp/activate/", "recovery-codes/generate/"):
        page.goto(f"{home}/accounts/2fa/{path}")
        assert looks(page, Place(path, page.url)) == []
    assert Authenticator.objects.filter(user=world.lead.user, type="webauthn").count() == 1
    page.goto(f"{home}/")
    expect(page).to_have_url(re.compile("/today/"))

    page.context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile("/today/"))


def test_a_passkey_that_is_not_given_is_said_in_words(world, home, tab):
    page = tab()
    plug_in(page, consents=False)
    sign_in(page, home, email="lea@example.com", password=PASSWORD)

    add_a_passkey(page, home)

    expect(page.locator("[data-passkey-trouble]")).to_contain_text("No passkey was given")
    assert not Authenticator.objects.exists()


def test_an_address_without_a_name_is_told_what_to_do(world, home, site, tab):
    page = tab()
    plug_in(page)
    sign_in(page, site.url, email="lea@example.com", password=PASSWORD)

    add_a_passkey(page, site.url)

    expect(page.locator("[data-passkey-trouble]")).to_contain_text("open it as localhost")
