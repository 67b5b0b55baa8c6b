"""The gate: each rule of what must be known before a handoff, and what the ISA is told to ask next."""

import pytest

from handoff.readiness import check
from handoff.states import Method
from handoff.tests.passing import a_team, dana, mia
from leads.answers import save_answers
from leads.capture import add_lead
from leads.contacts import set_email, set_phone
from leads.models import Recording
from leads.models.lpmama import Mortgage, OtherAgent, Side, Timeframe
from leads.models.recordings import NoRecording
from leads.recordings import no_recording, promise_link
from leads.tests.factories import NOW
from leads.verification import confirm_no_email, confirm_phone
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def setter():
    return mia(a_team())


@pytest.fixture
def client(setter):
    return dana(setter)


def codes(lead, method=Method.SCHEDULED):
    return [missing.code for missing in check(lead, method=method).missing]


def answer(lead, **changes):
    save_answers(lead=lead, changes=changes, actor=lead.isa, at=NOW)


def forget_recordings(lead):
    Recording.objects.filter(lead=lead).delete()


def test_a_lead_of_whom_all_is_known_may_be_handed_off(client):
    readiness = check(client, method=Method.SCHEDULED)

    assert readiness.ok
    assert readiness.next_question == ""
    assert readiness.done == readiness.total == 10


def test_of_a_new_lead_everything_is_asked_in_the_order_of_the_call(setter):
    new = add_lead(team=setter.team, isa=setter, first_name="Kim", last_name="", phone="+15125550142", at=NOW)

    asked = ["location", "price", "motivation", "agent", "mortgage", "phone", "email", "recording"]
    assert codes(new) == asked
    assert check(new, method=Method.SCHEDULED).next_label.startswith("Location")


def test_before_anyone_asked_it_is_not_known_that_there_is_no_exclusive_agent(setter):
    new = add_lead(team=setter.team, isa=setter, first_name="Kim", last_name="", phone="+15125550142", at=NOW)

    readiness = check(new, method=Method.SCHEDULED)
    lines = {line.name: line for line in readiness.checks}

    assert [line.name for line in readiness.checks if line.is_done] == ["over_promise"]
    assert not lines["exclusive_agent"].is_done
    assert not lines["exclusive_agent"].is_blocking
    assert [missing.code for missing in readiness.missing].count("agent") == 1
    assert "exclusive_agent" not in [missing.code for missing in readiness.missing]


@pytest.mark.parametrize("said", [OtherAgent.NONE, OtherAgent.UNSIGNED])
def test_once_the_agent_letter_is_answered_the_line_is_ticked(client, said):
    answer(client, other_agent=said)

    assert {line.name: line.is_done for line in check(client, method=Method.SCHEDULED).checks}["exclusive_agent"]


def test_each_missing_thing_has_a_label_and_a_sentence_to_say(setter):
    new = add_lead(team=setter.team, isa=setter, first_name="Kim", last_name="", phone="+15125550142", at=NOW)

    for missing in check(new, method=Method.SCHEDULED).missing:
        assert missing.label
        assert missing.ask
        assert missing.blocks


# --- LPMAMA -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"side": ""}, "location"),
        ({"location_text": ""}, "location"),
        ({"price_max": None}, "price"),
        ({"side": Side.SELL, "mortgage": Mortgage.NOT_APPLICABLE}, "price"),
        ({"side": Side.BOTH}, "price"),
        ({"motivation": ""}, "motivation"),
        ({"timeframe": ""}, "motivation"),
        ({"other_agent": ""}, "agent"),
        ({"mortgage": ""}, "mortgage"),
        ({"mortgage": Mortgage.NOT_APPLICABLE}, "mortgage"),
    ],
    ids=[
        "no side",
        "no place",
        "a buyer without a maximum",
        "a seller without an expected price",
        "both sides need both prices",
        "no reason",
        "no timeframe",
        "agent not asked",
        "mortgage not asked",
        "not applicable is for pure sellers",
    ],
)
def test_an_incomplete_letter_closes_the_gate(client, changes, code):
    answer(client, **changes)

    assert codes(client) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"motivation": "", "motivation_declined": True},
        {"timeframe": Timeframe.UNKNOWN},
        {"side": Side.SELL, "price_max": None, "price_expected": 400_000, "mortgage": Mortgage.NOT_APPLICABLE},
        {"side": Side.BOTH, "price_expected": 400_000},
        {"other_agent": OtherAgent.UNSIGNED},
        {"mortgage": Mortgage.NOT_YET},
    ],
    ids=[
        "asked why, would not say",
        "asked how soon, would not say",
        "a pure seller",
        "sells and buys",
        "has an agent, not signed",
        "no mortgage yet",
    ],
)
def test_an_answer_that_counts_opens_it(client, changes):
    answer(client, **changes)

    assert codes(client) == []


