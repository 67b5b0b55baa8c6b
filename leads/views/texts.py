"""The client's word on texts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from leads import texts as verbs
from leads.queries.lead_page import leads_for
from leads.views.lead_page import can_edit
from leads.views.replies import answered, refused, reloaded
from notifications.consent import Stopped
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def texts(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that the client agrees to texts, or wants none."""
    lead = get_object_or_404(leads_for(request.membership), pk=pk)
    if request.POST.get("agrees") not in {"0", "1"}:
        return refused(request, lead, "Say whether they agree.")
    if verbs.texts_of(lead) is None:
        return refused(request, lead, "This team sends no texts.", status=409)
    note = verbs.agree if request.POST["agrees"] == "1" else verbs.decline
    try:
        note(lead=lead, actor=request.membership, at=timezone.now())
    except (verbs.NoNumber, Stopped) as refusal:
        return refused(request, lead, str(refusal), status=409)
    lead = reloaded(request, lead)
    context = {"lead": lead, "texts": verbs.texts_of(lead), "can_edit": can_edit(request.membership)}
    return answered(request, lead, "leads/_texts.html", context, with_head=False)
