"""A team's own words: checked, kept in versions, said from the next call on."""

import pytest

from handoff.scripts import script
from handoff.tests.passing import a_team, ana, dana, mia
from handoff.wordings import (
    PLACEHOLDERS,
    SAMPLES,
    SCRIPTS,
    check_text,
    save_wording,
    text_of,
    use_built_in,
    versions_of,
    wording_of,
)
from leads.placeholders import BadWording
from leads.tests.factories import NOW
from teams.models import SettingChange
from teams.tests.factories import TeamFactory
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

OWN = "Hello {first_name}, {isa} here.\n?You asked about {area}."


@pytest.fixture
def client():
    return dana(mia(a_team()))


@pytest.fixture
def boss(client):
    return team_lead(client.team)


def save(boss, text=OWN, name="opening"):
    return save_wording(team=boss.team, name=name, text=text, author=boss, at=NOW)


def test_a_team_that_changed_nothing_says_the_built_in_text(client):
    for name, built_in in SCRIPTS.items():
        assert wording_of(client.team, name) == built_in


def test_the_teams_own_words_are_said_and_filled(client, boss):
    save(boss)
    assert script("opening", lead=client, team=client.team).text.splitlines()[0] == "Hello Dana, Mia here."


def test_every_script_can_be_worded(client, boss):
    agent = ana(client.team)
    for name in SCRIPTS:
        save(boss, "Only {agent}.", name)
        said = script(name, lead=client, agent=agent, team=client.team)
        assert said.text == "Only Ana Flores."


def test_another_team_keeps_its_own(boss):
    save(boss)
    assert wording_of(TeamFactory(), "opening") == SCRIPTS["opening"]


def test_what_every_script_uses_is_a_placeholder_we_explain():
    for built_in in SCRIPTS.values():
        check_text(text_of(built_in))
    assert set(SAMPLES) == set(PLACEHOLDERS)
    assert all(meaning and sample for meaning, sample in PLACEHOLDERS.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {frist_name}", r"no placeholder \{frist_name\}. Did you mean \{first_name\}\?"),
        ("Hi {Agent}", r"\{Agent\}. Did you mean \{agent\}"),
        ("Hi {zzzzz}", r"no placeholder \{zzzzz\}\.$"),
        ("Hi {{first_name}}", "A brace stands alone"),
        ("Hi {first_name", "A brace stands alone"),
        ("Hi first_name}", "A brace stands alone"),
        ("Hi {}", r"no placeholder \{\}"),
        ("{agent.user.password}", "no placeholder"),
        ("{0}", "no placeholder"),
        ("", "says something"),
        (" \n ?\n", "says something"),
        ("x" * 4001, "at most 4,000"),
    ],
)
def test_what_nobody_could_fill_in_is_refused_by_name(boss, text, words):
    with pytest.raises(BadWording, match=words):
        save(boss, text)
    assert versions_of(boss.team, "opening") == []


def test_every_version_is_kept_with_who_and_when(boss):
    save(boss, "First.")
    save(boss, "  Second.  \r\n\r\n Third. ")
    newest, first = versions_of(boss.team, "opening")
    assert (newest.version, newest.text, newest.author, newest.created_at) == (2, "Second.\nThird.", boss, NOW)
    assert first.text == "First."
    assert SettingChange.objects.first().words == "“Opening the call” changed"


def test_the_built_in_text_can_be_had_back_and_the_own_one_stays(boss):
    save(boss)
    use_built_in(team=boss.team, name="opening", author=boss, at=NOW)
    assert wording_of(boss.team, "opening") == SCRIPTS["opening"]
    assert [version.text for version in versions_of(boss.team, "opening")] == ["", OWN]
    assert use_built_in(team=boss.team, name="opening", author=boss, at=NOW) is None


def test_markup_in_a_script_is_only_words(client, boss):
    save(boss, "<b>{first_name}</b> %s")
    assert script("opening", lead=client, team=client.team).text == "<b>Dana</b> %s"
