"""What is said of input of the wrong shape: what to give, where pydantic would say what it should have been."""

from __future__ import annotations

from typing import Any, Final

#: By the type of pydantic's error, with the names of its context; or by the part of it before the first "_".
WORDS: Final = {
    "missing": "This has to be given.",
    "extra_forbidden": "There is no such field.",
    "enum": "Choose {expected}.",
    "literal_error": "Choose {expected}.",
    "greater_than_equal": "Give {ge} or more.",
    "less_than_equal": "Give {le} or less.",
    "string_too_short": "Give {min_length} or more characters.",
    "string_too_long": "Give at most {max_length} characters.",
    "string_type": "Give a text.",
    "string_pattern_mismatch": "This is not of the form that is described.",
    "list_type": "Give a list.",
    "int": "Give a whole number.",
    "bool": "Give true or false.",
    "date": "Give a day, as 2026-11-23.",
    "datetime": "Give a moment with its offset, as 2026-11-23T10:00:00-06:00.",
    "timezone": "Give a moment with its offset, as 2026-11-23T10:00:00-06:00.",
}


def words_for(error: dict[str, Any]) -> str:
    """Say what is wrong with one field. What a validator of ours refused has its own words; what is rare keeps its."""
    kind = str(error["type"])
    if ours := WORDS.get(kind) or WORDS.get(kind.partition("_")[0]):
        return ours.format(**error.get("ctx", {}))
    words = str(error["msg"]).removeprefix("Value error, ")
    return words if words.endswith(".") else f"{words}."
