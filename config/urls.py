"""Every address of the product. Login is asked for everywhere but on views that opt out by name."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health, installing, login
from config.api import api
from config.repair import pages, site
from config.telemetry import exposition

admin.site.site_header = admin.site.site_title = "Baton"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # throttled, second factor

sign_in = login.DemoSignIn if settings.DEMO_LOGINS else login.SignIn
site.complete(admin.site)

urlpatterns = [
    path("accounts/login/", sign_in.as_view(), name="account_login"),  # before allauth's own page of that name
    # allauth's own list of sessions is not in our look; ours is part of the account's page
    path("accounts/sessions/", RedirectView.as_view(pattern_name="teams:account"), name="usersessions_list"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", exposition.metrics, name="metrics"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("service-worker.js", installing.service_worker, name="service-worker"),
    path("favicon.ico", installing.favicon, name="favicon"),
    path("offline/", installing.offline, name="offline"),
    path("admin/audit/", admin.site.admin_view(pages.audit), name="admin-audit"),
    path("admin/promises/", admin.site.admin_view(pages.promises), name="admin-promises"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("leads/", include("leads.urls")),
    path("", include("handoff.urls")),
    path("", include("notifications.urls")),
    path("", include("teams.urls")),
]
