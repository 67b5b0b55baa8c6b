"""What a team calls its stages."""

from __future__ import annotations

from typing import Any

from django import forms

from leads.stage_names import LONGEST
from leads.states import Stage
from teams.models import Team
from teams.text import LineField


class StageNamesForm(forms.Form):
    """One field for each stage, by its code. Empty means the built-in name."""

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for stage in Stage:
            self.fields[stage.value] = LineField(
                required=False,
                max_length=LONGEST,
                label=str(stage.label),
                initial=team.stage_names.get(stage.value, ""),
                widget=forms.TextInput(attrs={"class": "form-control", "placeholder": str(stage.label)}),
            )

    def names(self) -> dict[Stage, str]:
        """Return the names by stage; call it once the form is valid."""
        return {stage: self.cleaned_data[stage.value] for stage in Stage}
