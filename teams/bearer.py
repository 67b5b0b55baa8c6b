"""Who calls the API: the member for whom a bearer token acts, and what that token may be used for."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from teams.http import TeamRequest
from teams.models import ApiToken, Membership, Role, Scope
from teams.origin import note_member
from teams.problems import Problem
from teams.tokens import find_token

STAMP_EVERY = timedelta(minutes=1)  # "last used" is for people; a write with each read would be a waste


class Bearer(HttpBearer):
    """Lets a living token in, and makes its member the one whom the request acts for."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token, or None when there is none; asked twice in one request it looks once."""
        if not hasattr(request, "api_token"):
            request.api_token = _living(token, at=timezone.now())  # type: ignore[attr-defined]
        found: ApiToken | None = request.api_token  # type: ignore[attr-defined]
        if found:
            request.membership = found.membership  # type: ignore[attr-defined]
            note_member(found.membership, token_id=found.pk)
        return found


def _living(text: str, *, at: datetime) -> ApiToken | None:
    token = find_token(text, at=at)
    if token and (token.last_used_at is None or token.last_used_at < at - STAMP_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


bearer = Bearer()


def acting(request: TeamRequest, scope: Scope, *roles: Role) -> Membership:
    """Return the member for whom this request acts. Raises Problem when the token or the role does not reach."""
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    if scope not in token.scopes:
        raise Problem(403, "scope", f"This token may not be used for that: it lacks the scope “{scope.value}”.")
    member = request.membership
    if roles and member.role not in roles:
        needed = " or ".join(role.label for role in roles)
        raise Problem(403, "role", f"This takes the role {needed}; the token acts for a {member.get_role_display()}.")
    return member
