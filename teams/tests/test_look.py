"""What templates draw with: each figure and word as a person reads it, and nothing a strict page would refuse."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import include, path

from teams.templatetags import look

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SPRITE = Path(settings.BASE_DIR) / "static/vendor/bootstrap-icons/icons.svg"


def _page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


leads = [path("", _page, name="list"), path("queue/", _page, name="queue"), path("<int:pk>/", _page, name="lead")]
urlpatterns = [path("leads/", include((leads, "leads")))]


def draw(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ana Maria Ruiz", "AR"), ("Cher", "C"), ("", "?"), (None, "?"), ("(new) Lee", "L"), ("Øystein Aas", "ØA")],
)
def test_initials_are_the_first_and_last_names_first_letters(name, expected):
    assert look.initials(name) == expected


def test_a_person_keeps_one_colour_everywhere():
    assert look.tone("Omar Invented") == 4
    assert {look.tone(f"Person {number}") for number in range(100)} == set(range(look.AVATAR_TONES))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (450_000, "$450k"),
        (Decimal("1250000.00"), "$1.25M"),
        (2_000_000, "$2M"),
        (999_400, "$999k"),
        (999_600, "$1M"),
        (850, "$850"),
        (0, "$0"),
        (-30_000, "-$30k"),
        (None, ""),
        ("", ""),
    ],
)
def test_prices_read_as_people_say_them(amount, expected):
    assert look.money_short(amount) == expected


def test_a_price_may_be_in_another_currency():
    assert draw("{{ amount|money_short:'€' }}", amount=450_000) == "€450k"


@pytest.mark.parametrize(
    ("number", "expected"),
    [("+15125550123", "(512) 555-0123"), ("+442079460123", "+442079460123"), ("", ""), (None, "")],
)
def test_a_north_american_number_is_grouped_and_others_are_left_alone(number, expected):
    assert look.phone_words(number) == expected


def test_numbers_inside_a_text_read_as_people_write_them():
    told = look.phones_in_words("Phone changed from +15125550120 to +15125550121, and +441632960001")

    assert told == "Phone changed from (512) 555-0120 to (512) 555-0121, and +441632960001"


def test_a_phone_number_is_a_link_to_dial():
    link = draw("{% phone_link number %}", number="+15125550123")

    assert link == '<a class="phone" href="tel:+15125550123">(512) 555-0123</a>'


def test_no_number_is_no_link():
    assert draw("{% phone_link number %}", number="") == ""


def test_hostile_text_in_a_phone_number_stays_text():
    link = draw("{% phone_link number %}", number='"><script>alert(1)</script>')

    assert "<script>" not in link


def test_a_moment_is_told_in_both_zones_when_their_clocks_differ():
    moment = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)

    drawn = draw('{% when moment "America/Chicago" "America/New_York" others="client" %}', moment=moment)

    assert "Tue, Nov 24, 3:30 PM CST" in drawn
    assert "4:30 PM EST client" in drawn


def test_the_other_zone_is_left_out_when_its_clock_says_the_same():
    moment = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)

    drawn = draw('{% when moment "America/Chicago" "America/Winnipeg" others="client" %}', moment=moment)

    assert "client" not in drawn


def test_the_other_zones_day_is_told_when_it_differs():
    moment = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)

    drawn = draw('{% when moment "America/Chicago" "America/New_York" %}', moment=moment)

    assert "Tue, Nov 24, 11:30 PM CST" in drawn
    assert "Wed, Nov 25, 12:30 AM EST" in drawn


@pytest.mark.parametrize(("hour", "expected"), [(6, "12:05 AM CST"), (18, "12:05 PM CST"), (19, "1:05 PM CST")])
def test_the_clock_has_twelve_hours(hour, expected):
    assert look.clock(datetime(2026, 11, 24, hour, 5, tzinfo=UTC), "America/Chicago") == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, "0:00"), (73, "1:13"), (3_725, "1:02:05"), (None, "")])
def test_a_second_of_a_recording_reads_as_players_write_it(seconds, expected):
    assert look.second_words(seconds) == expected


@pytest.mark.parametrize(
    ("milliseconds", "expected"), [(84.4, "84 ms"), (1_400, "1.4 s"), (185_000, "3 min"), (None, "")]
)
def test_how_long_a_step_took_is_told_in_a_fitting_unit(milliseconds, expected):
    assert look.took(milliseconds) == expected


def test_a_pill_says_its_state_in_words():
    pill = draw('{% include "_pill.html" with state="failed" word="Failed" %}')

    assert pill == '<span class="pill pill-bad">Failed</span>'


def test_an_unknown_state_is_drawn_quietly():
    assert 'class="pill pill-quiet"' in draw('{% include "_pill.html" with state="novel" %}')


def test_a_failed_receipt_says_why_and_offers_another_try():
    receipt = {"kind": "Invite to the client", "to": "dana@example.com", "state": "failed", "attempts": 5}
    receipt |= {"answer": "550 no such mailbox", "retry_url": "/retry/1/"}

    drawn = draw('{% include "_receipts.html" with receipts=receipts %}', receipts=[receipt])

    assert "550 no such mailbox" in drawn
    assert "5 tries" in drawn
    assert 'action="/retry/1/"' in drawn


def test_a_finished_list_of_receipts_asks_no_more():
    drawn = draw('{% include "_receipts.html" with receipts=receipts live=False live_url="/r/" %}', receipts=[])

    assert "hx-get" not in drawn


@pytest.mark.urls("teams.tests.test_look")
@pytest.mark.parametrize(
    ("at", "marked"), [("/leads/queue/", "Calls"), ("/leads/", "All leads"), ("/leads/7/", "All leads")]
)
def test_the_rail_marks_the_nearest_page_only(at, marked):
    source = '{% nav_item "leads:queue" "Calls" "telephone-outbound" %}{% nav_item "leads:list" "All leads" "people" %}'

    drawn = draw(source, request=RequestFactory().get(at))

    assert drawn.count('aria-current="page"') == 1
    assert re.search(rf'aria-current="page".*?<span>{marked}</span>', drawn, re.DOTALL)


def test_every_page_of_the_rail_can_be_marked():
    shown = {
        route for file in TEMPLATES.rglob("*.html") for route in re.findall(r'{% nav_item "([^"]+)"', file.read_text())
    }

    assert shown == set(look.RAIL_ROUTES)


@pytest.mark.urls("teams.tests.test_look")
def test_a_page_that_does_not_exist_is_not_offered():
    assert draw('{% nav_item "nowhere:at-all" "Nowhere" "people" %}') == ""


def test_every_icon_that_a_template_asks_for_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    asked = {
        (file.relative_to(TEMPLATES).as_posix(), name)
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', file.read_text())
        + re.findall(r'{% nav_item "[^"]+" "[^"]+" "([^"]+)"', file.read_text())
        + re.findall(r'"_empty.html" with [^%]*?icon="([^"]+)"', file.read_text())
    }

    assert asked
    assert {(file, name) for file, name in asked if name not in drawn} == set()


@pytest.mark.parametrize(
    "forbidden",
    [
        r"<[^>{]*\sstyle=",
        r"<[^>{]*\son[a-z]+=",
        r"<script(?![^>]*\s(?:src=|type=.application/json.))[^>]*>",
        r"\b(?:src|href)=\"(?:https?:)?//",
    ],
    ids=["style attributes", "handlers", "inline scripts", "other hosts"],
)
def test_no_page_holds_what_the_content_policy_refuses(forbidden):
    pages = [file for file in TEMPLATES.rglob("*.html") if "mail" not in file.parts]

    assert pages
    assert [file.name for file in pages if re.search(forbidden, file.read_text())] == []
