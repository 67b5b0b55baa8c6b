"""By whom the team sends texts. The auth token is never shown again, only that it is set and how it ends."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from teams import connections, texts
from teams.access import for_roles
from teams.forms.connections import TextsForm
from teams.http import TeamRequest
from teams.models import Role, TextsConnection
from teams.views.connecting import connection_context


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def text_settings(request: TeamRequest) -> HttpResponse:
    """Show how texts go out; POST connects."""
    connection = connections.found(TextsConnection, request.membership.team)
    typed = request.POST if request.method == "POST" else None
    form = TextsForm(typed, was=connection, initial={"account": connection.account, "sender": connection.sender})
    if form.is_valid():
        values = {**form.cleaned_data, "token": form.cleaned_data["token"] or connection.token}
        texts.connect(connection=connection, **values, actor=request.membership, at=timezone.now())
        messages.success(request, "Saved. Send a test text, and enter the address for answers at Twilio.")
        return redirect("teams:texts")
    inbound = reverse("notifications:text-in", args=[connection.inbound_key])
    context = connection_context(connection, "sms") | {
        "form": form,
        "token_end": connections.end_of(connection.token),
        "inbound_url": f"{settings.BASE_URL.rstrip('/')}{inbound}" if connection.is_set else "",
    }
    return render(request, "teams/texts.html", context, status=422 if form.errors else 200)
