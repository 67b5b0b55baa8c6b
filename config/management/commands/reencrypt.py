"""Write every secret anew under the first of the keys, so that the old ones may go: ``manage.py reencrypt``."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Model
from encrypted_fields.fields import EncryptedFieldMixin

from teams.origin import as_command

SEEDS = ("secret", "seed")  # of one-time codes, and of recovery codes


class Command(BaseCommand):
    """Row by row, each under its lock, so that it may run beside the product and be run again."""

    help = "Encrypts every stored secret under the first SECRET_KEY and SALT_KEY."

    @as_command
    def handle(self, *_: Any, **__: Any) -> None:
        for model in apps.get_models():
            names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedFieldMixin)]  # noqa: SLF001
            if names:
                self.stdout.write(f"{model._meta.label}: {_rewrite(model, names)}")  # noqa: SLF001
        self.stdout.write(f"second factors: {_rewrite_factors()}")


def _rewrite(model: type[Model], names: list[str]) -> int:
    """Save each row's secrets; what is read under an old key is written under the new one."""
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))  # noqa: SLF001
    for key in keys:
        with transaction.atomic():
            row = model._default_manager.select_for_update(of=("self",)).filter(pk=key).first()  # noqa: SLF001
            if row is not None:
                row.save(update_fields=names)
    return len(keys)


def _rewrite_factors() -> int:
    keys = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=key).first()
            if factor is not None:
                factor.data = {
                    name: encrypt(decrypt(value)) if name in SEEDS and isinstance(value, str) else value
                    for name, value in factor.data.items()
                }
                factor.save(update_fields=["data"])
    return len(keys)
