"""Getting in as people do: by the form, with the password once more, and with the code of an app."""

from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

PASSWORD = "a long test password"
LOGIN = "/accounts/login/"


def log_in(person, browser=None, password=PASSWORD, **headers):
    browser = browser or Client()
    user = getattr(person, "user", person)
    with zeal_ignore():  # the sign-in itself tidies up after old sessions, one by one
        browser.answer = browser.post(LOGIN, {"login": user.email, "password": password}, **headers)
    return browser


def prove_again(browser):
    """What changes how one gets in asks for the password once more."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def is_in(browser) -> bool:
    return "_auth_user_id" in browser.session


def give_app(person):
    """Set up an authenticator app, and return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person.user, secret)
    return secret


def code_of(secret):
    step = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, step))
