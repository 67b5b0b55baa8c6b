"""Print the code that the first-run page asks for, alone, as long as there is no team."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from teams.founding import is_founded
from teams.setup_code import setup_code


class Command(BaseCommand):
    """``setup_code``: for whoever may run commands here, and so may found the team."""

    help = "Print the set-up code of an installation that has no team yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print it, or say that it is over."""
        if is_founded():
            raise CommandError("There is a team already: the set-up code opens nothing any more.")
        self.stdout.write(setup_code(settings.SECRET_KEY))
