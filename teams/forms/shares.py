"""What a team lead sets about sharing leads out: for the team, and for one agent."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from teams.forms.layout import helper, row
from teams.models import AgentProfile, Policy
from teams.models.shares import MOST_A_DAY, MOST_A_WEEK
from teams.policy import ROUTING_FIELDS
from teams.text import LineField


class RoutingForm(forms.ModelForm[Policy]):
    """The points of the ranking, and how many leads are enough."""

    class Meta:
        model = Policy
        fields = ROUTING_FIELDS
        labels = {
            "known_points": "The client knows the agent",
            "area_points": "Works in the client's area",
            "language_points": "Speaks the client's language",
            "price_points": "Price is in the agent's band",
            "fairness_points": "Each lead behind the fair share",
            "fairness_days": "Shares are counted over (days)",
            "day_capacity": "Most leads a day",
            "week_capacity": "Most leads a week",
            "bench_overdue": "No handover now and no live transfer while an outcome is overdue",
        }
        help_texts = {
            "known_points": "Had this client before, or is named in the notes.",
            "area_points": "",
            "language_points": "",
            "price_points": "Half of it for an agent without a band.",
            "fairness_points": "Taken off for each lead ahead. 0 lets shares go.",
            "fairness_days": "",
            "day_capacity": "For each agent, unless set on their page. Empty: no limit.",
            "week_capacity": "From Monday, by the agent's clock. Empty: no limit.",
            "bench_overdue": "Such an agent comes last in any case. Booked appointments go on as they are.",
        }

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(
            row("known_points", "area_points"),
            row("language_points", "price_points"),
            row("fairness_points", "fairness_days"),
            row("day_capacity", "week_capacity"),
            "bench_overdue",
        )


class ShareForm(forms.ModelForm[AgentProfile]):
    """One agent's share, and how many leads are enough for them."""

    day_capacity = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_A_DAY, label="Most leads a day", help_text="Empty: as the team."
    )
    week_capacity = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_A_WEEK, label="Most leads a week", help_text="Empty: as the team."
    )

    class Meta:
        model = AgentProfile
        fields = ("weight", "day_capacity", "week_capacity")
        labels = {"weight": "Share (percent)"}
        help_texts = {"weight": "100 is a full share, 50 half as many leads."}

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("weight", row("day_capacity", "week_capacity"))


class BenchForm(forms.Form):
    """Why an agent is offered nothing, and when they are back."""

    reason = LineField(
        max_length=300,
        error_messages={"required": "Say why: the agent is going to ask."},
        help_text="Team leads and the agent read it; ISAs see only until when.",
    )
    back_on = forms.DateField(
        required=False,
        label="Back on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: until a team lead ends it.",
    )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("reason", "back_on")


class AllowanceForm(forms.Form):
    """More than usual, on one day."""

    on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}), help_text="The agent's own day.")
    extra = forms.IntegerField(min_value=1, max_value=10, initial=1, label="How many more")
    reason = LineField(
        max_length=300,
        label="Why",
        error_messages={"required": "Say why: it is kept."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "allow_%s")
        super().__init__(*args, **kwargs)

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("on", "extra"), "reason")
