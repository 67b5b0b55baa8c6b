"""Another address to sign in with."""

import re

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from config.tests.signing_in.entering import is_in, log_in
from teams.models import User

pytestmark = pytest.mark.django_db


def test_a_new_address_counts_once_its_mail_was_answered(ana, mailoutbox):
    browser = log_in(ana)
    old = ana.user.email

    browser.post(reverse("account_email"), {"email": "new.ana@example.com", "action_add": ""})
    assert User.objects.get(pk=ana.user_id).email == old
    (mail,) = [each for each in mailoutbox if each.to == ["new.ana@example.com"]]
    link = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", mail.body)
    assert link

    with zeal_ignore():
        assert "Is this your address?" in browser.get(link[1]).content.decode()
    assert User.objects.get(pk=ana.user_id).email == old
    with zeal_ignore():  # one address takes the other's place
        browser.post(link[1])

    assert User.objects.get(pk=ana.user_id).email == "new.ana@example.com"
    assert is_in(log_in(User.objects.get(pk=ana.user_id)))
