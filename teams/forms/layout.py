"""How our forms are drawn."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout


def helper(*rows: Any) -> FormHelper:
    """Draw the fields alone; the page brings the form element and its button."""
    drawn = FormHelper()
    drawn.form_tag = False
    drawn.disable_csrf = True
    drawn.layout = Layout(*rows)
    return drawn


def row(*names: str) -> Div:
    """Fields side by side where there is room."""
    return Div(*names, css_class="form-row")


def chips(name: str) -> Field:
    """Choices to tick, as chips."""
    return Field(name, template="teams/_chips_field.html")
