"""A ring answered by its link: without signing in, by whom it was sent to, and by no machine that presses it."""

from __future__ import annotations

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from config.tests.access.people import rows_written
from handoff.live.answering import brief_mark
from handoff.live.connecting import cancel, connect
from handoff.live.links import SALT, token_for
from handoff.models import LiveTransfer
from handoff.states import RingStatus, TransferStatus
from handoff.tests.factories import NOW
from handoff.tests.live.ground import SECOND, accepted, number_of, ring_of, ringing, told
from leads.states import Via
from teams.leaving import deactivate
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def transfer(lead, ana, ben) -> LiveTransfer:
    return ringing(lead)


@pytest.fixture
def url(transfer, ana) -> str:
    return url_of(transfer, ana)


def url_of(transfer, member) -> str:
    return reverse("handoff:ring-link", args=[token_for(ring_of(transfer, member))])


def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def press(url, transfer, answer="accept"):
    return phone().post(url, {"answer": answer, "brief": brief_mark(transfer)})


def test_it_shows_the_brief_and_two_buttons_and_no_number(url, lead):
    answer = phone().get(url)

    words = words_of(answer)
    assert answer.status_code == 200
    assert f"{lead.isa.user.name} has a client on the phone" in words
    assert "Mortgage" in words
    assert "Accept" in words
    assert "Pass" in words
    assert number_of(lead) not in words
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Refresh"] == "31"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_it_changes_no_row(url, method):
    before = rows_written()
    getattr(phone(), method)(url)
    assert rows_written() == before


def test_accept_takes_the_client_and_keeps_the_brief_there(url, transfer, ana, lead):
    answer = press(url, transfer)

    assert (answer.status_code, answer["Location"]) == (302, url)
    transfer.refresh_from_db()
    assert (transfer.status, transfer.agent) == (TransferStatus.ACCEPTED, ana)
    assert ring_of(transfer, ana).answered_by == "link"
    words = words_of(phone().get(url))
    assert f"You have Dana Example. Keep your phone in hand: {lead.isa.user.name} tells them your name" in words
    assert number_of(lead) in words
    assert "Accept" not in words


def test_pass_lets_it_go(url, transfer, ana):
    assert press(url, transfer, "pass").status_code == 302
    assert ring_of(transfer, ana).status == RingStatus.PASSED
    assert "You passed it on." in words_of(phone().get(url))


@pytest.mark.parametrize("said", [{}, {"answer": "accept"}, {"answer": "pass"}, {"answer": "accept", "brief": "x"}])
def test_who_presses_blindly_accepts_nothing_and_passes_nothing(url, transfer, ana, said):
    answer = phone().post(url, said)

    assert answer.status_code == 422
    assert "Read the brief first" in words_of(answer)
    assert ring_of(transfer, ana).status == RingStatus.RINGING


@pytest.mark.parametrize("answer", ["accept", "pass"])
def test_the_form_as_it_is_read_is_no_press_and_the_answer_asks_once_more(url, transfer, ana, answer):
    mark = brief_mark(transfer)
    page = phone().get(url).content.decode()
    assert f'data-pressed="brief {mark}"' in page
    assert 'name="brief"' not in page

    again = phone().post(url, {"answer": answer})
    assert "press once more" in words_of(again)
    assert f'name="brief" value="{mark}"' in again.content.decode()
    assert ring_of(transfer, ana).status == RingStatus.RINGING

    assert phone().post(url, {"answer": answer, "brief": mark}).status_code == 302
    assert ring_of(transfer, ana).status == {"accept": RingStatus.ACCEPTED, "pass": RingStatus.PASSED}[answer]


def test_with_the_mark_and_no_answer_nothing_happens(url, transfer, ana):
    assert phone().post(url, {"brief": brief_mark(transfer)}).status_code == 422
    assert ring_of(transfer, ana).status == RingStatus.RINGING


def test_who_comes_late_is_told_who_took_it_and_nothing_of_the_client(url, transfer, ana, ben):
    accepted(transfer, ben, at=NOW)

    for answer in (press(url, transfer), phone().get(url)):
        assert answer.status_code in {409, 410}
        assert "Ben Sample has just taken it." in words_of(answer)
        assert "Dana" not in words_of(answer)


def test_a_second_accept_of_the_same_link_changes_nothing(url, transfer, ana):
    press(url, transfer)
    assert "You have accepted it already." in words_of(press(url, transfer))
    assert transfer.events.filter(to=TransferStatus.ACCEPTED).count() == 1


def test_it_ends_with_the_ring(url, transfer, clock):
    clock.move_to(NOW + 31 * SECOND)
    assert phone().get(url).status_code == 410
    assert press(url, transfer).status_code == 409
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.RINGING


def test_what_was_called_off_says_so(url, transfer, lead):
    cancel(transfer=transfer, actor=lead.isa, at=NOW)
    assert "It was called off." in words_of(press(url, transfer))


def test_once_they_talk_it_leads_to_the_brief(url, transfer, ana, lead):
    accepted(transfer, ana, at=NOW)
    transfer.refresh_from_db()
    handoff = connect(transfer=told(transfer, at=NOW), actor=lead.isa, via=Via.PAGE, at=NOW)

    answer = phone().get(url)

    assert reverse("handoff:brief", args=[handoff.pk]) in answer.content.decode()


def test_it_ends_with_the_membership(url, transfer, ana, lead):
    boss = people.lead(lead.team)
    deactivate(member=ana, successor=boss, actor=boss, at=NOW)

    for answer in (phone().get(url), press(url, transfer)):
        assert answer.status_code == 410
        assert "no longer in this team" in words_of(answer)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.RINGING


def test_a_forged_one_is_nobodys(transfer, ana):
    ring = ring_of(transfer, ana)
    other_purpose = signing.Signer(salt="handoff.links.outcome", sep="~").sign(signing.b62_encode(ring.pk))
    missing = signing.Signer(salt=SALT, sep="~").sign(signing.b62_encode(2**62))
    nonsense = signing.Signer(salt=SALT, sep="~").sign("!")
    for token in ("no", token_for(ring)[:-1], other_purpose, missing, nonsense):
        answer = phone().post(reverse("handoff:ring-link", args=[token]), {"brief": brief_mark(transfer)})
        assert answer.status_code == 404
    assert ring_of(transfer, ana).status == RingStatus.RINGING


def test_it_is_short_enough_for_a_text(url):
    assert len(url) < 60
