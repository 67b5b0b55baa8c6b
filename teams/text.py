"""Text that people and programs enter: one rule, used by every form, every API schema and every import.

A value that carries a line break into a header or an invite poisons a delivery hours later, and PostgreSQL takes
neither NUL nor half a surrogate pair: so both are refused where they come in, with a reason.
"""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

#: Marks that reorder the text after them. They come along when a phone number is copied, and can disguise a name.
_DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # for one spreadsheet or another
_LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")  # all that str.splitlines breaks at


def clean_line(text: str) -> str:
    """Return the text of a one-line field, trimmed. Raises ValidationError for line breaks and control characters."""
    tidy = text.strip().replace("\t", " ").translate(_DIRECTION_MARKS)
    validate_line(tidy)
    return tidy


def clean_text(text: str) -> str:
    """Return the text of a field of many lines, with plain line ends. Raises ValidationError for control characters."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n").translate(_DIRECTION_MARKS).strip()
    validate_text(tidy)
    return tidy


def validate_line(text: str) -> None:
    """Refuse line breaks, control characters and broken Unicode."""
    if any(character in _LINE_BREAKS for character in text):
        raise ValidationError("Line breaks are not allowed here.", code="line_break")
    _refuse_unprintable(text, allowed="\t")
    if text and not text.isspace() and not _is_visible(text):
        raise ValidationError("Write a name.", code="invisible")


def validate_text(text: str) -> None:
    """Refuse control characters, except line ends and tabs, and broken Unicode."""
    _refuse_unprintable(text, allowed="\n\r\t")


def _is_visible(text: str) -> bool:
    """Whether something is left to see without format characters; within a line, an emoji's joiners say, they stay."""
    return any(unicodedata.category(character) != "Cf" and not character.isspace() for character in text)


def _refuse_unprintable(text: str, *, allowed: str) -> None:
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed:
            raise ValidationError("This contains a character that cannot be kept.", code="control_character")


def neutral_cell(text: str) -> str:
    """Return the text of a CSV cell so that no spreadsheet takes it for a formula: an apostrophe goes before it."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


class LineField(forms.CharField):
    """A form field for one line of text."""

    def clean(self, value: Any) -> str:
        """Return the line, trimmed and checked."""
        return clean_line(super().clean(value))


class TextField(forms.CharField):
    """A form field for several lines of text."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text, checked, with plain line ends, before it is measured: browsers send two for each."""
        return clean_text(super().to_python(value) or "")


class CleanText:
    """For any form, model forms too: every plain text field follows the rule of this module. Inherit it first."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                is_long = isinstance(field.widget, forms.Textarea)
                field.validators.append(validate_text if is_long else validate_line)
