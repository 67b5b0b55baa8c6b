"""The ledger: what cases earn is entered, each event once. Nothing here changes or removes an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from handoff.licensing import closing_pay_words
from handoff.locks import lock_pay
from handoff.models import Entry, PlanVersion, Statement
from handoff.models.pay import Kind, Turn
from handoff.months import after
from handoff.pay.book import Book
from handoff.pay.cases import Setting, cases_of, settings_of
from handoff.pay.earning import Case, Earned, PlanOn, Written, earn
from teams.models import Membership


@transaction.atomic
def settle(handoffs: Collection[int], *, at: datetime) -> int:
    """Enter what these handoffs earn and the ledger does not have yet; how many entries that were.

    As often and in whatever order it is called, the entries are the same. It waits for whoever else writes to the
    ledgers of their ISAs (``handoff.locks``).
    """
    settings = settings_of(handoffs)
    book = Book.of(each.team_id for each in settings)
    if not book:
        return 0
    isas = _people({each.isa_id for each in settings})
    lock_pay(isas)
    written = _written([each.handoff_id for each in settings])
    open_from = first_open_months(isas)
    new: list[Entry] = []
    for setting, case in zip(settings, cases_of(settings), strict=True):
        isa = isas[setting.isa_id]
        there, plans = written.get(setting.handoff_id, ({}, {}))
        earned = earn(
            case,
            plan_on=_plan_on(book, isa, setting, plans),
            clock=setting.clock,
            may_not=_may_not(case, isa, setting),
            written=there,
        )
        new += (_entry(each, setting, open_from.get(isa.pk), at=at) for each in earned)
    return len(Entry.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000))


def first_open_months(isas: Iterable[int]) -> dict[int, date]:
    """Return the month after the last that was approved, of those of whom any was."""
    last = Statement.objects.filter(isa__in=isas).values_list("isa").annotate(last=Max("month"))
    return {isa: after(month) for isa, month in last}


def _people(pks: Collection[int]) -> dict[int, Membership]:
    return {each.pk: each for each in Membership.objects.filter(pk__in=pks).select_related("user", "team")}


def _plan_on(book: Book, isa: Membership, setting: Setting, plans: Mapping[date, PlanVersion]) -> PlanOn:
    """What the ledger has of a day is corrected by the plan that paid it; else the plan in force decides."""

    def plan_on(day: date) -> PlanVersion | None:
        return plans.get(day) or book.plan(isa, day, set_on=setting.set_on)

    return plan_on


def _may_not(case: Case, isa: Membership, setting: Setting) -> str:
    """Say why a closing may not be paid to them: asked of the few that closed alone."""
    has_closed = any(step.closed_on for step in case.steps)
    return closing_pay_words(isa, setting.state) if has_closed else ""


def _written(handoffs: Collection[int]) -> dict[int, tuple[dict[str, Written], dict[date, PlanVersion]]]:
    """Return what is entered of each by its key, and the plans that paid it by the day."""
    found: dict[int, tuple[dict[str, Written], dict[date, PlanVersion]]] = defaultdict(lambda: ({}, {}))
    of_events = Entry.objects.filter(handoff__in=handoffs, kind__in=(Kind.HELD, Kind.CLOSING))
    for entry in of_events.select_related("plan"):
        there, plans = found[entry.handoff_id or 0]
        there[entry.key] = Written(entry.amount, entry.withheld, Turn(entry.turn))
        if entry.plan:
            plans[entry.earned_on] = entry.plan
    return found


def _entry(earned: Earned, setting: Setting, open_from: date | None, *, at: datetime) -> Entry:
    late = ""
    month = earned.month
    if open_from and month < open_from:
        late = f" {month:%B %Y} is approved, so it is paid with {open_from:%B %Y}."
        month = open_from
    return Entry(
        key=earned.key,
        team_id=setting.team_id,
        isa_id=setting.isa_id,
        kind=earned.kind,
        turn=earned.turn,
        month=month,
        earned_on=earned.earned_on,
        amount=earned.amount,
        withheld=earned.withheld,
        currency=earned.currency,
        why=f"{earned.why}{late}",
        plan=earned.plan,
        handoff_id=setting.handoff_id,
        happened_at=earned.happened_at,
        at=at,
    )
