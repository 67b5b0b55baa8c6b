"""Keys for programs: made once, shown once, kept as a hash."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from teams.changes import note_change
from teams.models import ApiToken, Membership, Scope

PREFIX = "baton_"  # so that a leaked key is recognized by scanners


def create_token(
    *, membership: Membership, scopes: Iterable[Scope], name: str, at: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a key that acts for this member; the text is returned here and nowhere else."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(membership=membership, name=name, digest=digest_of(text), scopes=sorted(set(scopes)))
    token.expires_at = expires_at
    token.created_at = at
    token.save()
    return token, text


@transaction.atomic
def make_token(
    *, membership: Membership, name: str, scopes: Sequence[Scope], lifetime: timedelta | None, at: datetime
) -> tuple[ApiToken, str]:
    """Make a key for oneself, and leave a line in the story of the settings."""
    expires_at = at + lifetime if lifetime else None
    token, text = create_token(membership=membership, scopes=scopes, name=name, at=at, expires_at=expires_at)
    note_change(actor=membership, part="tokens", words=f"Token “{name}” made: {token.scope_words}", at=at)
    return token, text


@transaction.atomic
def end_token(*, token: ApiToken, actor: Membership, at: datetime) -> bool:
    """Revoke a key, and leave a line in the story of the settings. False if it had been revoked before."""
    is_ended = revoke_token(token=token, at=at)
    if is_ended:
        whose = "" if token.membership_id == actor.pk else f" of {token.membership.user}"
        note_change(actor=actor, part="tokens", words=f"Token “{token}”{whose} revoked", at=at)
    return is_ended


def find_token(text: str, *, at: datetime) -> ApiToken | None:
    """Return the living token of this text, with its member and team; None if there is none or it ended."""
    living = ApiToken.objects.living(at=at).filter(digest=digest_of(text))
    return living.select_related("membership__user", "membership__team__policy").first()


def revoke_token(*, token: ApiToken, at: datetime) -> bool:
    """End a key now. False if it had been revoked before."""
    return bool(ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at))


def digest_of(text: str) -> str:
    """Return the hash under which a key or the token of a link is kept, in hex."""
    # A plain hash is enough: 256 random bits cannot be guessed, unlike a password.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
