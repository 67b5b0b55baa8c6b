"""Signing in to look at pages."""

from __future__ import annotations

from django.test import Client

from teams.models import Membership

HTMX = {"HTTP_HX_REQUEST": "true"}


def signed_in(member: Membership) -> Client:
    """A browser of this member."""
    client = Client()
    client.force_login(member.user)
    return client
