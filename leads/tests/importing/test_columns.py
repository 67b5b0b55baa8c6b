"""Which column means what."""

import pytest

from leads.importing.columns import Target, folded_header, guess, is_follow_up_boss
from leads.tests.importing.follow_up_boss import FOLLOW_UP_BOSS

pytestmark = pytest.mark.django_db


def test_the_columns_of_follow_up_boss_are_known():
    known = dict(zip(FOLLOW_UP_BOSS, guess(FOLLOW_UP_BOSS), strict=True))

    assert is_follow_up_boss(FOLLOW_UP_BOSS)
    assert known == {
        "ID": "",
        "Date Added": Target.ADDED,
        "First Name": Target.FIRST_NAME,
        "Last Name": Target.LAST_NAME,
        "Name": Target.NAME,
        "Stage": Target.STAGE,
        "Lead Source": Target.SOURCE,
        "Assigned To": Target.PERSON,
        "Last Assigned": "",
        "Is Contacted": "",
        "Listing Price": Target.NOTE,
        "Tags": Target.TAGS,
        "Timeframe": Target.TIMEFRAME,
        "Email 1": Target.EMAIL,
        "Email 1 - Type": "",
        "Email 2": Target.EMAIL,
        "Phone 1": Target.PHONE,
        "Phone 1 - Type": "",
        "Phone 2": Target.PHONE,
        "Address 1 - Street": Target.NOTE,
        "Address 1 - City": Target.NOTE,
        "Address 1 - State": Target.STATE,
        "Property State": Target.STATE,
        "Background": Target.NOTE,
    }


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("firstName", Target.FIRST_NAME),
        ("E-mail", Target.EMAIL),
        ("E-mail 2 - Value", Target.EMAIL),
        ("Mobile Phone", Target.PHONE),
        ("PHONE_NUMBER", Target.PHONE),
        ("Phones", Target.PHONE),
        ("Emails", Target.EMAIL),
        ("Lifecycle Stage", Target.STAGE),
        ("Contact owner", Target.PERSON),
        ("Create Date", Target.ADDED),
        ("What is this?", ""),
        ("", ""),
        ("电话", ""),
    ],
)
def test_columns_of_other_systems(header, target):
    assert guess([header]) == [target]


def test_a_list_of_anything_is_not_follow_up_boss():
    assert not is_follow_up_boss(["Name", "Phone", "Stage", "Source"])
    assert folded_header("Phone 1 - Type") == ""
