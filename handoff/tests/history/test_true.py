"""Whether a history could have been lived: every row of it agrees with every other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise

import pytest
from django.db.models import Count, F, Q
from django.urls import reverse

from handoff.auditing import what_handoffs_lack
from handoff.facts import differences
from handoff.models import Appointment, Deal, Handoff, LiveTransfer, Outcome, RecoveryRun, Ring, Spending, Statement
from handoff.models.numbers import Changed
from handoff.models.outcomes import Showed
from handoff.months import months_in
from handoff.numbers.recounting import recount
from handoff.pay.settling import settle_all
from handoff.pay.statements import statement_of
from handoff.states import OCCUPYING, AppointmentStatus, ClientAnswer, DealStatus, HandoffStatus, Method, TransferStatus
from handoff.tests.history.made import UNTIL, make
from handoff.tests.pages import signed_in
from handoff.tests.pay.ground import entries
from leads.models import Lead, StageChange
from leads.states import MOVES, Stage
from notifications.models import Timer
from teams.models import AuditEntry

pytestmark = pytest.mark.django_db
HANDOFFS = 1_200
#: Where a lead is by the deal of its last handoff.
STAGES = {
    DealStatus.SIGNED: Stage.SIGNED,
    DealStatus.UNDER_CONTRACT: Stage.UNDER_CONTRACT,
    DealStatus.CLOSED: Stage.CLOSED,
    DealStatus.LOST: Stage.LOST,
}
ENDS_AT = datetime.combine(UNTIL, time(6), UTC)  # midnight in Chicago, an hour late: the clocks went back that Sunday


def test_there_are_more_leads_than_handoffs_and_a_quarter_of_them_was_never_handed_off(history):
    leads = Lead.objects.filter(team=history).annotate(n=Count("handoffs"))

    assert Handoff.objects.filter(team=history).count() == HANDOFFS
    assert 1.18 * HANDOFFS < leads.count() < 1.24 * HANDOFFS
    assert 0.22 < leads.filter(n=0).count() / leads.count() < 0.28
    assert leads.filter(n=2).count() > 40
    assert leads.filter(n__gt=2).count() == 0
    assert leads.filter(n=0, stage=Stage.CLOSED).count() > 0


def test_every_stage_follows_from_the_one_before_and_the_last_is_the_leads(history):
    found = StageChange.objects.filter(lead__team=history).order_by("lead", "pk").select_related("lead")
    for lead, changes in ((lead, list(each)) for lead, each in groupby(found, key=lambda change: change.lead)):
        assert changes[0].was == Stage.NEW
        assert all(Stage(each.to) in MOVES[Stage(each.was)] for each in changes)
        assert all(a.to == b.was and a.at <= b.at for a, b in pairwise(changes))
        is_imported_so = lead.stage in {Stage.SIGNED, Stage.CLOSED} and not lead.handoffs.exists()
        assert lead.stage == changes[-1].to or is_imported_so


def test_stages_agree_with_what_came_of_the_last_handoff(history):
    for lead in Lead.objects.filter(team=history, handoffs__isnull=False).distinct().prefetch_related("handoffs"):
        last = max(lead.handoffs.all(), key=lambda each: each.pk)
        if last.status == HandoffStatus.OPEN:
            assert lead.stage in {Stage.APPOINTMENT_SET, Stage.HANDED_OFF}
            assert lead.owner_id == last.agent_id
    for deal in Deal.objects.filter(team=history).select_related("handoff__lead"):
        assert deal.handoff.lead.stage == STAGES[DealStatus(deal.status)]
        assert deal.handoff.lead.owner_id == deal.handoff.agent_id


def test_nobody_is_in_two_places_at_once(history):
    met = Appointment.objects.filter(team=history).exclude(status=AppointmentStatus.CANCELLED).order_by("starts_at")
    by_person: dict[int, list[Appointment]] = {}
    for each in met:
        by_person.setdefault(each.person_id, []).append(each)

    assert all(a.ends_at <= b.starts_at for days in by_person.values() for a, b in pairwise(days))


def test_handoffs_appointments_and_outcomes_say_the_same(history):
    handoffs = Handoff.objects.filter(team=history)
    status = "appointment__status"

    assert handoffs.filter(status=HandoffStatus.REPORTED, outcome=None).count() == 0
    assert handoffs.exclude(status=HandoffStatus.REPORTED).filter(outcome__isnull=False).count() == 0
    held = handoffs.filter(outcome__showed=Showed.YES, appointment__isnull=False)
    assert held.exclude(**{status: AppointmentStatus.HELD}).count() == 0
    assert handoffs.filter(outcome__showed=Showed.NO).exclude(credit="no_show").count() == 0
    assert handoffs.filter(status=HandoffStatus.OPEN, **{f"{status}__in": OCCUPYING}).count() > 0
    assert handoffs.filter(closed_at__lte=F("opened_at")).count() == 0
    assert handoffs.filter(Q(opened_at__gte=ENDS_AT) | Q(closed_at__gte=ENDS_AT)).count() == 0
    assert Outcome.objects.filter(handoff__team=history).exclude(recorded_by=F("handoff__agent")).count() == 0
    late = Outcome.objects.filter(handoff__team=history, is_on_time=False)
    assert late.filter(handoff__closed_at__lte=F("handoff__outcome_due_at")).count() == 0


def test_live_handoffs_have_their_transfer_and_transfers_in_vain_have_none(history):
    transfers = LiveTransfer.objects.filter(team=history)
    kinds = dict(transfers.order_by().values_list("status").annotate(n=Count("pk")))

    assert kinds[TransferStatus.CONNECTED] == Handoff.objects.filter(team=history, method=Method.LIVE).count()
    assert kinds[TransferStatus.EXPIRED] > 2
    assert kinds[TransferStatus.DROPPED] > 2
    assert Ring.objects.filter(transfer__team=history, answered_at__gt=F("ends_at")).count() == 0


def test_what_followed_a_no_show_led_to_the_same_clients_next_handoff(history):
    runs = RecoveryRun.objects.filter(team=history)

    assert runs.filter(rebooked_as__isnull=False).count() > 15
    assert runs.filter(rebooked_as__isnull=False).exclude(rebooked_as__lead=F("lead")).count() == 0
    assert runs.exclude(handoff__outcome__showed=Showed.NO).count() == 0
    assert runs.filter(ended_at=None).exclude(lead__stage=Stage.NO_SHOW).count() == 0


def test_what_is_open_owes_all_that_any_open_handoff_owes(history):
    assert list(what_handoffs_lack(ENDS_AT)) == []
    still = Handoff.objects.open().filter(team=history).count()
    assert Timer.objects.filter(kind="outcome_overdue", called_off_at=None).count() == still > 0


@pytest.mark.parametrize("seed", [7, 2])
def test_who_cancelled_has_no_meeting(seed):
    team = make(400, slug=f"seed-{seed}", seed=seed, weeks=8)  # of the second, somebody would cancel after the last day
    answered = Appointment.objects.filter(team=team, client_answer=ClientAnswer.CANCELLED)

    assert set(answered.values_list("status", flat=True)) == {AppointmentStatus.CANCELLED}


def test_the_numbers_are_counted_and_right(history):
    counted = recount(history.pk)

    assert counted.is_right
    assert counted.handoffs == HANDOFFS
    assert not Changed.objects.exists()


def test_every_month_has_its_costs_and_what_isas_earned_is_entered(history):
    months = {month for month, _ in months_in(UNTIL - timedelta(weeks=156), UNTIL)}
    spent = Spending.objects.filter(team=history)
    isas = history.memberships.filter(role="isa")

    assert set(spent.filter(is_for_leads=True).values_list("month", flat=True)) == months
    assert sum(new for _, new in settle_all(team_id=history.pk, at=ENDS_AT)) == 0
    assert {kind for kind, *_ in entries(team=history)} >= {"base", "held", "held_cap", "closing"}
    approved = Statement.objects.filter(team=history).values_list("isa", "month")
    assert set(approved) == {(isa.pk, date(2026, month, 1)) for isa in isas for month in (7, 8, 9)}
    assert statement_of(isas[0], date(2026, 10, 1), at=ENDS_AT).head.state == "ready"


def test_a_lead_who_was_never_handed_off_has_its_page(history):
    boss = history.memberships.get(role="lead")

    for stage in (Stage.NURTURE, Stage.LOST, Stage.CONTACTING, Stage.SIGNED, Stage.CLOSED):
        lead = Lead.objects.filter(team=history, handoffs=None, stage=stage)[0]
        assert signed_in(boss).get(reverse("leads:lead", args=[lead.pk])).status_code == 200


def test_it_leaves_nothing_in_the_audit_but_the_team(history):
    audited = set(AuditEntry.objects.values_list("model", flat=True))

    assert "teams.membership" in audited
    assert not {each for each in audited if each.startswith(("leads.", "handoff.handoff", "handoff.outcome"))}


def test_every_kind_of_handoff_opens_as_everybody_who_may_see_it(history):
    kinds = {}
    for each in Handoff.objects.filter(team=history).select_related("outcome", "agent__user", "setter__user"):
        outcome = getattr(each, "outcome", None)
        kinds[each.method, each.status, outcome.showed if outcome else ""] = each
    boss = history.memberships.get(role="lead")

    assert len(kinds) > 8
    for handoff in kinds.values():
        assert differences(handoff) == []  # so the answers were frozen as they stand
        for member, page in ((boss, "lead"), (handoff.setter, "brief"), (handoff.agent, "brief")):
            address = ("handoff:brief", handoff.pk) if page == "brief" else ("leads:lead", handoff.lead_id)
            answer = signed_in(member).get(reverse(address[0], args=address[1:]))
            assert (answer.status_code, handoff.lead.name in answer.content.decode()) == (200, True)
