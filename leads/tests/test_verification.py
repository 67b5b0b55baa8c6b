import pytest

from leads.contacts import NoSuchContact, add_phone, make_primary, primary_phone, set_email
from leads.models import Activity, Lead
from leads.tests.factories import NOW, LeadFactory
from leads.verification import (
    NotOnRecord,
    confirm_email,
    confirm_no_email,
    confirm_phone,
    is_email_verified,
    is_phone_verified,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_email(team, isa):
    return LeadFactory.create(team=team, isa=isa, email="")


def fresh(lead):
    return Lead.objects.get(pk=lead.pk)


def test_nothing_is_verified_at_first(lead):
    assert not is_phone_verified(lead)
    assert not is_email_verified(lead)


def test_a_number_read_back_is_verified_in_whatever_format_it_is_given(lead):
    confirm_phone(lead=lead, actor=lead.isa, at=NOW, value="(512) 555-0123")

    assert is_phone_verified(fresh(lead))
    assert fresh(lead).verification.phone_at == NOW
    assert Activity.objects.filter(lead=lead, kind="verified").get().actor == lead.isa


def test_an_address_read_back_is_verified(lead):
    confirm_email(lead=lead, actor=lead.isa, at=NOW, value="Dana@Example.com")

    assert is_email_verified(fresh(lead))


def test_a_number_that_has_changed_meanwhile_cannot_be_confirmed(lead):
    with pytest.raises(NotOnRecord):
        confirm_phone(lead=lead, actor=lead.isa, at=NOW, value="+15125550199")

    assert not is_phone_verified(fresh(lead))


@pytest.mark.parametrize("value", ["other@example.com", ""])
def test_an_address_that_is_not_the_leads_cannot_be_confirmed(lead, value):
    with pytest.raises(NotOnRecord):
        confirm_email(lead=lead, actor=lead.isa, at=NOW, value=value)


def test_nothing_cannot_be_confirmed_as_the_address_of_a_lead_that_has_none(without_email):
    with pytest.raises(NotOnRecord):
        confirm_email(lead=without_email, actor=without_email.isa, at=NOW, value="")


def test_no_email_counts_as_verified(without_email):
    confirm_no_email(lead=without_email, actor=without_email.isa, at=NOW)

    assert is_email_verified(fresh(without_email))


def test_no_email_cannot_be_said_while_there_is_one(lead):
    with pytest.raises(NotOnRecord, match=r"dana@example\.com"):
        confirm_no_email(lead=lead, actor=lead.isa, at=NOW)


def test_an_address_that_comes_later_must_be_read_back(without_email):
    lead = without_email
    confirm_no_email(lead=lead, actor=lead.isa, at=NOW)

    set_email(lead=lead, email="late@example.com", actor=lead.isa, at=NOW)

    assert not is_email_verified(fresh(lead))
    assert not fresh(lead).verification.has_no_email


def test_calling_another_number_first_asks_for_it_to_be_read_back(lead):
    confirm_phone(lead=lead, actor=lead.isa, at=NOW, value="+15125550123")
    add_phone(lead=lead, phone="512 555 0188", actor=lead.isa, at=NOW, label="work")
    assert is_phone_verified(fresh(lead)), "another number does not make the first one wrong"

    make_primary(lead=lead, phone="+15125550188", actor=lead.isa, at=NOW)

    assert primary_phone(fresh(lead)) == "+15125550188"
    assert not is_phone_verified(fresh(lead))


def test_a_number_of_somebody_else_cannot_come_first(lead):
    other = LeadFactory.create(team=lead.team, isa=lead.isa, phone="+15125550177")

    with pytest.raises(NoSuchContact):
        make_primary(lead=lead, phone=str(other.phones.get().number), actor=lead.isa, at=NOW)


def test_a_number_is_added_once(lead):
    add_phone(lead=lead, phone="512-555-0123", actor=lead.isa, at=NOW)

    assert lead.phones.count() == 1


def test_a_lead_loaded_with_its_numbers_notices_the_change(lead):
    loaded = Lead.objects.prefetch_related("phones", "emails").select_related("verification").get(pk=lead.pk)
    confirm_phone(lead=loaded, actor=lead.isa, at=NOW, value="+15125550123")
    assert is_phone_verified(loaded)

    add_phone(lead=loaded, phone="512 555 0188", actor=lead.isa, at=NOW)
    make_primary(lead=loaded, phone="+15125550188", actor=lead.isa, at=NOW)

    assert not is_phone_verified(loaded)
