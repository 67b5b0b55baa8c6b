"""One rule for text, at every door."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from teams.text import LineField, TextField, clean_line, clean_text


@pytest.mark.parametrize(
    "poison",
    ["a\nBcc: b@example.com", "a\r\nb", "nul\x00", "a\x1bb", "a\u2028b", "a\x85b", "\ud800", "a\x7fb"],
)
def test_a_line_takes_no_breaks_nor_control_characters(poison):
    with pytest.raises(ValidationError):
        clean_line(poison)


@pytest.mark.parametrize("poison", ["nul\x00", "a\x1bb", "\udfff"])
def test_a_text_takes_no_control_characters(poison):
    with pytest.raises(ValidationError):
        clean_text(poison)


@pytest.mark.parametrize("nothing", ["\u200b", "\u200e\u200f", "\u200b \u2060", "\ufeff", "\u200d"])
def test_a_line_of_invisible_characters_alone_is_refused(nothing):
    with pytest.raises(ValidationError, match="Write a name"):
        clean_line(nothing)
    with pytest.raises(ValidationError, match="Write a name"):
        LineField().clean(nothing)


@pytest.mark.parametrize("fine", ["Ана", "😀 family 👩‍👩‍👧", "שלום", "Sánchez-Müller", "<!channel>", "=1+1"])
def test_people_write_as_they_write(fine):
    assert clean_line(fine) == fine
    assert clean_text(fine) == fine


def test_marks_that_reorder_text_are_dropped():
    assert clean_line("\u202a+1 512 555 0100\u202c") == "+1 512 555 0100"


def test_a_text_keeps_its_lines_with_plain_ends():
    assert clean_text(" one\r\ntwo\rthree ") == "one\ntwo\nthree"


def test_form_fields_follow_the_rule():
    with pytest.raises(ValidationError):
        LineField().clean("a\nb")
    assert TextField().clean("a\r\nb") == "a\nb"
    with pytest.raises(ValidationError):
        TextField().clean("a\x0bb\x01")


@given(st.text())
def test_a_line_that_passes_has_one_line_and_can_be_stored(text):
    try:
        line = clean_line(text)
    except ValidationError:
        return
    assert len(line.splitlines()) <= 1
    assert "\x00" not in line
    line.encode()
