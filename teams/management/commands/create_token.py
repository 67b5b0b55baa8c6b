"""Make an API token for a member, and print it alone, so that a script can take it from standard output."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from teams.models import Membership, Scope
from teams.origin import as_command
from teams.tokens import create_token


class Command(BaseCommand):
    """``create_token EMAIL --team SLUG --scope read --scope leads [--days 90] [--name "Dialer"]``."""

    help = "Print a new API token that acts for a member of a team. It is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument(
            "--scope",
            required=True,
            nargs="+",
            action="extend",
            choices=[*Scope.values, "all"],
            help="May be repeated.",
        )
        parser.add_argument("--name", default="", help="What it is for, to tell tokens apart.")
        parser.add_argument("--days", type=int, default=None, help="Ends after so many days; without it, never.")

    @as_command
    def handle(self, *_args: Any, **options: Any) -> None:
        membership = (
            Membership.objects.active()
            .filter(user__email=options["email"].strip().lower(), team__slug=options["team"])
            .first()
        )
        if membership is None:
            raise CommandError(f"Nobody with the address {options['email']} is in a team called {options['team']}.")
        now = timezone.now()
        scopes = Scope if "all" in options["scope"] else [Scope(each) for each in options["scope"]]
        _, text = create_token(
            membership=membership,
            scopes=scopes,
            name=options["name"],
            at=now,
            expires_at=now + timedelta(days=options["days"]) if options["days"] else None,
        )
        self.stdout.write(text)
