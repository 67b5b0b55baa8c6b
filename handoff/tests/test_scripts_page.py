"""The pages where a team words its scripts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.models import ScriptVersion
from handoff.tests.pages import HTMX, signed_in
from handoff.tests.passing import a_team, ana, mia
from handoff.wordings import PLACEHOLDERS, SCRIPTS, save_wording
from leads.tests.factories import NOW
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return team_lead(a_team(), user__name="Lea Template")


@pytest.fixture
def browser(boss):
    return signed_in(boss)


def url(route="script", name="voicemail"):
    return reverse(f"handoff:{route}", args=[name])


def test_all_scripts_are_listed_with_whose_words_they_have(boss, browser):
    save_wording(team=boss.team, name="voicemail", text="Call me.", author=boss, at=NOW)
    text = browser.get(reverse("handoff:scripts")).content.decode()
    assert all(words.title in text for words in SCRIPTS.values())
    assert "Changed by Lea Template" in text
    assert text.count(">Yours<") == 1


def test_the_page_explains_every_placeholder_and_previews_the_text(browser):
    text = browser.get(url()).content.decode()
    for name, (meaning, _) in PLACEHOLDERS.items():
        assert f"<code>{{{name}}}</code>" in text
        assert meaning.replace("'", "&#x27;") in text
    assert "<mark>Dana</mark>" in text


def test_a_script_is_saved_and_shown_as_ones_own(browser):
    answer = browser.post(url(), {"text": "Hi {first_name}.\r\nBye."}, follow=True)
    assert "ISAs read it from now on" in answer.content.decode()
    assert ScriptVersion.objects.get().text == "Hi {first_name}.\nBye."
    assert "In your own words" in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {name}", "There is no placeholder {name}"),
        ("", "use the built-in text"),
        ("x" * 4001, "at most 4000"),
        ("nul \x00", "a character that cannot be kept"),
    ],
)
def test_a_bad_text_is_refused_with_the_reason_and_stays_in_the_field(browser, text, words):
    answer = browser.post(url(), {"text": text})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ScriptVersion.objects.exists()


def test_the_preview_follows_what_is_typed_and_keeps_nothing(browser):
    text = browser.post(url("script-preview"), {"text": "?{area} <b>"}, **HTMX).content.decode()
    assert "<mark>Zilker</mark> &lt;b&gt;" in text
    assert "<html" not in text
    assert not ScriptVersion.objects.exists()


@pytest.mark.parametrize(("text", "words"), [("{nobody}", "no placeholder {nobody}"), ("", "Write what is said")])
def test_the_preview_says_what_is_wrong(browser, text, words):
    assert words in browser.post(url("script-preview"), {"text": text}, **HTMX).content.decode()


def test_the_built_in_text_comes_back_by_a_button(boss, browser):
    save_wording(team=boss.team, name="voicemail", text="Call me.", author=boss, at=NOW)
    assert "Use the built-in text" in browser.get(url()).content.decode()
    answer = browser.post(url("script-reset"), follow=True)
    assert "The built-in text is back" in answer.content.decode()
    again = browser.post(url("script-reset"), follow=True)
    assert "It is the built-in text already" in again.content.decode()


def test_an_older_version_can_be_used_again(boss, browser):
    for words in ("First\nline.", "Second."):
        save_wording(team=boss.team, name="voicemail", text=words, author=boss, at=NOW)
    assert '<input type="hidden" name="text" value="First\nline.">' in browser.get(url()).content.decode()
    browser.post(url(), {"text": "First\nline."})
    assert ScriptVersion.objects.order_by("-version").first().text == "First\nline."


@pytest.mark.parametrize("route", ["script", "script-preview", "script-reset"])
def test_a_script_that_we_do_not_have_is_not_found(browser, route):
    assert browser.post(url(route, "live"), {"text": "Hi"}).status_code == 404


def test_others_do_not_word_the_scripts(boss):
    for member in (mia(boss.team), ana(boss.team)):
        client = signed_in(member)
        assert client.get(reverse("handoff:scripts")).status_code == 403
        assert client.get(url()).status_code == 403
        for route in ("script", "script-preview", "script-reset"):
            assert client.post(url(route), {"text": "Mine"}).status_code == 403
    assert not ScriptVersion.objects.exists()


def test_a_team_lead_of_another_team_words_their_own(boss, browser):
    stranger = team_lead()
    signed_in(stranger).post(url(), {"text": "Elsewhere."})
    assert "Elsewhere." not in browser.get(url()).content.decode()


@pytest.mark.parametrize("route", ["scripts", "script"])
def test_the_pages_cost_the_same_however_many_versions(boss, browser, route):
    address = reverse("handoff:scripts") if route == "scripts" else url()
    counted = []
    for rows in (1, 3):
        for _ in range(rows):
            for name in SCRIPTS:
                save_wording(team=boss.team, name=name, text="Words.", author=boss, at=NOW)
        browser.get(address)
        with CaptureQueriesContext(connection) as captured:
            browser.get(address)
        counted.append(len(captured))
    assert counted[0] == counted[1]
