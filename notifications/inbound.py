"""Texts that come in: kept as they came, answered, and applied from what was kept, each once.

STOP, START and HELP are words of the law and of every carrier (CTIA, Messaging Principles, 5.1.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from notifications import consent
from notifications.models import TextIn, Timer
from notifications.models.texts import How
from notifications.promises.timers import on_timer, set_timer
from notifications.signals import text_received
from notifications.wording import many_lines
from teams.models import TextsConnection

APPLY = "text_in"
BODY = 1600  # characters; the longest that Twilio passes on


class Word(StrEnum):
    """What a text means to us."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    SAID = "said"  # anything else: something for a person to read


WORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Word.STOP),
    **dict.fromkeys(("START", "UNSTOP"), Word.START),
    **dict.fromkeys(("HELP", "INFO"), Word.HELP),
}


def word_of(body: str, *, told: str = "") -> Word:
    """Return what a text means. ``told``: what the provider has taken it for already, if it says so."""
    return WORDS.get(told.strip().upper()) or WORDS.get(body.strip().strip(".!\"'").upper()) or Word.SAID


def keep(connection: TextsConnection, *, source: str, data: Mapping[str, str], at: datetime) -> TextIn | None:
    """Keep a text that came in. None if it was kept before. The sweep applies it if nobody else does."""
    with transaction.atomic():
        text = TextIn(
            team_id=connection.team_id,
            source=source,
            event_id=data["MessageSid"][:64],
            number=data["From"][:16],
            body=many_lines(data.get("Body", ""), BODY),
            data={name: many_lines(value, BODY) for name, value in data.items()},
            received_at=at,
        )
        TextIn.objects.bulk_create([text], ignore_conflicts=True)
        kept = TextIn.objects.get(team_id=text.team_id, source=source, event_id=text.event_id)
        if kept.received_at != at or kept.applied_at is not None:
            return None
        set_timer(key=f"text_in/{kept.pk}", kind=APPLY, about=f"text_in/{kept.pk}", due_at=at)
    return kept


@transaction.atomic
def apply(text_pk: int, *, at: datetime) -> bool:
    """Do what a kept text says, once. False if that was done before."""
    text = TextIn.objects.select_for_update(of=("self",)).select_related("team").get(pk=text_pk)
    if text.applied_at is not None:
        return False
    text.applied_at = at
    text.save(update_fields=["applied_at"])
    word = meaning_of(text)
    if word == Word.STOP:
        consent.opt_out(team=text.team, number=text.number, how=How.TEXTED, wording=text.body, at=at)
    elif word == Word.START:
        consent.opt_in(team=text.team, number=text.number, how=How.TEXTED, wording=text.body, at=at)
    text_received.send(sender=TextIn, text=text, word=word, at=at)
    return True


def meaning_of(text: TextIn) -> Word:
    """Return what a kept text means. A bare YES begins again, as carriers have it, but only after a STOP."""
    word = word_of(text.body, told=str(text.data.get("OptOutType", "")))
    is_yes = text.body.strip().upper() == "YES"
    if is_yes and consent.has_stopped(consent.choice_of(text.team_id, text.number)):
        return Word.START
    return word


@on_timer(APPLY)
def apply_kept(timer: Timer, *, at: datetime) -> None:
    """Apply what the request that brought it did not come to."""
    apply(int(timer.about.partition("/")[2]), at=at)
