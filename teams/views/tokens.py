"""Keys for programs: everybody makes and ends their own; team leads see and end all of the team's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from teams import tokens as keys
from teams.access import any_member
from teams.forms.tokens import TokenForm
from teams.http import TeamRequest
from teams.models import ApiToken

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@any_member
def tokens(request: TeamRequest) -> HttpResponse:
    """List the tokens; POST makes one of one's own, and shows its text this once."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        token, text = keys.make_token(
            membership=request.membership,
            name=form.cleaned_data["name"],
            scopes=form.scopes(),
            lifetime=form.lifetime(),
            at=timezone.now(),
        )
        return _page(request, TokenForm(), status=201, made=token, text=text)
    return _page(request, form, status=422 if form.errors else 200)


def _page(
    request: TeamRequest, form: TokenForm, *, status: int, made: ApiToken | None = None, text: str = ""
) -> HttpResponse:
    at = timezone.now()
    listed = ApiToken.objects.visible_to(request.membership).living(at=at).select_related("membership__user")
    context = {"form": form, "tokens": listed.order_by("-pk")[:SHOWN], "made": made, "text": text}
    return render(request, "teams/tokens.html", context, status=status)


@require_POST
@any_member
def revoke(request: TeamRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    visible = ApiToken.objects.visible_to(request.membership).select_related("membership__user")
    token = get_object_or_404(visible, pk=pk)
    if keys.end_token(token=token, actor=request.membership, at=timezone.now()):
        messages.success(request, "The token opens nothing any more.")
    else:
        messages.info(request, "It was revoked already.")
    return redirect("teams:tokens")
