import pytest

from leads.capture import add_lead, duplicates_of, edit_lead
from leads.models import Activity, Lead, LeadPhone
from leads.phones import BadPhone, read_phone
from leads.tests.factories import NOW, LeadFactory
from leads.verification import confirm_email, confirm_phone, is_email_verified, is_phone_verified
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

FORMATS = [
    "+15125550123",
    "(512) 555-0123",
    "512.555.0123",
    "1-512-555-0123",
    "  512 555 0123 ",
    "tel:+1-512-555-0123",
]


def fresh(lead):
    return Lead.objects.get(pk=lead.pk)


@pytest.mark.parametrize("text", FORMATS)
def test_a_number_is_one_number_however_it_is_written(text):
    assert read_phone(text, country="US") == "+15125550123"


def test_a_number_is_read_as_dialled_in_the_teams_country():
    assert read_phone("020 7946 0958", country="GB") == "+442079460958"


@pytest.mark.parametrize(
    "text", ["", "call me", "12", "555-0123", "+1512555012345678", "☎", "\x00", "9" * 5000, "+999 1"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadPhone):
        read_phone(text, country="US")


def test_a_new_lead_has_all_that_its_page_needs(team, isa):
    lead = add_lead(
        team=team,
        isa=isa,
        first_name="Žofie",
        last_name="Ångström",
        phone="(512) 555-0123",
        email=" Zofie@Example.COM ",
        source="Portal",
        at=NOW,
    )

    assert (lead.owner, lead.isa, lead.stage, lead.zone) == (isa, isa, "new", team.zone)
    assert lead.sort_name == "angstrom zofie"
    assert str(lead.phones.get().number) == "+15125550123"
    assert lead.emails.get().address == "zofie@example.com"
    assert lead.lpmama.side == ""
    assert lead.verification.phone == ""
    assert Activity.objects.get(lead=lead).summary == "Lead added from Portal"


def test_a_bad_number_adds_nothing(team, isa):
    with pytest.raises(BadPhone):
        add_lead(team=team, isa=isa, first_name="Dana", phone="12", at=NOW)

    assert not Lead.objects.exists()


@pytest.mark.parametrize("text", FORMATS)
def test_a_duplicate_is_found_by_its_number_in_any_format(team, isa, text):
    there = LeadFactory.create(team=team, isa=isa, phone="+15125550123")

    assert duplicates_of(team, text) == [there]


def test_a_duplicate_is_found_by_its_address_in_any_case(team, isa):
    there = LeadFactory.create(team=team, isa=isa, email="dana@example.com")

    assert duplicates_of(team, "", "DANA@Example.com") == [there]


def test_a_lead_of_another_team_is_no_duplicate(team):
    LeadFactory.create(phone="+15125550123", email="dana@example.com")

    assert duplicates_of(team, "512 555 0123", "dana@example.com") == []


def test_leads_without_any_address_are_no_duplicates_of_each_other(team, isa):
    LeadFactory.create(team=team, isa=isa, email="")

    assert duplicates_of(team, "", "") == []


def test_the_same_number_may_belong_to_two_leads(team, isa):
    both = [LeadFactory.create(team=team, isa=isa, phone="+15125550123") for _ in range(2)]

    assert set(duplicates_of(team, "5125550123")) == set(both)


def test_correcting_writes_only_what_is_named(lead):
    mine, theirs = fresh(lead), fresh(lead)

    edit_lead(lead=mine, changes={"first_name": "Dina"}, actor=lead.isa, at=NOW)
    edit_lead(lead=theirs, changes={"source": "Referral"}, actor=lead.isa, at=NOW)

    lead = fresh(lead)
    assert (lead.first_name, lead.source, lead.sort_name) == ("Dina", "Referral", "example dina")


def test_a_changed_number_takes_the_place_of_the_old_one_and_is_unverified_again(lead):
    confirm_phone(lead=lead, actor=lead.isa, at=NOW, value=str(lead.phones.get().number))
    assert is_phone_verified(fresh(lead))

    edit_lead(lead=lead, changes={"phone": "(512) 555-0199"}, actor=lead.isa, at=NOW)

    assert [str(phone.number) for phone in LeadPhone.objects.filter(lead=lead)] == ["+15125550199"]
    assert not is_phone_verified(fresh(lead))
    assert not is_phone_verified(lead), "the object in hand must not remember the old number"


def test_a_changed_address_is_unverified_again(lead):
    confirm_email(lead=lead, actor=lead.isa, at=NOW, value=lead.emails.get().address)

    edit_lead(lead=lead, changes={"email": "new@example.com"}, actor=lead.isa, at=NOW)

    assert not is_email_verified(fresh(lead))


def test_the_same_number_typed_differently_changes_nothing(lead):
    number = str(lead.phones.get().number)
    confirm_phone(lead=lead, actor=lead.isa, at=NOW, value=number)

    edit_lead(lead=lead, changes={"phone": number.removeprefix("+1")}, actor=lead.isa, at=NOW)

    assert is_phone_verified(fresh(lead))
    assert not Activity.objects.filter(lead=lead, kind="contact").exists()


def test_a_second_team_may_keep_its_own_record_of_the_same_person(lead):
    other = TeamFactory.create()

    LeadFactory.create(team=other, phone=str(lead.phones.get().number))

    assert duplicates_of(lead.team, str(lead.phones.get().number)) == [lead]
