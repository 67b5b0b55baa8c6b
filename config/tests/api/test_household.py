"""Who else decides, over the API; and what a booked appointment says of them."""

import pytest

from config.tests.api.caller import problem
from handoff.tests.factories import open_handoff
from leads.models import DecisionMaker
from notifications.models import Delivery

SAM = {"name": "Sam Example", "email": "Sam@Example.com", "phone": "(512) 555-0144"}


def test_somebody_is_added_listed_and_taken_off(api, ready_lead):
    path = f"/leads/{ready_lead.pk}/decision-makers"
    added = api.post(path, SAM)
    assert added.status_code == 201
    sam = added.json()
    assert (sam["name"], sam["email"], sam["phone"]) == ("Sam Example", "sam@example.com", "+15125550144")
    assert api.get(path).json()["items"] == [sam]
    assert api.delete(f"{path}/{sam['id']}").status_code == 204
    assert api.get(path).json()["items"] == []
    problem(api.delete(f"{path}/{sam['id']}"), 404, "not_found")


def test_a_booked_appointment_names_who_is_asked_and_invites_who_is_added(api, ready_lead, team_agent):
    handoff = open_handoff(ready_lead, to=team_agent)
    api.post(f"/leads/{ready_lead.pk}/decision-makers", SAM)
    shown = api.get(f"/appointments/{handoff.appointment_id}").json()
    assert shown["guests"] == [{"name": "Sam Example", "email": "sam@example.com"}]
    assert shown["sequence"] == 1
    assert Delivery.objects.filter(address="sam@example.com", invite__method="REQUEST").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "", "phone": ""}, "email"),
        ({"phone": "12", "email": ""}, "phone"),
        ({"email": "no address"}, "email"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(api, ready_lead, changes, field):
    refused = api.post(f"/leads/{ready_lead.pk}/decision-makers", SAM | changes)
    assert field in problem(refused, 422, "invalid")["errors"]
    assert not DecisionMaker.objects.exists()
