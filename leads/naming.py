"""Names as they are sorted and searched."""

from __future__ import annotations

import unicodedata

SORT_NAME_LENGTH = 170


def folded(text: str) -> str:
    """Lower-case and without accents: “Žofie ÅNGSTRÖM” is “zofie angstrom”."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())


def sort_name(first_name: str, last_name: str) -> str:
    """Last name first, as lists are ordered and searches are matched."""
    return folded(f"{last_name} {first_name}")[:SORT_NAME_LENGTH]
