"""The second step: an app, recovery codes, and the pages on which they are set up."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.urls import reverse

from config.tests.signing_in.entering import code_of, give_app, is_in, log_in, prove_again

pytestmark = pytest.mark.django_db


def test_a_password_alone_does_not_open_an_account_with_an_app(ana):
    secret = give_app(ana)

    browser = log_in(ana)
    assert (browser.answer.status_code, browser.answer["Location"]) == (302, reverse("mfa_authenticate"))
    assert not is_in(browser)
    assert "Second step" in browser.get(reverse("mfa_authenticate")).content.decode()

    browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(browser)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(browser)


def test_a_recovery_code_opens_it_once(ana):
    give_app(ana)
    code = RecoveryCodes.activate(ana.user).generate_codes()[0]

    first, second = log_in(ana), log_in(ana)
    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})

    assert is_in(first)
    assert not is_in(second)


def test_guessing_the_six_digits_is_slowed_down(ana):
    secret = give_app(ana)
    browser = log_in(ana)
    for guess in range(6):
        browser.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"})

    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert not is_in(browser)


@pytest.mark.parametrize(
    "route", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "account_email",
              "account_change_password", "teams:account", "socialaccount_connections"]
)  # fmt: skip
def test_each_page_of_the_account_is_in_our_look_and_runs_no_script_of_its_own(route, ana):
    browser = log_in(ana)

    answer = browser.get(reverse(route), follow=True)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="rail ' in page or 'class="entrance"' in page
    assert "'unsafe" not in answer["Content-Security-Policy"]
    for opening in re.findall(r"<script[^>]*>", page):
        assert " src=" in opening or "application/json" in opening, opening
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_an_app_is_set_up_on_its_page_and_gives_recovery_codes(ana):
    browser = log_in(ana)
    assert browser.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    page = prove_again(browser).get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)

    assert Authenticator.objects.filter(user=ana.user, type="totp").exists()
    assert "Recovery codes" in answer.content.decode()
    assert secret not in str(list(Authenticator.objects.values()))
