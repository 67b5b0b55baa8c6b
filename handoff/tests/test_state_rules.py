"""Licences and consent at the gate, and in what an agent can play."""

import pytest
from django.urls import reverse

from handoff.appointments import set_time
from handoff.brief import brief_for
from handoff.errors import NotReady, Unbookable
from handoff.models import Handoff
from handoff.models.appointments import How
from handoff.readiness import check
from handoff.states import Method
from handoff.tests.factories import MINUTES, NOW, SLOT, open_direct, open_handoff, policy, ready
from handoff.tests.pages import HTMX, signed_in
from leads.models import Lead, Recording
from leads.models.recordings import NoRecording
from leads.recordings import (
    Consent,
    ConsentNeeded,
    attach_link,
    consent_lacks,
    no_recording,
    promise_link,
)
from teams.models import Membership
from teams.state_rules import save_rule
from teams.tests.factories import agent, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

URL = "https://calls.example.com/1.mp3"


def codes(lead, method=Method.SCHEDULED, setter=None):
    return [missing.code for missing in check(lead, method=method, setter=setter).missing]


@pytest.fixture
def lead():
    """A ready lead of a team that goes by the table of licences."""
    lead = ready()
    Lead.objects.filter(pk=lead.pk).update(state="TX")
    lead.refresh_from_db(fields=["state"])
    policy(lead.team, licence_rules=True)
    return lead


def licensed_agent(lead):
    return agent(lead.team, profile={"states": ["TX", "CA"]})


# --- Licences ---------------------------------------------------------------------------------------------------------


def test_an_isa_without_a_licence_is_told_who_can_set_it(lead):
    boss = team_lead(lead.team, user__name="Lea Leader")

    (missing,) = check(lead, method=Method.SCHEDULED, setter=lead.isa).missing

    assert missing.code == "licence"
    assert "Texas" in missing.label
    assert boss.user.name in missing.ask
    assert "no legal advice" in missing.ask


def test_handing_over_now_sets_no_appointment(lead):
    assert codes(lead, Method.DIRECT, lead.isa) == []


def test_without_a_state_nothing_is_held_up(lead):
    Lead.objects.filter(pk=lead.pk).update(state="")

    assert codes(lead, setter=lead.isa) == []


def test_the_gate_holds_and_nothing_is_booked(lead):
    with pytest.raises(NotReady) as refused:
        open_handoff(lead, to=licensed_agent(lead))

    assert [each.code for each in refused.value.missing] == ["licence"]
    assert not Handoff.objects.exists()


@pytest.mark.parametrize("who", ["team lead", "licensed ISA", "allowed by the table", "not asked"])
def test_whoever_may_can(lead, who):
    setter = lead.isa
    if who == "team lead":
        setter = team_lead(lead.team)
    elif who == "licensed ISA":
        Membership.objects.filter(pk=setter.pk).update(licensed_states=["TX"])
        setter = Membership.objects.select_related("user", "team__policy").get(pk=setter.pk)
    elif who == "allowed by the table":
        allowed = {"may_set_appointments": True, "source": "Example Code § 1", "checked_on": NOW.date()}
        save_rule(team=lead.team, state="TX", actor=team_lead(lead.team), at=NOW, **allowed)
    else:
        policy(lead.team, licence_rules=False)

    assert open_handoff(lead, to=licensed_agent(lead), setter=setter).setter == setter


def test_a_client_who_chooses_a_time_needs_no_licence(lead):
    assert open_handoff(lead, to=licensed_agent(lead), by_client=True).setter == lead.isa


def test_a_time_set_later_passes_the_same_rule(lead):
    handoff = open_direct(lead, to=licensed_agent(lead))
    asked = {"handoff": handoff, "starts_at": SLOT, "minutes": MINUTES, "how": How.CALL, "place": "", "at": NOW}

    with pytest.raises(Unbookable, match="licence in Texas"):
        set_time(**asked, actor=lead.isa)

    assert set_time(**asked, actor=handoff.agent).appointment


def test_the_panel_tells_the_one_who_looks(lead):
    url = reverse("handoff:panel", args=[lead.pk])

    assert "Without a licence in Texas" in signed_in(lead.isa).get(url, **HTMX).content.decode()
    assert "Without a licence" not in signed_in(team_lead(lead.team)).get(url, **HTMX).content.decode()


