"""The small forms of the lead page: corrections, read-backs, recordings, stages, calls, notes, tags."""

import pytest
from django.urls import reverse

from leads.collaborating import collaborate
from leads.models import Activity, Lead, LeadTag, PersonNote, Recording
from leads.notes import add_note
from leads.states import Stage
from leads.tests.factories import NOW, RECORDING, LeadFactory
from leads.tests.pages import HOSTILE, HTMX, post, url
from leads.verification import is_email_verified, is_phone_verified

pytestmark = pytest.mark.django_db

CORRECTION = {"phone": "+15125550123", "first_name": "Dana", "zone": "America/Chicago", "language": "en"}


def test_a_correction_writes_only_the_fields_that_differ(browser, lead):
    typed = CORRECTION | {"last_name": "Sample", "email": "dana@example.com", "phone": "(512) 555-0123"}

    page = post(browser(lead.isa), "edit", lead, typed).content.decode()

    lead = Lead.objects.get(pk=lead.pk)
    assert lead.name == "Dana Sample"
    assert 'id="lead-head"' in page
    assert 'hx-swap-oob="true"' in page
    assert Activity.objects.filter(lead=lead, kind="edited").get().summary == "Changed: last name"


def test_a_correction_that_cannot_be_kept_comes_back_with_what_was_typed(browser, lead):
    response = post(browser(lead.isa), "edit", lead, CORRECTION | {"phone": "12", "last_name": "Typed"})

    assert response.status_code == 422
    assert 'value="Typed"' in response.content.decode()


def test_number_and_address_are_confirmed_on_the_page(browser, lead):
    client = browser(lead.isa)
    post(client, "verify", lead, {"what": "phone", "value": "+15125550123"})
    page = post(client, "verify", lead, {"what": "email", "value": "dana@example.com"}).content.decode()

    lead = Lead.objects.get(pk=lead.pk)
    assert is_phone_verified(lead)
    assert is_email_verified(lead)
    assert "Not confirmed" not in page


@pytest.mark.parametrize(
    "said",
    [
        {"what": "phone", "value": "+15125550199"},
        {"what": "phone", "value": "\x00"},
        {"what": "email", "value": "other@example.com"},
        {"what": "no_email"},
        {"what": "fax"},
        {},
    ],
)
def test_what_the_lead_does_not_have_is_not_confirmed(browser, lead, said):
    response = post(browser(lead.isa), "verify", lead, said)

    assert response.status_code == 422
    assert "toast" in response.content.decode()
    assert not is_phone_verified(Lead.objects.get(pk=lead.pk))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"kind": "link", "url": RECORDING}, "link"),
        ({"kind": "to_follow"}, "to_follow"),
        ({"kind": "none", "reason": "no_consent"}, "none"),
    ],
)
def test_a_recording_is_said_in_three_ways(browser, lead, said, kind):
    response = post(browser(lead.isa), "recording", lead, said)

    assert response.status_code == 200
    assert Recording.objects.get().kind == kind


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "link"},
        {"kind": "link", "url": "javascript:alert(1)"},
        {"kind": "link", "url": "https://recordings.example.com/\r\nX: y"},
        {"kind": "none"},
        {"kind": "none", "reason": "felt like it"},
    ],
)
def test_half_a_word_on_the_recording_is_refused(browser, lead, said):
    assert post(browser(lead.isa), "recording", lead, said).status_code == 422
    assert not Recording.objects.exists()


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.MET, Stage.CLOSED, "nonsense", ""])
def test_an_illegal_move_is_refused_with_words(browser, lead, stage):
    response = post(browser(lead.isa), "stage", lead, {"to": stage})

    assert response.status_code == 422
    assert "cannot go there" in response.content.decode()


@pytest.mark.parametrize("stage", [Stage.APPOINTMENT_SET, Stage.HANDED_OFF])
def test_a_closed_gate_says_so_and_the_lead_stays_where_it_is(browser, lead, stage):
    response = post(browser(lead.isa), "stage", lead, {"to": stage})

    assert response.status_code == 409
    assert "toast-note-error" in response.content.decode()
    assert Lead.objects.get(pk=lead.pk).stage == Stage.NEW


def test_only_legal_moves_are_offered(browser, lead):
    page = browser(lead.isa).get(url("lead", lead)).content.decode()

    assert 'name="to" value="qualified"' in page
    assert 'name="to" value="met"' not in page


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_notes_and_tags_are_kept_or_refused_and_never_harm(browser, lead, kind):
    client, text = browser(lead.isa), HOSTILE[kind]

    for name, field in (("note", "text"), ("tag", "name")):
        assert post(client, name, lead, {field: text}).status_code in {200, 422}
    assert "<script>alert" not in client.get(url("lead", lead)).content.decode()


def test_a_note_is_taken_off_by_its_author_or_by_who_qualifies(browser, lead, agent):
    collaborate(lead=lead, membership=agent, reason="handoff", at=NOW)
    note = add_note(lead=lead, text="Of the ISA", author=lead.isa, at=NOW)
    address = reverse("leads:note-remove", args=[lead.pk, note.pk])

    assert browser(agent).post(address, headers=HTMX).status_code == 404
    assert browser(lead.isa).post(address, headers=HTMX).status_code == 200
    assert not PersonNote.objects.exists()


def test_a_note_of_another_lead_is_not_reached_through_mine(browser, lead):
    other = add_note(lead=LeadFactory.create(), text="Elsewhere", author=None, at=NOW)

    response = browser(lead.isa).post(reverse("leads:note-remove", args=[lead.pk, other.pk]))

    assert response.status_code == 404
    assert PersonNote.objects.exists()


def test_a_tag_is_taken_off(browser, lead):
    client = browser(lead.isa)
    post(client, "tag", lead, {"name": "relocating"})
    post(client, "tag-remove", lead, {"name": "Relocating"})

    assert not LeadTag.objects.exists()
