"""Who else decides: kept with the lead, and shown on its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.household import MOST, NotTaken, add_decision_maker
from leads.models import Activity, DecisionMaker
from leads.tests.factories import NOW
from leads.tests.pages import HTMX, post, url

pytestmark = pytest.mark.django_db

SAM = {"name": "Sam Example", "email": "sam@example.com", "phone": "(512) 555-0144"}


def add(lead, **fields):
    known = {"name": "Sam Example", "email": "sam@example.com", "phone": ""} | fields
    return add_decision_maker(lead=lead, actor=lead.isa, at=NOW, **known)


def test_somebody_who_decides_is_kept_and_told_of(lead, isa, browser):
    answer = post(browser(isa), "household", lead, SAM)
    person = DecisionMaker.objects.get(lead=lead)
    assert (person.name, person.email, person.phone, person.added_by) == (
        "Sam Example", "sam@example.com", "+15125550144", isa,
    )  # fmt: skip
    assert "Sam Example" in answer.content.decode()
    assert answer.headers["HX-Trigger"] == "lead-saved"
    assert Activity.objects.filter(lead=lead).latest("pk").summary == "Sam Example decides too"


def test_without_htmx_it_leads_back_to_the_lead(lead, isa, browser):
    answer = browser(isa).post(url("household", lead), SAM)
    assert (answer.status_code, answer.headers["Location"]) == (302, lead.get_absolute_url())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": ""}, "Write their name first"),
        ({"email": "", "phone": ""}, "nobody could reach them"),
        ({"email": "no address"}, "valid email"),
        ({"phone": "12"}, "too few or too many digits"),
        ({"email": "DANA@example.com"}, "own address"),
        ({"name": "a\nb"}, "Line breaks"),
        ({"name": "x" * 81}, "at most 80"),
        ({"email": "sam@example.com\r\nBcc: x@example.com"}, "Line breaks"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(lead, isa, browser, data, words):
    answer = post(browser(isa), "household", lead, SAM | data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not DecisionMaker.objects.exists()


def test_an_address_stands_once_whatever_its_case(lead):
    add(lead)
    with pytest.raises(NotTaken, match="already"):
        add(lead, email="SAM@example.com")


def test_somebody_of_the_team_is_no_decision_maker(lead, agent):
    with pytest.raises(NotTaken, match="in the team"):
        add(lead, email=agent.user.email)


def test_there_is_an_end_to_a_household(lead, isa, browser):
    for number in range(MOST):
        add(lead, email=f"p{number}@example.com")
    with pytest.raises(NotTaken, match="take one off"):
        add(lead)
    assert "as many as fit" in browser(isa).get(url("household", lead)).content.decode()


def test_one_can_be_taken_off(lead, isa, browser):
    person = add(lead)
    browser(isa).post(reverse("leads:household-remove", args=[lead.pk, person.pk]), headers=HTMX)
    assert not DecisionMaker.objects.exists()
    assert Activity.objects.filter(lead=lead).latest("pk").summary == "Sam Example does not decide any more"


def test_one_of_another_lead_is_not_found(team, lead, isa, stranger, browser):
    person = add(lead)
    client = browser(stranger)
    assert client.get(url("household", lead)).status_code == 404
    assert client.post(url("household", lead), SAM).status_code == 404
    assert client.post(reverse("leads:household-remove", args=[lead.pk, person.pk])).status_code == 404
    assert DecisionMaker.objects.get() == person


def test_an_agent_who_does_not_work_on_the_lead_does_not_see_them(lead, agent, browser):
    add(lead)
    assert browser(agent).get(url("household", lead)).status_code == 404
    lead.collaborators.create(membership=agent, reason="agent", created_at=NOW)
    assert "Sam Example" in browser(agent).get(url("household", lead)).content.decode()


def test_the_page_asks_for_the_block(lead, isa, browser):
    page = browser(isa).get(lead.get_absolute_url()).content.decode()
    assert f'hx-get="{url("household", lead)}"' in page


def test_the_block_costs_the_same_however_many_decide(lead, isa, browser):
    costs = []
    for rows in (1, 3):
        for number in range(rows):
            add(lead, email=f"p{rows}{number}@example.com")
        with CaptureQueriesContext(connection) as queries:
            browser(isa).get(url("household", lead))
        costs.append(len(queries))
    assert costs[0] == costs[1]
