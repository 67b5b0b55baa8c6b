"""Connecting Microsoft Teams, and never showing its address."""

import pytest
from django.db import connection as database
from django.urls import reverse
from django.utils import timezone

from teams.models import TeamsConnection
from teams.tests.factories import lead

URL = "https://prod-07.westus.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/invoke?sig=notarealsecretwxyz"
PLATFORM = "https://default0a1b.0c.environment.api.powerplatform.com/powerautomate/workflows/1/triggers?sig=notreal"


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


@pytest.fixture
def page_url():
    return reverse("teams:msteams")


def of(team):
    return TeamsConnection.objects.get(team=team)


@pytest.mark.parametrize("url", [URL, PLATFORM])
def test_an_address_is_kept_encrypted_and_never_shown_again(url, browser, team, page_url):
    browser.post(page_url, {"webhook_url": url, "channel": "Handoffs"})

    assert of(team).webhook_url == url
    assert of(team).is_ready
    with database.cursor() as cursor:
        cursor.execute("SELECT webhook_url FROM teams_teamsconnection")
        assert "sig=" not in cursor.fetchone()[0]
    page = browser.get(page_url).content.decode()
    assert "sig=" not in page
    assert f"ends in …{url[-4:]}" in page
    assert "Saved, not tested" in page


def test_looking_at_the_page_writes_nothing(browser, team, page_url):
    assert "Not set" in browser.get(page_url).content.decode()

    assert not TeamsConnection.objects.exists()


def test_the_channels_name_changes_without_the_address_being_typed_again(browser, team, page_url):
    browser.post(page_url, {"webhook_url": URL, "channel": "Handoffs"})
    browser.post(page_url, {"webhook_url": "", "channel": "Sales"})

    assert (of(team).webhook_url, of(team).channel) == (URL, "Sales")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "http://prod-07.westus.logic.azure.com/workflows/1",
        "https://logic.azure.com.example.com/workflows/1",
        "https://evil-logic.azure.com@example.com/",
        "https://user@prod-07.westus.logic.azure.com/",
        "https://prod-07.westus.logic.azure.com:8443/",
        "https://contoso.webhook.office.com/webhookb2/1",
        "https://169.254.169.254/.logic.azure.com",
        "https://[bad/",
        "\x00",
        "https://prod-07.westus.logic.azure.com/\nX: y",
    ],
)
def test_what_is_no_workflow_is_refused(url, browser, team, page_url):
    answer = browser.post(page_url, {"webhook_url": url})

    assert answer.status_code == 422
    assert answer.context["form"].errors["webhook_url"]
    assert not TeamsConnection.objects.exists()


def test_loopback_is_refused_where_it_is_not_opened(browser, page_url, settings):
    data = {"webhook_url": "http://127.0.0.1:9000/workflows/1"}
    settings.ALLOW_PRIVATE_OUTBOUND = False
    assert browser.post(page_url, data).status_code == 422
    settings.ALLOW_PRIVATE_OUTBOUND = True
    assert browser.post(page_url, data).status_code == 302


def test_a_refusal_says_what_to_do_and_goes_with_a_new_address(browser, team, page_url):
    TeamsConnection.objects.create(
        team=team, webhook_url=URL, flagged_reason="404 Gone", flagged_at=timezone.now(), tried_at=timezone.now()
    )
    page = browser.get(page_url).content.decode()
    assert "copy its address again and save it" in page
    assert "Refused" in page

    browser.post(page_url, {"webhook_url": URL})

    assert not of(team).flagged_reason
    assert of(team).tried_at is None


def test_alerts_are_paused_and_the_address_forgotten(browser, team, page_url):
    browser.post(page_url, {"webhook_url": URL})
    browser.post(reverse("teams:msteams-alerts"), {"is_enabled": "0"})
    assert not of(team).is_ready
    assert "Paused" in browser.get(page_url).content.decode()
    browser.post(reverse("teams:msteams-alerts"), {"is_enabled": "1"})
    assert of(team).is_ready
    browser.post(reverse("teams:msteams-disconnect"))
    assert of(team).webhook_url == ""


@pytest.mark.parametrize("name", ["msteams", "msteams-alerts", "msteams-disconnect"])
def test_only_a_team_lead_sets_it(name, team_isa, team_agent, signed_in, client):
    assert signed_in(team_isa).post(reverse(f"teams:{name}")).status_code == 403
    assert signed_in(team_agent).post(reverse(f"teams:{name}")).status_code == 403
    assert client.post(reverse(f"teams:{name}")).status_code == 302
    assert not TeamsConnection.objects.exists()


def test_another_teams_lead_sets_their_own(browser, team, other_team, signed_in, page_url):
    browser.post(page_url, {"webhook_url": URL})

    page = signed_in(lead(other_team)).get(page_url).content.decode()

    assert "Not set" in page
    assert of(team).webhook_url == URL
