"""A photo that is uploaded."""

from __future__ import annotations

from typing import Any

from django import forms

from teams import photos


class PhotoForm(forms.Form):
    """Cleans to the bytes of the small square that is kept."""

    photo = forms.FileField(
        error_messages={"required": "Choose a photo first.", "empty": "This file is empty. Choose another one."},
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, was_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if was_too_large:
            self.fields["photo"].error_messages["required"] = photos.TOO_LARGE

    def clean_photo(self) -> bytes:
        """Look at the file's size before at its bytes."""
        file = self.cleaned_data["photo"]
        if file.size > photos.LARGEST:
            raise forms.ValidationError(photos.TOO_LARGE, code="too_large")
        try:
            return photos.prepare(file.read())
        except photos.BadPhoto as problem:
            raise forms.ValidationError(str(problem), code="bad_photo") from problem
