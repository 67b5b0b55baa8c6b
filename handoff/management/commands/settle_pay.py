"""``manage.py settle_pay``: enter what reported handoffs earn and the ledger does not have yet."""

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from handoff.pay.settling import BATCH, settle_all
from teams.models import Team
from teams.origin import as_command


class Command(BaseCommand):
    """Harmless at any time, and as often as wanted: what is settled stays as it is."""

    help = "Enter what ISAs earn by handoffs that were loaded past the doors, as from another system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the options."""
        parser.add_argument("--team", help="The slug of one team; all if left out.")
        parser.add_argument("--batch", type=int, default=BATCH, help="So many handoffs in one transaction.")

    @as_command
    def handle(self, *, team: str | None, batch: int, **_: object) -> None:
        """Settle, batch by batch."""
        team_id = None
        if team and (team_id := Team.objects.filter(slug=team).values_list("pk", flat=True).first()) is None:
            raise CommandError(f"There is no team {team}.")
        began, handoffs, entries = time.monotonic(), 0, 0
        for looked_at, entered in settle_all(team_id=team_id, at=timezone.now(), batch=batch):
            handoffs, entries = handoffs + looked_at, entries + entered
            self.stdout.write(f"{handoffs} handoffs, {entries} new entries, {time.monotonic() - began:.0f} s")
        if not handoffs:
            self.stdout.write("No reported handoffs.")
