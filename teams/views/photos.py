"""Agents' photos: set, removed, and shown to their team."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from teams import photos
from teams.access import any_member
from teams.forms.photos import PhotoForm
from teams.http import TeamRequest
from teams.models import Membership
from teams.uploads import was_too_large
from teams.views.people import back_to, draw_person, load_agent

#: Seconds a browser keeps a photo: its address names the bytes, and another photo has another address.
KEPT = 7 * 24 * 3600


@require_safe
@any_member
def photo(request: TeamRequest, pk: int) -> HttpResponse:
    """Show the photo of somebody of the team."""
    return answer_with_photo(request, get_object_or_404(Membership.objects.visible_to(request.membership), pk=pk))


def answer_with_photo(request: HttpRequest, member: Membership) -> HttpResponse:
    """Answer with the bytes that we made ourselves, for this reader's browser to keep; 404 where there are none."""
    image = photos.photo_of(member)
    if image is None:
        raise Http404
    etag = f'"{photos.mark_of(image)}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(image, content_type=photos.TYPE)
        response["Content-Disposition"] = 'inline; filename="photo.webp"'
    response["ETag"], response["Cache-Control"] = etag, f"private, max-age={KEPT}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@any_member
def set_photo(request: TeamRequest, pk: int) -> HttpResponse:
    """Take a new photo of an agent."""
    member = load_agent(request, pk)
    form = PhotoForm(request.POST, request.FILES, was_too_large=was_too_large(request))
    if not form.is_valid():
        return draw_person(request, member, status=422, photo_form=form)
    photos.set_photo(profile=member.profile, image=form.cleaned_data["photo"], at=timezone.now())
    return back_to(request, member, "Photo saved. Clients see it from now on.")


@require_POST
@any_member
def remove_photo(request: TeamRequest, pk: int) -> HttpResponse:
    """Show initials again."""
    member = load_agent(request, pk)
    photos.remove_photo(profile=member.profile)
    return back_to(request, member, "Photo removed.")
