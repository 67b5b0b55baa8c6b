"""Who asks: the ten kinds of people, and the world they ask in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product

import time_machine
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client, override_settings

from config.tests.access.things import MISSING, THINGS, Corner, Whose, corner
from leads.tests.factories import NOW
from teams.models import Membership, Role
from teams.tests import factories as people

OUTBOX = "notifications.outbox.backend.OutboxEmailBackend"
#: What any request may write: that somebody is signed in, and how often an address asked.
NOBODYS_ROWS = ("django_session", "usersessions_usersession", "cache_entries")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a browser."""

    title: str
    client: Client
    member: Membership | None = None
    is_stranger: bool = False
    is_other: bool = False  # in the team, but nothing of the corner is theirs

    @property
    def role(self) -> Role | None:
        """What they are in the team they act in; None without one."""
        return Role(self.member.role) if self.member and self.member.ended_at is None else None

    def tells_apart(self, whose: Whose) -> bool:
        """Whether asking for it may be answered otherwise than asking for what is there already.

        To a stranger our own is foreign; in their own team they are whom we have in ours.
        """
        if self.is_stranger:
            return whose == Whose.OWN
        return self.role is not None or whose in {Whose.OWN, Whose.MISSING}

    def whose(self, whose: Whose) -> Whose:
        """What a corner is to them: to another agent of the team own is a team-mate's, to a stranger foreign."""
        if self.is_stranger:
            return Whose.FOREIGN
        return Whose.MATES if self.is_other and whose == Whose.OWN else whose


@dataclass(frozen=True, slots=True)
class World:
    """Two teams: three corners, and everybody who may ask."""

    corners: dict[Whose, Corner]
    everybody: list[Person]

    def name(self, thing: str, whose: Whose) -> str:
        """Return what names somebody's ``thing`` in an address."""
        return MISSING[thing] if whose == Whose.MISSING else self.corners[whose].name(thing)

    def person(self, title: str) -> Person:
        """Return one of them."""
        return next(each for each in self.everybody if each.title == title)


def make_world() -> World:
    """Make two teams with everybody in them."""
    ours, theirs = people.TeamFactory.create(), people.TeamFactory.create()
    own, mates, foreign = corner(ours), corner(ours), corner(theirs)
    for thing, where in product(THINGS, (own, mates, foreign)):
        where.name(thing)
    ended = people.isa(ours, ended_at=NOW)
    everybody = [
        Person("nobody", Client()),
        _person("ISA", own.isa),
        _person("owner agent", own.agent),
        _person("other agent", people.agent(ours), is_other=True),
        _person("team lead", people.lead(ours)),
        _person("foreign ISA", foreign.isa, is_stranger=True),
        _person("foreign agent", foreign.agent, is_stranger=True),
        _person("foreign team lead", people.lead(theirs), is_stranger=True),
        _person("ended member", ended),
    ]
    return World({Whose.OWN: own, Whose.MATES: mates, Whose.FOREIGN: foreign}, everybody)


def _person(title: str, member: Membership, **kind: bool) -> Person:
    client = Client(raise_request_exception=False)
    EmailAddress.objects.create(user=member.user, email=member.user.email, primary=True)  # as signing in does
    client.force_login(member.user)
    return Person(title, client, member, **kind)


@contextmanager
def as_of_then() -> Iterator[None]:
    """Be at a time when the world's appointments lie ahead, and keep mails in the outbox."""
    with time_machine.travel(NOW, tick=False), override_settings(EMAIL_BACKEND=OUTBOX):
        yield


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows_written() -> int:
    """Return how many rows this transaction has inserted, changed or deleted, but for ``NOBODYS_ROWS``."""
    written = " + ".join(f"pg_stat_get_xact_tuples_{done}(number)" for done in ("inserted", "updated", "deleted"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum({written}) FROM unnest(%s::oid[]) AS number", [_counted()])  # noqa: S608 - ours
        (count,) = cursor.fetchone()
    return int(count)


@cache
def _counted() -> list[int]:
    """The numbers of the tables that count: asked for once, for rows are counted twice for each of many requests."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname <> ALL(%s)",
            [list(NOBODYS_ROWS)],
        )
        return [number for (number,) in cursor.fetchall()]
