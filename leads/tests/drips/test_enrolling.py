"""Who is enrolled, by whom, and who cannot be and why."""

from __future__ import annotations

import pytest

from leads.drips import sequences
from leads.drips.enrolling import NotEnrolled, NotReady, enrol_all
from leads.drips.sequences import DayTaken, NameTaken, StageTaken
from leads.drips.stopping import stop_for
from leads.models import Activity, DripStep, Enrolment, Lead
from leads.models.drips import Why
from leads.placeholders import BadWording
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tests.drips.writing import TEXT, a_sequence, enrolled, settle
from leads.tests.factories import NOW, LeadFactory
from notifications import consent
from notifications.models.mails import MailHow
from teams.models import SettingChange

pytestmark = pytest.mark.django_db

DANA = "dana@example.com"


def nurtured(lead, isa):
    change_stage(lead=lead, to=Stage.NURTURE, actor=isa, via=Via.PAGE, at=NOW)


def test_it_runs_once_for_a_lead(lead, team, isa):
    sequence = a_sequence(team)
    enrolment = enrolled(lead, sequence)
    assert (enrolment.by, enrolment.next_step.after_days) == (isa, 1)

    with pytest.raises(NotEnrolled, match="running for them already"):
        enrolled(lead, sequence)
    stop_for(lead=lead, why=Why.BY_HAND, at=NOW)
    enrolled(lead, sequence)

    assert Enrolment.objects.running().count() == 1
    assert Activity.objects.filter(summary="Drip “Nurture” started").count() == 2


@pytest.mark.parametrize("how", [MailHow.PAGE, MailHow.BOUNCED])
def test_who_wants_none_or_cannot_be_reached_is_refused(lead, team, how):
    sequence = a_sequence(team)
    consent.mail_opt_out(team=team, address=DANA, how=how, at=NOW)

    with pytest.raises(NotEnrolled, match="came back" if how == MailHow.BOUNCED else "want no such mail"):
        enrolled(lead, sequence)


def test_who_has_no_address_is_refused(team, isa):
    lead = LeadFactory.create(team=team, isa=isa, email="")

    with pytest.raises(NotEnrolled, match="add one first"):
        enrolled(lead, a_sequence(team))


@pytest.mark.parametrize("stage", [Stage.APPOINTMENT_SET, Stage.HANDED_OFF, Stage.SIGNED, Stage.LOST])
def test_where_an_agent_has_the_lead_no_drip_starts(team, isa, stage):
    lead = LeadFactory.create(team=team, isa=isa, stage=stage)

    with pytest.raises(NotEnrolled, match="drips are for leads no agent has"):
        enrolled(lead, a_sequence(team))


def test_another_teams_lead_is_refused(team):
    with pytest.raises(NotEnrolled):
        enrolled(LeadFactory.create(), a_sequence(team))


def test_without_a_postal_address_none_starts(lead, team):
    sequence = a_sequence(team)
    type(team).objects.filter(pk=team.pk).update(postal_address="")

    with pytest.raises(NotReady, match="Settings"):
        enrolled(lead, sequence)


def test_what_is_off_starts_for_nobody(lead, team):
    with pytest.raises(NotReady, match="switched off"):
        enrolled(lead, a_sequence(team, is_on=False))


def test_many_are_enrolled_at_once_and_the_others_are_named(team, isa, lead):
    sequence = a_sequence(team)
    enrolled(lead, sequence)
    silent = LeadFactory.create(team=team, isa=isa, email="")
    others = [LeadFactory.create(team=team, isa=isa) for _ in range(3)]

    made, refused = enrol_all(leads=[lead, silent, *others], sequence=sequence, actor=isa, at=NOW)

    assert {each.lead_id for each in made} == {each.pk for each in others}
    assert set(refused) == {lead.pk, silent.pk}


def test_a_stage_starts_it(lead, team, isa, boss):
    sequence = a_sequence(team)
    sequences.change_sequence(sequence=sequence, name="Nurture", on_stage=Stage.NURTURE, actor=boss, at=NOW)
    nurtured(lead, isa)

    assert Enrolment.objects.get().by is None


def test_a_stage_starts_it_once_for_a_lead(lead, team, isa, boss):
    sequence = a_sequence(team)
    sequences.change_sequence(sequence=sequence, name="Nurture", on_stage=Stage.NURTURE, actor=boss, at=NOW)
    nurtured(lead, isa)
    stop_for(lead=lead, why=Why.REPLIED, at=NOW)
    change_stage(lead=lead, to=Stage.QUALIFIED, actor=isa, via=Via.PAGE, at=NOW)
    nurtured(lead, isa)

    assert not Enrolment.objects.running().exists()


def test_a_stage_that_cannot_start_it_moves_all_the_same_and_says_why(team, isa, boss):
    lead = LeadFactory.create(team=team, isa=isa, email="")
    sequence = a_sequence(team)
    sequences.change_sequence(sequence=sequence, name="Nurture", on_stage=Stage.NURTURE, actor=boss, at=NOW)
    nurtured(lead, isa)

    assert Lead.objects.get(pk=lead.pk).stage == Stage.NURTURE
    assert "did not start: There is no email address" in Activity.objects.filter(kind="drip").get().summary


def test_a_sequence_is_switched_on_when_it_can_run(team, boss):
    sequence = sequences.add_sequence(team=team, name="Empty", actor=boss, at=NOW)
    for words in ("postal address", "no mail yet"):
        with pytest.raises(NotReady, match=words):
            sequences.switch_on(sequence=sequence, actor=boss, at=NOW)
        settle(team)
    sequence.refresh_from_db()
    assert not sequence.is_on


def test_names_stages_and_days_are_taken_once(team, boss):
    first, second = a_sequence(team), a_sequence(team, name="Other")
    with pytest.raises(NameTaken):
        sequences.add_sequence(team=team, name="nurture", actor=boss, at=NOW)
    with pytest.raises(NameTaken):
        sequences.change_sequence(sequence=second, name="NURTURE", on_stage="", actor=boss, at=NOW)
    sequences.change_sequence(sequence=first, name="Nurture", on_stage=Stage.NURTURE, actor=boss, at=NOW)
    for stage in (Stage.NURTURE, Stage.HANDED_OFF):
        with pytest.raises(StageTaken):
            sequences.change_sequence(sequence=second, name="Other", on_stage=stage, actor=boss, at=NOW)
    said = {"after_days": 3, "hour": 9, "subject": "x", "text": "y"}
    with pytest.raises(DayTaken):
        sequences.save_step(step=DripStep(sequence=first), **said, actor=boss, at=NOW)
    assert SettingChange.objects.filter(part="drips", words__contains="Nurture").exists()


@pytest.mark.parametrize(
    ("subject", "text", "words"),
    [
        ("Hi {first_nam}", TEXT, "Did you mean {first_name}"),
        ("Homes in {area}", TEXT, "no placeholder {area}"),
        ("Hi", "How is {area}?", "is not known of everybody"),
        ("Hi", "A {brace", "stands alone"),
    ],
)
def test_words_that_could_leave_a_blank_are_refused(team, boss, subject, text, words):
    step = DripStep(sequence=a_sequence(team))

    with pytest.raises(BadWording, match=words.replace("{", "[{]").replace("}", "[}]")):
        sequences.save_step(step=step, after_days=9, hour=9, subject=subject, text=text, actor=boss, at=NOW)
