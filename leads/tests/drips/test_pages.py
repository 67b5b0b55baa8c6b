"""The pages of drips: written, switched, previewed, enrolled from; and the card on the lead's page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leads.drips.stopping import stop_for
from leads.models import DripSequence, DripStep, Enrolment
from leads.models.drips import DripState, Why
from leads.tests.drips.writing import a_sequence, enrolled, settle
from leads.tests.factories import NOW, LeadFactory
from leads.tests.pages import HOSTILE, HTMX, send
from notifications import consent
from notifications.models.mails import MailHow

pytestmark = pytest.mark.django_db

WORDS = {"after_days": "9", "hour": "9", "subject": "Hello {first_name}", "text": "Hi {first_name}"}


def at(name, *args):
    return reverse(f"leads:{name}", args=args)


def test_a_team_lead_writes_one_and_switches_it_on(team, boss, browser):
    settle(team)
    page = browser(boss)
    page.post(at("drips"), {"name": "Nurture"})
    drip = DripSequence.objects.get()
    assert "no mail yet" in page.post(at("drip-on", drip.pk), follow=True).content.decode()

    answer = page.post(at("drip-mail-add", drip.pk), WORDS, follow=True)
    assert "Hello {first_name}" in answer.content.decode()
    page.post(at("drip-on", drip.pk))
    page.post(at("drip", drip.pk), {"name": "Nurture", "on_stage": "nurture"})

    drip.refresh_from_db()
    assert (drip.is_on, drip.on_stage) == (True, "nurture")
    assert "1 mail" in page.get(at("drips")).content.decode()


def test_without_a_postal_address_the_page_says_what_to_do(team, boss, browser):
    assert reverse("teams:team") in browser(boss).get(at("drips")).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"after_days": "1"}, "choose another day"),
        ({"after_days": "-1"}, "greater than or equal to 0"),
        ({"after_days": "4000"}, "less than or equal to 365"),
        ({"hour": "3"}, "not one of the available choices"),
        ({"subject": ""}, "Write a subject"),
        ({"text": "{moon}"}, "There is no placeholder"),
        ({"text": "x" * 5001}, "5000"),
    ],
)
def test_a_mail_that_cannot_be_sent_is_refused_with_words(team, boss, browser, changed, words):
    drip = a_sequence(team)

    answer = browser(boss).post(at("drip-mail-add", drip.pk), WORDS | changed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert DripStep.objects.count() == 3


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["drip-mail-add", "drip-preview"])
def test_hostile_words_break_nothing(team, boss, browser, name, text):
    drip = a_sequence(team)
    address = at(name, drip.pk) if name == "drip-mail-add" else at(name)

    answer = send(browser(boss), address, WORDS | {"subject": text, "text": text}, {})

    assert answer.status_code in {200, 302, 422}
    assert b"<script>alert" not in answer.content


def test_the_preview_is_the_mail_with_invented_names_and_keeps_nothing(team, boss, browser):
    settle(team)
    answer = browser(boss).post(at("drip-preview"), WORDS)

    assert "Hi Dana" in answer.content.decode()
    assert team.postal_address in answer.content.decode()
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not DripStep.objects.exists()
    wrong = browser(boss).post(at("drip-preview"), WORDS | {"text": "{moon}"}).content.decode()
    assert "There is no placeholder {moon}" in wrong


def test_switching_off_stops_it_for_everybody(team, boss, lead, browser):
    drip = a_sequence(team)
    enrolment = enrolled(lead, drip)

    answer = browser(boss).post(at("drip-off", drip.pk), follow=True)

    assert "stopped for 1 lead." in answer.content.decode()
    enrolment.refresh_from_db()
    assert enrolment.why == Why.SWITCHED_OFF


def test_an_isa_starts_and_stops_one_by_a_press(team, lead, isa, browser):
    drip = a_sequence(team)
    page = browser(isa)
    card = page.get(at("lead-drips", lead.pk)).content.decode()
    assert "Start “Nurture”" in card

    card = page.post(at("drip-enrol", lead.pk), {"sequence": drip.pk}, headers=HTMX).content.decode()
    assert "Mail 1 of Nurture" in card
    enrolment = Enrolment.objects.get()
    card = page.post(at("drip-stop", lead.pk, enrolment.pk), headers=HTMX).content.decode()

    assert "Stopped by hand by Robin Sample" in card
    assert not Enrolment.objects.running().exists()


def test_why_not_is_said_on_the_card(team, lead, isa, browser):
    drip = a_sequence(team)
    enrolled(lead, drip)

    answer = browser(isa).post(at("drip-enrol", lead.pk), {"sequence": drip.pk}, headers=HTMX)

    assert answer.status_code == 422
    assert "running for them already" in answer.content.decode()


@pytest.mark.parametrize(("sequence", "status"), [("", 422), ("0", 404), ("x", 404), (str(2**70), 404)])
def test_a_drip_that_is_none_is_refused(lead, isa, browser, sequence, status):
    answer = browser(isa).post(at("drip-enrol", lead.pk), {"sequence": sequence}, headers=HTMX)

    assert answer.status_code == status


def test_a_clients_word_is_noted_and_taken_back_with_a_reason(team, lead, isa, browser):
    enrolled(lead, a_sequence(team))
    page = browser(isa)
    assert "Wants none" in page.post(at("mail-choice", lead.pk), {"wants": "0"}, headers=HTMX).content.decode()
    assert not Enrolment.objects.running().exists()

    for reason, status in (("", 422), ("Asked on the phone", 200)):
        answer = page.post(at("mail-choice", lead.pk), {"wants": "1", "reason": reason}, headers=HTMX)
        assert answer.status_code == status

    assert consent.may_mail(team.pk, "dana@example.com")


def test_an_agent_reads_and_presses_nothing(team, lead, agent, browser):
    lead.owner = agent
    lead.save()
    enrolled(lead, a_sequence(team))

    card = browser(agent).get(at("lead-drips", lead.pk)).content.decode()

    assert "Nurture" in card
    assert "<button" not in card


def test_a_list_is_counted_first_and_enrolled_then(team, boss, isa, browser):
    drip = a_sequence(team)
    leads = [LeadFactory.create(team=team, isa=isa, stage="nurture") for _ in range(3)]
    LeadFactory.create(team=team, isa=isa, stage="nurture", email="")
    LeadFactory.create(team=team, isa=isa, stage="contacting")
    consent.mail_opt_out(team=team, address=leads[0].emails.get().address, how=MailHow.PAGE, at=NOW)
    said = {"stage": "nurture", "sequence": drip.pk}
    page = browser(boss)

    counted = page.get(at("drip-bulk"), said).content.decode()
    assert "2 of 4 would be enrolled" in counted
    assert "There is no email address" in counted
    assert not Enrolment.objects.exists()
    page.post(at("drip-bulk"), said)

    assert {each.lead_id for each in Enrolment.objects.running()} == {lead.pk for lead in leads[1:]}
    assert "0 of 4 would be enrolled" in page.get(at("drip-bulk"), said).content.decode()


def test_what_each_mail_did_is_counted(team, boss, lead, isa, browser):
    drip = a_sequence(team)
    enrolment = enrolled(lead, drip)
    Enrolment.objects.filter(pk=enrolment.pk).update(last_step=drip.steps.earliest("after_days"))
    stop_for(lead=lead, why=Why.REPLIED, at=NOW)

    page = browser(boss).get(at("drip", drip.pk)).content.decode()

    assert 'data-label="Answered after it">1' in page
    enrolment.refresh_from_db()
    assert enrolment.state == DripState.STOPPED


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(("name", "most"), [("drips", 8), ("drip", 9), ("drip-leads", 8), ("drip-bulk", 12)])
def test_pages_cost_the_same_however_long(team, boss, isa, browser, django_assert_max_num_queries, rows, name, most):
    drip = a_sequence(team, days=range(1, rows + 1))
    for number in range(rows):
        enrolled(LeadFactory.create(team=team, isa=isa), drip)
        if number:
            a_sequence(team, name=f"Other {number}")
    page = browser(boss)
    address = (
        f"{at(name)}?sequence={drip.pk}" if name == "drip-bulk" else at(name, *([drip.pk] if name != "drips" else []))
    )
    with django_assert_max_num_queries(most):
        assert page.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 4])
def test_the_card_costs_the_same_however_long(team, isa, lead, browser, django_assert_max_num_queries, rows):
    for number in range(rows):
        enrolled(lead, a_sequence(team, name=f"Drip {number}"))
    page = browser(isa)
    with django_assert_max_num_queries(8):
        page.get(at("lead-drips", lead.pk))


def test_strangers_find_nothing(team, lead, stranger, browser):
    drip = a_sequence(team)
    page = browser(stranger)

    for address in (at("drip", drip.pk), at("drip-leads", drip.pk), at("lead-drips", lead.pk)):
        assert page.get(address).status_code == 404
