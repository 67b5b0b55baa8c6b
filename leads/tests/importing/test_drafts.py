"""What a row means."""

from datetime import UTC, datetime

import pytest

from leads.importing.columns import guess
from leads.importing.drafts import BadRow, Reader
from leads.importing.meanings import SAFE_STAGES, guess_stage, state_of, timeframe_of
from leads.models import LeadImport
from leads.models.imports import OnUnknown
from leads.states import Stage
from leads.tests.factories import NOW
from leads.tests.importing.follow_up_boss import FOLLOW_UP_BOSS
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def read(boss, headers, cells, **fields):
    of = LeadImport(
        team=boss.team, by=boss, headers=headers, columns=guess(headers), file_name="x.csv", size=1, created_at=NOW
    )
    for name, value in fields.items():
        setattr(of, name, value)
    return Reader(of).read(2, cells)


def test_a_whole_row_of_follow_up_boss(boss, isa):
    cells = [
        "812",
        "03/04/2025",
        "Dana",
        "Example",
        "Dana Example",
        "Hot Prospect",
        "Zillow",
        isa.user.email.upper(),
        "",
        "Yes",
        "450000",
        "Buyer, VIP",
        "3-6 Months",
        "Dana@Example.com",
        "home",
        "d2@example.com",
        "(512) 555-0123",
        "mobile",
        "512-555-0124",
        "1 Invented St",
        "Austin",
        "Texas",
        "TX",
        "Prefers texts\r\nTwo dogs",
    ]

    draft = read(boss, FOLLOW_UP_BOSS, cells)

    assert (draft.first_name, draft.last_name) == ("Dana", "Example")
    assert draft.phones == ["+15125550123", "+15125550124"]
    assert draft.emails == ["dana@example.com", "d2@example.com"]
    assert (draft.stage, draft.stage_there) == (Stage.QUALIFIED, "Hot Prospect")
    assert draft.person == isa
    assert (draft.source, draft.state, draft.tags) == ("Zillow", "TX", ["Buyer", "VIP"])
    assert draft.added_at == datetime(2025, 3, 4, tzinfo=UTC)
    assert draft.answers == {"timeframe": "3-6"}
    assert draft.notes == [
        "Listing Price: 450000\nAddress 1 - Street: 1 Invented St\nAddress 1 - City: Austin\nPrefers texts\nTwo dogs"
    ]
    assert draft.remarks == []


@pytest.mark.parametrize(
    ("phone", "numbers"),
    [
        ("5125550123", ["+15125550123"]),
        ("5125550123.0", ["+15125550123"]),
        ("'+15125550123", ["+15125550123"]),
        ("512.555.0123; (512) 555-0124", ["+15125550123", "+15125550124"]),
        ("5125550123, 5125550123", ["+15125550123"]),
        ("+44 20 7946 0018", ["+442079460018"]),
        ("512-555-0123 / 555", ["+15125550123"]),
    ],
)
def test_numbers_as_files_have_them(boss, phone, numbers):
    assert read(boss, ["Name", "Phone"], ["Dana", phone]).phones == numbers


def test_one_bad_number_beside_a_good_one_is_left_out_and_told(boss):
    draft = read(boss, ["Name", "Phone", "Email"], ["Dana", "123", "dana@example.com; nonsense"])

    assert (draft.phones, draft.emails) == ([], ["dana@example.com"])
    assert [words[:13] for words in draft.remarks] == ["Phone “123”: ", "Email “nonsen"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["Dana", "", ""], "neither a phone number nor an email"),
        (["Dana", "12", ""], "too few or too many digits"),
        (["Dana", "5.12556E+09", ""], "shortened this number"),
        (["D" * 81, "5125550123", ""], "longer than 80"),
        (["Dana", "", "dana@"], "not an address"),
    ],
)
def test_rows_that_cannot_be_a_lead_say_why(boss, cells, words):
    with pytest.raises(BadRow, match=words):
        read(boss, ["First name", "Phone", "Email"], cells)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Dana Example", "Dana", "Example"),
        ("Example, Dana", "Dana", "Example"),
        ("Dana van der Example", "Dana", "van der Example"),
        ("Dana", "Dana", ""),
        ("Dana\r\nBcc: all@example.com", "Dana", "Bcc: all@example.com"),
        ("Da\u202ena\x07 Example", "Dana", "Example"),
        ("", "dana", ""),
    ],
)
def test_names(boss, name, first, last):
    draft = read(boss, ["Name", "Email"], [name, "dana@example.com"])

    assert (draft.first_name, draft.last_name) == (first, last)


