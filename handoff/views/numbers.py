"""The dashboard: what comes of handoffs, drawn and tabled, and each table as a file. Choices live in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handoff.deals.choice import DealChoice
from handoff.numbers.choice import DashboardChoice
from handoff.numbers.dashboard import Dashboard, Earlier, dashboard_for, offered
from handoff.numbers.figures import FEW
from handoff.numbers.panels import (
    BREAKDOWNS,
    COLUMNS,
    LEADERS,
    NAME,
    OF_ROWS,
    Link,
    breakdown,
    by_week,
    leaders,
    said_of,
)
from handoff.numbers.reasons import reasons_of
from handoff.numbers.rings import together
from handoff.numbers.sheets import SHEETS
from handoff.views.number_charts import funnel_chart, is_by_month, reason_chart, speed_chart, week_chart, worth_a_row
from handoff.views.number_filters import common, days_words, people_for, selects_for
from handoff.views.number_tiles import about, main_tiles, other_tiles
from teams.access import any_member
from teams.http import TeamRequest
from teams.sheets import sheet, sheet_lines

#: Which cases stand behind each step of the funnel.
STEPS = ("handed", "met", "good", "signed", "contracted", "closed")


@require_safe
@any_member
def numbers(request: TeamRequest) -> HttpResponseBase:
    """Show the figures that the address asks for, or one table of them as a file. ISAs and agents see their own."""
    at = timezone.now()
    chosen = DashboardChoice(request.GET, viewer=request.membership, people=people_for(request.membership))
    shown = _asked(request, chosen, at)
    if (wanted := chosen.cleaned_data.get("csv")) and not chosen.errors:
        return sheet(f"{wanted}-{shown.question.since:%Y-%m-%d}", sheet_lines(*SHEETS[wanted](shown)))
    context = common(request, chosen, shown.question)
    context |= _figures(chosen, shown, context["currency"]) | _drawn(chosen, shown) | _tables(request, chosen, shown)
    return render(request, "handoff/numbers/dashboard.html", context, status=422 if chosen.errors else 200)


def _asked(request: TeamRequest, chosen: DashboardChoice, at: datetime) -> Dashboard:
    question = chosen.question(request.membership, at=at)
    names = {str(pk): member.user.name for pk, member in chosen.people.items()}
    names.setdefault(str(request.membership.pk), request.user.name)
    return dashboard_for(question, names=names, earlier=chosen.earlier(question), at=at)


def _figures(chosen: DashboardChoice, shown: Dashboard, currency: str) -> dict[str, Any]:
    total, earlier, link = shown.numbers.total, shown.earlier, Links(chosen).cases
    before, then = (earlier.total.funnel, said_of(earlier.weeks, earlier.question)) if earlier else ((), {})
    steps = [
        (step, link(what), (before[n].number, link(what, **then)) if before else None)
        for n, (step, what) in enumerate(zip(total.funnel, STEPS, strict=True))
    ]
    return {
        "shown": shown,
        "total": total,
        "is_empty": not total.handed and not (earlier and earlier.total.handed),
        "earlier_days": days_words(earlier.question) if earlier else "",
        "main_tiles": main_tiles(shown, link=link),
        "other_tiles": other_tiles(shown, link=link, currency=currency),
        "steps": steps,
        "funnel_chart": funnel_chart(steps),
        "few": FEW,
        "aims_address": chosen.whose_address(),
        "deals_url": f"{reverse('handoff:deals')}?{_deals_query(chosen)}",
    }


def _deals_query(chosen: DashboardChoice) -> str:
    """Return what of the choice the list of deals takes: not the days, which are others there."""
    return urlencode({name: value for name, value in chosen.said.items() if name in DealChoice.NARROWING})


def _drawn(chosen: DashboardChoice, shown: Dashboard) -> dict[str, Any]:
    link, earlier = Links(chosen).cases, shown.earlier
    reasons = [(each, link(each.name)) for each in reasons_of(shown.numbers.total)]
    bars = _bars(shown, link)
    return {
        "week_chart": week_chart(shown, link=link),
        "is_by_month": is_by_month(shown.numbers.by_week),
        "speed_chart": speed_chart(bars, earlier=_earlier_bars(earlier, link) if earlier else None),
        "reason_chart": reason_chart(reasons),
        "reasons": reasons,
        "not_good": sum(each.count for each, _ in reasons),
        "bars": bars,
        "median": about(shown.pace.median),
        "p90": about(shown.pace.p90),
        "rings": together(shown.rings),
        "transfers_query": urlencode({**chosen.kept, **chosen.people_said}),
        "invited_median": about(shown.invites.median),
        "invited_p90": about(shown.invites.p90),
        "late_invites": shown.invites.cases - shown.invites.within_a_minute.part,
        "late_invites_url": link("invited_late"),
    }


def _bars(shown: Dashboard, link: Link) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return how many were put through and how many had their invites within each span, each with its cases."""
    both = zip(shown.pace.bars, shown.invites.bars, strict=True)
    return [
        (words, [(connected, link("connected", speed=n)), (invited, link("invited", speed=n))])
        for n, ((words, connected), (_, invited)) in enumerate(both)
    ]


