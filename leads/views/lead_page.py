"""The page of one lead: the ISA's screen while somebody is on the line."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.contacts import primary_email
from leads.forms import AnswersForm, HomeForm, NoteForm, RecordingForm
from leads.forms.answers import initial_of
from leads.merging import leads_with
from leads.models import Lead, Recording
from leads.queries import lead_page as queries
from leads.recordings import current_recording
from leads.texts import texts_of, without_email
from leads.verification import is_email_verified, is_phone_verified
from leads.views.letters import blocks_of, marks_of, news
from teams.access import any_member
from teams.http import TeamRequest
from teams.models import Membership
from teams.state_rules import NAMES, asks_for_consent


@require_safe
@any_member
def lead(request: TeamRequest, pk: int) -> HttpResponse:
    """All that is known of a lead, and what is to be done."""
    member = request.membership
    seen = queries.with_homes(queries.leads_for(member)).along(recordings=Recording)
    found = seen.filter(pk=pk).first()
    if found is None:
        return redirect(get_object_or_404(leads_with(member, merged=pk)))  # an old link, or nothing at all
    areas = queries.areas_of(found)
    form = AnswersForm(team=found.team, areas=areas, initial=initial_of(found.lpmama))
    context = {
        **contact_context(found, member),
        "texts": texts_of(found),
        "form": form,
        "blocks": blocks_of(form, queries.letter_states(found)),
        **recording_context(found, member),
        "marks": marks_of(found.lpmama),
        "notes": queries.notes_of(found),
        "note_form": NoteForm(),
        "homes": queries.homes_in(found),
        "home_form": HomeForm(),
        "page": queries.timeline(found),
        "tasks": queries.tasks_of(found, member),
        "stages": queries.next_stages(found),
        "at": timezone.now(),
    }
    return render(request, "leads/lead.html", context)


@require_safe
@any_member
def head(request: TeamRequest, pk: int) -> HttpResponse:
    """The top of the page again, and what is to be done: a handoff has moved the lead."""
    member = request.membership
    found = get_object_or_404(queries.leads_for(member), pk=pk)
    context = {
        "lead": found,
        "stages": queries.next_stages(found),
        "tasks": queries.tasks_of(found, member),
        "at": timezone.now(),
    }
    answer = render(request, "leads/_head_again.html", context)
    answer["HX-Trigger"] = news("letters-changed", found)
    return answer


@require_safe
@any_member
def timeline(request: TeamRequest, pk: int) -> HttpResponse:
    """More of the story, or its newest part again."""
    found = get_object_or_404(Lead.objects.visible_to(request.membership), pk=pk)
    before = request.GET.get("before", "")
    older_than = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    page = queries.timeline(found, older_than=older_than)
    name = "leads/_timeline_rows.html" if older_than else "leads/_timeline.html"
    return render(request, name, {"lead": found, "page": page})


def can_edit(member: Membership) -> bool:
    """ISAs and team leads qualify; an agent reads, notes, calls and moves the stage."""
    return not member.is_agent


def recording_context(found: Lead, member: Membership) -> dict[str, Any]:
    """What the recording's block shows; without the consent that a state asks for, no call is played."""
    recording = current_recording(found)
    own = getattr(found, "own_consent", None)
    takes_consent = asks_for_consent(member.team, found.state, own=own)
    return {
        "recording": recording,
        "recording_form": RecordingForm(),
        "takes_consent": takes_consent,
        "consent_lacks": takes_consent and recording is not None and not recording.is_agreed,
        "state_name": NAMES.get(found.state, found.state),
    }


def contact_context(found: Lead, member: Membership) -> dict[str, Any]:
    """What the contact block shows."""
    return {
        "lead": found,
        "can_edit": can_edit(member),
        "is_phone_verified": is_phone_verified(found),
        "is_email_verified": is_email_verified(found),
        "without_email": without_email(found) if not primary_email(found) else "",
    }
