"""What is known of a lead right now, loaded fresh in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import OuterRef, Prefetch

from handoff.models import GateOverride
from handoff.overpromises.promises import Promise, Said, promises_in, said_of
from leads.contacts import primary_email, primary_phone
from leads.models import Lead, LeadEmail, LeadPhone, Lpmama, PersonNote, Recording, SavedHome, Verification
from leads.models.along import keep, made_of, rows_of
from leads.models.recordings import RecordingKind
from leads.queries.lead_page import homes_in, with_homes
from teams.models import Area
from teams.state_rules import own_consent

#: How many person notes travel with a handoff: the newest, as a brief is read in ten seconds.
NOTES = 12


@dataclass(frozen=True, slots=True)
class Known:
    """A lead with everything that is read of it. Prices are whole units of the team's currency."""

    lead: Lead
    lpmama: Lpmama
    areas: tuple[Area, ...]
    verification: Verification | None
    phone: str
    email: str
    notes: tuple[PersonNote, ...]
    recordings: tuple[Recording, ...]
    homes: tuple[SavedHome, ...]
    promises: tuple[Promise, ...] = ()
    #: The names of the gate's checks that a team lead has let pass.
    overridden: frozenset[str] = frozenset()

    @property
    def currency(self) -> str:
        """The team's currency, ISO 4217."""
        return self.lead.team.currency

    @property
    def recording(self) -> Recording | None:
        """The call that matters: the newest link, else the newest word about a call."""
        links = [recording for recording in self.recordings if recording.kind == RecordingKind.LINK]
        return next(iter([*links, *self.recordings]), None)

    @property
    def is_recording_owed(self) -> bool:
        """Whether a recorder has still to deliver a call."""
        return any(recording.kind == RecordingKind.TO_FOLLOW for recording in self.recordings)


def known_of(lead: Lead, *, also: Iterable[Said] = ()) -> Known:
    """Load what is known, past anything the instance remembers: the gate judges what is stored. Two queries.

    ``also``: what was written for this handoff and is not stored yet, to be looked at for promises too. They cost one
    query more where there are any.
    """
    chosen = Lpmama.areas.through.objects.filter(lpmama=OuterRef(OuterRef("pk"))).values("area")
    let_pass = GateOverride.objects.filter(lead=OuterRef("pk")).values("check_name")
    fresh = (
        with_homes(Lead.objects.annotate(own_consent=own_consent()))
        .along(phones=LeadPhone, emails=LeadEmail, recordings=Recording)
        .annotate(area_rows=rows_of(Area.objects.filter(pk__in=chosen)), overridden=ArraySubquery(let_pass))
        .select_related("team__policy", "lpmama", "verification")
        .prefetch_related(Prefetch("person_notes", PersonNote.objects.select_related("author__user")))
        .get(pk=lead.pk)
    )
    lpmama, areas = _related(fresh, "lpmama"), made_of(Area, fresh.area_rows)  # type: ignore[attr-defined]  # annotated
    if lpmama:
        keep(lpmama, "areas", areas)
    answers = lpmama or Lpmama(lead=fresh)
    notes, homes = tuple(fresh.person_notes.all())[:NOTES], tuple(homes_in(fresh))
    return Known(
        lead=fresh,
        lpmama=answers,
        areas=tuple(areas),
        verification=_related(fresh, "verification"),
        phone=primary_phone(fresh),
        email=primary_email(fresh),
        notes=notes,
        recordings=tuple(fresh.recordings.all()),
        homes=homes,
        promises=promises_in([*said_of(answers, notes, homes), *also], lead=fresh),
        overridden=frozenset(fresh.overridden),  # type: ignore[attr-defined]  # annotated
    )


def _related(lead: Lead, name: str) -> Any:
    try:
        return getattr(lead, name)
    except ObjectDoesNotExist:
        return None