def test_a_person_of_another_team_is_nobody_here_by_address_name_or_number(boss):
    foreign = people.isa(user__name="Foreign Person")
    for word in (foreign.user.email, "Foreign Person", str(foreign.pk), str(foreign.user_id)):
        draft = read(boss, ["Phone", "Assigned to"], ["5125550123", word], meant={"person": {word: str(foreign.pk)}})
        assert draft.person is None
        assert "nobody in this team" in draft.remarks[-1]


def test_the_number_of_somebody_of_the_team_names_nobody_unless_a_person_said_so(boss, isa):
    headers, cells = ["Phone", "Assigned to"], ["5125550123", str(isa.pk)]

    assert read(boss, headers, cells).person is None
    assert read(boss, headers, cells, meant={"person": {str(isa.pk): str(isa.pk)}}).person == isa


def test_somebody_who_has_left_and_two_of_one_name_are_nobody(boss, team):
    left = people.isa(team, user__name="Left Long Ago")
    left.ended_at = NOW
    left.save()
    people.isa(team, user__name="Kim Twice")
    people.agent(team, user__name="kim twice")

    for word in ("Left Long Ago", "Kim Twice"):
        assert read(boss, ["Phone", "Agent"], ["5125550123", word]).person is None


def test_an_unknown_person_fails_the_row_when_that_was_chosen(boss):
    headers, cells = ["Phone", "Agent"], ["5125550123", "Nobody Known"]

    with pytest.raises(BadRow, match="Nobody Known"):
        read(boss, headers, cells, on_unknown=OnUnknown.FAIL)
    said = read(boss, headers, cells, on_unknown=OnUnknown.FAIL, meant={"person": {"Nobody Known": ""}})
    assert (said.person, said.remarks) == (None, ["There is no name."])


@pytest.mark.parametrize("word", [*Stage.labels, "Closed", "Under Contract", "Handed Off", "appointment_set", "???"])
def test_no_word_puts_a_lead_behind_the_gate(boss, word):
    assert guess_stage(word, boss.team) in SAFE_STAGES
    for said in Stage.values:
        draft = read(boss, ["Phone", "Stage"], ["5125550123", word], meant={"stage": {word: said}})
        assert draft.stage in SAFE_STAGES
        assert draft.stage_there == word


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-04", datetime(2025, 3, 4, tzinfo=UTC)),
        ("2025-03-04T10:11:12Z", datetime(2025, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("3/4/2025", datetime(2025, 3, 4, tzinfo=UTC)),
        ("Mar 4, 2025", datetime(2025, 3, 4, tzinfo=UTC)),
        ("31/12/2025", None),
        ("yesterday", None),
        ("0001-01-01", None),
        ("9" * 5000, None),
    ],
)
def test_dates(boss, text, moment):
    draft = read(boss, ["Name", "Phone", "Created"], ["Dana", "5125550123", text])

    assert draft.added_at == moment
    assert bool(draft.remarks) == (moment is None)


def test_days_come_first_outside_america(boss):
    boss.team.country = "GB"

    assert read(boss, ["Email", "Created"], ["d@example.com", "31/12/2025"]).added_at == datetime(
        2025, 12, 31, tzinfo=UTC
    )


def test_long_notes_are_kept_whole_in_several(boss):
    draft = read(boss, ["Phone", "Notes"], ["5125550123", "n" * 2500])

    assert [len(note) for note in draft.notes] == [1000, 1000, 500]


def test_the_teams_own_names_of_stages_are_known(boss):
    boss.team.stage_names = {"nurture": "Slow cooker", "closed": "In the bag", "gone": "Old"}

    assert read(boss, ["Phone", "Stage"], ["5125550123", "slow cooker"]).stage == Stage.NURTURE
    assert read(boss, ["Phone", "Stage"], ["5125550123", "In the bag"]).stage == Stage.NURTURE


def test_small_words():
    assert (state_of("tx"), state_of("New York"), state_of("Ontario"), state_of("zz")) == ("TX", "NY", "", "")
    assert (timeframe_of("0-3 Months"), timeframe_of("12+ months"), timeframe_of("soon")) == ("1-3", "12+", "")
