"""Phone numbers as people write them, and as we keep them (E.164)."""

from __future__ import annotations

import phonenumbers


class BadPhone(ValueError):
    """These characters are not a phone number."""


def read_phone(text: str, *, country: str) -> str:
    """Return the E.164 form of a number typed in any way, read as dialled within ``country`` (ISO 3166).

    Possible is enough: whether a number is assigned is the phone company's business, and number plans change more
    often than software. Raises BadPhone.
    """
    try:
        number = phonenumbers.parse(text.strip(), country)
    except phonenumbers.NumberParseException as error:
        raise BadPhone("Enter a phone number, such as (512) 555-0123.") from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPhone("This number has too few or too many digits.")  # without its area code it is not whole
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
