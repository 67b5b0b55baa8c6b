"""Who is signed in, read together with their places: every page needs both, and one query has them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from teams.models import Membership, User
from teams.people import memberships_of


class Members(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Lets people in as allauth does, and finds again who is in."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session with their places; whoever has none is asked for by themselves."""
        places = list(memberships_of(user_id))
        user: User | None = places[0].user if places else super().get_user(user_id)
        if user is not None:
            for place in places:
                place.user = user
            user.places = places  # type: ignore[attr-defined]  # for places_of alone
        return user


def places_of(user: User) -> list[Membership]:
    """Return all places of somebody who is signed in, the oldest first; a session has brought them already."""
    places: list[Membership] | None = getattr(user, "places", None)
    return list(memberships_of(user)) if places is None else places
