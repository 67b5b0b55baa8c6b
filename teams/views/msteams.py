"""Where the team's Microsoft Teams alerts go. The address is a secret: it is never shown again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from teams import connections, msteams
from teams.access import for_roles
from teams.forms.connections import TeamsForm
from teams.http import TeamRequest
from teams.models import Role, TeamsConnection
from teams.views.connecting import connection_context


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def msteams_settings(request: TeamRequest) -> HttpResponse:
    """Show how alerts go out; POST connects."""
    connection = connections.found(TeamsConnection, request.membership.team)
    form = TeamsForm(
        request.POST if request.method == "POST" else None,
        initial={"channel": connection.channel},
        has_url=connection.is_set,
    )
    if form.is_valid():
        url = form.cleaned_data["webhook_url"] or connection.webhook_url
        channel = form.cleaned_data["channel"]
        msteams.connect(connection=connection, url=url, channel=channel, actor=request.membership, at=timezone.now())
        messages.success(request, "Saved. Send a test message, and look whether it comes up in Teams.")
        return redirect("teams:msteams")
    context = connection_context(connection, "msteams") | {
        "form": form,
        "url_end": connections.end_of(connection.webhook_url),
    }
    return render(request, "teams/msteams.html", context, status=422 if form.errors else 200)