# --- Consent ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def caller():
    """A lead in California, whose call was linked before anybody asked for a consent."""
    lead = ready()
    Lead.objects.filter(pk=lead.pk).update(state="CA")
    lead.refresh_from_db(fields=["state"])
    return lead


def attach(lead, **more):
    return attach_link(lead=lead, url=URL, actor=lead.isa, at=NOW, **more)


@pytest.mark.parametrize("say", [attach, lambda lead: promise_link(lead=lead, actor=lead.isa, at=NOW)])
def test_without_a_consent_no_call_is_linked_or_promised(caller, say):
    Recording.objects.filter(lead=caller).delete()

    with pytest.raises(ConsentNeeded, match="In California everybody"):
        say(caller)

    assert not Recording.objects.filter(lead=caller).exists()


def test_who_noted_it_when_and_where_in_the_call_is_kept(caller):
    recording = attach(caller, consent=Consent(second=8))

    assert (recording.consent_by, recording.consent_at, recording.consent_second) == (caller.isa, NOW, 8)
    assert not consent_lacks(recording, caller)


def test_what_was_agreed_when_the_link_was_promised_holds_when_it_comes(caller):
    Recording.objects.filter(lead=caller).delete()
    promise_link(lead=caller, actor=caller.isa, at=NOW, consent=Consent())

    assert not consent_lacks(attach(caller), caller)


def test_the_same_link_with_a_consent_mends_it(caller):
    Lead.objects.filter(pk=caller.pk).update(state="TX")
    caller.state = "TX"
    recording = attach(caller)
    caller.state = "CA"
    Lead.objects.filter(pk=caller.pk).update(state="CA")
    assert codes(caller) == ["recording_consent"]

    attach(caller, consent=Consent())

    assert codes(caller) == []
    assert Recording.objects.get(pk=recording.pk).consent_at == NOW


def test_the_gate_asks_for_the_consent_and_says_how(caller):
    (missing,) = check(caller, method=Method.SCHEDULED).missing

    assert missing.code == "recording_consent"
    assert "California" in missing.label
    assert missing.ask.startswith("Is it all right")
    assert open_refused(caller) == ["recording_consent"]


def open_refused(lead):
    with pytest.raises(NotReady) as refused:
        open_direct(lead, to=agent(lead.team, profile={"states": ["CA"]}))
    return [each.code for each in refused.value.missing]


def test_a_reason_why_there_is_none_is_enough(caller):
    no_recording(lead=caller, reason=NoRecording.NO_CONSENT, actor=caller.isa, at=NOW)

    assert codes(caller) == []


def test_elsewhere_and_where_the_team_does_not_ask_nothing_is_asked(caller):
    policy(caller.team, consent_rules=False)

    assert codes(caller) == []
    assert attach(caller)


def test_a_call_that_nobody_agreed_to_is_not_played(caller):
    policy(caller.team, consent_rules=False)
    handoff = open_direct(caller, to=agent(caller.team, profile={"states": ["CA"]}))
    policy(caller.team, consent_rules=True)
    handoff.refresh_from_db()

    call = brief_for(handoff, viewer=handoff.agent).call
    page = signed_in(handoff.setter).get(caller.get_absolute_url()).content.decode()

    assert (call.url, call.pk) == ("", None)
    assert "California" in call.words
    assert "<audio" not in page
    assert "it is not played" in page


def test_the_form_asks_where_the_state_asks(caller):
    browser = signed_in(caller.isa)
    url = reverse("leads:recording", args=[caller.pk])

    assert "They agreed to be recorded" in browser.get(caller.get_absolute_url()).content.decode()
    refused = browser.post(url, {"kind": "link", "url": URL}, **HTMX)
    taken = browser.post(url, {"kind": "link", "url": URL, "agreed": "1", "agreed_at": "0:08"}, **HTMX)

    assert refused.status_code == 422
    assert "Tick that they did" in refused.content.decode()
    assert taken.status_code == 200
    assert Recording.objects.get(url=URL).consent_second == 8
    assert "They agreed" not in signed_in(ready().isa).get(ready().get_absolute_url()).content.decode()


def test_another_isa_of_the_team_may_note_it(caller):
    colleague = isa(caller.team)

    assert attach_link(lead=caller, url=URL, actor=colleague, at=NOW, consent=Consent()).consent_by == colleague
