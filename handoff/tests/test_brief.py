"""The brief: the frozen facts, what changed since, warnings, the call, and the receipt of being read."""

from datetime import timedelta

import pytest

from handoff.brief import brief_for, read_brief
from handoff.models import BriefRead, Handoff
from handoff.tests.passing import a_handoff, a_team, ana, dana, mia, passed
from leads.answers import save_answers
from leads.models import Activity, PersonNote, Recording
from leads.models.lpmama import Mortgage
from leads.recordings import attach_link, promise_link
from leads.tests.factories import NOW
from leads.timeline import record
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


def stored(handoff):
    return Handoff.objects.select_related("agent__user", "setter__user", "appointment").get(pk=handoff.pk)


def brief_of(handoff):
    return brief_for(stored(handoff), viewer=handoff.agent)


def say(lead, **changes):
    save_answers(lead=lead, changes=changes, actor=lead.isa, at=LATER)


def test_the_five_letters_come_as_they_were_told_in_their_order():
    brief = brief_of(a_handoff())

    assert "".join(line.mark for line in brief.lines) == "LPMAM"
    assert brief.lines[1].text == "$380k-$450k"
    assert all(line.changed is None for line in brief.lines)
    assert brief.zone == "America/New_York"
    assert brief.lead_zone == "America/Los_Angeles"


def test_a_changed_answer_stands_beside_what_was_told():
    handoff = a_handoff()
    say(handoff.lead, price_max=390_000, needs="A garden")

    brief = brief_of(handoff)

    assert (brief.lines[1].text, brief.lines[1].changed) == ("$380k-$450k", "$380k-$390k")
    assert [(one.label, one.now) for one in brief.since] == [("Needs", "A garden")]


def test_each_letter_leads_to_its_second_of_the_call():
    team = a_team()
    lead = dana(mia(team), answers={"price_second": 73})
    brief = brief_of(passed(lead, to=ana(team)))

    assert brief.call.is_audio
    assert brief.call.marks == ({"letter": "P", "label": "Price", "second": 73},)


def test_a_link_that_is_no_audio_opens_elsewhere():
    team = a_team()
    lead = dana(mia(team))
    attach_link(lead=lead, url="https://calls.example.com/share?id=7.mp3", actor=lead.isa, at=NOW)
    brief = brief_of(passed(lead, to=ana(team)))

    assert brief.call.url == "https://calls.example.com/share?id=7.mp3"
    assert not brief.call.is_audio


def test_an_owed_recording_warns_until_it_is_there():
    team = a_team()
    lead = dana(mia(team))
    Recording.objects.filter(lead=lead).delete()
    promise_link(lead=lead, actor=lead.isa, at=NOW)
    handoff = passed(lead, to=ana(team))

    before = brief_of(handoff)
    attach_link(lead=lead, url="https://recordings.example.com/9.mp3", actor=lead.isa, at=LATER)
    after = brief_of(handoff)

    assert before.call.is_owed
    assert [one.code for one in before.cautions] == ["recording_owed"]
    assert after.call.url == "https://recordings.example.com/9.mp3"
    assert after.cautions == ()


def test_a_warning_stands_at_its_letter():
    team = a_team()
    lead = dana(mia(team), answers={"mortgage": Mortgage.NOT_YET})
    brief = brief_of(passed(lead, to=ana(team)))

    assert brief.lines[4].caution == "Has not spoken to a lender yet."


def test_a_warning_that_came_up_since_is_shown_too():
    handoff = a_handoff()
    say(handoff.lead, areas=[AreaFactory(team=handoff.team, median_price=700_000)])

    assert [one.code for one in brief_of(handoff).cautions] == ["price_below_median"]


def test_notes_written_since_are_told_apart():
    handoff = a_handoff()
    PersonNote.objects.create(lead=handoff.lead, author=handoff.setter, text="Prefers texts", created_at=LATER)

    brief = brief_of(handoff)

    assert brief.notes == ()
    assert [(note.text, note.author, note.at) for note in brief.new_notes] == [("Prefers texts", "Mia Setter", LATER)]


def test_the_brief_is_read_once():
    handoff = a_handoff()
    for at in (NOW, LATER):
        read_brief(handoff=handoff, membership=handoff.agent, at=at)

    assert BriefRead.objects.get().at == NOW
    assert brief_of(handoff).is_read_by_agent
    assert Activity.objects.filter(kind="brief_read").count() == 1


def test_that_the_isa_looked_at_it_does_not_mean_that_the_agent_did():
    handoff = a_handoff()
    read_brief(handoff=handoff, membership=handoff.setter, at=NOW)

    assert not brief_of(handoff).is_read_by_agent
    assert not Activity.objects.filter(kind="brief_read").exists()


@pytest.mark.parametrize("rows", [1, 40])
def test_the_brief_costs_the_same_however_much_there_is(rows, django_assert_max_num_queries):
    handoff = a_handoff()
    for number in range(rows):
        PersonNote.objects.create(lead=handoff.lead, author=handoff.setter, text=f"{number}", created_at=LATER)
        record(lead=handoff.lead, kind="note", summary=f"{number}", actor=handoff.setter, at=LATER)

    with django_assert_max_num_queries(6):
        brief = brief_for(Handoff.objects.select_related("agent__user").get(pk=handoff.pk), viewer=handoff.agent)
        assert brief.history[0].actor.user.name == "Mia Setter"
        assert brief.new_notes[0].author == "Mia Setter"
