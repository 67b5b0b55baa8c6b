"""The same person twice becomes one lead, and nothing of either is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from leads.answers import save_answers
from leads.calls import log_call
from leads.capture import duplicates_of
from leads.collaborating import collaborate
from leads.contacts import add_phone, primary_email, primary_phone
from leads.finding import find
from leads.importing.undoing import why_touched
from leads.merging import NotMergeable, candidates_for, merge_leads
from leads.models import Activity, Lead, LeadImport, StageChange, Task
from leads.models.calls import CallResult
from leads.models.recordings import RecordingKind
from leads.notes import add_note
from leads.queries.calls import calls_of
from leads.queries.lead_page import timeline
from leads.recordings import attach_link, promise_link
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tags import add_tag
from leads.tests.factories import COMPLETE, NOW, RECORDING, LeadFactory
from leads.todo import add_task
from leads.verification import confirm_phone, is_phone_verified
from notifications.models import Timer
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def other(team, isa):
    return LeadFactory.create(
        team=team, isa=isa, first_name="Dana Q", last_name="Example", phone="+15125550124", email="dq@example.com"
    )


def merged(survivor, other, *take, actor=None):
    merge_leads(survivor=survivor, other=other, take=take, actor=actor, at=LATER)
    return Lead.objects.select_related("lpmama", "verification", "owner", "isa").get(pk=survivor.pk)


def test_all_that_belongs_to_either_is_on_the_survivor(lead, other, isa, agent, boss):
    add_tag(lead=lead, name="VIP", actor=isa, via=Via.PAGE, at=NOW)
    for name in ("vip", "Buyer"):
        add_tag(lead=other, name=name, actor=isa, via=Via.PAGE, at=NOW)
    add_note(lead=other, text="Two dogs", author=isa, at=NOW)
    attach_link(lead=other, url=RECORDING, actor=isa, at=NOW)
    task = add_task(key="t", assignee=isa, lead=other, title="Call", kind="call", at=NOW, due_at=NOW,
                    link=f"{other.get_absolute_url()}#recording")  # fmt: skip
    collaborate(lead=other, membership=agent, reason="Agent", at=NOW)
    collaborate(lead=lead, membership=boss, reason="Boss", at=NOW)
    collaborate(lead=other, membership=boss, reason="Boss", at=NOW)
    change_stage(lead=other, to=Stage.NURTURE, actor=isa, via=Via.PAGE, at=NOW)

    one = merged(lead, other, actor=isa)

    assert sorted(str(phone.number) for phone in one.phones.all()) == ["+15125550123", "+15125550124"]
    assert sorted(email.address for email in one.emails.all()) == ["dana@example.com", "dq@example.com"]
    assert (primary_phone(one), primary_email(one)) == ("+15125550123", "dana@example.com")
    assert sorted(tag.name for tag in one.tags.all()) == ["Buyer", "VIP"]
    assert [note.text for note in one.person_notes.all()] == ["Two dogs"]
    assert one.recordings.get().url == RECORDING
    assert Task.objects.get(pk=task.pk).link == f"{one.get_absolute_url()}#recording"
    assert {row.membership for row in one.collaborators.all()} == {agent, boss}
    assert StageChange.objects.get().lead == one
    assert one.stage == Stage.NEW
    for relation in ("phones", "emails", "tags", "person_notes", "recordings", "tasks", "collaborators"):
        assert not getattr(other, relation).exists(), relation


def test_who_decides_with_either_decides_with_the_survivor_once(lead, other):
    for each, name, email in (
        (lead, "Kim", "kim@example.com"),
        (other, "Kim Example", "KIM@example.com"),
        (other, "Pat", ""),
        (other, "Sam", "sam@example.com"),
    ):
        each.decision_makers.create(name=name, email=email, created_at=NOW)

    one = merged(lead, other)

    assert [person.name for person in one.decision_makers.all()] == ["Kim", "Pat", "Sam"]
    assert not other.decision_makers.exists()


def test_the_stories_stay_where_they_are_and_are_read_together(lead, other, isa):
    before = list(Activity.objects.values_list("pk", "lead_id", "summary"))
    log_call(lead=other, result=CallResult.ANSWERED, note="Hi", next_call_at=None, actor=isa, via=Via.PAGE, at=NOW)
    call = other.calls.get()

    one = merged(lead, other, actor=isa)

    assert set(before) <= set(Activity.objects.values_list("pk", "lead_id", "summary"))
    told = [entry.summary for entry in timeline(one).activities]
    assert told.count("Lead added") == 2
    assert "Merged with Dana Q Example, who was here twice; what was noted of either is on this lead now" in told
    assert "Became part of Dana Example" in told
    call.refresh_from_db()
    assert call.lead == other
    assert list(calls_of(one)) == [call]


def test_what_is_taken_wins_and_the_rest_stays(lead, other, isa, agent, team):
    second = people.isa(team)
    Lead.objects.filter(pk=other.pk).update(owner=agent, isa=second, source="Portal", state="TX", language="es")
    save_answers(lead=lead, changes={"price_max": 300_000, "motivation": "Mine", "bedrooms": 2}, actor=isa, at=NOW)
    save_answers(lead=other, changes=COMPLETE | {"bedrooms": 4}, actor=isa, at=NOW)

    one = merged(lead, other, "name", "phone", "email", "owner", "source", "price", "mortgage")

    assert (one.name, one.sort_name) == ("Dana Q Example", "example dana q")
    assert (primary_phone(one), primary_email(one)) == ("+15125550124", "dq@example.com")
    assert (one.owner, one.isa, one.source, one.state, one.language) == (agent, isa, "Portal", "", "en")
    assert (one.lpmama.price_min, one.lpmama.price_max) == (380_000, 450_000)
    assert (one.lpmama.motivation, one.lpmama.bedrooms) == ("Mine", 2)
    assert one.lpmama.mortgage == "pre_approved"


def test_who_worked_on_either_goes_on_seeing_it(lead, other, agent, team):
    second = people.agent(team)
    Lead.objects.filter(pk=lead.pk).update(owner=second)
    Lead.objects.filter(pk=other.pk).update(owner=agent)

    one = merged(lead, other, "owner")

    assert one.owner == agent
    for person in (agent, second):
        assert Lead.objects.visible_to(person).filter(pk=one.pk).exists()
        assert not Lead.objects.visible_to(person).filter(pk=other.pk).exists()


def test_the_merged_lead_is_found_listed_and_called_nowhere(lead, other, isa, team):
    Lead.objects.filter(pk=other.pk).update(next_call_at=NOW)

    one = merged(lead, other)

    assert one.next_call_at == NOW
    assert [each.pk for each in find(isa, "+15125550124")] == [lead.pk]
    assert [each.pk for each in find(isa, "Example")] == [lead.pk]
    assert duplicates_of(team, "+15125550124") == [one]
    other.refresh_from_db()
    assert (other.owner, other.isa, other.next_call_at, other.merged_into) == (None, None, None, one)


def test_one_who_was_merged_before_comes_along(lead, other, isa, team):
    third = LeadFactory.create(team=team, isa=isa)
    merged(other, third)
    merged(lead, other)

    assert set(Lead.objects.filter(merged_into=lead)) == {other, third}
    assert len(timeline(lead).activities) == 7


def test_what_was_read_back_on_either_counts(lead, other, isa):
    confirm_phone(lead=other, value="+15125550124", actor=isa, at=NOW)

    assert not is_phone_verified(merged(lead, other))
    third = LeadFactory.create(team=lead.team, isa=isa, phone="+15125550199")
    confirm_phone(lead=third, value="+15125550199", actor=isa, at=NOW)
    fourth = LeadFactory.create(team=lead.team, isa=isa)
    assert is_phone_verified(merged(fourth, third, "phone"))


def test_of_two_promised_links_one_is_still_asked_for(lead, other, isa):
    for each in (lead, other):
        promise_link(lead=each, actor=isa, at=NOW)

    one = merged(lead, other)

    assert one.recordings.get().kind == RecordingKind.TO_FOLLOW
    assert Timer.objects.filter(called_off_at=None, kind="recording_owed_isa").count() == 1


def test_a_shared_number_is_kept_once(lead, isa):
    twin = LeadFactory.create(team=lead.team, isa=isa, phone="+15125550123", email="dana@example.com")
    add_phone(lead=twin, phone="+15125550125", actor=isa, at=NOW)

    one = merged(lead, twin)

    assert sorted(str(phone.number) for phone in one.phones.all()) == ["+15125550123", "+15125550125"]
    assert one.emails.count() == 1


def test_never_across_teams_never_with_itself_never_twice(lead, other, stranger):
    foreign = LeadFactory.create(team=stranger.team, isa=people.isa(stranger.team))

    for wrong in (foreign, lead):
        with pytest.raises(NotMergeable):
            merged(lead, wrong)
    merged(lead, other)
    with pytest.raises(NotMergeable, match="meanwhile"):
        merged(lead, other)
    with pytest.raises(NotMergeable, match="meanwhile"):
        merged(other, lead)
    foreign.refresh_from_db()
    assert foreign.merged_into is None


def test_a_merged_lead_is_not_untouched_for_the_undoing_of_an_import(lead, other, boss):
    of = LeadImport.objects.create(team=boss.team, by=boss, file_name="x", size=1, format="csv", created_at=NOW)
    merged(lead, other)

    assert set(why_touched(of, [lead.pk, other.pk])) == {lead.pk, other.pk}


def test_likely_ones_share_a_number_an_address_or_a_name(lead, other, isa, team, stranger):
    by_number = LeadFactory.create(team=team, isa=isa, first_name="Zed", last_name="Other", phone="+15125550123")
    by_address = LeadFactory.create(team=team, isa=isa, first_name="Zoe", last_name="Other", email="dana@example.com")
    LeadFactory.create(team=team, isa=isa, first_name="Nobody", last_name="Else")
    LeadFactory.create(team=stranger.team, isa=people.isa(stranger.team), phone="+15125550123")

    assert candidates_for(lead, isa) == [by_address, by_number, other]
    merged(lead, by_number)
    assert candidates_for(lead, isa) == [by_address, other]


# --- Pages ------------------------------------------------------------------------------------------------------------


def page(lead, other=None):
    if other is None:
        return reverse("leads:merge", args=[lead.pk])
    return reverse("leads:merge-with", args=[lead.pk, other.pk])


def test_from_the_lead_to_one_lead(browser, lead, other, isa):
    client = browser(isa)
    assert page(lead) in client.get(lead.get_absolute_url()).text
    assert page(lead, other) in client.get(page(lead)).text
    assert page(lead, other) in client.get(page(lead) + "?q=5125550124").text
    shown = client.get(page(lead, other)).text
    assert "Dana Q Example" in shown
    assert page(other, lead) in shown

    answer = client.post(page(lead, other), {"name": "theirs", "phone": "mine", "nonsense": "theirs"})

    assert answer.url == lead.get_absolute_url()
    lead.refresh_from_db()
    assert lead.name == "Dana Q Example"
    assert client.get(other.get_absolute_url()).url == lead.get_absolute_url()


def test_an_agent_and_a_stranger_merge_nothing(browser, lead, other, agent, stranger):
    Lead.objects.filter(pk=lead.pk).update(owner=agent)
    for address in (page(lead), page(lead, other)):
        assert browser(agent).get(address).status_code == 403
        assert browser(stranger).get(address).status_code == 404
    assert browser(agent).post(page(lead, other)).status_code == 403
    assert browser(stranger).post(page(lead, other)).status_code == 404
    assert not Lead.objects.exclude(merged_into=None).exists()


def test_a_lead_of_another_team_in_the_address_is_not_found(browser, lead, isa, stranger):
    foreign = LeadFactory.create(team=stranger.team, isa=people.isa(stranger.team))

    for address in (page(lead, foreign), page(foreign, lead), page(lead, lead)):
        assert browser(isa).post(address, {"name": "theirs"}).status_code == 404
    merged(lead, LeadFactory.create(team=lead.team, isa=isa))
    assert browser(stranger).get(reverse("leads:lead", args=[Lead.objects.last().pk])).status_code == 404


def test_looking_merges_nothing_and_odd_searches_find_nothing(browser, lead, other, isa):
    for query in ("%00", "<script>", "%F0%9F%8F%A1", "x" * 300):
        assert browser(isa).get(f"{page(lead)}?q={query}").status_code == 200
    browser(isa).get(page(lead, other))

    assert not Lead.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("rows", [1, 4])
def test_the_candidates_cost_the_same_however_many(browser, lead, isa, team, rows, django_assert_max_num_queries):
    LeadFactory.create_batch(rows, team=team, isa=isa, phone="+15125550123")
    client = browser(isa)
    client.get(page(lead))

    with django_assert_max_num_queries(9):
        client.get(page(lead))
