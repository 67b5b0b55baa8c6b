"""Signing in with Google or Microsoft: off, and nowhere to be seen, until the environment names an application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured

#: Tenants that are open to everybody. There an address proves nothing: whoever runs a tenant writes what they like.
OPEN_TENANTS = {"", "common", "organizations", "consumers"}


@dataclass(frozen=True)
class SingleSignOn:
    """What the settings need to know."""

    apps: list[str] = field(default_factory=list)
    providers: dict[str, Any] = field(default_factory=dict)
    hosts: list[str] = field(default_factory=list)  # where our forms may lead


def single_sign_on(
    *, google_id: str, google_secret: str, microsoft_id: str, microsoft_secret: str, microsoft_tenant: str
) -> SingleSignOn:
    """Return what is on. Raises ImproperlyConfigured for half of a configuration, or a tenant open to everybody."""
    on = SingleSignOn()
    for name, client, secret in (("GOOGLE", google_id, google_secret), ("MICROSOFT", microsoft_id, microsoft_secret)):
        if bool(client) != bool(secret):
            raise ImproperlyConfigured(f"Give both {name}_CLIENT_ID and {name}_CLIENT_SECRET, or neither.")
    if google_id:
        on.apps.append("allauth.socialaccount.providers.google")
        on.hosts.append("https://accounts.google.com")
        on.providers["google"] = {
            "APPS": [{"client_id": google_id, "secret": google_secret}],
            "SCOPE": ["profile", "email"],
            "OAUTH_PKCE_ENABLED": True,
        }
    if microsoft_id:
        if microsoft_tenant.lower() in OPEN_TENANTS:
            raise ImproperlyConfigured("Microsoft sign-in needs MICROSOFT_TENANT: the id of your own organization.")
        on.apps.append("allauth.socialaccount.providers.microsoft")
        on.hosts.append("https://login.microsoftonline.com")
        # Within one's own tenant an administrator gives out the addresses, so they count as verified.
        settings = {"tenant": microsoft_tenant, "verified_email": True}
        on.providers["microsoft"] = {
            "APPS": [{"client_id": microsoft_id, "secret": microsoft_secret, "settings": settings}],
            "OAUTH_PKCE_ENABLED": True,
        }
    return on
