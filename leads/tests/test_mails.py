"""What a client's word about mail, or their mail server's, does to their leads."""

from __future__ import annotations

import pytest

from leads import mails
from leads.models import Activity
from leads.signals import opted_out
from leads.tests.factories import NOW, LeadFactory
from notifications import consent
from notifications.models.mails import MailHow

pytestmark = pytest.mark.django_db

DANA = "dana@example.com"


@pytest.fixture
def heard():
    """Whose leads were said to want no more."""
    told = []

    def listen(*, lead, at, **_):
        told.append((lead.pk, at))

    opted_out.connect(listen)
    yield told
    opted_out.disconnect(listen)


def opt_out(lead, how=MailHow.PAGE):
    return consent.mail_opt_out(team=lead.team, address=DANA, how=how, at=NOW)


def test_every_lead_of_the_address_hears_of_it(lead, isa, team, heard):
    twin = LeadFactory.create(team=team, isa=isa, email=DANA)
    LeadFactory.create(email=DANA)  # another team's
    opt_out(lead)

    assert sorted(heard) == sorted([(lead.pk, NOW), (twin.pk, NOW)])
    stories = Activity.objects.filter(kind="mail_choice")
    assert {story.lead_id for story in stories} == {lead.pk, twin.pk}
    assert stories[0].summary.startswith("Unsubscribed by the link")


def test_a_bounce_is_no_word_of_theirs(lead, heard):
    opt_out(lead, MailHow.BOUNCED)

    assert heard == []
    assert Activity.objects.get(kind="mail_choice").summary.startswith(f"Mail to {DANA} came back")


def test_who_says_so_on_the_phone_is_out(lead, isa, heard):
    mails.want_none(lead=lead, actor=isa, at=NOW)

    said = consent.mail_choice_of(lead.team_id, DANA)
    assert (said.is_in, said.how, said.by) == (False, MailHow.SPOKEN, isa)
    assert heard == [(lead.pk, NOW)]


def test_who_asks_for_it_again_is_in_and_the_reason_is_in_the_story(lead, isa):
    opt_out(lead)
    mails.want_again(lead=lead, reason="Asked for the newsletter", actor=isa, at=NOW)

    assert consent.may_mail(lead.team_id, DANA)
    assert "Asked for the newsletter" in Activity.objects.filter(kind="mail_choice").latest("pk").summary


def test_without_an_address_there_is_nothing_to_say(team, isa):
    lead = LeadFactory.create(team=team, isa=isa, email="")

    with pytest.raises(mails.NoAddress):
        mails.want_none(lead=lead, actor=isa, at=NOW)
