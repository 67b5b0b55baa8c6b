"""Who the lead is and how they are reached: corrected, read back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.capture import edit_lead
from leads.contacts import NoSuchContact, add_phone, make_primary, primary_email, primary_phone
from leads.forms import EditLeadForm, PhoneForm, VerifyForm
from leads.models import Lead
from leads.phones import BadPhone
from leads.queries.lead_page import leads_for
from leads.verification import NotOnRecord, confirm_email, confirm_no_email, confirm_phone
from leads.views.lead_page import contact_context
from leads.views.replies import answered, first_error, refused, reloaded
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_safe
@any_member
def contact(request: TeamRequest, pk: int) -> HttpResponse:
    """The contact block as it stands; asked for when a correction is called off."""
    return _block(request, _lead(request, pk), is_corrected=True)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ISA, Role.LEAD)
def edit(request: TeamRequest, pk: int) -> HttpResponse:
    """Correct name, number, address, zone."""
    lead = _lead(request, pk)
    focused = "email" if request.GET.get("at") == "email" else "first_name"
    typed = request.POST if request.method == "POST" else None
    form = EditLeadForm(typed, team=lead.team, focused=focused, initial=_initial(lead))
    if request.method != "POST" or not form.is_valid():
        name = "leads/_edit.html" if request.htmx else "leads/edit.html"
        status = 422 if request.method == "POST" else 200
        return render(request, name, {"lead": lead, "form": form}, status=status)
    changes = {name: form.cleaned_data[name] for name in form.changed_data}
    edit_lead(lead=lead, changes=changes, actor=request.membership, at=timezone.now())
    return _block(request, reloaded(request, lead), with_head=True, is_corrected=True)


def _initial(lead: Lead) -> dict[str, str]:
    names = ("first_name", "last_name", "source", "state", "zone", "language")
    return {name: getattr(lead, name) for name in names} | {
        "phone": primary_phone(lead),
        "email": primary_email(lead),
    }


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def phone(request: TeamRequest, pk: int) -> HttpResponse:
    """Add a number, or call another one first."""
    lead = _lead(request, pk)
    form = PhoneForm(request.POST, team=lead.team)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    save = make_primary if form.cleaned_data["is_primary"] else add_phone
    try:
        save(lead=lead, phone=form.cleaned_data["phone"], actor=request.membership, at=timezone.now())
    except NoSuchContact as refusal:
        return refused(request, lead, str(refusal))
    return _block(request, reloaded(request, lead), with_head=True)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def verify(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that number or address was read back and is right, or that there is no address."""
    lead = _lead(request, pk)
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return refused(request, lead, first_error(form))
    what, value = form.cleaned_data["what"], form.cleaned_data["value"]
    member, at = request.membership, timezone.now()
    try:
        if what == "phone":
            confirm_phone(lead=lead, actor=member, at=at, value=value)
        elif what == "email":
            confirm_email(lead=lead, actor=member, at=at, value=value)
        else:
            confirm_no_email(lead=lead, actor=member, at=at)
    except (NotOnRecord, BadPhone) as refusal:
        return refused(request, lead, str(refusal))
    return _block(request, lead)


def _lead(request: TeamRequest, pk: int) -> Lead:
    return get_object_or_404(leads_for(request.membership), pk=pk)


def _block(request: TeamRequest, lead: Lead, *, with_head: bool = False, is_corrected: bool = False) -> HttpResponse:
    context = {**contact_context(lead, request.membership), "is_corrected": is_corrected}
    return answered(request, lead, "leads/_contact.html", context, with_head=with_head)
