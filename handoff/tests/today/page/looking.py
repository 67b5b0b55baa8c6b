"""The page of Today as somebody sees it, and presses there."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from handoff.tests.factories import NOW
from handoff.tests.pages import HTMX, signed_in
from leads.todo import add_task

PAGE = "/today/"
HOUR = timedelta(hours=1)


def task(whom, key="t", **fields):
    given = {"title": "Send the list", "kind": "todo", "at": NOW, "due_at": NOW, "lead": None} | fields
    return add_task(key=key, assignee=whom, **given)


def shown(member, query=""):
    return signed_in(member).get(PAGE + query).content.decode()


def do(member, route, pk, **said):
    return signed_in(member).post(reverse(f"handoff:today-{route}", args=[pk]), said, **HTMX)
