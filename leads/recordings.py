"""The call behind the notes: a link, the promise of one, or a reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from leads.models import Lead, Recording
from leads.models.recordings import NoRecording, RecordingKind
from leads.signals import lead_changed, recording_changed
from leads.timeline import record
from leads.todo import finish_tasks
from notifications.promises.timers import call_off, set_timer
from teams.models import Membership
from teams.policy import policy_of
from teams.state_rules import NAMES, asks_for_consent, needs_consent

URL_LENGTH = 1000

_is_web_address = URLValidator(schemes=["https"])
_is_own_address = URLValidator(schemes=["https", "http"])


@dataclass(frozen=True, slots=True)
class Consent:
    """Everybody on the call agreed to its recording; ``second``: where in it they said so, if that is known."""

    second: int | None = None


class ConsentNeeded(Exception):
    """The client's state lets nobody record a call, nor play it, unless everybody on it agreed."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(
            f"In {NAMES.get(state, state)} everybody on a call must agree to its recording. Tick that they did, or say "
            "why there is no recording."
        )


class BadLink(ValueError):
    """Not the address of a recording."""


def current_recording(lead: Lead) -> Recording | None:
    """What was said last. Reads ``lead.recordings`` as prefetched, newest first."""
    return next(iter(lead.recordings.all()), None)


def has_recording(lead: Lead) -> bool:
    """Whether there is a link, the promise of one, or a reason why there is none."""
    return current_recording(lead) is not None


def about(recording: Recording) -> str:
    """How timers and tasks refer to a recording."""
    return f"recording/{recording.pk}"


def consent_lacks(recording: Recording | None, lead: Lead) -> bool:
    """Whether this call must not be played: the client's state asks for everybody's consent, and none is noted.

    Reads ``lead.own_consent`` where it is annotated (``teams.state_rules.own_consent``), else asks for it.
    """
    if recording is None or recording.is_agreed:
        return False
    if "own_consent" in vars(lead):
        return asks_for_consent(lead.team, lead.state, own=vars(lead)["own_consent"])
    return needs_consent(lead.team, lead.state)


def consent_words(lead: Lead) -> str:
    """What to read in place of a call that must not be played."""
    return f"Not played: {NAMES.get(lead.state, lead.state)} asks for everybody's consent, and none is noted."


@transaction.atomic
def attach_link(
    *, lead: Lead, url: str, actor: Membership | None, at: datetime, consent: Consent | None = None
) -> Recording:
    """Add the link of a call; it keeps a promise of one, if there is one. Raises BadLink, ConsentNeeded.

    The same link again, with a consent, notes that.
    """
    url = _checked(url)
    promised = _promised(lead)
    was = RecordingKind.TO_FOLLOW if promised else None
    if promised is None:
        if same := Recording.objects.filter(lead=lead, kind=RecordingKind.LINK, url=url).first():
            return _agreed(same, consent, actor=actor, at=at) if consent else same
        _check_consent(lead, consent)
        recording = Recording.objects.create(
            lead=lead, kind=RecordingKind.LINK, url=url, said_by=actor, created_at=at, arrived_at=at
        )
    else:
        recording = promised
        if not recording.consent_at:
            _check_consent(lead, consent)
        recording.kind, recording.url, recording.arrived_at = RecordingKind.LINK, url, at
        recording.save(update_fields=["kind", "url", "arrived_at"])
        _settle(recording, at=at)
    if consent:
        _agreed(recording, consent, actor=actor, at=at)
    _told(lead, recording, "Recording attached", was=was, actor=actor, at=at)
    return recording


