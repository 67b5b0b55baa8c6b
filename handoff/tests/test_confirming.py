"""The client says that they will be there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, move
from handoff.confirming import confirm
from handoff.errors import TooLate
from handoff.models import Appointment, Handoff
from handoff.states import ClientAnswer
from handoff.tests.factories import NOW, SLOT, open_handoff
from leads.models import Activity

pytestmark = pytest.mark.django_db


def stored(handoff: Handoff) -> Appointment:
    return Appointment.objects.get(handoff=handoff)


def test_a_client_who_confirms_is_noted_once_with_the_moment_they_did():
    handoff = open_handoff()

    assert confirm(handoff=handoff, actor=None, at=NOW)
    assert not confirm(handoff=handoff, actor=None, at=NOW + timedelta(hours=1))

    assert (stored(handoff).client_answer, stored(handoff).client_answered_at) == (ClientAnswer.CONFIRMED, NOW)
    assert Activity.objects.filter(lead=handoff.lead, kind="confirmed").count() == 1


def test_what_an_isa_heard_is_theirs_in_the_story():
    handoff = open_handoff()

    confirm(handoff=handoff, actor=handoff.setter, at=NOW)

    assert Activity.objects.get(lead=handoff.lead, kind="confirmed").actor == handoff.setter


def test_another_time_has_to_be_confirmed_anew():
    handoff = open_handoff()
    confirm(handoff=handoff, actor=None, at=NOW)

    move(appointment=stored(handoff), starts_at=SLOT + timedelta(hours=3), actor=handoff.setter, at=NOW)

    assert (stored(handoff).client_answer, stored(handoff).client_answered_at) == ("", None)


def test_what_was_called_off_or_has_begun_cannot_be_confirmed():
    called_off, begun = open_handoff(), open_handoff()
    cancel(appointment=called_off.appointment, reason="", actor=called_off.setter, at=NOW)

    with pytest.raises(TooLate):
        confirm(handoff=called_off, actor=None, at=NOW)
    with pytest.raises(TooLate):
        confirm(handoff=begun, actor=None, at=SLOT)
    assert stored(begun).client_answer == ""
