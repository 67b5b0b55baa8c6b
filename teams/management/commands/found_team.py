"""Found a team with its first team lead: how an installation begins."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError, transaction

from teams.founding import found_team
from teams.models import Role
from teams.origin import as_command
from teams.people import join
from teams.text import clean_line
from teams.zones import validate_zone


class Command(BaseCommand):
    """``found_team "Name" --slug SLUG --zone America/Chicago --lead EMAIL --lead-name "Name"``."""

    help = "Found a team. Its team lead sets a password with “Forgot your password?” and adds the others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--slug", required=True)
        parser.add_argument("--zone", default="America/Chicago")
        parser.add_argument("--lead", required=True, metavar="EMAIL")
        parser.add_argument("--lead-name", required=True)

    @as_command
    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            validate_slug(options["slug"])
            validate_zone(options["zone"])
            validate_email(options["lead"])
            name, lead_name = clean_line(options["name"]), clean_line(options["lead_name"])
            with transaction.atomic():
                team = found_team(name=name, slug=options["slug"], zone=options["zone"])
                join(team=team, email=options["lead"], name=lead_name, role=Role.LEAD, zone=options["zone"])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except IntegrityError as clash:
            raise CommandError(f"There is a team called {options['slug']} already.") from clash
        self.stdout.write(f"{team} is founded; {lead_name} leads it.")
