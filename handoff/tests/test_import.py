"""What comes in from a file passes no gate."""

import pytest

from handoff.models import Handoff
from leads.models import Lead, StageChange
from leads.states import Stage
from leads.tests.importing.bringing import imported, table
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def test_no_import_starts_a_handoff():
    boss = people.lead()
    agent = people.agent(boss.team)
    headers = ["First name", "Phone", "Stage", "Assigned to", "Tags"]
    rows = [
        [f"N{place}", f"51255501{place:02}", label, agent.user.email, ""] for place, label in enumerate(Stage.labels)
    ]
    rows.append(["Tagged", "5125550199", "", "", "ready for HANDOFF; Handed off; VIP"])

    of = imported(boss, table(headers, *rows))

    assert of.counts == {"create": len(rows)}
    assert not Handoff.objects.exists()
    assert not StageChange.objects.exists()
    behind = [Stage.APPOINTMENT_SET, Stage.HANDED_OFF, Stage.MET, Stage.SIGNED, Stage.UNDER_CONTRACT, Stage.CLOSED]
    assert not Lead.objects.filter(stage__in=behind).exists()
    tagged = Lead.objects.get(first_name="Tagged")
    assert [tag.name for tag in tagged.tags.all()] == ["VIP"]
    assert "starts handoffs" in of.rows.get(lead=tagged).remark
