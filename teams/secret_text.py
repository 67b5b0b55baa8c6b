"""Text that is encrypted at rest."""

from typing import TYPE_CHECKING, Any

from django.db import models
from encrypted_fields.fields import EncryptedFieldMixin

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class SecretTextField(EncryptedFieldMixin, _Text):  # type: ignore[misc]  # the package has no types
    """Encrypted text that may be empty. The package writes an empty one as NULL, which no text column of ours takes."""

    def get_prep_value(self, value: Any) -> str:
        """Return the encrypted text, or an empty one."""
        return super().get_prep_value(value) or ""
