"""Whether a client may be sent texts: asked on the phone in these words, and what they text back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from leads.contacts import primary_phone
from leads.models import Lead
from leads.signals import client_answered, lead_changed, opted_out, texts_agreed
from leads.states import Heard
from leads.timeline import record
from leads.todo import add_task, team_lead_of
from notifications import consent
from notifications.inbound import Word
from notifications.models import TextChoice, TextIn
from notifications.models.texts import How
from notifications.signals import text_received
from teams.models import Membership, Team
from teams.templatetags.look import phone_words
from teams.texts import are_on

#: How many leads of one number hear of a text: a number is rarely more than one household's.
MOST_LEADS = 5
ANSWER_WITHIN = timedelta(hours=1)


class NoNumber(Exception):
    """There is no number to text."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What the lead page knows: the number, what it last said, and the words to ask with."""

    number: str
    said: TextChoice | None
    script: str

    @property
    def may_be_sent(self) -> bool:
        """Whether they want texts."""
        return self.said is not None and self.said.is_in

    @property
    def has_stopped(self) -> bool:
        """Whether only they can begin again."""
        return consent.has_stopped(self.said)


def texts_of(lead: Lead) -> Texts | None:
    """Return how it is with texts to this client; None where their team sends none. Reads ``phones`` as prefetched."""
    if not are_on(lead.team):
        return None
    number = primary_phone(lead)
    return Texts(number, consent.choice_of(lead.team_id, number), script(lead.team, number) if number else "")


def script(team: Team, number: str) -> str:
    """The words to ask with; they are kept with the answer."""
    return (
        f"May {team.name} text you at {phone_words(number)} about your appointment: the invite, changes to it, and "
        "reminders? Message and data rates may apply, and you can reply STOP at any time."
    )


def without_email(lead: Lead) -> str:
    """Say how a client without an email address will get their invite."""
    texts = texts_of(lead)
    if texts is None:
        return "The invite becomes a call for you to make: this team sends no texts."
    if texts.may_be_sent:
        return "The invite goes out as a text with a link."
    if texts.has_stopped:
        return "The invite becomes a call for you to make: they texted STOP."
    return "The invite becomes a call for you to make, unless they agree to texts."


@transaction.atomic
def agree(*, lead: Lead, actor: Membership, at: datetime) -> TextChoice:
    """Note that the client, asked in the words of the script, agreed to texts. Raises NoNumber, consent.Stopped."""
    number = _number(lead)
    words = script(lead.team, number)
    is_new = not consent.may_text(lead.team_id, number)
    said = consent.opt_in(team=lead.team, number=number, how=How.SPOKEN, wording=words, by=actor, at=at)
    record(lead=lead, kind="texts", summary=f"Agreed to texts at {phone_words(number)}", actor=actor, at=at)
    lead_changed.send(sender=Lead, lead=lead, at=at)
    if is_new:
        texts_agreed.send(sender=Lead, lead=lead, number=number, actor=actor, at=at)
    return said


@transaction.atomic
def decline(*, lead: Lead, actor: Membership, at: datetime) -> None:
    """Note that the client wants no texts, or no more. Raises NoNumber."""
    number = _number(lead)
    if consent.opt_out(team=lead.team, number=number, how=How.SPOKEN, by=actor, at=at):
        record(lead=lead, kind="texts", summary=f"Wants no texts at {phone_words(number)}", actor=actor, at=at)
        lead_changed.send(sender=Lead, lead=lead, at=at)


def _number(lead: Lead) -> str:
    number = primary_phone(lead)
    if not number:
        raise NoNumber("There is no number to text: add one first.")
    return number


@receiver(text_received, dispatch_uid="leads.tell_of_text")
def tell_of_text(*, text: TextIn, word: Word, at: datetime, **_: Any) -> None:
    """Put what a client texted into their story, and before whoever works with them."""
    leads = Lead.objects.filter(team_id=text.team_id, phones__number=text.number)
    found = list(leads.select_related("isa__user", "owner__user", "team").order_by("-pk")[:MOST_LEADS])
    for lead in found:
        record(lead=lead, kind="text_in", summary=_story(text, word), at=at, data={"text": text.pk})
        lead_changed.send(sender=Lead, lead=lead, at=at)
        if word == Word.STOP:
            opted_out.send(sender=Lead, lead=lead, at=at)
        elif word == Word.SAID:
            client_answered.send(sender=Lead, lead=lead, how=Heard.TEXT, at=at)
    assignee = _who_answers(found, text.team_id)
    if assignee is None or word in {Word.START, Word.HELP}:
        return
    who = found[0].name if found else phone_words(text.number)
    add_task(
        key=f"text_in/{text.pk}",
        assignee=assignee,
        lead=found[0] if found else None,
        title=f"{who} texted STOP: reach them another way" if word == Word.STOP else f"{who} texted you",
        detail=text.body,
        kind="text_in",
        is_urgent=word == Word.SAID,
        at=at,
        due_at=at + ANSWER_WITHIN,
    )


def _story(text: TextIn, word: Word) -> str:
    number = phone_words(text.number)
    if word == Word.STOP:
        return f"Texted STOP from {number}: no more texts"
    if word == Word.START:
        return f"Texted START from {number}: texts again"
    return f"Texted from {number}: {text.body}" if text.body else f"Sent a picture from {number}"


def _who_answers(found: list[Lead], team_id: int) -> Membership | None:
    for lead in found:
        for member in (lead.owner, lead.isa):
            if member is not None and member.ended_at is None:
                return member
    return team_lead_of(team_id)