def test_an_area_of_the_list_is_a_place_too(client):
    answer(client, location_text="", areas=[AreaFactory(team=client.team)])

    assert codes(client) == []


def test_the_appointment_is_settled_by_the_handoff_itself(client):
    assert client.lpmama.appointment_wish == ""
    assert "appointment" not in codes(client)


# --- The recording ----------------------------------------------------------------------------------------------------


def test_without_a_recording_nothing_goes(client):
    forget_recordings(client)

    assert codes(client) == ["recording"]
    assert codes(client, Method.DIRECT) == ["recording"]


def test_a_recording_that_follows_is_enough_and_is_warned_of(client):
    forget_recordings(client)
    promise_link(lead=client, actor=client.isa, at=NOW)

    readiness = check(client, method=Method.SCHEDULED)

    assert readiness.ok
    assert [warning.code for warning in readiness.warnings] == ["recording_owed"]
    assert not readiness.warnings[0].blocks


def test_a_reason_why_there_is_none_is_enough(client):
    forget_recordings(client)
    no_recording(lead=client, reason=NoRecording.IN_PERSON, actor=client.isa, at=NOW)

    assert codes(client) == []


# --- Reading back -----------------------------------------------------------------------------------------------------


def test_a_number_that_changed_after_it_was_read_back_is_read_back_again(client):
    set_phone(lead=client, phone="+15125550199", actor=client.isa, at=NOW)

    missing = check(client, method=Method.DIRECT).missing

    assert [one.code for one in missing] == ["phone"]
    assert "5 1 2, 5 5 5, 0 1 9 9" in missing[0].ask


def test_an_address_that_changed_is_read_back_again(client):
    set_email(lead=client, email="new.one@example.com", actor=client.isa, at=NOW)

    missing = check(client, method=Method.SCHEDULED).missing

    assert [one.code for one in missing] == ["email"]
    assert "new dot one at example dot com" in missing[0].ask


def test_a_lead_handed_over_now_needs_no_address(client):
    set_email(lead=client, email="", actor=client.isa, at=NOW)

    assert codes(client, Method.DIRECT) == []
    assert codes(client, Method.SCHEDULED) == ["email"]


def test_having_no_address_is_an_answer(client):
    set_email(lead=client, email="", actor=client.isa, at=NOW)
    confirm_no_email(lead=client, actor=client.isa, at=NOW)

    assert codes(client, Method.SCHEDULED) == []


def test_a_number_read_back_by_one_door_counts_for_a_lead_loaded_before(client):
    set_phone(lead=client, phone="+15125550199", actor=client.isa, at=NOW)
    loaded_before = type(client).objects.prefetch_related("phones").select_related("verification").get(pk=client.pk)
    confirm_phone(lead=client, actor=client.isa, at=NOW, value="+15125550199")

    assert codes(loaded_before, Method.DIRECT) == []


# --- Warnings and cost ------------------------------------------------------------------------------------------------


def test_a_budget_below_the_areas_median_warns_but_does_not_block(client):
    answer(client, areas=[AreaFactory(team=client.team, name="Mueller", median_price=610_000)])

    readiness = check(client, method=Method.SCHEDULED)

    assert readiness.ok
    assert [(one.code, one.label) for one in readiness.warnings] == [
        ("price_below_median", "Budget up to $450k; the median in Mueller is $610k.")
    ]


def test_a_budget_is_measured_against_the_cheapest_area(client):
    cheap = AreaFactory(team=client.team, median_price=400_000)
    dear = AreaFactory(team=client.team, median_price=900_000)
    answer(client, areas=[cheap, dear])

    assert check(client, method=Method.SCHEDULED).warnings == []


def test_a_sellers_hope_is_no_budget(client):
    area = AreaFactory(team=client.team, median_price=900_000)
    answer(client, areas=[area], side=Side.SELL, price_expected=300_000, mortgage=Mortgage.NOT_APPLICABLE)

    assert check(client, method=Method.SCHEDULED).warnings == []


@pytest.mark.parametrize("areas", [1, 6])
def test_judging_costs_the_same_however_much_is_known(client, areas, django_assert_max_num_queries):
    answer(client, areas=[AreaFactory(team=client.team) for _ in range(areas)])

    with django_assert_max_num_queries(4):
        check(client, method=Method.SCHEDULED)
