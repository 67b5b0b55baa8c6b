"""The API's part about leads. What may start a handoff, tags and stages, stands in ``handoff.api``."""

from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from leads import answers, capture, recordings, verification
from leads.contacts import primary_email, primary_phone
from leads.finding import find
from leads.models import Activity, Lead, Lpmama, Recording, Verification
from leads.models.leads import LeadQuerySet
from leads.models.recordings import RecordingKind
from leads.queries.listing import narrowed
from leads.schemas import (
    ActivitiesOut,
    LeadChanges,
    LeadIn,
    LeadOut,
    LeadsOut,
    LpmamaIn,
    LpmamaOut,
    NewLeadOut,
    RecordingIn,
    RecordingOut,
    RecordingsOut,
    StageNamesOut,
    VerificationIn,
    VerificationOut,
)
from leads.stage_names import stage_label
from leads.states import MOVES, Stage
from leads.tags import remove_tag
from leads.timeline import story_of
from teams.bearer import acting
from teams.http import TeamRequest
from teams.keyset import page
from teams.models import Membership, Role, Scope
from teams.problems import invalid, not_found
from teams.schemas import LINE, PROBLEMS, Cursor, Id, Limit

router = Router(tags=["Leads"])

WORKERS = (Role.ISA, Role.LEAD)  # who works leads; agents see theirs
Words = Annotated[
    str, Field(max_length=200, description="A phone number in any format, words of a name, an address."), LINE
]


def lead_of(membership: Membership, lead_id: int) -> Lead:
    """Load a lead that this member may see. Raises Problem: foreign and missing look the same."""
    lead = _drawn(Lead.objects.visible_to(membership)).filter(pk=lead_id).first()
    if lead is None:
        raise not_found()
    return lead


def _drawn(leads: LeadQuerySet) -> LeadQuerySet:
    return leads.select_related("owner__user", "isa__user", "team__policy").prefetch_related("phones", "emails", "tags")


