"""An outcome in words, for templates."""

from __future__ import annotations

from django import template

from handoff.models.outcomes import Answers
from handoff.phrases import exact_money
from handoff.words import commission_words
from handoff.words import verdict as verdict_of

register = template.Library()


@register.filter
def verdict(said: Answers) -> str:
    """Say “Showed, good lead”."""
    words = verdict_of(said)
    return words[:1].upper() + words[1:]


@register.filter
def commission(said: Answers) -> str:
    """Say what commission is expected; nothing where nothing was said."""
    return commission_words(said)


@register.filter
def amount(value: int, currency: str) -> str:
    """Say “$13,500”."""
    return exact_money(value, currency)
