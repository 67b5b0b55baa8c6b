"""Where answers to the team's mails come in. The password is never shown again; the secret address is, to copy it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams import connections, mailbox
from teams.access import for_roles
from teams.forms.mailbox import MailboxForm
from teams.http import TeamRequest
from teams.models import MailboxConnection, Role
from teams.views.connecting import connection_context

SHOWN = ("address", "host", "port", "security", "username", "folder")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def mailbox_settings(request: TeamRequest) -> HttpResponse:
    """Show how answers come in; POST connects."""
    connection = connections.found(MailboxConnection, request.membership.team)
    typed = request.POST if request.method == "POST" else None
    form = MailboxForm(typed, was=connection, initial={name: getattr(connection, name) for name in SHOWN})
    if form.is_valid():
        mailbox.connect(connection=connection, values=form.cleaned_data, actor=request.membership, at=timezone.now())
        messages.success(request, "Saved. Look into the mailbox, or enter the secret address at your provider.")
        return redirect("teams:mailbox")
    context = connection_context(connection, "mailbox") | {
        "form": form,
        "inbound_url": _inbound_url(connection) if connection.is_set else "",
    }
    return render(request, "teams/mailbox.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(Role.LEAD)
def renew_address(request: TeamRequest) -> HttpResponse:
    """Make another secret address; the old one is refused."""
    connection = connections.found(MailboxConnection, request.membership.team)
    if not connection.is_set:
        messages.error(request, "Give an address for answers first.")
        return redirect("teams:mailbox")
    mailbox.renew_address(connection=connection, actor=request.membership, at=timezone.now())
    messages.success(request, "There is a new address. Enter it at your provider: the old one is refused.")
    return redirect("teams:mailbox")


def _inbound_url(connection: MailboxConnection) -> str:
    path = reverse("notifications:mail-in", args=[connection.inbound_key])
    return f"{settings.BASE_URL.rstrip('/')}{path}"
