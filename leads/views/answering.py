"""The six letters, saved as they are typed."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from leads.answers import ANSWERS, keep_answers
from leads.forms import AnswersForm
from leads.queries.lead_page import leads_for
from leads.views.letters import news
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def answers(request: TeamRequest, pk: int) -> HttpResponse:
    """Save what was touched. Fields that cannot be kept are named; the others are saved all the same."""
    lead = get_object_or_404(leads_for(request.membership), pk=pk)
    form = AnswersForm(request.POST, team=lead.team)
    form.is_valid()
    touched = _touched(request)
    errors = {name: [str(word) for word in words] for name, words in form.errors.items() if name in touched}
    changes = {name: form.cleaned_data[name] for name in touched if name in form.cleaned_data}
    errors |= keep_answers(lead=lead, changes=changes, actor=request.membership, at=timezone.now())
    if "X-Autosave" not in request.headers:  # sent by hand, without scripts
        return redirect(lead)
    answer: HttpResponse = JsonResponse({"errors": errors}, status=422) if errors else HttpResponse(status=204)
    answer["HX-Trigger"] = news("lead-saved", lead)
    return answer


def _touched(request: TeamRequest) -> frozenset[str]:
    """What changed on the page since it was last saved. Other people's answers on it are as old as the page is."""
    named = request.headers.get("X-Autosave-Changed")
    return ANSWERS if named is None else ANSWERS & set(named.split(","))
