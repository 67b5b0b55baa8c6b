"""Google and Microsoft: off unless configured, and then only for people we know or have invited."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from werkzeug import Response
from zeal import zeal_ignore

from config.settings.sso import single_sign_on
from config.tests.signing_in.entering import is_in
from config.tests.test_settings import GIVEN, django
from notifications.models import Delivery
from teams.invitations import invite
from teams.models import Membership, Role, User
from teams.tests.factories import TeamFactory, UserFactory, isa, lead

NOTHING = {
    "google_id": "",
    "google_secret": "",
    "microsoft_id": "",
    "microsoft_secret": "",
    "microsoft_tenant": "",
}
LOOK = """
import django; django.setup()
from django.conf import settings
from django.urls import NoReverseMatch, reverse
def there(name):
    try: return bool(reverse(name))
    except NoReverseMatch: return False
print(there("google_login"), there("microsoft_login"), *settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"])
"""


@pytest.fixture
def google(httpserver, monkeypatch):
    """Google as far as we see it: a token for a code, with who signed in. Returns who is to sign in there."""
    who = {"sub": "g-1", "email": "", "email_verified": True, "given_name": "Gwen", "family_name": "Sample"}

    def token(_request):
        claims = {"iss": "https://accounts.google.com", "aud": "google-id", "exp": 4_000_000_000, "iat": 1, **who}
        answer = {"access_token": "x", "expires_in": 60, "id_token": jwt.encode(claims, "of nobody" * 5)}
        return _json(answer)

    httpserver.expect_request("/token", method="POST").respond_with_handler(token)
    monkeypatch.setattr(GoogleOAuth2Adapter, "access_token_url", httpserver.url_for("/token"))
    return who


@pytest.fixture
def microsoft(httpserver, settings):
    """Microsoft's sign-in and its directory."""
    who = {"id": "m-1", "mail": "", "givenName": "Mo", "surname": "Sample"}
    httpserver.expect_request("/acme/oauth2/v2.0/token", method="POST").respond_with_handler(
        lambda _: _json({"access_token": "x", "token_type": "Bearer", "expires_in": 60})
    )
    httpserver.expect_request("/v1.0/me").respond_with_handler(lambda _: _json(who))
    here = httpserver.url_for("").rstrip("/")
    settings.SOCIALACCOUNT_PROVIDERS = json.loads(json.dumps(settings.SOCIALACCOUNT_PROVIDERS))
    settings.SOCIALACCOUNT_PROVIDERS["microsoft"]["APPS"][0]["settings"] |= {"login_url": here, "graph_url": here}
    return who


def _json(answer):
    return Response(json.dumps(answer), content_type="application/json")


def come_in(provider, **query):
    """Press the button, and come back from the provider with a code."""
    browser: Any = Client()
    away = browser.post(reverse(f"{provider}_login"), query_params={"process": "login", **query})
    assert away.status_code == 302
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    with zeal_ignore():  # the sign-in itself tidies up after old sessions and states, one by one
        browser.answer = browser.get(reverse(f"{provider}_callback"), {"code": "c", "state": state}, follow=True)
    return browser


@pytest.fixture
def member(db):
    return isa(TeamFactory())


# --- configuration ----------------------------------------------------------------------------------------------------


def test_without_configuration_there_is_no_trace_of_it():
    assert django("-c", LOOK, **GIVEN).stdout.split() == ["False", "False", "'self'"]


def test_configured_it_has_addresses_and_our_forms_may_lead_there():
    on = {
        "GOOGLE_CLIENT_ID": "g",
        "GOOGLE_CLIENT_SECRET": "s",
        "MICROSOFT_CLIENT_ID": "m",
        "MICROSOFT_CLIENT_SECRET": "s",
        "MICROSOFT_TENANT": "5e0c2b64-0000-4000-8000-000000000000",
    }

    assert django("-c", LOOK, **GIVEN | on).stdout.split() == [
        "True", "True", "'self'", "https://accounts.google.com", "https://login.microsoftonline.com"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "half",
    [{"google_id": "g"}, {"google_secret": "s"}, {"microsoft_id": "m"}, {"microsoft_id": "m", "microsoft_secret": "s"}],
)
def test_half_a_configuration_is_refused(half):
    with pytest.raises(ImproperlyConfigured):
        single_sign_on(**NOTHING | half)


@pytest.mark.parametrize("tenant", ["common", "organizations", "Consumers"])
def test_a_tenant_that_is_open_to_everybody_is_refused(tenant):
    with pytest.raises(ImproperlyConfigured, match="your own organization"):
        single_sign_on(**NOTHING | {"microsoft_id": "m", "microsoft_secret": "s", "microsoft_tenant": tenant})


# --- signing in -------------------------------------------------------------------------------------------------------


def test_the_sign_in_page_offers_what_is_configured(member):
    page = Client().get(reverse("account_login")).content.decode()

    assert "Continue with Google" in page
    assert "Continue with Microsoft" in page


def test_a_look_at_the_address_leads_nowhere(member):
    assert Client().get(reverse("google_login")).status_code == 200


@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_somebody_known_comes_in_by_a_verified_address(provider, member, google, microsoft):
    google["email"] = microsoft["mail"] = member.user.email.upper()

    browser = come_in(provider)

    assert is_in(browser)
    assert SocialAccount.objects.get().user == member.user
    assert is_in(come_in(provider))
    assert User.objects.count() == 1


def test_an_address_that_google_has_not_verified_proves_nothing(member, google):
    google.update(email=member.user.email, email_verified=False)

    browser = come_in("google")

    assert not is_in(browser)
    assert "has not verified it" in browser.answer.content.decode()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_a_stranger_stays_outside_and_leaves_no_account(provider, member, google, microsoft):
    google["email"] = microsoft["mail"] = "stranger@example.com"

    browser = come_in(provider)

    assert not is_in(browser)
    assert "Ask your team lead to invite you" in browser.answer.content.decode()
    assert User.objects.count() == 1


def test_somebody_who_was_shut_out_stays_outside(google, member):
    UserFactory(email="gone@example.com", is_active=False)
    google["email"] = "gone@example.com"

    assert not is_in(come_in("google"))


def test_somebody_invited_comes_in_and_then_joins_with_a_button(google, db):
    boss = lead(TeamFactory())
    invitation = invite(email="gwen@example.com", name="", role=Role.AGENT, actor=boss, at=timezone.now())
    path = re.sub(r"^https?://[^/]+", "", Delivery.objects.get(about=invitation.about).message["link"])
    google["email"] = "gwen@example.com"

    browser = come_in("google", next=path)
    assert is_in(browser)
    assert not Membership.objects.filter(user__email="gwen@example.com").exists()
    assert "Join " in browser.answer.content.decode()
    browser.post(path)

    place = Membership.objects.get(user__email="gwen@example.com")
    assert (place.role, place.user.name, place.user.has_usable_password()) == (Role.AGENT, "Gwen Sample", False)


def test_a_provider_that_refuses_is_told_kindly(member, google):
    browser = Client()
    away = browser.post(reverse("google_login"))
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]

    answer = browser.get(reverse("google_callback"), {"error": "access_denied", "state": state}, follow=True)

    assert answer.status_code == 200
    assert "That did not work" in answer.content.decode()


def test_a_made_up_way_back_signs_nobody_in(member, google):
    google["email"] = member.user.email
    browser = Client()

    answer = browser.get(reverse("google_callback"), {"code": "c", "state": "made-up"})

    assert answer.status_code in {200, 401, 403}
    assert not is_in(browser)
