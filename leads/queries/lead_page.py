"""All that the page of one lead shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.db.models.functions import Lower

from leads.answers import Missing, missing_letters, question_of
from leads.models import Activity, Lead, LeadEmail, LeadPhone, LeadTag, Lpmama, PersonNote, SavedHome, Task
from leads.models.along import keep, made_of, rows_of
from leads.models.homes import HomeStatus
from leads.models.leads import LeadQuerySet
from leads.models.lpmama import Letter
from leads.stage_names import stage_choices
from leads.states import MOVES, Stage
from leads.timeline import story_of
from teams.models import Area, Membership
from teams.state_rules import own_consent

TIMELINE_ROWS = 20
NOTES_SHOWN = 50
HOMES_SHOWN = 30
TASKS_SHOWN = 20
#: Stages in which the appointment has been settled, one way or the other.
PASSED_ON = frozenset(
    {Stage.APPOINTMENT_SET, Stage.HANDED_OFF, Stage.MET, Stage.SIGNED, Stage.UNDER_CONTRACT, Stage.CLOSED}
)


@dataclass(frozen=True, slots=True)
class LetterState:
    """One letter as the page draws it: its mark, what to ask, and how far it is."""

    letter: Letter
    question: str
    is_done: bool
    is_next: bool
    detail: str

    @property
    def mark(self) -> str:
        """The letter itself."""
        return self.letter.label[0]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some of the story, newest first; ``older_than`` leads on, when there is more."""

    activities: Sequence[Activity]
    older_than: int | None


def leads_for(membership: Membership) -> LeadQuerySet:
    """The leads that a page of one lead may open, with what the top of the page needs; ``tag_names`` annotated."""
    names = LeadTag.objects.filter(lead=OuterRef("pk")).order_by(Lower("name")).values("name")
    leads = Lead.objects.visible_to(membership)
    return (
        leads.select_related("team__texts", "owner__user", "isa__user", "lpmama", "verification")
        .along(phones=LeadPhone, emails=LeadEmail)
        .annotate(tag_names=ArraySubquery(names), own_consent=own_consent())
    )


def areas_of(lead: Lead) -> list[Area]:
    """The team's areas, with those of the lead set as read: one query for both."""
    chosen = Lpmama.areas.through.objects.filter(lpmama=lead.pk, area=OuterRef("pk"))
    areas = list(Area.objects.filter(team_id=lead.team_id).annotate(is_chosen=Exists(chosen)))
    keep(lead.lpmama, "areas", [area for area in areas if area.is_chosen])  # type: ignore[attr-defined]  # annotated
    return areas


def letter_states(lead: Lead) -> list[LetterState]:
    """The six letters in order; the first that lacks something is the next to ask. Reads ``areas`` as prefetched."""
    answers = lead.lpmama
    missing: dict[Letter, Missing] = {each.letter: each for each in missing_letters(answers, with_appointment=True)}
    if lead.stage in PASSED_ON:
        missing.pop(Letter.APPOINTMENT, None)
    following = next(iter(missing), None)
    return [
        LetterState(
            letter=letter,
            question=question_of(letter, answers.side),
            is_done=letter not in missing,
            is_next=letter is following,
            detail=missing[letter].detail if letter in missing else "",
        )
        for letter in Letter
    ]


def timeline(lead: Lead, *, older_than: int | None = None) -> TimelinePage:
    """A page of the story, by keyset: as fast at the end of a long one."""
    story = story_of(lead.pk)
    if older_than is not None:
        story = story.filter(pk__lt=older_than)
    rows = list(story.order_by("-pk")[: TIMELINE_ROWS + 1])
    shown = rows[:TIMELINE_ROWS]
    return TimelinePage(shown, shown[-1].pk if len(rows) > TIMELINE_ROWS else None)


def notes_of(lead: Lead) -> list[PersonNote]:
    """What is known of the person, newest first."""
    return list(PersonNote.objects.filter(lead=lead).select_related("author__user")[:NOTES_SHOWN])


def homes_of(lead: Lead) -> list[SavedHome]:
    """The homes they like, newest first; those that were ruled out last."""
    return list(_liked().filter(lead=lead)[:HOMES_SHOWN])


def _liked() -> QuerySet[SavedHome]:
    return SavedHome.objects.order_by(Case(When(status=HomeStatus.OUT, then=1), default=0), "-pk")


def with_homes(leads: LeadQuerySet) -> LeadQuerySet:
    """Read the homes along with the lead: ``homes_in`` gives them without another query."""
    return leads.annotate(home_rows=rows_of(_liked().filter(lead=OuterRef("pk"))[:HOMES_SHOWN]))


def homes_in(lead: Lead) -> list[SavedHome]:
    """The homes of a lead that was read ``with_homes``, as ``homes_of`` orders them."""
    return made_of(SavedHome, lead.home_rows)  # type: ignore[attr-defined]


def tasks_of(lead: Lead, membership: Membership) -> list[Task]:
    """What this member still has to do for the lead, the soonest first."""
    open_tasks = Task.objects.visible_to(membership).open().filter(lead=lead).select_related("assignee__user")
    return list(open_tasks.order_by("due_at", "pk")[:TASKS_SHOWN])


def next_stages(lead: Lead) -> list[tuple[str, str]]:
    """Where the lead may go from here, in the order of the path: code, and what its team calls it."""
    return [(code, label) for code, label in stage_choices(lead.team) if Stage(code) in MOVES[Stage(lead.stage)]]
