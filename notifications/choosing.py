"""The page on which people choose what they hear of by mail and by text."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from notifications import consent, preferences
from notifications.forms import PreferencesForm
from teams.access import any_member
from teams.http import TeamRequest


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def choose(request: TeamRequest) -> HttpResponse:
    """Show what holds for the reader; POST keeps what they ticked."""
    member = request.membership
    with_texts = preferences.can_have_texts(member)
    typed = request.POST if request.method == "POST" else None
    form = PreferencesForm(typed, now=preferences.choices_of(member), with_texts=with_texts)
    if form.is_valid():
        try:
            preferences.choose(membership=member, choices=form.chosen(), at=timezone.now())
        except (preferences.NoPhone, consent.Stopped) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. It holds for what happens from now on.")
            return redirect("notifications:preferences")
    number = request.user.phone
    context = {
        "form": form,
        "with_texts": with_texts,
        "agreement": preferences.agreement(member) if number else "",
        "has_stopped": with_texts and consent.has_stopped(consent.choice_of(member.team_id, number)),
    }
    return render(request, "notifications/preferences.html", context, status=422 if form.errors else 200)
