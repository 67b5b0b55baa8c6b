"""What to say on a call, for the ISA's queue."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.licensing import cold_call_words
from handoff.saying import words_for_call
from leads.models import Lead
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def call_words(request: TeamRequest, lead_pk: int) -> HttpResponse:
    """The words for whoever answers, and those for a voicemail, which name the agent who would be asked first."""
    leads = Lead.objects.visible_to(request.membership).select_related("team__policy", "isa__user", "lpmama")
    lead = get_object_or_404(leads.prefetch_related("phones", "emails", "lpmama__areas"), pk=lead_pk)
    scripts = words_for_call(lead, at=timezone.now())
    context = {"scripts": scripts, "caution": cold_call_words(request.membership, lead)}
    return render(request, "handoff/_call_words.html", context)
