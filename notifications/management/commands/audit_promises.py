"""Look for promises that were forgotten."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.promises.audit import findings


class Command(BaseCommand):
    """Name what is owed and neither done nor under way. Ends with 1 if there is any: fit for a monitor."""

    help = "Checks that everything that is owed has ended or is within its time."

    def handle(self, *_: Any, **__: Any) -> None:
        found = list(findings(at=timezone.now()))
        for finding in found:
            self.stdout.write(finding)
        if found:
            raise CommandError(f"{len(found)} promises need a look.")
        self.stdout.write("All promises are at an end or within their time.")
