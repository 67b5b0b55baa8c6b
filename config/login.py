"""How people get in: by invitation only, with second factors encrypted at rest, or by a provider they trust."""

from functools import cached_property
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from encrypted_fields.fields import EncryptedFieldMixin

from handoff.demo import cast
from notifications.wording import one_line
from teams import second_factor
from teams.founding import is_founded
from teams.models import Invitation, User


class InvitedPeopleOnly(DefaultAccountAdapter):
    """People are added by their team lead; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the adapter's signature
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):
    """Google and Microsoft let in whom we know, or have invited, by an address that they have verified."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn strangers away where they came from, with what to do."""
        if request.user.is_authenticated or sociallogin.is_existing or self._invitation(sociallogin):
            return
        name = sociallogin.provider.name
        words = f"Nobody here has that address, or {name} has not verified it. Ask your team lead to invite you."
        messages.error(request, words)
        raise ImmediateHttpResponse(redirect("account_login"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return self._invitation(sociallogin) is not None

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:  # noqa: ARG002
        user: User = sociallogin.user
        user.email = str(data.get("email") or "").lower()
        user.name = one_line(f"{data.get('first_name') or ''} {data.get('last_name') or ''}", 120)
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:  # noqa: ARG002
        """Make the account of somebody invited. The place is theirs once they press the button of the invitation."""
        user: User = sociallogin.user
        invitation = self._invitation(sociallogin)
        if invitation is None:
            raise PermissionDenied
        user.email, user.zone = invitation.email, invitation.team.zone
        user.name = user.name or invitation.name
        user.set_unusable_password()
        sociallogin.save(request)
        return user

    def _invitation(self, sociallogin: SocialLogin) -> Invitation | None:
        proven = [each.email.lower() for each in sociallogin.email_addresses if each.verified]
        waiting = Invitation.objects.pending().filter(email__in=proven, expires_at__gt=timezone.now())
        return waiting.select_related("team").first()


class SignIn(LoginView):
    """The sign-in page; on an installation without a team it leads to the page that makes one."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_founded():
            return redirect("teams:welcome")
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer


class DemoSignIn(SignIn):
    """The sign-in page of a demo on one's own machine: it offers the people whose password everybody knows."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "demo_logins": cast.logins()}


class EncryptedSecondFactor(DefaultMFAAdapter):
    """The seeds of one-time codes are kept under the same keys as every other secret, and rotate with them."""

    @cached_property
    def _keys(self) -> Fernet | MultiFernet:
        keys: Fernet | MultiFernet = EncryptedFieldMixin().f
        return keys

    def encrypt(self, text: str) -> str:
        return self._keys.encrypt(text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second factor stays while a team of this person asks for one."""
        return not second_factor.is_last_one_needed(authenticator)

    def decrypt(self, encrypted_text: str) -> str:
        return self._keys.decrypt(encrypted_text.encode()).decode()
