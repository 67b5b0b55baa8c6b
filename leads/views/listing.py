"""All leads, and the one that somebody asks for."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leads.finding import find as find_leads
from leads.finding import is_number
from leads.forms import ListForm
from leads.queries.listing import narrowed, page_of
from teams.access import any_member
from teams.http import TeamRequest
from teams.text import clean_line


@require_safe
@any_member
def listing(request: TeamRequest) -> HttpResponse:
    """The leads that this member may see, newest first, narrowed by stage, owner and name."""
    form = ListForm(request.GET, membership=request.membership)
    form.is_valid()  # a filter that is nonsense narrows nothing
    page = page_of(
        narrowed(request.membership, form.cleaned_data),
        older_than=_id(request, "before"),
        newer_than=_id(request, "after"),
    )
    kept = [(name, value) for name, value in request.GET.items() if name in form.fields and value]
    return render(
        request,
        "leads/list.html",
        {
            "form": form,
            "page": page,
            "export_query": urlencode(kept),
            "is_narrowed": any(form.cleaned_data.values()),
            "newer_url": page.newer_than and "?" + urlencode([*kept, ("after", page.newer_than)]),
            "older_url": page.older_than and "?" + urlencode([*kept, ("before", page.older_than)]),
        },
    )


def _id(request: TeamRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
@any_member
def find(request: TeamRequest) -> HttpResponse:
    """Leads by number, name or address. One number that is one lead's opens that lead: the phone is ringing."""
    try:
        text = clean_line(request.GET.get("q", ""))
    except ValidationError:
        text = ""
    found = find_leads(request.membership, text)
    if len(found) == 1 and is_number(text) and not request.htmx:
        return redirect(found[0])
    context = {"leads": found, "find_query": text, **_way_on(text)}
    return render(request, "leads/find.html", context)


def _way_on(text: str) -> dict[str, str]:
    """Nobody found: the number that was looked for becomes a new lead's."""
    if is_number(text):
        return {"add_url": f"{reverse('leads:add')}?{urlencode({'phone': text[:40]})}", "add_label": "Add this number"}
    return {"add_url": reverse("leads:add"), "add_label": "New lead"}
