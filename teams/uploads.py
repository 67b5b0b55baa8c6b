"""How large an uploaded file may be, decided while it comes in: what is too large is never kept, not even on disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

LARGEST_FILE = 50 << 20  # bytes


class SizeCap(FileUploadHandler):
    """Stops an upload that goes beyond LARGEST_FILE. The page then has no file, and ``was_too_large`` says why."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass on what is within the limit. The rest of the request is read and dropped, so that it gets an answer."""
        if start + len(raw_data) > LARGEST_FILE:
            if self.request is not None:
                self.request.META["baton.too_large"] = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> Any:  # noqa: ARG002  # Django's signature
        """Leave the file to the next handler."""
        return None


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was dropped for its size. Asked after ``request.FILES``."""
    return bool(request.META.get("baton.too_large"))
