"""Whoever was an ISA is paid for it, and sees it, whatever they are by now."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from handoff.models import Dispute, Entry
from handoff.models.outcomes import Showed
from handoff.models.pay import Kind
from handoff.pay.book import Book
from handoff.pay.ledger import settle
from handoff.pay.statements import month_rows, months_of_team
from handoff.pay.whatif import compare
from handoff.tests.pages import signed_in
from handoff.tests.pay.ground import (
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    TWENTIETH,
    corrected,
    entries,
    on,
    reported,
    stepped,
)
from teams.models import Membership, Role, RoleChange
from teams.people import change_role
from teams.roles import Roles
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def becomes(place, role, *, at, member=None):
    """Another role for the place's ISA, or somebody else."""
    member = member or place.isa
    change_role(membership=member, role=role, actor=place.boss, at=at)
    member.refresh_from_db()


def months(isa):
    return [(row.month, row.total) for row in month_rows(isa, first=SEPTEMBER, last=NOVEMBER, at=TWENTIETH)]


def test_base_salary_is_for_the_days_on_which_somebody_was_an_isa(place):
    place.met(on(5, 10))
    becomes(place, Role.AGENT, at=on(10, 10))

    # 10 of October's 31 days, the last of them the day of the change
    assert months(place.isa) == [(SEPTEMBER, 300_000), (OCTOBER, 96_774 + 3_000)]
    assert place.approve(SEPTEMBER).total == 300_000
    assert place.approve(OCTOBER).total == 99_774
    assert "Oct 1, 2026 to Oct 10, 2026: 10 of 31 days" in Entry.objects.get(kind=Kind.BASE, month=OCTOBER).why


def test_who_becomes_an_isa_is_paid_from_that_day_on(place):
    becomes(place, Role.ISA, at=on(16, 9), member=place.agent)

    assert months(place.agent)[0] == (SEPTEMBER, 150_000)


def test_a_former_isa_stays_on_the_list_of_the_months_they_worked(place):
    becomes(place, Role.AGENT, at=on(10, 10))

    found = months_of_team(place.boss, last=NOVEMBER, count=3, at=TWENTIETH)

    assert [each.month for each in found if place.isa in [row.isa for row in each.rows]] == [OCTOBER, SEPTEMBER]
    stands = Book.of([place.team.pk]).of_team(place.team.pk, OCTOBER)
    compared = compare(team=place.team, plan=stands, first=SEPTEMBER, last=OCTOBER, at=TWENTIETH)
    assert compared.paid == compared.would == 300_000 + 96_774


def test_what_they_set_as_an_isa_is_theirs_and_what_they_set_later_is_not(place):
    handoff = reported(place.isa, place.agent, at=on(5, 10))
    becomes(place, Role.LEAD, at=on(10, 10))
    later = reported(place.isa, place.agent, at=on(12, 10))
    for each in (handoff, later):
        stepped(each, closed_on=date(2026, 10, 20), commission=10_000, at=on(20, 10))
    settle([handoff.pk, later.pk], at=on(21, 10))
    corrected(handoff, to=Showed.NO, at=on(22, 10))
    settle([handoff.pk, later.pk], at=on(22, 10))

    assert entries(handoff=later) == []
    assert [each[2] for each in entries(handoff=handoff)] == [50_000, 3_000, -3_000]


def test_who_is_an_agent_now_sees_their_statements_and_asks_about_them(place):
    place.met(on(5, 10))
    becomes(place, Role.AGENT, at=on(10, 10))
    browser = signed_in(place.isa)
    statement = reverse("handoff:pay-statement", args=[OCTOBER, place.isa.pk])

    with time_machine.travel(TWENTIETH, tick=False):
        assert "$997.74" in browser.get(reverse("handoff:pay")).content.decode()
        page = browser.get(statement).content.decode()
        assert "about this</span>" in page
        asked = browser.post(reverse("handoff:pay-ask", args=[OCTOBER, place.isa.pk]), {"note": "Ten days?"})
        assert asked.status_code == 302
        assert reverse("handoff:pay") in browser.get(reverse("teams:profile")).content.decode()

    assert Dispute.objects.get().isa == place.isa


def test_changes_of_before_are_taken_from_the_audit(place):
    Membership.objects.filter(pk=place.isa.pk).update(role=Role.AGENT)
    known = import_module("teams.migrations.0002_role_changes").FROM_THE_AUDIT

    with connection.cursor() as cursor:
        cursor.execute(known)

    assert [(each.membership_id, each.was, each.role) for each in RoleChange.objects.all()] == [
        (place.isa.pk, Role.ISA, Role.AGENT)
    ]


def test_a_role_of_a_day_is_every_role_one_had_on_it(place):
    member = people.isa(place.team)
    becomes(place, Role.AGENT, at=on(10), member=member)
    becomes(place, Role.ISA, at=on(15), member=member)
    becomes(place, Role.LEAD, at=on(15), member=member)
    roles = Roles([place.team.pk])

    days = [day for day in range(8, 18) if roles.had(member, Role.ISA, date(2026, 11, day))]

    assert days == [8, 9, 10, 15]
    assert roles.once(Role.ISA) == {member.pk}
    assert not roles.ever_had(Membership.objects.get(pk=place.agent.pk), Role.ISA)