@router.get("/leads", response={200: LeadsOut, **PROBLEMS}, summary="List or find leads")
def list_leads(
    request: TeamRequest,
    q: Words = "",
    stage: Stage | None = None,
    owner: Id | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Newest first. With `q` the best matches, in one page: the number first, then the name, then the address."""
    membership = acting(request, Scope.READ)
    if q:
        ids = [lead.pk for lead in find(membership, q)]
        leads = _drawn(Lead.objects.filter(pk__in=ids))
        found = sorted(leads, key=lambda lead: ids.index(lead.pk))
        return {"items": [shown(lead) for lead in found], "next_cursor": None}
    leads = narrowed(membership, {"stage": stage})
    if owner is not None:
        leads = leads.filter(owner=owner)
    return page(_drawn(leads), cursor=cursor, limit=limit, show=shown)


@router.post("/leads", response={201: NewLeadOut, **PROBLEMS}, summary="Add a lead")
def add_lead(request: TeamRequest, body: LeadIn) -> Status[dict[str, Any]]:
    """Duplicates are named, not refused: families share a number."""
    membership, at = acting(request, Scope.LEADS, *WORKERS), timezone.now()
    like_it = capture.duplicates_of(membership.team, body.phone, body.email)
    isa = membership if membership.is_isa else None
    lead = capture.add_lead(team=membership.team, isa=isa, at=at, actor=membership, **body.dict())
    return Status(201, {**shown(lead_of(membership, lead.pk)), "duplicates": [other.pk for other in like_it]})


@router.get("/leads/{int:lead_id}", response={200: LeadOut, **PROBLEMS}, summary="A lead")
def get_lead(request: TeamRequest, lead_id: int) -> dict[str, Any]:
    """Who it is, where it stands, whose it is."""
    return shown(lead_of(acting(request, Scope.READ), lead_id))


@router.patch("/leads/{int:lead_id}", response={200: LeadOut, **PROBLEMS}, summary="Correct a lead")
def edit_lead(request: TeamRequest, lead_id: int, body: LeadChanges) -> dict[str, Any]:
    """A changed number or address is unverified again."""
    membership = acting(request, Scope.LEADS, *WORKERS)
    lead = lead_of(membership, lead_id)
    capture.edit_lead(lead=lead, changes=body.dict(exclude_unset=True), actor=membership, at=timezone.now())
    return shown(lead_of(membership, lead_id))


@router.get("/leads/{int:lead_id}/lpmama", response={200: LpmamaOut, **PROBLEMS}, summary="The six letters")
def get_lpmama(request: TeamRequest, lead_id: int) -> dict[str, Any]:
    """The answers so far, and what is missing."""
    return _answered(lead_of(acting(request, Scope.READ), lead_id))


@router.put("/leads/{int:lead_id}/lpmama", response={200: LpmamaOut, **PROBLEMS}, summary="Set all answers")
def put_lpmama(request: TeamRequest, lead_id: int, body: LpmamaIn) -> dict[str, Any]:
    """What is left out is not answered any more."""
    return _answer(request, lead_id, body.changes(only_named=False))


@router.patch("/leads/{int:lead_id}/lpmama", response={200: LpmamaOut, **PROBLEMS}, summary="Set some answers")
def patch_lpmama(request: TeamRequest, lead_id: int, body: LpmamaIn) -> dict[str, Any]:
    """What is left out stays."""
    return _answer(request, lead_id, body.changes(only_named=True))


def _answer(request: TeamRequest, lead_id: int, changes: dict[str, Any]) -> dict[str, Any]:
    membership = acting(request, Scope.LEADS, *WORKERS)
    lead = lead_of(membership, lead_id)
    answers.save_answers(lead=lead, changes=changes, actor=membership, at=timezone.now())
    return _answered(lead)


@router.get(
    "/leads/{int:lead_id}/recordings", response={200: RecordingsOut, **PROBLEMS}, summary="Recordings of the calls"
)
def list_recordings(request: TeamRequest, lead_id: int) -> dict[str, Any]:
    """What was said of each."""
    lead = lead_of(acting(request, Scope.READ), lead_id)
    return {"items": list(lead.recordings.all()[:100])}


@router.post(
    "/leads/{int:lead_id}/recordings", response={201: RecordingOut, **PROBLEMS}, summary="Say where the recording is"
)
def add_recording(request: TeamRequest, lead_id: int, body: RecordingIn) -> Status[Recording]:
    """A link, the promise of one, or why there is none. A link keeps an open promise."""
    membership, at = acting(request, Scope.LEADS, *WORKERS), timezone.now()
    lead = lead_of(membership, lead_id)
    said: dict[str, Any] = {"lead": lead, "actor": membership, "at": at}
    consent = recordings.Consent(body.agreed_second) if body.agreed else None
    if body.kind == RecordingKind.TO_FOLLOW:
        return Status(201, recordings.promise_link(**said, consent=consent))
    if body.reason:
        return Status(201, recordings.no_recording(**said, reason=body.reason))
    try:
        return Status(201, recordings.attach_link(**said, url=body.url, consent=consent))
    except recordings.BadLink as refusal:
        raise invalid({"url": [str(refusal)]}) from refusal


@router.get(
    "/leads/{int:lead_id}/verification", response={200: VerificationOut, **PROBLEMS}, summary="What was read back"
)
def get_verification(request: TeamRequest, lead_id: int) -> dict[str, Any]:
    """Whether the number and the address on the lead now are confirmed."""
    return _verified(lead_of(acting(request, Scope.READ), lead_id))


@router.post(
    "/leads/{int:lead_id}/verification",
    response={200: VerificationOut, **PROBLEMS},
    summary="Confirm number and address",
)
def verify(request: TeamRequest, lead_id: int, body: VerificationIn) -> dict[str, Any]:
    """Only what is on the lead now can be confirmed."""
    membership, at = acting(request, Scope.LEADS, *WORKERS), timezone.now()
    lead = lead_of(membership, lead_id)
    with transaction.atomic():
        if body.phone:
            verification.confirm_phone(lead=lead, actor=membership, at=at, value=body.phone)
        if body.email:
            verification.confirm_email(lead=lead, actor=membership, at=at, value=body.email)
        if body.has_no_email:
            verification.confirm_no_email(lead=lead, actor=membership, at=at)
    return _verified(lead)


@router.delete("/leads/{int:lead_id}/tags/{name}", response={204: None, **PROBLEMS}, summary="Take a word off")
def take_tag_off(request: TeamRequest, lead_id: int, name: Annotated[str, Field(max_length=60), LINE]) -> Status[None]:
    """One that is not there is a 404."""
    membership = acting(request, Scope.LEADS, *WORKERS)
    if not remove_tag(lead=lead_of(membership, lead_id), name=name, actor=membership, at=timezone.now()):
        raise not_found()
    return Status(204, None)


@router.get("/leads/{int:lead_id}/activity", response={200: ActivitiesOut, **PROBLEMS}, summary="The lead's story")
def activity(request: TeamRequest, lead_id: int, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """Everything that happened, the newest first."""
    lead = lead_of(acting(request, Scope.READ), lead_id)
    story = story_of(lead.pk)
    return page(story, cursor=cursor, limit=limit, show=_told)


@router.get("/stages", response={200: StageNamesOut, **PROBLEMS}, summary="Stages, as the team calls them")
def stages(request: TeamRequest) -> dict[str, Any]:
    """Programs go by the code; people read the label, which each team may change."""
    team = acting(request, Scope.READ).team
    path = list(Stage)
    return {
        "items": [
            {"code": stage, "label": stage_label(team, stage), "moves": sorted(MOVES[stage], key=path.index)}
            for stage in path
        ]
    }


def shown(lead: Lead) -> dict[str, Any]:
    """Return a lead as the API tells it. Reads phones, emails and tags as prefetched."""
    own = ("first_name", "last_name", "name", "stage", "stage_at", "state", "zone", "language", "source")
    return {
        "id": lead.pk,
        **{name: getattr(lead, name) for name in own},
        "stage_label": stage_label(lead.team, lead.stage),
        "phone": primary_phone(lead),
        "email": primary_email(lead),
        "owner": lead.owner_id,
        "owner_name": str(lead.owner.user) if lead.owner else "",
        "isa": lead.isa_id,
        "isa_name": str(lead.isa.user) if lead.isa else "",
        "tags": sorted((tag.name for tag in lead.tags.all()), key=str.casefold),
        "next_call_at": lead.next_call_at,
        "created_at": lead.created_at,
        "updated_at": lead.updated_at,
        "url": settings.BASE_URL + lead.get_absolute_url(),
    }


def _answered(lead: Lead) -> dict[str, Any]:
    said = Lpmama.objects.filter(lead=lead).prefetch_related("areas").first() or Lpmama(lead=lead)
    named = {name: getattr(said, name) for name in LpmamaIn.model_fields if name != "areas"}
    return {**named, "areas": [area.pk for area in said.areas.all()], "missing": answers.missing_letters(said)}


def _verified(lead: Lead) -> dict[str, Any]:
    said = Verification.objects.filter(lead=lead).first() or Verification(lead=lead)
    lead.verification = said
    return {
        "is_phone_verified": verification.is_phone_verified(lead),
        "is_email_verified": verification.is_email_verified(lead),
        **{name: getattr(said, name) for name in ("phone", "phone_at", "email", "email_at", "has_no_email")},
    }


def _told(step: Activity) -> dict[str, Any]:
    return {
        "id": step.pk,
        "kind": step.kind,
        "summary": step.summary,
        "actor": step.actor_id,
        "actor_name": str(step.actor.user) if step.actor else "",
        "at": step.at,
        "data": step.data,
    }
