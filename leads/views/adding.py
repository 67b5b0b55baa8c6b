"""Taking a lead in."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leads.capture import add_lead, duplicates_of
from leads.forms import AddLeadForm
from leads.forms.about import SOURCES
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.text import clean_line


@require_http_methods(["GET", "POST"])
@for_roles(Role.ISA, Role.LEAD)
def add(request: TeamRequest) -> HttpResponse:
    """Add a lead; one that is there already is shown first, and added again only when that is meant."""
    team = request.membership.team
    if request.method != "POST":
        form = AddLeadForm(team=team, initial={"phone": request.GET.get("phone", "")[:40]})
        return _form(request, form)
    form = AddLeadForm(request.POST, team=team)
    if not form.is_valid():
        return _form(request, form, status=422)
    said = form.cleaned_data
    same = duplicates_of(team, said["phone"], said["email"])
    if same and "anyway" not in request.POST:
        return _form(request, form, same=same, status=409)
    isa = request.membership if request.membership.is_isa else None
    lead = add_lead(team=team, isa=isa, actor=request.membership, at=timezone.now(), **said)
    return redirect(lead)


def _form(request: TeamRequest, form: AddLeadForm, *, same: object = None, status: int = 200) -> HttpResponse:
    context = {"form": form, "same": same, "sources": SOURCES, "is_asked": status == 409}
    return render(request, "leads/add.html", context, status=status)


@require_safe
@for_roles(Role.ISA, Role.LEAD)
def duplicates(request: TeamRequest) -> HttpResponse:
    """Who has this number or address already; asked while it is typed."""
    try:
        phone, email = (clean_line(request.GET.get(name, ""))[:254] for name in ("phone", "email"))
    except ValidationError:
        phone = email = ""
    same = duplicates_of(request.membership.team, phone, email)
    return render(request, "leads/_duplicates.html", {"same": same})
