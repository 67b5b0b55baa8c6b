"""Bringing leads in from a file, and taking the list out as one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from leads.exporting import lead_lines, row_lines
from leads.forms import ColumnsForm, ListForm, MeaningsForm, ReadAsForm, UploadForm
from leads.importing import conducting
from leads.importing.columns import is_follow_up_boss, saved_mapping
from leads.importing.conducting import NotNow
from leads.importing.files import Unreadable
from leads.models import LeadImport
from leads.models.imports import ImportStatus
from leads.queries import imports as queries
from leads.queries.listing import narrowed
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.sheets import sheet
from teams.uploads import LARGEST_FILE, was_too_large

TOO_LARGE = f"The file is larger than {LARGEST_FILE >> 20} MB. Cut it in two, or remove columns that are not needed."


@require_safe
@for_roles(Role.LEAD)
def imports(request: TeamRequest) -> HttpResponse:
    """What was brought so far, and the way to bring more."""
    return _imports(request, UploadForm())


def _imports(request: TeamRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "imports": queries.imports_of(request.membership)}
    return render(request, "leads/importing/imports.html", context, status=status)


@require_POST
@for_roles(Role.LEAD)
def upload(request: TeamRequest) -> HttpResponse:
    """Take a file in and show what its columns look like; nothing is imported yet."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        if was_too_large(request):
            form.errors["file"] = form.error_class([TOO_LARGE])
        return _imports(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        of = conducting.take_in(by=request.membership, file_name=file.name, pieces=file.chunks(), at=timezone.now())
    except Unreadable as problem:
        form.add_error("file", str(problem))
        return _imports(request, form, status=422)
    return redirect(of)


@require_safe
@for_roles(Role.LEAD)
def one_import(request: TeamRequest, pk: int) -> HttpResponse:
    """An import where it stands: its columns, its progress, its trial, its result."""
    return _page(request, _import(request, pk))


def _page(request: TeamRequest, of: LeadImport, *, status: int = 200, **forms: Any) -> HttpResponse:
    return render(request, "leads/importing/import.html", {**_context(of), **forms}, status=status)


def _context(of: LeadImport) -> dict[str, Any]:
    context: dict[str, Any] = {"of": of}
    if of.status == ImportStatus.DRAFT:
        context |= {
            "columns_form": ColumnsForm(of=of),
            "read_as_form": ReadAsForm(of=of),
            "is_follow_up_boss": is_follow_up_boss(of.headers),
            "is_saved": saved_mapping(of.team, of.headers) is not None,
        }
    elif of.is_working:
        context |= _progress(of)
    elif of.status in {ImportStatus.CHECKED, ImportStatus.DONE, ImportStatus.UNDONE}:
        context |= {"tiles": queries.tiles_of(of), "told": queries.told(of)}
        context["can_take_back"] = conducting.can_take_back(of)
        if of.status == ImportStatus.CHECKED:
            context["meanings_form"] = MeaningsForm(of=of)
    return context


def _progress(of: LeadImport) -> dict[str, Any]:
    return {"of": of, "percent": queries.share_done(of), "failed_step": conducting.failed_step(of)}


@require_safe
@for_roles(Role.LEAD)
def import_progress(request: TeamRequest, pk: int) -> HttpResponse:
    """How far the machine is, asked for every second; the whole page when it is done."""
    of = _import(request, pk)
    if not of.is_working:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "leads/importing/_progress.html", _progress(of))


@require_POST
@for_roles(Role.LEAD)
def import_read_as(request: TeamRequest, pk: int) -> HttpResponse:
    """Look at the file again, in another encoding, with another delimiter, at another sheet."""
    of = _import(request, pk)
    form = ReadAsForm(request.POST, of=of)
    if not form.is_valid():
        return _page(request, of, status=422, read_as_form=form)
    try:
        conducting.read_as(of=of, **form.cleaned_data)
    except (Unreadable, NotNow) as problem:
        messages.error(request, str(problem))
    return redirect(of)


@require_POST
@for_roles(Role.LEAD)
def import_columns(request: TeamRequest, pk: int) -> HttpResponse:
    """Say what the columns are, and have every row tried."""
    of = _import(request, pk)
    form = ColumnsForm(request.POST, of=of)
    if not form.is_valid():
        return _page(request, of, status=422, columns_form=form)
    said = {name: form.cleaned_data[name] for name in ("on_duplicate", "on_unknown", "isa", "tag")}
    try:
        conducting.set_columns(of=of, columns=form.columns(), at=timezone.now(), **said)
    except Unreadable as problem:
        form.add_error(None, str(problem))
        return _page(request, of, status=422, columns_form=form)
    except NotNow as problem:
        messages.error(request, str(problem))
    return redirect(of)


@require_POST
@for_roles(Role.LEAD)
def import_meanings(request: TeamRequest, pk: int) -> HttpResponse:
    """Say what the file's stages and people are, and have every row tried again."""
    of = _import(request, pk)
    form = MeaningsForm(request.POST, of=of)
    if not form.is_valid():
        return _page(request, of, status=422, meanings_form=form)
    return _done(request, of, lambda: conducting.set_meanings(of=of, meant=form.meant(), at=timezone.now()))


@require_POST
@for_roles(Role.LEAD)
def import_back(request: TeamRequest, pk: int) -> HttpResponse:
    """Back to the columns."""
    of = _import(request, pk)
    return _done(request, of, lambda: conducting.change_columns(of=of))


@require_POST
@for_roles(Role.LEAD)
def import_start(request: TeamRequest, pk: int) -> HttpResponse:
    """Import what was tried."""
    of = _import(request, pk)
    return _done(request, of, lambda: conducting.start(of=of, at=timezone.now()))


@require_POST
@for_roles(Role.LEAD)
def import_undo(request: TeamRequest, pk: int) -> HttpResponse:
    """Take the import back."""
    of = _import(request, pk)
    return _done(request, of, lambda: conducting.take_back(of=of, at=timezone.now()))


@require_POST
@for_roles(Role.LEAD)
def import_again(request: TeamRequest, pk: int) -> HttpResponse:
    """Have what failed tried again."""
    of = _import(request, pk)
    conducting.try_again(of=of, at=timezone.now())
    return redirect(of)


@require_POST
@for_roles(Role.LEAD)
def import_discard(request: TeamRequest, pk: int) -> HttpResponse:
    """Throw the file away."""
    of = _import(request, pk)
    _done(request, of, lambda: conducting.discard(of=of, at=timezone.now()))
    return redirect("leads:imports")


def _done(request: TeamRequest, of: LeadImport, verb: Any) -> HttpResponse:
    try:
        verb()
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect(of)


@require_safe
@for_roles(Role.LEAD)
def import_rows(request: TeamRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were not imported whole, with the reasons, to be mended and brought again."""
    of = _import(request, pk)
    name = slugify(of.file_name.rpartition(".")[0] or of.file_name) or "import"
    return sheet(f"{name}-problems", row_lines(of))


@require_safe
@for_roles(Role.LEAD)
def export(request: TeamRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, as a file."""
    form = ListForm(request.GET, membership=request.membership)
    form.is_valid()  # a filter that is nonsense narrows nothing
    return sheet("leads", lead_lines(narrowed(request.membership, form.cleaned_data)))


def _import(request: TeamRequest, pk: int) -> LeadImport:
    return get_object_or_404(LeadImport.objects.visible_to(request.membership).select_related("team", "by"), pk=pk)
