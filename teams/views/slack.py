"""Where the team's Slack alerts go. A secret is never shown again, only that it is set and how it ends."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams import connections, slack
from teams.access import for_roles
from teams.forms.settings import SlackForm
from teams.http import TeamRequest
from teams.models import Role, SlackConnection
from teams.views.connecting import connection_context

CHANNELS = ("channel", "hot_channel", "stuck_channel")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def slack_settings(request: TeamRequest) -> HttpResponse:
    """Show how alerts go out; POST connects."""
    connection = slack.connection_of(request.membership.team)
    form = SlackForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(connection, name) for name in CHANNELS},
        has_token=bool(connection.token),
    )
    if form.is_valid():
        _connect(request, connection, form)
        messages.success(request, "Saved. Send a test message to see that it works.")
        return redirect("teams:slack")
    context = connection_context(connection, "slack") | {
        "form": form,
        "token_end": connections.end_of(connection.token),
        "interactivity_url": f"{settings.BASE_URL.rstrip('/')}{reverse('notifications:slack-interactions')}",
        "webhook_end": connections.end_of(connection.webhook_url),
    }
    return render(request, "teams/slack.html", context, status=422 if form.errors else 200)


def _connect(request: TeamRequest, connection: SlackConnection, form: SlackForm) -> None:
    actor, at = request.membership, timezone.now()
    if url := form.cleaned_data["webhook_url"]:
        slack.connect_by_webhook(connection=connection, url=url, actor=actor, at=at)
    else:
        token = form.cleaned_data["token"] or connection.token
        channels = {name: form.cleaned_data[name] for name in CHANNELS}
        secret = form.cleaned_data["signing_secret"] or connection.signing_secret
        slack.connect_by_token(
            connection=connection, token=token, signing_secret=secret, **channels, actor=actor, at=at
        )


@require_POST
@for_roles(Role.LEAD)
def disconnect(request: TeamRequest) -> HttpResponse:
    """Forget the connection."""
    connection = slack.connection_of(request.membership.team)
    slack.disconnect(connection=connection, actor=request.membership, at=timezone.now())
    messages.success(request, "Slack is disconnected, and its keys are forgotten.")
    return redirect("teams:slack")
