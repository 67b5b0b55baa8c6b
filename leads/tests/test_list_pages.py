"""The list, finding, adding, tasks."""

import pytest
from django.urls import reverse

from leads.models import Lead, Task
from leads.queries.listing import PAGE, narrowed, page_of
from leads.states import Stage
from leads.tests.factories import NOW, LeadFactory
from leads.todo import add_task

pytestmark = pytest.mark.django_db


def shown(response):
    return [lead.pk for lead in response.context["page"].leads]


def test_the_list_pages_through_all_leads_both_ways_without_losing_one(browser, team, isa):
    leads = [LeadFactory.create(team=team, isa=isa).pk for _ in range(PAGE * 2 + 5)][::-1]
    client = browser(isa)

    first = client.get(reverse("leads:list"))
    second = client.get(reverse("leads:list") + first.context["older_url"])
    third = client.get(reverse("leads:list") + second.context["older_url"])
    back = client.get(reverse("leads:list") + third.context["newer_url"])
    start = client.get(reverse("leads:list") + back.context["newer_url"])

    assert shown(first) + shown(second) + shown(third) == leads
    assert third.context["older_url"] is None
    assert shown(back) == shown(second)
    assert shown(start) == shown(first)
    assert start.context["newer_url"] is None


def test_a_new_lead_does_not_shift_the_next_page(team, isa):
    leads = [LeadFactory.create(team=team, isa=isa).pk for _ in range(PAGE + 3)][::-1]
    first = page_of(Lead.objects.visible_to(isa))

    LeadFactory.create(team=team, isa=isa)

    second = page_of(Lead.objects.visible_to(isa), older_than=first.older_than)
    assert [lead.pk for lead in second.leads] == leads[PAGE:]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ("stage=qualified", ["Qualified"]),
        ("q=qua", ["Qualified"]),
        ("q=example+own", ["Owned"]),
        ("stage=new", ["Owned", "New"]),
        ("stage=nonsense&owner=999999&q=%00", ["Owned", "Qualified", "New"]),
        ("before=abc&after=1e9", ["Owned", "Qualified", "New"]),
        ("before=" + "9" * 30, ["Owned", "Qualified", "New"]),
        ("q=%25", []),
    ],
)
def test_the_list_is_narrowed(browser, team, isa, agent, filters, names):
    LeadFactory.create(team=team, isa=isa, first_name="New", last_name="Example")
    LeadFactory.create(team=team, isa=isa, first_name="Qualified", last_name="Example", stage=Stage.QUALIFIED)
    LeadFactory.create(team=team, isa=isa, first_name="Owned", last_name="Example", owner=agent)

    response = browser(isa).get(f"{reverse('leads:list')}?{filters}")

    assert [lead.first_name for lead in response.context["page"].leads] == names


def test_the_list_is_narrowed_to_an_owner(browser, team, isa, agent):
    owned = LeadFactory.create(team=team, isa=isa, owner=agent)
    LeadFactory.create(team=team, isa=isa)

    assert shown(browser(isa).get(f"{reverse('leads:list')}?owner={agent.pk}")) == [owned.pk]


def test_filters_stay_while_paging(browser, team, isa):
    LeadFactory.create_batch(PAGE + 1, team=team, isa=isa, stage=Stage.LOST)

    response = browser(isa).get(f"{reverse('leads:list')}?stage=lost")

    assert "stage=lost" in response.context["older_url"]


def test_an_agent_lists_own_leads_only_and_nobody_lists_another_teams(browser, team, isa, agent, stranger):
    mine = LeadFactory.create(team=team, isa=isa, owner=agent)
    LeadFactory.create(team=team, isa=isa)

    assert shown(browser(agent).get(reverse("leads:list"))) == [mine.pk]
    assert shown(browser(stranger).get(reverse("leads:list"))) == []


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_costs_the_same_however_long(browser, team, isa, rows, django_assert_max_num_queries):
    LeadFactory.create_batch(rows, team=team, isa=isa)

    with django_assert_max_num_queries(1):
        page = page_of(narrowed(isa, {}))
        said = [f"{lead.owner.user} {lead.number}" for lead in page.leads]  # type: ignore[attr-defined]  # annotated
        assert len(said) == rows
    client = browser(isa)
    client.get(reverse("leads:list"))
    with django_assert_max_num_queries(6):  # four are of every page: session, person with places, inbox, transfer
        client.get(reverse("leads:list"))


# --- Finding and adding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["(512) 555-0123", "5125550123", "+1-512-555-0123", "555-0123"])
def test_a_number_that_is_one_leads_opens_that_lead(browser, team, isa, text):
    lead = LeadFactory.create(team=team, isa=isa, phone="+15125550123")

    response = browser(isa).get(reverse("leads:find"), {"q": text})

    assert response.headers["Location"] == lead.get_absolute_url()


