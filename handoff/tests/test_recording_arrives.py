"""A recording that was promised arrives: the agent who has the lead is told, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import reassign, take_back
from handoff.models import Handoff
from handoff.tests.factories import NOW, open_direct, open_handoff, ready
from leads.models import Lead, Recording
from leads.models.recordings import NoRecording
from leads.recordings import attach_link, no_recording, promise_link
from notifications.models import Delivery, InboxItem
from notifications.promises.owed import State
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=20)
LINK = "https://recordings.example.com/calls/2.mp3"


def promised() -> Lead:
    """Ready, but for the link of the call, which follows."""
    lead = ready()
    Recording.objects.filter(lead=lead).delete()
    promise_link(lead=lead, actor=lead.isa, at=NOW)
    return lead


def arrives(lead: Lead, url: str = LINK) -> Recording:
    return attach_link(lead=lead, url=url, actor=lead.isa, at=LATER)


def mails() -> list[Delivery]:
    return list(Delivery.objects.filter(kind="recording_arrived").order_by("pk"))


@pytest.fixture
def handoff() -> Handoff:
    return open_handoff(promised())


def test_the_agent_is_told_in_the_app_and_by_mail(handoff):
    arrives(handoff.lead)

    (mail,) = mails()
    assert (mail.recipient, mail.channel, mail.about) == (handoff.agent, "email", handoff.about)
    assert LINK in str(mail.message)
    item = InboxItem.objects.get(kind="recording_arrived")
    assert (item.membership, item.link) == (handoff.agent, f"/h/{handoff.pk}/")
    assert "recording" in item.title


def test_a_lead_handed_over_now_is_no_different():
    handoff = open_direct(promised())

    arrives(handoff.lead)

    assert [mail.recipient for mail in mails()] == [handoff.agent]
    assert "before you call" in mails()[0].message["lead_in"]


def test_the_same_link_again_and_further_links_tell_nobody(handoff):
    for url in (LINK, LINK, "https://recordings.example.com/calls/3.mp3"):
        arrives(handoff.lead, url)

    assert len(mails()) == 1


def test_each_promise_that_is_kept_is_told(handoff):
    arrives(handoff.lead)
    promise_link(lead=handoff.lead, actor=handoff.setter, at=LATER)
    arrives(handoff.lead, "https://recordings.example.com/calls/3.mp3")

    assert len(mails()) == 2


def test_a_promise_that_is_not_kept_is_no_arrival(handoff):
    no_recording(lead=handoff.lead, reason=NoRecording.RECORDER_FAILED, actor=handoff.setter, at=LATER)

    assert not mails()


def test_whoever_has_the_lead_by_then_is_told(handoff):
    to = agent(handoff.team)
    reassign(handoff=handoff, agent=to, actor=None, at=NOW)

    arrives(handoff.lead)

    assert [mail.recipient for mail in mails()] == [to]


def test_with_no_open_handoff_there_is_nobody_to_tell(handoff):
    lead = promised()
    arrives(lead)
    take_back(handoff=handoff, reason="Wrong area", actor=None, at=NOW)
    arrives(handoff.lead)

    assert not mails()


def test_an_agent_who_has_lost_the_lead_meanwhile_hears_nothing_of_it(handoff):
    arrives(handoff.lead)
    take_back(handoff=handoff, reason="Wrong area", actor=None, at=LATER)

    assert [mail.state for mail in mails()] == [State.DROPPED]
