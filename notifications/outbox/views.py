"""The demo outbox: every mail as it is rendered, every Slack card as it is drawn, every invite as a calendar has it.

All of a team see what the team sends: another agent's mail, and the signed links in it, too. That is what a demo is
for; where mails really leave the building there are no such pages.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from notifications import queries
from notifications.channels.slack_modals import last_word, modal
from notifications.models import OutboxCard, OutboxMail
from notifications.models.deliveries import ChannelKind
from notifications.outbox.reading import read
from notifications.sheets import AtOnce, NotTaken, conversation_of, who_asks
from teams.access import MemberView, any_member
from teams.http import TeamRequest

P = ParamSpec("P")

#: A mail brings its own style block and may do nothing else. It is shown in a sandboxed frame of our pages only.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}


def only_in_demo(view: MemberView[P]) -> MemberView[P]:
    """Answer 404 where mails really leave the building."""

    @wraps(view)
    def guarded(request: TeamRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.DEMO_OUTBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@any_member
@only_in_demo
def outbox(request: TeamRequest) -> HttpResponse:
    """What would have left the building, newest first."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in {"mail", *ChannelKind} else ""
    page = queries.outbox_page(request.membership, kind=kind, before=request.GET.get("before", ""))
    older = urlencode({"kind": kind, "before": page.older})
    return render(
        request,
        "notifications/outbox.html",
        {
            "rows": page.rows,
            "kind": kind,
            "older_url": f"{reverse('notifications:outbox')}?{older}" if page.older else "",
        },
    )


@require_safe
@any_member
@only_in_demo
def mail(request: TeamRequest, pk: int) -> HttpResponse:
    """A mail: as rendered, as plain text, and its invite."""
    kept = _kept(request, pk)
    shown = read(kept)
    part = "text" if request.GET.get("part") == "text" or not shown.html else "html"
    context: dict[str, Any] = {"mail": kept, "shown": shown, "part": part}
    if shown.invite:
        local = shown.invite.starts_at.astimezone(ZoneInfo(request.user.zone))
        context |= {"month": f"{local:%b}", "day_of_month": local.day}
    return render(request, "notifications/outbox_mail.html", context)


@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # its types know no view with arguments
@any_member
@only_in_demo
def mail_frame(request: TeamRequest, pk: int) -> HttpResponse:
    """The mail's own HTML, for the frame. Its links open beside our page, not in the frame."""
    html = read(_kept(request, pk)).html
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_safe
@any_member
@only_in_demo
def invite(request: TeamRequest, pk: int) -> HttpResponse:
    """The mail's invite as a file that a calendar opens."""
    shown = read(_kept(request, pk)).invite
    if shown is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="invite.ics"'}
    return HttpResponse(shown.raw, content_type=f"text/calendar; method={shown.method}", headers=headers)


def _kept(request: TeamRequest, pk: int) -> OutboxMail:
    return get_object_or_404(OutboxMail.objects.visible_to(request.membership), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
@only_in_demo
def card(request: TeamRequest, pk: int) -> HttpResponse:
    """A Slack card, drawn; and what the reader would see when they press a button of it."""
    kept = get_object_or_404(OutboxCard, pk=pk, team_id=request.membership.team_id)
    pressed = request.POST if request.method == "POST" else request.GET
    press = pressed.get("press", "").partition("/")[2]  # it begins with the team, as Slack needs to be told
    context: dict[str, Any] = {"card": kept}
    if press and request.method == "POST":
        context["answer"] = _done(press, request)
        kept.refresh_from_db()
    elif press:
        context["opened"] = _opened(press, request)
    return render(request, "notifications/outbox_card.html", context)


def _done(press: str, request: TeamRequest) -> str:
    """Do what a button says that acts at once, and return what Slack would tell who pressed it."""
    try:
        conversation, words = conversation_of(press)
        if isinstance(conversation, AtOnce):
            return conversation.do(request.membership, words, at=timezone.now())
    except NotTaken as refusal:
        return str(refusal)
    return "This button asks something first."


def _opened(press: str, request: TeamRequest) -> dict[str, Any]:
    """Return the modal that Slack would open. Asking changes nothing."""
    try:
        conversation, words = who_asks(press)
        return modal(conversation.ask(request.membership, words, at=timezone.now()), metadata="")
    except NotTaken as refusal:
        return last_word("Not now", str(refusal))