def _earlier_bars(earlier: Earlier, link: Link) -> list[tuple[int, str]]:
    days = said_of(earlier.weeks, earlier.question)
    return [(number, link("connected", speed=n, **days)) for n, (_, number) in enumerate(earlier.pace.bars)]


def _tables(request: TeamRequest, chosen: DashboardChoice, shown: Dashboard) -> dict[str, Any]:
    links, question, found = Links(chosen), shown.question, shown.numbers
    keys = BREAKDOWNS if request.membership.is_lead else ("method", "source", "area")
    sort, is_whole = chosen.cleaned_data.get("sort") or "", bool(chosen.cleaned_data.get("all"))
    panels = [
        breakdown(key, getattr(found, f"by_{key}"), sort=sort, is_whole=is_whole, link=links.cases, page=links.page)
        for key in keys
    ]
    boards = [
        leaders(key, getattr(found, f"by_{key}"), link=links.cases, page=links.page, rings=shown.rings)
        for key in LEADERS
    ]
    return {
        "selects": selects_for(chosen, offered(question, found)),
        "weeks": by_week(worth_a_row(found.by_week), question, link=links.cases),
        "panels": panels,
        "boards": boards if request.membership.is_lead else [],
        "heads": heads_of(chosen, sort),
        "all_url": links.page(all=1),
    }


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: pressed, the rows are ordered by it, and pressed again the other way round."""

    label: str
    url: str
    order: str


def heads_of(chosen: DashboardChoice, sort: str) -> list[Head]:
    """Return the heads of a breakdown; the first, of the names, is called what the rows are."""
    labels = {NAME: "", **{name: COLUMNS[name].label for name in OF_ROWS}}
    return [
        Head(label, f"?{chosen.address(sort=_turned(name, sort))}", _order(name, sort))
        for name, label in labels.items()
    ]


def _turned(name: str, sort: str) -> str:
    return f"-{name}" if sort == name else name


def _order(name: str, sort: str) -> str:
    """Say how a column is ordered, as ``aria-sort`` does: names begin with A, numbers with the largest."""
    if sort.removeprefix("-") != name:
        return ""
    return "ascending" if (name == NAME) != sort.startswith("-") else "descending"


class Links:
    """Where the numbers of one choice lead: to their cases, and to the dashboard of one row alone."""

    def __init__(self, chosen: DashboardChoice) -> None:
        self.chosen, self.of_cases = chosen, reverse("handoff:number-cases")

    def cases(self, what: str, **narrowed: object) -> str:
        """Return the address of a figure's cases."""
        return f"{self.of_cases}?{self.chosen.whose_address(what=what, **narrowed)}"

    def page(self, **narrowed: object) -> str:
        """Return the address of the dashboard, narrowed."""
        return f"?{self.chosen.address(**narrowed)}"
