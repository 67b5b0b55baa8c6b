"""A receipt with its attempts, and sending once more, over the API."""

from config.tests.api.caller import problem
from handoff.tests.factories import open_handoff
from notifications.models import Delivery
from notifications.promises.owed import State


def test_a_mail_that_has_gone_out_is_sent_once_more(api, ready_lead, team_agent):
    handoff = open_handoff(ready_lead, to=team_agent)
    step = Delivery.objects.get(about=handoff.about, audience="client")
    path = f"/receipts/delivery-{step.pk}"
    shown = api.get(path).json()
    assert (shown["id"], shown["tries"], shown["may_send_again"]) == (f"delivery-{step.pk}", [], False)
    refused = problem(api.post(f"{path}/send-again"), 409, "not_sent_again")
    assert refused["detail"] == "It has not gone out yet."

    Delivery.objects.filter(pk=step.pk).update(state=State.DONE, done_at=handoff.opened_at)
    assert api.get(path).json()["may_send_again"] is True
    again = api.post(f"{path}/send-again")
    assert (again.status_code, again.json()["state"]) == (200, "waiting")
