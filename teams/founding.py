"""How a team begins."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.text import slugify

from teams.models import Membership, Policy, Role, SlackConnection, Team, User
from teams.people import join

#: The first of the two numbers of an advisory lock: what kind of thing is locked.
FIRST_TEAM = 2_042


class AlreadyFounded(Exception):
    """This installation has its team."""


class AddressInUse(Exception):
    """Somebody was given an account with this address on the command line."""


@dataclass(frozen=True, slots=True)
class Founder:
    """Who leads the first team."""

    name: str
    email: str
    password: str


@transaction.atomic
def found_team(
    *, name: str, slug: str, zone: str, currency: str = "USD", country: str = "US", reply_to: str = ""
) -> Team:
    """Found a team with the usual policy, and a Slack connection that is still empty."""
    team = Team.objects.create(name=name, slug=slug, zone=zone, currency=currency, country=country, reply_to=reply_to)
    team.policy = Policy.objects.create(team=team)
    team.slack = SlackConnection.objects.create(team=team)
    return team


@transaction.atomic
def found_first_team(*, name: str, zone: str, country: str, currency: str, founder: Founder) -> Membership:
    """Found the installation's first team with its team lead; of two who try at once, one does.

    Raises AlreadyFounded, AddressInUse.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [FIRST_TEAM])
    if is_founded():
        raise AlreadyFounded("This installation has its team already. Sign in, or ask your team lead to invite you.")
    if User.objects.filter(email=founder.email.strip().lower()).exists():
        raise AddressInUse("This address has an account already. Take another, or run manage.py found_team for it.")
    slug = slugify(name)[:50].strip("-") or "team"
    team = found_team(name=name, slug=slug, zone=zone, country=country, currency=currency, reply_to=founder.email)
    return join(team=team, email=founder.email, name=founder.name, role=Role.LEAD, zone=zone, password=founder.password)


def is_founded() -> bool:
    """Whether there is a team: then the first-run page is gone for ever."""
    return Team.objects.exists()
