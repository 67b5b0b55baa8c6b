"""What a person says of a file's columns and words, in which order, and what is remembered of it."""

import pytest

from leads.importing import conducting
from leads.importing.conducting import NotNow
from leads.importing.files import Unreadable
from leads.models import ImportMapping, ImportPiece, Lead
from leads.models.imports import Outcome
from leads.states import Stage
from leads.tests.factories import NOW
from leads.tests.importing.bringing import bring, fresh, imported, outcomes, table, tried, work
from leads.tests.importing.rows import HEADERS, row
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def test_what_a_person_says_of_words_counts_and_is_remembered_for_the_next_file(boss, isa):
    content = table(HEADERS, row(Stage="Purple", **{"Assigned to": "The new one"}))
    of = tried(boss, content)
    assert of.found == {"stage": {"Purple": 1}, "person": {"The new one": 1}}
    assert "nobody in this team" in outcomes(of)[2][1]

    conducting.set_meanings(
        of=of, meant={"stage": {"Purple": "nurture"}, "person": {"The new one": str(isa.pk)}}, at=NOW
    )
    work()
    assert outcomes(of)[2] == (Outcome.CREATE, "")
    assert fresh(of).found == of.found  # counted anew, not twice
    conducting.start(of=fresh(of), at=NOW)
    work()
    lead = Lead.objects.get()
    assert (lead.stage, lead.owner) == (Stage.NURTURE, isa)

    again = bring(boss, content.replace("0123", "0124"))
    assert again.meant == {"stage": {"Purple": "nurture"}, "person": {"The new one": str(isa.pk)}}


def test_the_mapping_is_kept_for_the_team_and_no_other(boss, stranger):
    content = table(["Wer", "Nummer"], ["Dana Example", "5125550123"])
    tried(boss, content, columns=["name", "phone"])

    assert bring(boss, content).columns == ["name", "phone"]
    assert bring(stranger, content).columns == ["", ""]
    assert ImportMapping.objects.count() == 1


def test_without_phone_and_email_nothing_can_be_tried(boss):
    of = bring(boss, table(["Name"], ["Dana"]))

    with pytest.raises(Unreadable, match="phone number or the email"):
        conducting.set_columns(
            of=of, columns=["name"], on_duplicate="skip", on_unknown="leave", isa=None, tag="", at=NOW
        )


def test_an_isa_of_another_team_is_refused(boss, stranger):
    of = bring(boss, table(["Phone"], ["5125550123"]))

    with pytest.raises(NotNow):
        conducting.set_columns(
            of=of,
            columns=["phone"],
            on_duplicate="skip",
            on_unknown="leave",
            isa=people.isa(stranger.team),
            tag="",
            at=NOW,
        )


def test_nothing_can_be_done_out_of_order(boss):
    of = bring(boss, table(HEADERS, row()))

    with pytest.raises(NotNow):
        conducting.start(of=of, at=NOW)
    with pytest.raises(NotNow):
        conducting.take_back(of=of, at=NOW)
    done = imported(boss, table(HEADERS, row()))
    for verb in (conducting.start, conducting.discard):
        with pytest.raises(NotNow):
            verb(of=done, at=NOW)
    with pytest.raises(NotNow):
        conducting.read_as(of=done, encoding="cp1252")


def test_columns_can_be_changed_after_a_trial_without_reading_the_file_again(boss):
    of = tried(boss, table(["A", "B"], ["5125550123", "Dana"]), columns=["phone", ""])
    conducting.change_columns(of=of)
    with pytest.raises(NotNow, match="read already"):
        conducting.read_as(of=fresh(of), delimiter=";")
    ImportPiece.objects.all().delete()

    conducting.set_columns(
        of=fresh(of), columns=["phone", "name"], on_duplicate="skip", on_unknown="leave", isa=None, tag="", at=NOW
    )
    work()
    conducting.start(of=fresh(of), at=NOW)
    work()

    assert Lead.objects.get().first_name == "Dana"
