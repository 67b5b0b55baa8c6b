"""By which server the team's mails go out. The password is never shown again, nor how it ends: people choose those."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from teams import connections, smtp
from teams.access import for_roles
from teams.forms.connections import MailForm
from teams.http import TeamRequest
from teams.models import MailConnection, Role
from teams.views.connecting import connection_context

SHOWN = ("host", "port", "security", "username", "from_address")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def smtp_settings(request: TeamRequest) -> HttpResponse:
    """Show how mails go out; POST connects."""
    connection = connections.found(MailConnection, request.membership.team)
    typed = request.POST if request.method == "POST" else None
    form = MailForm(typed, was=connection, initial={name: getattr(connection, name) for name in SHOWN})
    if form.is_valid():
        values = form.cleaned_data
        smtp.connect(connection=connection, values=values, actor=request.membership, at=timezone.now())
        messages.success(request, "Saved. Send yourself a test mail to see that it works.")
        return redirect("teams:smtp")
    context = connection_context(connection, "smtp") | {"form": form}
    return render(request, "teams/smtp.html", context, status=422 if form.errors else 200)
