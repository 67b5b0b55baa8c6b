"""Counts as people read them, alone and in tables. A page has hundreds of them: so these are no templates."""

from __future__ import annotations

from datetime import date
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from handoff.models import Deal
from handoff.numbers.cases import DEAL_DAYS
from handoff.numbers.figures import Share
from handoff.numbers.panels import Cell
from handoff.phrases import exact_money

register = template.Library()

NOUGHT: Final = SafeString('<span class="thin">0</span>')
NONE: Final = SafeString('<span class="thin">-</span>')


@register.filter
def grouped(number: int) -> str:
    """Write 12345 as “12,345”."""
    return f"{number:,}"


@register.filter
def came_on(deal: Deal, what: str) -> date | None:
    """Return the day on which a deal came as far as a figure asks: “signed”, “contracted” or “closed”."""
    day: date | None = getattr(deal, DEAL_DAYS[what])
    return day


@register.simple_tag
def opening(number: int, url: str) -> SafeString:
    """A count that opens its cases; a nought opens nothing."""
    return format_html('<a href="{}">{}</a>', url, grouped(number)) if number else NOUGHT


@register.simple_tag
def number_cell(cell: Cell, currency: str, *, is_plain: bool = False) -> SafeString:
    """One number of a table, with a bar where that says more, unless it is to be plain. ``currency`` is ISO 4217's."""
    if cell.is_money:
        return format_html('<td class="num nowrap money" data-label="{}">{}</td>', cell.label, _money(cell, currency))
    words = _share(cell, is_plain=is_plain) if isinstance(cell.value, Share) else _count(cell)
    return format_html('<td class="num nowrap" data-label="{}">{}</td>', cell.label, words)


def _count(cell: Cell) -> str:
    count = opening(cell.value, cell.url)
    if not cell.of:
        return count
    return format_html(
        '<span class="share"><progress class="meter meter-count" value="{}" max="{}" aria-hidden="true"></progress>'
        " {}</span>",
        cell.value,
        cell.of,
        count,
    )


def _share(cell: Cell, *, is_plain: bool) -> str:
    share: Share = cell.value
    if not share.whole:
        return NONE
    words = format_html('<a href="{}">{}</a>', cell.url, share.words)
    if share.is_few:
        return format_html('<span class="few">{}</span>', words)
    if is_plain:
        return words
    return format_html(
        '<span class="share"><progress class="meter" value="{}" max="{}" aria-label="{}">{}</progress> {}</span>',
        share.part,
        share.whole,
        cell.label,
        share.words,
        words,
    )


def _money(cell: Cell, currency: str) -> str:
    if not cell.value:
        return NONE
    return format_html('<a href="{}">{}</a>', cell.url, exact_money(cell.value, currency))
