"""``manage.py recount``: prove that the numbers' tallies equal a count of the rows, or make them so."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from handoff.numbers.recounting import count_anew, recount
from teams.models import Team


class Command(BaseCommand):
    """Compares every handoff and every cell; with ``--anew`` counts them from their rows first."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one team, or all of them."""
        parser.add_argument("--team", metavar="SLUG", help="One team; otherwise all of them.")
        parser.add_argument(
            "--anew", action="store_true", help="Count everything from its rows first: after a load, or to mend."
        )

    def handle(self, *, team: str | None, anew: bool, **_options: Any) -> None:
        """Say for each team whether all is equal. Ends with 1 if something is not."""
        teams = Team.objects.filter(slug=team) if team else Team.objects.order_by("slug")
        if team and not teams:
            raise CommandError(f"There is no team {team}.")
        wrong = [each.slug for each in teams if not self._is_right(each, anew=anew)]
        if wrong:
            raise CommandError(f"Not as the rows say: {', '.join(wrong)}. To mend it: manage.py recount --anew")

    def _is_right(self, team: Team, *, anew: bool) -> bool:
        if anew:
            count_anew(team.pk)
        found = recount(team.pk)
        self.stdout.write(
            f"{team.slug}: {found.handoffs:,} handoffs, {found.wrong_handoffs:,} wrong; "
            f"{found.rings:,} rings, {found.wrong_rings:,} wrong; "
            f"{found.cells:,} cells, {found.wrong_cells:,} wrong"
        )
        return found.is_right
