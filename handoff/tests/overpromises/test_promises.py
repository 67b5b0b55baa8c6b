"""Over-promises and the gate: rewritten or acknowledged, else no handoff through any door; the agent is warned."""

from datetime import timedelta

import pytest

from handoff.brief import brief_for
from handoff.errors import NotReady
from handoff.models import Handoff, PromiseAcknowledged
from handoff.overpromises.acknowledging import AcknowledgementRefused, acknowledge
from handoff.overpromises.promises import Said, promises_in, promises_of
from handoff.readiness import check
from handoff.states import Method
from handoff.tests.factories import NOW, open_direct, open_handoff, policy, ready
from leads.answers import save_answers
from leads.merging import merge_leads
from leads.models import Activity
from leads.notes import add_note, remove_note
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tags import add_tag
from teams.tests.factories import TeamFactory, agent, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

TOO_MUCH = "We'll cover your closing costs"


@pytest.fixture
def lead():
    return ready()


def write(lead, text=TOO_MUCH):
    return add_note(lead=lead, text=text, author=lead.isa, at=NOW)


def codes(lead, method=Method.SCHEDULED):
    return [missing.code for missing in check(lead, method=method).missing]


def stand_by(lead, *, reason="The builder pays them, in writing", by=None, mark=None, at=NOW):
    promises = promises_of(lead)
    mark = mark or promises[0].mark
    return acknowledge(lead=lead, promises=promises, mark=mark, reason=reason, by=by or lead.isa, at=at)


@pytest.mark.parametrize("method", [Method.SCHEDULED, Method.DIRECT])
def test_a_promise_in_a_note_closes_the_gate_and_says_what_to_do(lead, method):
    write(lead)

    (missing,) = check(lead, method=method).missing

    assert missing.code == "over_promise"
    assert TOO_MUCH in missing.label
    assert "Rewrite it, or acknowledge it" in missing.ask
    assert missing.mark == promises_of(lead)[0].mark


@pytest.mark.parametrize("name", ["location_text", "motivation", "appointment_wish", "needs", "household"])
def test_each_free_answer_is_looked_at(lead, name):
    save_answers(lead=lead, changes={name: TOO_MUCH}, actor=lead.isa, at=NOW)

    assert codes(lead) == ["over_promise"]


def test_each_text_is_a_line_of_its_own(lead):
    write(lead)
    write(lead, "You will be approved")

    assert codes(lead) == ["over_promise", "over_promise"]


def test_a_note_that_is_taken_off_and_written_anew_opens_it(lead):
    note = write(lead)
    remove_note(note=note, actor=lead.isa, at=NOW)
    write(lead, "Asked who pays closing costs")

    assert codes(lead) == []


def test_a_promise_that_somebody_stands_by_opens_it_and_is_kept(lead):
    write(lead)

    kept = stand_by(lead)

    assert codes(lead) == []
    assert (kept.by, kept.at, kept.words) == (lead.isa, NOW, TOO_MUCH)
    told = Activity.objects.get(lead=lead, kind="over_promise")
    assert TOO_MUCH in told.summary
    assert "in writing" in told.summary


def test_another_text_asks_anew(lead):
    save_answers(lead=lead, changes={"motivation": f"Moves for work. {TOO_MUCH}."}, actor=lead.isa, at=NOW)
    stand_by(lead)
    save_answers(lead=lead, changes={"motivation": f"Moves for love. {TOO_MUCH}."}, actor=lead.isa, at=NOW)

    assert codes(lead) == ["over_promise"]


def test_a_phrase_the_team_adds_later_asks_anew_of_the_same_text(lead):
    write(lead, f"{TOO_MUCH}, best deal in town")
    stand_by(lead)
    policy(lead.team, promise_words=["best deal in town"])

    assert codes(lead) == ["over_promise"]


def test_said_twice_the_last_reason_stands(lead):
    write(lead)
    mark = promises_of(lead)[0].mark
    stand_by(lead, reason="First", mark=mark)
    stand_by(lead, reason="Second", mark=mark, at=NOW + timedelta(minutes=1))

    assert PromiseAcknowledged.objects.get(lead=lead).reason == "Second"


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nobody_stands_by_anything(lead, reason):
    write(lead)

    with pytest.raises(AcknowledgementRefused, match="Say why"):
        stand_by(lead, reason=reason)