def test_a_number_of_nobody_can_be_added_at_once(browser, isa):
    page = browser(isa).get(reverse("leads:find"), {"q": "512 555 0123"})

    assert "/leads/add/?phone=512+555+0123" in page.content.decode()
    assert 'value="512 555 0123"' in browser(isa).get("/leads/add/?phone=512+555+0123").content.decode()


@pytest.mark.parametrize(
    "text", ["\x00", "a\nb", "x" * 5000, "<script>alert(1)</script>", "\u202egnp", "🏡", "%' OR 1=1"]
)
def test_finding_nonsense_finds_nobody(browser, lead, text):
    response = browser(lead.isa).get(reverse("leads:find"), {"q": text})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_lead_is_added_and_opened(browser, isa):
    response = browser(isa).post(reverse("leads:add"), {"phone": "512 555 0123", "first_name": "Dana", "state": "tx"})

    lead = Lead.objects.get()
    assert response.headers["Location"] == lead.get_absolute_url()
    assert (lead.isa, lead.state) == (isa, "TX")


def test_a_lead_that_a_team_lead_adds_is_nobodys_yet(browser, boss):
    browser(boss).post(reverse("leads:add"), {"phone": "512 555 0123", "first_name": "Dana"})

    assert (Lead.objects.get().isa, Lead.objects.get().owner) == (None, None)


def test_somebody_who_is_here_already_is_shown_before_they_are_added_again(browser, team, isa):
    there = LeadFactory.create(team=team, isa=isa, first_name="Dana", phone="+15125550123")
    client, typed = browser(isa), {"phone": "(512) 555-0123", "first_name": "Dana"}

    warned = client.post(reverse("leads:add"), typed)

    assert warned.status_code == 409
    assert there.get_absolute_url() in warned.content.decode()
    assert "Add anyway" in warned.content.decode()
    assert Lead.objects.count() == 1

    client.post(reverse("leads:add"), typed | {"anyway": "1"})
    assert Lead.objects.count() == 2


def test_duplicates_are_told_while_typing_and_never_those_of_another_team(browser, team, isa, stranger):
    LeadFactory.create(team=team, isa=isa, first_name="Dana", phone="+15125550123")
    typed = {"phone": "5125550123", "email": ""}

    assert "Dana" in browser(isa).get(reverse("leads:duplicates"), typed).content.decode()
    assert "Dana" not in browser(stranger).get(reverse("leads:duplicates"), typed).content.decode()
    assert browser(isa).get(reverse("leads:duplicates"), {"phone": "\x00", "email": "\n"}).status_code == 200


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("first_name", ""),
        ("first_name", "Da\x00na"),
        ("first_name", "Da\r\nBcc: x"),
        ("first_name", "x" * 81),
        ("phone", "12"),
        ("phone", "5125550123\x00"),
        ("email", "dana"),
        ("email", "dana@example.com\r\nBcc: x@example.com"),
        ("email", "x" * 300 + "@example.com"),
        ("state", "Texas"),
        ("state", "ZZ"),
        ("source", "a\nb"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason_by_the_field(browser, isa, field, text):
    typed = {"phone": "512 555 0123", "first_name": "Dana"} | {field: text}

    response = browser(isa).post(reverse("leads:add"), typed)

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Lead.objects.exists()


@pytest.mark.parametrize("name", ["🏡 Zoë", "عائشة", "<script>alert(1)</script>", "O'Neil & Söhne", "{{ 7*7 }}"])
def test_names_of_all_kinds_are_kept_and_shown_as_they_are(browser, isa, name):
    client = browser(isa)

    page = client.post(reverse("leads:add"), {"phone": "512 555 0123", "first_name": name}, follow=True)

    assert Lead.objects.get().first_name == name
    assert "<script>alert" not in page.content.decode()
    assert "49" not in page.context["lead"].name


def test_an_agent_adds_no_leads(browser, agent):
    assert browser(agent).get(reverse("leads:add")).status_code == 403
    assert browser(agent).post(reverse("leads:add"), {}).status_code == 403


# --- Tasks ------------------------------------------------------------------------------------------------------------


def task_for(member, key="t", **fields):
    fields = {"title": "Call back", "kind": "todo", "at": NOW, "due_at": NOW} | fields
    return add_task(key=key, assignee=member, **fields)


def test_a_task_is_ticked_off_and_back(browser, isa):
    task, client = task_for(isa), browser(isa)

    client.post(reverse("leads:task-done", args=[task.pk]), headers={"HX-Request": "true"})
    assert not Task.objects.open().exists()

    client.post(reverse("leads:task-done", args=[task.pk]), {"again": "1"})
    assert Task.objects.open().exists()


def test_nobody_ticks_off_a_strangers_task(browser, isa, agent, stranger):
    task = task_for(isa)

    for member in (agent, stranger):
        assert browser(member).post(reverse("leads:task-done", args=[task.pk])).status_code == 404
    assert Task.objects.open().exists()
