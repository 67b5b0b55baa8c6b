"""A person who signs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from teams.zones import validate_zone


class UserManager(BaseUserManager["User"]):
    """Makes people; an email address is kept in lower case, so it names one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person. Without a password they can only sign in once they set one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person who may use the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by the address they sign in with, in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do depends on their membership of a team."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(
        max_length=64,
        default="America/Chicago",
        validators=[validate_zone],
        help_text="IANA name of the zone this person lives in.",
    )
    phone = models.CharField(max_length=16, blank=True, help_text="E.164.")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as the person writes it."""
        return self.name

    @property
    def first_name(self) -> str:
        """The first word of the name, for greetings and scripts."""
        return self.name.split()[0] if self.name.strip() else self.email
