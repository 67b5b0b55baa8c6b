import pytest

from leads.answers import ANSWERS, InvalidAnswers, missing_letters, question_of, save_answers
from leads.models import Activity, Lead, Lpmama
from leads.models.lpmama import Letter, Mortgage, OtherAgent, Side, Timeframe
from leads.tests.factories import COMPLETE, NOW
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


def answered(lead, **changes):
    return save_answers(lead=lead, changes=COMPLETE | changes, actor=lead.isa, at=NOW)


def missing(answers, **options):
    return [each.letter for each in missing_letters(answers, **options)]


def test_of_a_new_lead_all_five_letters_are_missing_in_the_order_in_which_they_are_asked(lead):
    assert missing(lead.lpmama) == [
        Letter.LOCATION,
        Letter.PRICE,
        Letter.MOTIVATION,
        Letter.AGENT,
        Letter.MORTGAGE,
    ]


def test_a_buyer_who_answered_all_lacks_nothing(lead):
    assert missing(answered(lead)) == []


@pytest.mark.parametrize(
    ("changes", "letter", "detail"),
    [
        ({"side": ""}, Letter.LOCATION, "Buying, selling or both"),
        ({"location_text": ""}, Letter.LOCATION, "An area, or a place in words"),
        ({"price_max": None, "price_min": None}, Letter.PRICE, "The most they would pay"),
        ({"price_max": None}, Letter.PRICE, "The most they would pay"),
        ({"side": Side.SELL}, Letter.PRICE, "The price they expect"),
        ({"side": Side.BOTH}, Letter.PRICE, "The price they expect"),
        (
            {"side": Side.BOTH, "price_min": None, "price_max": None},
            Letter.PRICE,
            "The most they would pay and the price they expect",
        ),
        ({"motivation": ""}, Letter.MOTIVATION, "The reason"),
        ({"timeframe": ""}, Letter.MOTIVATION, "How soon"),
        ({"motivation": "", "timeframe": ""}, Letter.MOTIVATION, "The reason and how soon"),
        ({"motivation": "", "motivation_declined": True, "timeframe": ""}, Letter.MOTIVATION, "How soon"),
        ({"other_agent": ""}, Letter.AGENT, "Whether they have an agent"),
        ({"mortgage": ""}, Letter.MORTGAGE, "How they pay"),
        (
            {"mortgage": Mortgage.NOT_APPLICABLE},
            Letter.MORTGAGE,
            "How they pay: “not applicable” is for people who only sell",
        ),
        (
            {"mortgage": Mortgage.NOT_APPLICABLE, "side": Side.BOTH, "price_expected": 500_000},
            Letter.MORTGAGE,
            "How they pay: “not applicable” is for people who only sell",
        ),
    ],
)
def test_exactly_what_is_lacking_is_named(lead, changes, letter, detail):
    found = missing_letters(answered(lead, **changes))

    assert [(each.letter, each.detail) for each in found] == [(letter, detail)]
    assert found[0].question


@pytest.mark.parametrize(
    "changes",
    [
        {"price_min": None},
        {"motivation": "", "motivation_declined": True},
        {"timeframe": Timeframe.UNKNOWN},
        {"other_agent": OtherAgent.EXCLUSIVE},
        {"other_agent": OtherAgent.UNSIGNED},
        {"mortgage": Mortgage.NOT_YET},
        {"mortgage": Mortgage.CASH, "mortgage_lender": "", "mortgage_amount": None},
        {"side": Side.SELL, "price_min": None, "price_max": None, "price_expected": 520_000},
        {"side": Side.SELL, "price_expected": 520_000, "mortgage": Mortgage.NOT_APPLICABLE},
        {"side": Side.BOTH, "price_expected": 520_000},
    ],
)
def test_what_counts_as_an_answer(lead, changes):
    assert missing(answered(lead, **changes)) == []


def test_an_area_of_the_list_is_as_good_as_words(lead):
    area = AreaFactory.create(team=lead.team)

    assert missing(answered(lead, location_text="", areas=[area])) == []


def test_the_appointment_is_asked_for_only_where_no_handoff_settles_it(lead):
    answers = answered(lead)

    assert missing(answers) == []
    assert missing(answers, with_appointment=True) == [Letter.APPOINTMENT]
    assert missing(answered(lead, appointment_wish="Saturday"), with_appointment=True) == []


def test_a_seller_is_asked_a_sellers_questions():
    assert question_of(Letter.PRICE, Side.SELL) != question_of(Letter.PRICE, Side.BUY)
    assert question_of(Letter.AGENT, Side.SELL) == question_of(Letter.AGENT, Side.BUY)


def test_every_answer_of_the_model_can_be_saved():
    own = {field.name for field in Lpmama._meta.get_fields()} - {"lead", "updated_at"}

    assert own == ANSWERS


def test_two_people_who_answer_different_letters_keep_each_others(lead):
    mine, theirs = Lead.objects.get(pk=lead.pk), Lead.objects.get(pk=lead.pk)
    assert mine.lpmama.price_max is theirs.lpmama.price_max is None  # both have the page as it was

    save_answers(lead=mine, changes={"price_max": 450_000}, actor=lead.isa, at=NOW)
    save_answers(lead=theirs, changes={"motivation": "New job"}, actor=lead.isa, at=NOW)

    answers = Lpmama.objects.get(lead=lead)
    assert (answers.price_max, answers.motivation) == (450_000, "New job")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price_min": 500_000, "price_max": 400_000}, "price_min"),
        ({"side": "rent"}, "side"),
        ({"price_max": -5}, "price_max"),
        ({"location_text": "x" * 301}, "location_text"),
        ({"timeframe": "whenever"}, "timeframe"),
        ({"favourite_colour": "teal"}, "favourite_colour"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_named_and_nothing_is_written(lead, changes, field):
    with pytest.raises(InvalidAnswers) as refusal:
        save_answers(lead=lead, changes={"motivation": "New job", **changes}, actor=lead.isa, at=NOW)

    assert list(refusal.value.errors) == [field]
    assert Lpmama.objects.get(lead=lead).motivation == ""


def test_a_range_is_judged_against_what_somebody_else_has_just_saved(lead):
    save_answers(lead=lead, changes={"price_max": 300_000}, actor=lead.isa, at=NOW)

    with pytest.raises(InvalidAnswers, match="lowest price is above"):
        save_answers(lead=lead, changes={"price_min": 350_000}, actor=lead.isa, at=NOW)


def test_an_area_of_another_team_is_refused(lead):
    with pytest.raises(InvalidAnswers, match="not the team's"):
        save_answers(lead=lead, changes={"areas": [AreaFactory.create()]}, actor=lead.isa, at=NOW)


def test_the_timeline_tells_of_letters_not_of_keystrokes(lead):
    for text in ("N", "New", "New job"):
        save_answers(lead=lead, changes={"motivation": text}, actor=lead.isa, at=NOW)
    save_answers(lead=lead, changes={"timeframe": Timeframe.NOW}, actor=lead.isa, at=NOW)
    save_answers(lead=lead, changes={"motivation": ""}, actor=lead.isa, at=NOW)

    told = Activity.objects.filter(lead=lead, kind="answer").order_by("pk").values_list("summary", flat=True)
    assert list(told) == ["Motivation answered", "Motivation is open again"]
