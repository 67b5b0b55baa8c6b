"""What a team lead sets about live transfers."""

from crispy_forms.helper import FormHelper
from django import forms

from teams.forms.layout import helper, row
from teams.models import Policy
from teams.policy import RINGING_FIELDS


class TransfersForm(forms.ModelForm[Policy]):
    """In which order agents are rung, how long, and how often they may miss it."""

    class Meta:
        model = Policy
        fields = RINGING_FIELDS
        labels = {
            "ring_way": "Who rings",
            "ring_seconds": "One agent rings for (seconds)",
            "ring_all_seconds": "All ring for (seconds)",
            "missed_rings": "Off call after … missed rings in a row",
        }
        help_texts = {
            "ring_way": "Only agents who are on call and free, the best for the client first.",
            "ring_seconds": "10 to 120. Long enough to read the brief.",
            "ring_all_seconds": "10 to 180.",
            "missed_rings": "1 to 20. Accepting or passing on starts the count anew.",
        }

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("ring_way", row("ring_seconds", "ring_all_seconds"), "missed_rings")
