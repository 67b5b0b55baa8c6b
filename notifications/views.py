"""The inbox: what a person was told. And test messages by what a team has connected."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from notifications import inbox as reading
from notifications import queries
from notifications import slack_people as matching
from notifications.models import InboxItem
from notifications.trying import NotSent, try_channel
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.slack import has_token
from teams.ways import WAYS


@require_safe
@any_member
def inbox(request: TeamRequest) -> HttpResponse:
    """One's own items, newest first, all or those not opened yet."""
    is_unread = request.GET.get("show") == "unread"
    page = queries.inbox_page(request.membership, before=request.GET.get("before", ""), is_unread=is_unread)
    older = {"before": page.older, **({"show": "unread"} if is_unread else {})}
    return render(
        request,
        "notifications/inbox.html",
        {
            "items": page.rows,
            "is_unread": is_unread,
            "older_url": f"{reverse('notifications:inbox')}?{urlencode(older)}" if page.older else "",
        },
    )


@require_POST
@any_member
def open_item(request: TeamRequest, pk: int) -> HttpResponse:
    """Go to what the item is about; it is seen from now on."""
    item = get_object_or_404(InboxItem.objects.visible_to(request.membership), pk=pk)
    reading.mark_read(item=item, at=timezone.now())
    return redirect(item.link or "notifications:inbox")


@require_POST
@any_member
def read_all(request: TeamRequest) -> HttpResponse:
    """Mark everything as seen."""
    if reading.mark_all_read(membership=request.membership, at=timezone.now()):
        messages.success(request, "All marked as read.")
    return redirect("notifications:inbox")


@require_POST
@for_roles(Role.LEAD)
def send_test(request: TeamRequest, channel: str) -> HttpResponse:
    """Post a test message and say how the other side answered."""
    return _tried(request, channel)


@require_POST
@for_roles(Role.LEAD)
def try_text(request: TeamRequest) -> HttpResponse:
    """Send a test text to the team lead's own phone."""
    number = request.user.phone
    if not number:
        messages.error(request, "Your profile has no phone number to send a test to: add it first.")
        return redirect(WAYS["sms"].page)
    return _tried(request, "sms", address=number, name=request.user.name)


@require_POST
@for_roles(Role.LEAD)
def try_mail(request: TeamRequest) -> HttpResponse:
    """Send a test mail by the team's own server, to the team lead's own address."""
    return _tried(request, "smtp", address=request.user.email, name=request.user.name)


def _tried(request: TeamRequest, channel: str, *, address: str = "", name: str = "") -> HttpResponse:
    way = WAYS[channel]
    try:
        answer = try_channel(
            team=request.membership.team, channel=channel, at=timezone.now(), address=address, name=name
        )
    except NotSent as refusal:
        messages.error(request, f"The test message was not sent. {refusal}")
    else:
        messages.success(request, f"The test message was sent. {way.label} answered: {answer}")
    return redirect(way.page)


@require_safe
@for_roles(Role.LEAD)
def slack_people(request: TeamRequest) -> HttpResponse:
    """Draw who of the team is whom in Slack: a part of the Slack page, asked for again while look-ups wait."""
    team = request.membership.team
    people = matching.people_of(team)
    counted = Counter(person.state for person in people)
    context = {"people": people, "counted": counted, "is_live": bool(counted["waiting"]), "can_ask": has_token(team)}
    return render(request, "notifications/_slack_people.html", context)


@require_POST
@for_roles(Role.LEAD)
def match_people(request: TeamRequest) -> HttpResponse:
    """Look everybody up in Slack by their email address, in the background."""
    try:
        number = matching.match_people(request.membership.team, at=timezone.now())
    except matching.NoToken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Looking {number} {'person' if number == 1 else 'people'} up in Slack.")
    return redirect("teams:slack")
