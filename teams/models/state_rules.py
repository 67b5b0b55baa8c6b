"""What states ask: of an ISA without a licence, and of a call that is recorded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models.members import Membership
from teams.models.team import Team
from teams.places import STATES


class StateRuleQuerySet(models.QuerySet["StateRule"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> StateRuleQuerySet:
        """The team's own."""
        return self.filter(team_id=membership.team_id)


class StateRule(models.Model):
    """What a team has found out about one state, where, and when. Restrictive: what is not known to be allowed is not.

    It guides the team and is no legal advice.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="state_rules")
    state = models.CharField(max_length=2, choices=STATES)
    may_set_appointments = models.BooleanField(default=False)
    may_call_cold = models.BooleanField(default=False)
    may_be_paid_by_closing = models.BooleanField(
        default=False, db_default=False, help_text="Whether an ISA without a licence may have a share of a commission."
    )
    source = models.CharField(max_length=300, blank=True, help_text="A law's section, or an address.")
    needs_consent = models.BooleanField(default=False, help_text="Whether everybody on a call must agree to it.")
    consent_source = models.CharField(max_length=300, blank=True)
    checked_on = models.DateField()

    objects = StateRuleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["state"]
        constraints = [models.UniqueConstraint(fields=["team", "state"], name="one_rule_per_state")]

    def __str__(self) -> str:
        return self.get_state_display()