def test_a_text_that_is_not_flagged_cannot_be_acknowledged(lead):
    write(lead)

    with pytest.raises(AcknowledgementRefused, match="changed meanwhile"):
        stand_by(lead, mark="0" * 64)

    assert not PromiseAcknowledged.objects.exists()


@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_neither_agents_nor_strangers_stand_by_a_promise(lead, who):
    write(lead)
    by = agent(lead.team) if who == "agent" else isa(TeamFactory.create())

    with pytest.raises(AcknowledgementRefused):
        stand_by(lead, by=by)


def test_the_word_of_one_lead_does_not_count_for_another(lead):
    other = ready(lead.team)
    write(lead)
    write(other)
    stand_by(lead)

    assert codes(other) == ["over_promise"]


# --- Every door -------------------------------------------------------------------------------------------------------


def _by_tag(lead):
    add_tag(lead=lead, name="Ready for handoff", actor=lead.isa, via=Via.API, at=NOW)


def _by_stage(lead):
    change_stage(lead=lead, to=Stage.HANDED_OFF, actor=lead.isa, via=Via.API, at=NOW)


@pytest.mark.parametrize("through", [open_handoff, open_direct, _by_tag, _by_stage])
def test_it_holds_at_every_door(lead, through):
    write(lead)

    with pytest.raises(NotReady) as refused:
        through(lead)

    assert [each.code for each in refused.value.missing] == ["over_promise"]
    assert not Handoff.objects.exists()


@pytest.mark.parametrize("field", ["place", "override_reason"])
def test_what_is_written_for_the_handoff_itself_is_looked_at_too(lead, field):
    with pytest.raises(NotReady) as refused:
        open_handoff(lead, **{field: TOO_MUCH})

    (missing,) = refused.value.missing
    assert missing.code == "over_promise"

    texts = [Said("Here", TOO_MUCH)]
    acknowledge(
        lead=lead, promises=promises_in(texts, lead=lead), mark=missing.mark, reason="So agreed", by=lead.isa, at=NOW
    )
    handoff = open_handoff(lead, **{field: TOO_MUCH})

    assert "over_promise" in [caution["code"] for caution in handoff.facts["cautions"]]


# --- The agent is warned ----------------------------------------------------------------------------------------------


def test_the_agent_is_warned_on_the_brief_and_that_is_frozen(lead):
    note = write(lead)
    stand_by(lead)
    handoff = open_handoff(lead)
    remove_note(note=note, actor=lead.isa, at=NOW)

    brief = brief_for(handoff, viewer=handoff.agent)

    (warning,) = [each for each in brief.cautions if each.code == "over_promise"]
    assert TOO_MUCH in warning.text
    assert lead.isa.user.name in warning.text
    assert "in writing" in warning.text
    assert brief.cautions[0] == warning


def test_before_the_handoff_it_is_a_warning_that_blocks_nothing(lead):
    write(lead)
    stand_by(lead)

    readiness = check(lead, method=Method.SCHEDULED)

    assert readiness.ok
    assert [warning.code for warning in readiness.warnings] == ["over_promise"]


# --- The team's ways --------------------------------------------------------------------------------------------------


def test_a_kind_that_the_team_does_not_look_for_is_no_matter(lead):
    policy(lead.team, promise_kinds_off=["credit"])
    write(lead)

    assert codes(lead) == []


def test_the_teams_own_words_are_looked_for(lead):
    policy(lead.team, promise_words=["best deal in town"])
    write(lead, "Told them it is the Best Deal in Town")

    assert codes(lead) == ["over_promise"]


def test_merged_into_another_lead_the_word_goes_along_with_the_note(lead):
    other = ready(lead.team)
    write(other)
    stand_by(other)
    merge_leads(survivor=lead, other=other, take=(), actor=team_lead(lead.team), at=NOW)

    assert codes(lead) == []


@pytest.mark.parametrize("notes", [1, 4])
def test_looking_costs_one_query_however_many_promise(lead, notes, django_assert_num_queries):
    texts = [Said("A note", f"{TOO_MUCH} {number}") for number in range(notes)]
    _ = lead.team.policy

    with django_assert_num_queries(1):
        assert len(promises_in(texts, lead=lead)) == notes
    with django_assert_num_queries(0):
        assert promises_in([Said("A note", "Prefers texts")] * notes, lead=lead) == ()
