"""Saved homes on the lead page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from leads.forms import HomeForm
from leads.homes import FIELDS, change_home, save_home
from leads.homes import remove_home as take_off_home
from leads.models import Lead, SavedHome
from leads.queries.lead_page import homes_of, leads_for
from leads.views.lead_page import can_edit
from leads.views.replies import answered, first_error, refused
from teams.access import any_member
from teams.http import TeamRequest


@require_POST
@any_member
def home(request: TeamRequest, pk: int) -> HttpResponse:
    """Keep a home that the client likes."""
    lead = _lead(request, pk)
    form = HomeForm(request.POST)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    save_home(lead=lead, said=form.cleaned_data, actor=request.membership, at=timezone.now())
    return _homes(request, lead)


@require_http_methods(["GET", "POST"])
@any_member
def home_edit(request: TeamRequest, pk: int, home_pk: int) -> HttpResponse:
    """Correct a home, or note what the client thinks of it by now."""
    lead = _lead(request, pk)
    kept = get_object_or_404(SavedHome, lead=lead, pk=home_pk)
    if request.method != "POST":
        form = HomeForm(initial={name: getattr(kept, name) for name in FIELDS}, prefix=f"home{kept.pk}")
        name = "leads/_home_edit.html" if request.htmx else "leads/home_edit.html"
        return render(request, name, {"lead": lead, "home": kept, "form": form})
    form = HomeForm(request.POST, prefix=f"home{kept.pk}")
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    change_home(home=kept, said=form.cleaned_data, actor=request.membership, at=timezone.now())
    return _homes(request, lead)


@require_POST
@any_member
def home_remove(request: TeamRequest, pk: int, home_pk: int) -> HttpResponse:
    """Take a home off: one's own, or anybody's for who qualifies leads."""
    lead = _lead(request, pk)
    homes = SavedHome.objects.filter(lead=lead)
    if not can_edit(request.membership):
        homes = homes.filter(added_by=request.membership)
    take_off_home(home=get_object_or_404(homes, pk=home_pk), actor=request.membership, at=timezone.now())
    return _homes(request, lead)


def _homes(request: TeamRequest, lead: Lead) -> HttpResponse:
    context = {
        "lead": lead,
        "homes": homes_of(lead),
        "home_form": HomeForm(),
        "can_edit": can_edit(request.membership),
        "membership": request.membership,
    }
    return answered(request, lead, "leads/_homes.html", context, with_head=False)


def _lead(request: TeamRequest, pk: int) -> Lead:
    return get_object_or_404(leads_for(request.membership), pk=pk)
