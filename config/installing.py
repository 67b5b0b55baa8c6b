"""Baton as an app on a phone: the manifest, the service worker, and the page that stands there without a network."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

#: What the offline page is made of. Nothing else is ever kept on a device: every other page is somebody's.
PARTS = ("css/theme.css", "css/offline.css", "js/theme.js", "js/offline.js", "img/baton.svg")
HOUR = 3600  # seconds
ICONS = (
    ("img/app/icon-192.png", "192x192", "any"),
    ("img/app/icon-512.png", "512x512", "any"),
    ("img/app/maskable-192.png", "192x192", "maskable"),
    ("img/app/maskable-512.png", "512x512", "maskable"),
)


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def manifest(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """What a phone must know to install Baton (W3C, Web App Manifest)."""
    return JsonResponse(_manifest(), content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The script that shows the offline page when the server cannot be reached. At the top: its scope is all pages."""
    return HttpResponse(_service_worker(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def offline(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The offline page: the same for everybody, and so without a request."""
    return HttpResponse(_offline_page())


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Where browsers look unasked, from pages that name no icon: a feed, an attachment, the API's."""
    return redirect(static("img/app/icon-192.png"))


def _manifest() -> dict[str, Any]:
    pictures = [
        {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose} for name, sizes, purpose in ICONS
    ]
    return {
        "id": "/",
        "name": "Baton",
        "short_name": "Baton",
        "description": "The pass from call to closing, with nothing dropped.",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "en",
        "background_color": "#0c4442",
        "theme_color": "#0c4442",
        "categories": ["business"],
        "icons": pictures,
        "shortcuts": [
            {"name": "Find a lead", "url": reverse("leads:find")},
            {"name": "Today", "url": reverse("handoff:day")},
        ],
    }


def _offline_page() -> str:
    return render_to_string("installing/offline.html")


@lru_cache(maxsize=1)
def _service_worker() -> str:
    """The script, with what it keeps. Its version is a hash of all of it, so that a browser notices any change."""
    source = (settings.BASE_DIR / "static" / "js" / "service_worker.js").read_text()
    parts = [static(name) for name in PARTS]
    content = "".join(((settings.BASE_DIR / "static" / name).read_text()) for name in PARTS)
    version = hashlib.sha256(f"{source}{parts}{content}{_offline_page()}".encode()).hexdigest()[:16]
    kept = {"version": version, "page": reverse("offline"), "parts": parts}
    return f"const KEPT = {json.dumps(kept)};\n{source}"
