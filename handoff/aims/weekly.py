"""The weekly mail: how the last week went, on Monday morning, to whoever wants it.

Each team has a timer for its next Monday; a chore sees to it that there is one, and each that fires has had its turn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Final

from django.db.models import Q

from handoff.aims.goals import progress_of
from handoff.models.numbers import Basis
from handoff.numbers.asking import Question
from handoff.numbers.days import WEEK, local_day, monday_of
from handoff.numbers.queries import numbers_for, totals_for
from handoff.words import weekly as words
from notifications.messages import Message
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from notifications.promises.chores import chore
from notifications.promises.owed import Timer
from notifications.promises.timers import on_timer, set_timer
from teams.models import Membership, Role, Team
from teams.zones import zone

KIND: Final = "weekly_numbers"
#: On the team's clock.
AT: Final = time(7)


@chore(every=3600)
def plan_weekly_mails(*, at: datetime) -> int:
    """Set each team's timer for the Monday morning that comes. Set again to the same time it stays as it is."""
    teams = Team.objects.all()
    for team in teams:
        plan_weekly_mail(team, at=at)
    return len(teams)


def plan_weekly_mail(team: Team, *, at: datetime) -> None:
    """Set the timer for one team."""
    about = f"team/{team.pk}"
    monday = monday_of(local_day(team, at))
    due_at = datetime.combine(monday, AT, tzinfo=zone(team.zone))
    if due_at <= at:
        due_at = datetime.combine(monday + WEEK, AT, tzinfo=zone(team.zone))
    set_timer(key=f"{about}|{KIND}|{due_at:%Y-%m-%d}", kind=KIND, about=about, due_at=due_at)


@on_timer(KIND)
def send_weekly_mail(timer: Timer, *, at: datetime) -> None:
    """Owe it to the team leads, and to ISAs and agents who have asked for it: to each their own figures."""
    team = Team.objects.get(pk=int(timer.about.partition("/")[2]))
    monday = monday_of(local_day(team, timer.due_at))
    for member in _readers(team):
        question = Question(team.pk, monday - WEEK, monday).seen_by(member)
        message = _message(member, question, at=at)
        if message:
            owe_member(
                member,
                kind=KIND,
                about=timer.about,
                audience=Audience.LEAD if member.is_lead else Audience.AGENT if member.is_agent else Audience.ISA,
                message=message,
                at=at,
                revision=int(f"{monday:%Y%m%d}"),
                group=Group.WEEKLY,
            )


def _message(member: Membership, question: Question, *, at: datetime) -> Message | None:
    """Return what they are told; nothing after two weeks in which nothing happened."""
    held = replace(question, basis=Basis.HELD)
    set_now, set_before = totals_for(question, at=at), totals_for(question.before, at=at)
    week, before = numbers_for(held, at=at), totals_for(held.before, at=at)
    if not any((set_now.handed, set_before.handed, week.total.handed, before.handed)):
        return None
    goals = progress_of(member.team, None if member.is_lead else member, at=at)
    return words.weekly(member, question, set_now=set_now, set_before=set_before, week=week, before=before, goals=goals)


def _readers(team: Team) -> list[Membership]:
    asked = Q(preferences__group=Group.WEEKLY, preferences__by_email=True)
    people = Membership.objects.active().filter(Q(role=Role.LEAD) | asked, team=team)
    return list(people.select_related("user", "team").distinct().order_by("pk"))
