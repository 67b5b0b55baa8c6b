"""What an agent is known for is a whole sentence, whatever they wrote, and true of this client."""

import pytest

from handoff.known_for import is_about, known_as, line_about


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Riverside specialist", "Ana is our Riverside specialist."),
        ("Downtown condo specialist", "Ana is our downtown condo specialist."),
        ("Specialist for first homes", "Ana is our specialist for first homes."),
        ("Our relocation expert.", "Ana is our relocation expert."),
        ("Lakeview homes", "What Ana is known for: Lakeview homes."),
        ("Selling and buying in one move", "What Ana is known for: selling and buying in one move."),
        ("Ask me!", "What Ana is known for: Ask me!"),
        ("Our", "What Ana is known for: Our."),
        ("", ""),
        (" . ", ""),
    ],
)
def test_any_title_is_a_sentence(title, said):
    assert known_as("Ana", title) == said


@pytest.mark.parametrize(
    ("side", "text", "fits"),
    [
        ("buy", "Selling and buying in one move", False),
        ("buy", "Listing expert", False),
        ("buy", "Riverside specialist", True),
        ("sell", "First homes", False),
        ("sell", "He lines up the purchase", False),
        ("sell", "Every sale in a month", True),
        ("both", "Selling and buying in one move", True),
        ("", "Selling and buying in one move", True),
    ],
)
def test_it_is_left_out_where_it_is_about_the_other_half_of_a_move(side, text, fits):
    assert is_about(text, side) == fits
    assert bool(known_as("Ana", text, side=side)) == fits
    assert line_about(text, side=side) == (text if fits else "")
