"""What to know about the person: “prefers texts”."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads.models import Lead, PersonNote
from leads.timeline import record
from teams.models import Membership


@transaction.atomic
def add_note(*, lead: Lead, text: str, author: Membership | None, at: datetime) -> PersonNote:
    """Keep a note on the person."""
    note = PersonNote.objects.create(lead=lead, author=author, text=text, created_at=at)
    record(lead=lead, kind="note", summary=text, actor=author, at=at)
    return note


@transaction.atomic
def remove_note(*, note: PersonNote, actor: Membership | None, at: datetime) -> None:
    """Take a note off the person; the timeline keeps that it was there."""
    record(lead=note.lead, kind="note", summary=f"Note removed: {note.text}", actor=actor, at=at)
    note.delete()
