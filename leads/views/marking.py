"""What is put on a lead: its stage, tags, notes, recordings."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from leads.forms import NoteForm, RecordingForm, StageForm, TagForm
from leads.models import Lead
from leads.models.recordings import NoRecording, RecordingKind
from leads.notes import add_note
from leads.notes import remove_note as take_off_note
from leads.queries.lead_page import leads_for, notes_of
from leads.recordings import BadLink, ConsentNeeded, attach_link, no_recording, promise_link
from leads.stage_names import stage_label
from leads.stages import Refused, change_stage
from leads.states import Stage, Via
from leads.tags import add_tag
from leads.tags import remove_tag as take_off_tag
from leads.views.lead_page import can_edit, recording_context
from leads.views.letters import marks_of
from leads.views.replies import answered, first_error, refused, reloaded
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_POST
@any_member
def stage(request: TeamRequest, pk: int) -> HttpResponse:
    """Move the lead; the gate may refuse, and says what is missing."""
    lead = _lead(request, pk)
    form = StageForm(request.POST, lead=lead)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    to = Stage(form.cleaned_data["to"])
    try:
        change_stage(lead=lead, to=to, actor=request.membership, via=Via.PAGE, at=timezone.now())
    except Refused as refusal:
        return refused(request, lead, str(refusal), status=409)
    return answered(request, reloaded(request, lead), words=f"Now: {stage_label(lead.team, to)}", focused="stage")


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def tag(request: TeamRequest, pk: int) -> HttpResponse:
    """Put a word on the lead. Some words start a handoff, and the gate may refuse those."""
    lead = _lead(request, pk)
    form = TagForm(request.POST)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    try:
        add_tag(lead=lead, name=form.cleaned_data["name"], actor=request.membership, via=Via.TAG, at=timezone.now())
    except Refused as refusal:
        return refused(request, lead, str(refusal), status=409)
    return _tags(request, reloaded(request, lead))


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def remove_tag(request: TeamRequest, pk: int) -> HttpResponse:
    """Take a word off the lead."""
    lead = _lead(request, pk)
    form = TagForm(request.POST)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    take_off_tag(lead=lead, name=form.cleaned_data["name"], actor=request.membership, at=timezone.now())
    return _tags(request, reloaded(request, lead))


def _tags(request: TeamRequest, lead: Lead) -> HttpResponse:
    return answered(request, lead, "leads/_tags.html", {"lead": lead, "can_edit": can_edit(request.membership)})


@require_POST
@any_member
def note(request: TeamRequest, pk: int) -> HttpResponse:
    """Keep something to know about the person."""
    lead = _lead(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    add_note(lead=lead, text=form.cleaned_data["text"], author=request.membership, at=timezone.now())
    return _notes(request, lead)


@require_POST
@any_member
def remove_note(request: TeamRequest, pk: int, note_pk: int) -> HttpResponse:
    """Take a note off: one's own, or anybody's for who qualifies leads."""
    lead = _lead(request, pk)
    notes = (
        lead.person_notes.all() if can_edit(request.membership) else lead.person_notes.filter(author=request.membership)
    )
    take_off_note(note=get_object_or_404(notes, pk=note_pk), actor=request.membership, at=timezone.now())
    return _notes(request, lead)


def _notes(request: TeamRequest, lead: Lead) -> HttpResponse:
    context = {
        "lead": lead,
        "notes": notes_of(lead),
        "note_form": NoteForm(),
        "can_edit": can_edit(request.membership),
        "membership": request.membership,
    }
    return answered(request, lead, "leads/_notes.html", context, with_head=False)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def recording(request: TeamRequest, pk: int) -> HttpResponse:
    """Say where the call's recording is, that it follows, or why there is none."""
    lead = _lead(request, pk)
    form = RecordingForm(request.POST)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    said, member, at = form.cleaned_data, request.membership, timezone.now()
    try:
        if said["kind"] == RecordingKind.LINK:
            attach_link(lead=lead, url=said["url"], actor=member, at=at, consent=said["consent"])
        elif said["kind"] == RecordingKind.TO_FOLLOW:
            promise_link(lead=lead, actor=member, at=at, consent=said["consent"])
        else:
            no_recording(lead=lead, reason=NoRecording(said["reason"]), actor=member, at=at)
    except (BadLink, ConsentNeeded) as refusal:
        return refused(request, lead, str(refusal))
    context = {"lead": lead, **recording_context(lead, member), "marks": marks_of(lead.lpmama), "can_edit": True}
    return answered(request, lead, "leads/_recording.html", context, with_head=False)


def _lead(request: TeamRequest, pk: int) -> Lead:
    return get_object_or_404(leads_for(request.membership), pk=pk)
