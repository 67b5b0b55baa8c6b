"""``manage.py demo``: fill an empty installation with an invented team, and print who can sign in."""

import secrets
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from handoff.demo import cast, story
from teams.models import Team
from teams.origin import as_command


class Command(BaseCommand):
    """Makes the demo team once; a second call changes nothing."""

    help = "Make the invented demo team, with five weeks of handoffs behind it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the options."""
        parser.add_argument("--random-passwords", action="store_true", help="A password of its own for everybody.")

    @as_command
    def handle(self, *, random_passwords: bool, **_: object) -> None:
        """Make the team, unless there is one."""
        if Team.objects.exists():
            self.stdout.write("There is a team already; the demo data was left out.")
            return
        passwords = {each.email: secrets.token_urlsafe(9) if random_passwords else cast.PASSWORD for each in cast.CAST}
        at = timezone.now().replace(microsecond=0)
        with transaction.atomic():
            team, members = cast.gather(passwords=passwords, at=at)
            story.tell(team=team, members=members, at=at)
        self.stdout.write("Sign in as:")
        for person in cast.OFFERED:
            self.stdout.write(f"  {person.role.label:<14}{person.email:<20}{passwords[person.email]}")
        if random_passwords:
            for person in cast.CAST:
                if person not in cast.OFFERED:
                    self.stdout.write(f"  {person.role.label:<14}{person.email:<20}{passwords[person.email]}")
