"""New keys in place of old ones, as docs/operations.md tells."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from teams.models import AuditEntry, SlackConnection


@pytest.mark.django_db
class TestKeys:
    def test_new_keys_take_over_and_the_old_ones_may_go(self, settings, world_secrets):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
        settings.SALT_KEY = ["a new salt", *settings.SALT_KEY]
        forget_derived_keys()
        assert read() == world_secrets

        call_command("reencrypt")
        settings.SECRET_KEY_FALLBACKS, settings.SALT_KEY = [], ["a new salt"]
        forget_derived_keys()

        assert read() == world_secrets
        assert AuditEntry.objects.filter(model="teams.slackconnection").exists()
        assert "xoxb" not in str(list(AuditEntry.objects.values_list("changed", flat=True)))

    @pytest.fixture
    def world_secrets(self):
        from teams.tests.factories import TeamFactory, UserFactory  # noqa: PLC0415

        slack = SlackConnection.objects.get(team=TeamFactory())
        slack.token, slack.webhook_url = "xoxb-invented", "https://hooks.slack.com/services/T/B/x"
        slack.save()
        from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415

        TOTP.activate(UserFactory(), "JBSWY3DPEHPK3PXP")
        yield read()
        forget_derived_keys()


def read():
    from allauth.mfa.adapter import get_adapter  # noqa: PLC0415
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    slack = SlackConnection.objects.exclude(token="").get()
    seeds = [get_adapter().decrypt(each.data["secret"]) for each in Authenticator.objects.all()]
    return slack.token, slack.webhook_url, seeds


def forget_derived_keys():
    """Each process derives its keys once; a new start is what an operator would do."""
    from allauth.mfa import adapter  # noqa: PLC0415
    from django.apps import apps  # noqa: PLC0415

    from teams.auditing import is_secret  # noqa: PLC0415

    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if is_secret(field):
                for name in ("keys", "f"):
                    field.__dict__.pop(name, None)
    cached = adapter.get_adapter()
    cached.__dict__.pop("_keys", None)
