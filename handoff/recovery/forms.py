"""What is entered on the pages of the play: shape only; which steps make sense together is the verbs' rule."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.urls import reverse

from handoff.models.recovery import StepKind, Way
from handoff.recovery.play import LAST_DAY
from handoff.recovery.steps import CALL_SCRIPTS, Step
from handoff.wordings import LONGEST, SCRIPTS
from teams.forms.layout import helper, row
from teams.text import LineField, TextField


def _day() -> forms.IntegerField:
    return forms.IntegerField(
        min_value=0,
        max_value=LAST_DAY,
        label="Day",
        help_text="0 is the day of the no-show, on the client's calendar.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class StepForm(forms.Form):
    """What every step has."""

    def __init__(self, data: Any = None, *, step: Step) -> None:
        said = {name: getattr(step, name) for name in ("day", "is_on", "way", "title", "text", "short", "script")}
        super().__init__(data, initial=said)
        self.fields["day"] = _day()
        self.fields["is_on"] = forms.BooleanField(required=False, label="This step is on")


class MessageForm(StepForm):
    """What the client is written, drawn anew beside it while it is typed."""

    way = forms.ChoiceField(choices=Way.choices, label="How it goes")
    title = LineField(max_length=120, label="Subject", error_messages={"required": "Write a subject."})
    text = TextField(
        max_length=LONGEST,
        label="The mail",
        error_messages={"required": "Write what the mail says."},
        help_text="A paragraph on each line. One in which something is not known is left out. The button to choose a "
        "time comes by itself.",
    )
    short = LineField(
        max_length=240,
        label="The text",
        error_messages={"required": "Write what the text says, for who agreed to texts."},
        help_text="The link comes by itself, and how to end texts.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, step: Step) -> None:
        super().__init__(data, step=step)
        self.fields["text"].widget.attrs["rows"] = 9
        for name in ("title", "text", "short"):
            self.fields[name].widget.attrs |= {
                "hx-post": reverse("handoff:play-preview", args=[step.name]),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#play-preview",
                "hx-include": "closest form",
            }
        self.helper = helper(row("day", "way"), "is_on", "title", "text", "short")


class CallForm(StepForm):
    """Which script a call task carries."""

    script = forms.ChoiceField(choices=[(name, SCRIPTS[name].title) for name in CALL_SCRIPTS], label="What is said")
    helper = helper(row("day", "script"), "is_on")


class EndForm(StepForm):
    """When the play ends, and whether the lead moves to Nurture then."""

    def __init__(self, data: Any = None, *, step: Step) -> None:
        super().__init__(data, step=step)
        self.fields["is_on"].label = "Move the lead to Nurture"
        self.helper = helper("day", "is_on")


class AddStepForm(forms.Form):
    """A step to begin from."""

    kind = forms.ChoiceField(
        choices=[(StepKind.MESSAGE, "Message to the client"), (StepKind.CALL, "Call task for the ISA")], label="What"
    )
    day = _day()
    helper = helper(row("kind", "day"))


FORMS: Final[dict[StepKind, type[StepForm]]] = {
    StepKind.MESSAGE: MessageForm,
    StepKind.CALL: CallForm,
    StepKind.NURTURE: EndForm,
}
