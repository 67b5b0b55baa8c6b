"""What the page of incoming mail asks this room: to look into the mailbox now, and what came in last."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from notifications.mail_in.imap import Refused, Unreachable
from notifications.mail_in.looking import try_mailbox
from notifications.models import MailIn
from teams.access import for_roles
from teams.http import TeamRequest
from teams.mailbox import what_to_do
from teams.models import MailboxConnection, Role

SHOWN = 10


@require_POST
@for_roles(Role.LEAD)
def look_now(request: TeamRequest) -> HttpResponse:
    """Sign in to the mailbox and say how that went. Nothing is taken."""
    connection = MailboxConnection.objects.filter(team=request.membership.team).first()
    if connection is None:
        raise Http404
    if not connection.is_read:
        messages.error(request, "No mailbox is connected: give its host, user name and password first.")
        return redirect("teams:mailbox")
    try:
        answer = try_mailbox(connection, at=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{what_to_do(str(refusal))}.")
    except Unreachable as problem:
        messages.error(request, f"{problem} Check host and port, or try again in a minute.")
    else:
        messages.success(request, answer)
    return redirect("teams:mailbox")


@require_safe
@for_roles(Role.LEAD)
def last_mails(request: TeamRequest) -> HttpResponse:
    """Draw the mails that came in last: a part of the page of incoming mail."""
    mails = MailIn.objects.filter(team=request.membership.team).defer("raw", "body").order_by("-pk")[:SHOWN]
    return render(request, "notifications/_mails_in.html", {"mails": mails})
