"""``manage.py demo``: an invented team in an empty installation, or beside any team one with years behind it."""

import secrets
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from handoff.demo import cast, story
from handoff.demo.history import people
from handoff.demo.history.loading import MOST_TOLD, Plan, load
from handoff.management.progress import Progress
from teams.models import Team, User
from teams.origin import as_command
from teams.zones import zone

WEEKS = 156  # three years


class Command(BaseCommand):
    """Makes the demo team once, or a team with a long history; a second call changes nothing."""

    help = (
        "Make the invented demo team, with five weeks of handoffs behind it; a second call changes nothing. "
        "With --handoffs, make a team of its own with so many handoffs in three years: the same seed and the same "
        "last day give the same data. Mails that were sent are not made up, nor who else could have had a lead; above "
        f"{MOST_TOLD:,} handoffs no timelines of leads, receipts of owners, steps of no-show plays and pay either. "
        "The rows of a history have no entries in the audit."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the options."""
        parser.add_argument("--random-passwords", action="store_true", help="A password of its own for everybody.")
        history = parser.add_argument_group("a long history")
        history.add_argument("--handoffs", type=int, metavar="N", help="How many, of a fifth more leads.")
        history.add_argument("--isas", type=int, metavar="N", help="Who set them; as many as that takes unless given.")
        history.add_argument("--agents", type=int, metavar="N", help="Who take them, likewise.")
        history.add_argument("--seed", type=int, default=1, help="Another seed, another history.")
        history.add_argument("--team", default="harbor", metavar="SLUG", help="The new team's short name.")
        history.add_argument("--weeks", type=int, default=WEEKS, help=f"How long it is; {WEEKS} unless given.")
        history.add_argument(
            "--until", type=date.fromisoformat, metavar="DATE", help="It ends as this day begins; today unless given."
        )
        history.add_argument("--anyway", action="store_true", help="Where mails really leave the house, too.")

    @as_command
    def handle(self, *, random_passwords: bool, handoffs: int | None, **options: Any) -> None:
        """Make what is asked for."""
        if handoffs is not None:
            self._history(handoffs, random_passwords=random_passwords, **options)
            return
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

    def _history(self, handoffs: int, *, random_passwords: bool, team: str, weeks: int, **options: Any) -> None:
        until = options["until"] or timezone.now().astimezone(zone(people.ZONE)).date()
        isas, agents = people.how_many(handoffs, days=max(1, 7 * weeks))
        plan = Plan(
            name=f"{team.replace('-', ' ').title()} Sample Homes",
            slug=team,
            handoffs=handoffs,
            isas=isas if options["isas"] is None else options["isas"],
            agents=agents if options["agents"] is None else options["agents"],
            seed=options["seed"],
            since=until - timedelta(weeks=weeks),
            until=until,
        )
        self._check(plan, is_wanted=options["anyway"])
        given: list[str] = []

        def passwords(count: int) -> list[str]:
            given.extend(secrets.token_urlsafe(9) if random_passwords else cast.PASSWORD for _ in range(count))
            return given

        made = load(plan, passwords=passwords, progress=Progress(handoffs, of="handoffs", out=self.stdout))
        shown = made.members if random_passwords else [made.lead, made.isas[0].member, made.agents[0].member]
        self.stdout.write(f"{plan.name}: {handoffs:,} handoffs. Sign in as:")
        for member, password in zip(made.members, given, strict=True):
            if member in shown:
                self.stdout.write(f"  {member.get_role_display():<14}{member.user.email:<40}{password}")

    def _check(self, plan: Plan, *, is_wanted: bool) -> None:
        """Refuse what cannot be, and what nobody can have wanted."""
        if plan.handoffs < 1 or plan.since >= plan.until:
            raise CommandError("Ask for one handoff or more, in one week or more.")
        if min(plan.isas, plan.agents) < 1 or plan.isas + plan.agents > people.MOST:
            raise CommandError(f"Ask for one ISA and one agent or more, and for {people.MOST} people at most.")
        if not settings.DEMO_OUTBOX and not is_wanted:
            raise CommandError("Mails leave this installation for real. Say --anyway if invented people belong here.")
        if Team.objects.filter(slug=plan.slug).exists():
            raise CommandError(f"There is a team {plan.slug} already. Choose another name by --team.")
        boss = people.address(people.names(1)[0], plan.slug)
        if User.objects.filter(email=boss).exists():
            raise CommandError(f"{boss} has an account already. Choose another name by --team.")
