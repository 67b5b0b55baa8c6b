"""The pages of pay: what each person sees, and does there."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.models import Dispute, Entry, Statement
from handoff.models.pay import Kind
from handoff.pay.ledger import settle
from handoff.pay.statements import statement_of
from handoff.tests.pages import signed_in
from handoff.tests.pay.ground import NOVEMBER, OCTOBER, SEPTEMBER, Place, on, plan, reported, stepped
from leads.tests.factories import NOW
from teams.models import Membership
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

PAY = reverse("handoff:pay")


def url(place, name="pay-statement", month=OCTOBER, isa=None):
    return reverse(f"handoff:{name}", args=[month, (isa or place.isa).pk])


def lines(member, address) -> list[dict[str, str]]:
    answer = signed_in(member).get(address)
    return list(csv.DictReader(StringIO(b"".join(answer).decode("utf-8-sig"))))


def shown(member, address) -> str:
    answer = signed_in(member).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_an_isa_sees_their_own_and_nobody_elses(place):
    place.met(on(5, 10))
    colleague, stranger = people.isa(place.team), people.lead()

    assert "$3,030.00" in shown(place.isa, PAY)
    assert "$3,030.00" in shown(place.isa, url(place))
    assert "$3,030.00" not in shown(colleague, PAY)
    for other in (colleague, stranger):
        for name in ("pay-statement", "pay-statement-csv"):
            assert signed_in(other).get(url(place, name)).status_code == 404
    assert "Nothing here" in shown(place.agent, PAY)
    assert signed_in(place.agent).get(url(place)).status_code == 404


def test_each_line_says_which_case_it_is_and_why_it_is_that_much(place):
    handoff = place.met(on(5, 10))
    Membership.objects.filter(pk=place.isa.pk).update(licensed_states=[])
    step = stepped(handoff, closed_on=date(2026, 10, 9), commission=10_000, at=on(9, 10))
    settle([step.deal.handoff_id], at=on(9, 10))

    page = shown(place.isa, url(place))

    for words in (handoff.lead.name, "Met on Oct 5, 2026.", "Not paid", "Without a licence in Texas", "Base salary of"):
        assert words in page
    assert "after all" not in page
    assert "Pay $500.00 after all" in shown(place.boss, url(place))


def test_what_is_paid_after_all_is_what_is_kept_back_now_and_then_it_says_so(place):
    handoff = place.met(on(5, 10))
    Membership.objects.filter(pk=place.isa.pk).update(licensed_states=[])
    for commission, at in ((20_000, on(9, 10)), (10_000, on(12, 10))):
        stepped(handoff, closed_on=date(2026, 10, 9), commission=commission, at=at)
        settle([handoff.pk], at=at)
    entry = Entry.objects.get(turn="withheld")
    browser, pay_it = signed_in(place.boss), f"{url(place, 'pay-adjust')}?entry={entry.pk}"

    assert 'value="500.00"' in browser.get(pay_it).content.decode()
    said = {"why": "Licensed since", "once": str(uuid4())}
    assert "$500.00 is not paid" in browser.post(pay_it, said | {"amount": "1000"}).content.decode()
    for _ in range(2):
        assert browser.post(pay_it, said | {"amount": "500"}).status_code == 302

    page = shown(place.boss, url(place))
    assert "Paid after all" in page
    assert "$500.00 after all" not in page
    assert [each.amount for each in Entry.objects.filter(kind=Kind.ADJUSTMENT)] == [50_000]


def test_an_amount_by_hand_is_about_the_case_beside_whose_line_it_was_entered(place):
    handoff = place.met(on(5, 10))
    adjusting = f"{url(place, 'pay-adjust')}?entry={Entry.objects.get().pk}"
    assert f'href="{adjusting}"' in shown(place.boss, url(place))
    assert adjusting not in shown(place.isa, url(place))

    said = {"amount": "10", "why": "It took three calls", "once": str(uuid4())}
    assert signed_in(place.boss).post(adjusting, said).status_code == 302

    assert f"{handoff.lead.name}, by {place.boss.user.name}" in shown(place.isa, url(place))
    rows = lines(place.isa, url(place, "pay-statement-csv"))
    assert [row["Handoff"] for row in rows if row["Why"] == "It took three calls"] == [str(handoff.pk)]


def test_what_came_back_is_counted_beside_what_was_paid(place):
    handoffs = [place.met(on(day, 10)) for day in (5, 6)]
    assert "2 paid<" in shown(place.isa, url(place))

    place.no_show_after_all(handoffs[0], on(8, 10))

    assert "2 paid, 1 came back<" in shown(place.isa, url(place))


def test_a_cap_stands_after_what_it_binds_and_the_count_says_so():
    place = Place(base=0, bonus_cap=7_000)
    for day in (1, 2, 3):
        place.met(on(day, 9))
    assert "3 held, $20.00 over the cap<" in shown(place.isa, url(place, month=SEPTEMBER))

    place.approve(SEPTEMBER)

    page = statement_of(place.isa, SEPTEMBER, at=NOW)
    assert [each.kind for each in page.entries] == [Kind.HELD, Kind.HELD, Kind.HELD, Kind.HELD_CAP]


def test_the_team_lead_approves_what_they_see(place):
    page = shown(place.boss, url(place, month=SEPTEMBER))
    assert 'name="seen" value="300000"' in page
    browser = signed_in(place.boss)

    changed = browser.post(url(place, "pay-approve", SEPTEMBER), {"seen": 1})
    assert (changed.status_code, Statement.objects.count()) == (409, 0)
    assert browser.post(url(place, "pay-approve", SEPTEMBER), {"seen": 300_000}).status_code == 302
    assert "Nothing is entered into it any more" in shown(place.isa, url(place, month=SEPTEMBER))


def test_a_page_says_that_a_plan_still_enters_and_offers_nothing_to_approve(place):
    reported(place.isa, place.agent, at=on(5, 10))
    plan(place.team, from_month=OCTOBER)

    page = shown(place.boss, url(place, month=SEPTEMBER))

    assert "Still being entered: 1 handoff to go" in page
    assert "Being entered" in shown(place.boss, PAY)
    assert 'name="seen"' not in page


def test_a_month_without_a_statement_does_not_exist(place):
    for month in (date(2026, 8, 1), date(2026, 12, 1)):
        assert signed_in(place.boss).get(url(place, month=month)).status_code == 404
    for address in ("/pay/2026-13/1/", "/pay/0000-01/1/", f"/pay/9999-12/{place.isa.pk}/"):
        assert signed_in(place.boss).get(address).status_code == 404


def test_an_isa_asks_and_a_team_lead_answers_with_what_puts_it_right(place):
    place.met(on(5, 10))
    entry = Entry.objects.get()
    asked = signed_in(place.isa).post(f"{url(place, 'pay-ask')}?entry={entry.pk}", {"note": "It was two clients"})
    assert asked.status_code == 302
    dispute = Dispute.objects.get()
    assert dispute.entry == entry
    answering = reverse("handoff:pay-answer", args=[dispute.pk])
    assert "It was two clients" in shown(place.boss, answering)

    answered = signed_in(place.boss).post(answering, {"words": "Right", "amount": "30.00"})

    assert answered.status_code == 302
    page = shown(place.isa, url(place))
    assert "Put right" in page
    assert "$3,060.00" in page
    client = entry.case.lead.name
    assert f"{client}, by {place.boss.user.name}" in page
    rows = lines(place.isa, url(place, "pay-statement-csv"))
    assert [(row["Client"], row["Handoff"]) for row in rows] == [
        (client, str(entry.handoff_id)), (client, str(entry.handoff_id)), ("", ""),
    ]  # fmt: skip


def test_an_answer_without_an_amount_is_an_answer(place):
    signed_in(place.isa).post(url(place, "pay-ask"), {"note": "Is October complete?"})
    answering = reverse("handoff:pay-answer", args=[Dispute.objects.get().pk])

    signed_in(place.boss).post(answering, {"words": "Yes, it is"})

    assert ">Answered<" in "".join(shown(place.isa, url(place)).split("\n"))


def test_an_entry_of_somebody_else_cannot_be_asked_about(place):
    place.met(on(5, 10))
    colleague = people.isa(place.team)
    browser, ask = signed_in(colleague), url(place, "pay-ask", isa=colleague)

    for entry in (Entry.objects.get().pk, "soon", ""):
        assert browser.get(f"{ask}?entry={entry}").status_code == 404
        assert browser.post(f"{ask}?entry={entry}", {"note": "Whose is this?"}).status_code == 404
    assert not Dispute.objects.exists()
    assert browser.get(ask).status_code == 200


def test_an_amount_by_hand_is_entered_once_however_often_the_form_is_sent(place):
    said = {"amount": "-12.50", "why": "Broken headset", "once": str(uuid4())}
    for _ in range(2):
        assert signed_in(place.boss).post(url(place, "pay-adjust"), said).status_code == 302

    assert [each.amount for each in Entry.objects.filter(kind=Kind.ADJUSTMENT)] == [-1_250]
    wrong = signed_in(place.boss).post(url(place, "pay-adjust"), said | {"amount": "0", "once": str(uuid4())})
    assert wrong.status_code == 422


def test_the_same_amount_and_reason_is_entered_again_only_if_that_is_meant(place):
    browser, said = signed_in(place.boss), {"amount": "25.00", "why": "Trained a colleague"}

    def send(**more):
        return browser.post(url(place, "pay-adjust"), said | {"once": str(uuid4())} | more)

    assert "is_meant" not in browser.get(url(place, "pay-adjust")).content.decode()
    assert send().status_code == 302
    again = send()
    assert again.status_code == 422
    assert "entered for October 2026 already" in again.content.decode()
    assert 'name="is_meant"' in again.content.decode()
    assert Entry.objects.count() == 1

    assert send(is_meant="on").status_code == 302
    assert send(why="Trained another colleague").status_code == 302
    assert Entry.objects.count() == 3


@pytest.mark.parametrize("amount", ["1e5", "1E5", "1000000.01", "-1000000.01", "9" * 40, "nan", "inf"])
def test_no_amount_by_hand_is_above_a_million_or_in_powers_of_ten(place, amount):
    signed_in(place.isa).post(url(place, "pay-ask"), {"note": "Is this right?"})
    answering = reverse("handoff:pay-answer", args=[Dispute.objects.get().pk])
    browser, by_hand = signed_in(place.boss), {"why": "A slip", "once": str(uuid4())}

    assert browser.post(answering, {"words": "Right", "amount": amount}).status_code == 422
    assert browser.post(url(place, "pay-adjust"), by_hand | {"amount": amount}).status_code == 422
    assert not Entry.objects.exists()
    assert browser.post(answering, {"words": "Right", "amount": "1000000"}).status_code == 302


def test_a_statement_to_take_away_has_every_line_and_starts_no_formula(place):
    handoff = place.met(on(5, 10))
    type(handoff.lead).objects.filter(pk=handoff.lead_id).update(first_name="=1+1")
    said = {"amount": "-12.50", "why": "Broken headset", "once": str(uuid4())}
    signed_in(place.boss).post(url(place, "pay-adjust"), said)

    for address in (url(place, "pay-statement-csv"), reverse("handoff:pay-month-csv", args=[OCTOBER])):
        rows = lines(place.boss, address)
        assert [(row["What"], row["Amount"], row["Entered by"]) for row in rows] == [
            ("Adjustments", "-12.50", place.boss.user.name),
            ("Held appointments", "30.00", ""), ("Base salary", "3000.00", ""),
        ]  # fmt: skip
        assert list(rows[0])[-2:] == ["Entered by", "Why"]
        assert rows[1]["Client"].startswith("'=1+1")


@pytest.mark.parametrize(("until", "status"), [("2026-09", 200), ("9999-12", 200), ("0001-01", 422), ("soon", 422)])
def test_older_months_are_a_page_further(place, until, status):
    answer = signed_in(place.boss).get(PAY, {"until": until})

    assert answer.status_code == status
    assert ("October 2026" in answer.content.decode()) == (until != "2026-09")


def test_a_month_in_which_nobody_is_paid_has_no_table(place):
    assert signed_in(place.boss).get(reverse("handoff:pay-month-csv", args=[date(9999, 12, 1)])).status_code == 404


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_the_pages_cost_the_same_however_many_isas_and_entries_there_are(place):
    place.met(on(25, 9))
    costs = []
    for _ in range(4):
        place.met(on(6, 10))
        place.no_show_after_all(place.met(on(28, 9)), on(3, 10))
        people.isa(place.team)
        costs.append([cost(place.boss, each) for each in (PAY, url(place), reverse("handoff:pay-plan"))])

    assert costs[0] == costs[3]
    assert max(costs[0]) <= 20


def cost(member, address) -> int:
    client = signed_in(member)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_month_that_is_not_over_says_so(place):
    assert "The month is not over" in shown(place.isa, url(place, month=NOVEMBER))
