"""API tokens: shown once, kept as a hash, ended in every way there is."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from teams.models import ApiToken, Membership, Scope
from teams.tokens import create_token, find_token

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_a_token_finds_its_member_and_is_not_kept(team_isa):
    _, text = create_token(membership=team_isa, scopes=[Scope.READ], name="Dialer", at=NOW)
    found = find_token(text, at=NOW)
    assert found
    assert found.membership == team_isa
    assert found.scopes == ["read"]
    assert text not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize("text", ["", "baton_", "baton_x", "\ud800", "ключ"])
def test_other_text_finds_nothing(text, team_isa):
    create_token(membership=team_isa, scopes=[Scope.READ], name="", at=NOW)
    assert find_token(text, at=NOW) is None


def test_a_token_ends_at_its_time_when_revoked_and_with_the_membership(team_isa):
    token, text = create_token(
        membership=team_isa, scopes=[Scope.READ], name="", at=NOW, expires_at=NOW + timedelta(hours=1)
    )
    assert find_token(text, at=NOW + timedelta(minutes=59))
    assert find_token(text, at=NOW + timedelta(hours=1)) is None

    ApiToken.objects.filter(pk=token.pk).update(revoked_at=NOW)
    assert find_token(text, at=NOW) is None
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=None)
    assert find_token(text, at=NOW)

    Membership.objects.filter(pk=team_isa.pk).update(ended_at=NOW)
    assert find_token(text, at=NOW) is None


def test_the_token_of_somebody_locked_out_is_dead(team_isa):
    _, text = create_token(membership=team_isa, scopes=[Scope.READ], name="", at=NOW)
    team_isa.user.is_active = False
    team_isa.user.save()
    assert find_token(text, at=NOW) is None


def run(*arguments):
    out = StringIO()
    call_command("create_token", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_token_alone(team_isa):
    printed = run(team_isa.user.email.upper(), "--team", team_isa.team.slug, "--scope", "read", "--scope", "leads")
    assert printed.count("\n") == 1
    found = find_token(printed.strip(), at=timezone.now())
    assert found
    assert found.membership == team_isa
    assert found.scopes == ["leads", "read"]


def test_the_command_takes_all_scopes_and_an_end(team_isa):
    printed = run(team_isa.user.email, "--team", team_isa.team.slug, "--scope", "all", "--days", "30")
    found = find_token(printed.strip(), at=timezone.now())
    assert found
    assert set(found.scopes) == set(Scope.values)
    assert find_token(printed.strip(), at=timezone.now() + timedelta(days=31)) is None


def test_the_command_knows_nobody_of_another_team(team_isa, other_team):
    with pytest.raises(CommandError, match="Nobody with the address"):
        run(team_isa.user.email, "--team", other_team.slug, "--scope", "read")
    with pytest.raises(CommandError, match="scope"):
        run(team_isa.user.email, "--team", team_isa.team.slug)