@transaction.atomic
def promise_link(*, lead: Lead, actor: Membership | None, at: datetime, consent: Consent | None = None) -> Recording:
    """Note that this call is recorded and that its link follows; the ISA, then the team lead, are asked for it.

    Raises ConsentNeeded.
    """
    if promised := _promised(lead):
        return _agreed(promised, consent, actor=actor, at=at) if consent else promised
    _check_consent(lead, consent)
    recording = Recording.objects.create(lead=lead, kind=RecordingKind.TO_FOLLOW, said_by=actor, created_at=at)
    if consent:
        _agreed(recording, consent, actor=actor, at=at)
    ways = policy_of(lead.team)
    waits = {"recording_owed_isa": ways.recording_isa_minutes, "recording_owed_lead": ways.recording_lead_minutes}
    for kind, minutes in waits.items():
        due_at = at + timedelta(minutes=minutes)
        set_timer(key=f"{about(recording)}|{kind}", kind=kind, about=about(recording), due_at=due_at)
    _told(lead, recording, "Recording of this call follows", actor=actor, at=at)
    return recording


@transaction.atomic
def no_recording(*, lead: Lead, reason: NoRecording, actor: Membership | None, at: datetime) -> Recording:
    """Note why there is no recording, and who said so; it ends a promise of one."""
    recording = _promised(lead)
    was = RecordingKind.TO_FOLLOW if recording else None
    if recording is None:
        recording = Recording.objects.create(
            lead=lead, kind=RecordingKind.NONE, reason=reason, said_by=actor, created_at=at
        )
    else:
        recording.kind, recording.reason, recording.said_by = RecordingKind.NONE, reason, actor
        recording.save(update_fields=["kind", "reason", "said_by"])
        _settle(recording, at=at)
    _told(lead, recording, f"No recording: {NoRecording(reason).label.lower()}", was=was, actor=actor, at=at)
    return recording


def _check_consent(lead: Lead, consent: Consent | None) -> None:
    if consent is None and needs_consent(lead.team, lead.state):
        raise ConsentNeeded(lead.state)


def _agreed(recording: Recording, consent: Consent, *, actor: Membership | None, at: datetime) -> Recording:
    recording.consent_at, recording.consent_by, recording.consent_second = at, actor, consent.second
    recording.save(update_fields=["consent_at", "consent_by", "consent_second"])
    return recording


def _checked(url: str) -> str:
    """The one door for links: HTTPS, so that nobody on the way hears the call; plain HTTP for Baton's own host."""
    url = url.strip()
    try:
        (_is_own_address if _is_ours(url) else _is_web_address)(url)
    except ValidationError as error:
        raise BadLink("Enter the address of the recording, beginning with https://") from error
    if len(url) > URL_LENGTH:
        raise BadLink(f"This address is longer than {URL_LENGTH} characters.")
    return url


def _is_ours(url: str) -> bool:
    try:
        return bool(urlsplit(url).netloc == urlsplit(settings.BASE_URL).netloc)
    except ValueError:
        return False


def _promised(lead: Lead) -> Recording | None:
    """The promise of a link, under a lock of the lead: two people answering at once answer one after the other."""
    Lead.objects.select_for_update(no_key=True).only("pk").get(pk=lead.pk)
    return Recording.objects.filter(lead=lead, kind=RecordingKind.TO_FOLLOW).first()


def forget_promise(*, recording: Recording, at: datetime) -> None:
    """Ask nobody for this link any more: another promise on the same lead stands for it."""
    _settle(recording, at=at)
    recording.delete()


def _settle(recording: Recording, *, at: datetime) -> None:
    call_off(about=about(recording), at=at)
    finish_tasks(key_prefix=f"{about(recording)}|", at=at)


def _told(
    lead: Lead,
    recording: Recording,
    words: str,
    *,
    was: RecordingKind | None = None,
    actor: Membership | None,
    at: datetime,
) -> None:
    getattr(lead, "_prefetched_objects_cache", {}).pop("recordings", None)
    record(lead=lead, kind="recording", summary=words, actor=actor, at=at, data={"recording": recording.pk})
    recording_changed.send(sender=Recording, lead=lead, recording=recording, was=was, at=at)
    lead_changed.send(sender=Lead, lead=lead, at=at)
