"""Agents' photos: whatever is uploaded becomes one small square, and nothing else of the file is kept.

Re-encoding is what makes a stranger's file safe to serve, and drops where and by what camera it was taken (EXIF).
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime

from django.db import transaction
from PIL import Image, ImageOps

from teams.models import AgentProfile, Membership, Photo

#: Bytes of a file that is looked at at all; phones make photos of 3 to 8 MB.
LARGEST = 12 << 20
TOO_LARGE = f"This file is larger than {LARGEST >> 20} MB. Choose a smaller one."
#: Pixels that are unpacked. A JPEG is unpacked at a fraction of its size, the others whole.
MOST_PIXELS = {"JPEG": 80_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
#: The side of the square, in pixels: large enough for a sharp 88 CSS pixels on a phone.
SIDE = 320
TYPE = "image/webp"

#: What Pillow raises for a file that is none, broken, or made to be broken.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


class BadPhoto(Exception):
    """The file is no photo that can be used; ``str`` says what to do."""


def prepare(raw: bytes) -> bytes:
    """Return the photo as a square WebP without any metadata. Raises BadPhoto."""
    if len(raw) > LARGEST:
        raise BadPhoto(TOO_LARGE)
    try:
        with Image.open(io.BytesIO(raw), formats=tuple(MOST_PIXELS)) as image:
            if image.width * image.height > MOST_PIXELS[str(image.format)]:
                raise BadPhoto("This photo has too many pixels. Choose a smaller one.")
            if min(image.size) < SIDE // 4:
                raise BadPhoto("This photo is too small: people would not recognise anybody on it.")
            image.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS, centering=(0.5, 0.4))
        plain = Image.new("RGB", square.size, "white")
        plain.paste(square, mask=square.getchannel("A"))
    except _BROKEN as problem:
        raise BadPhoto("This file cannot be read as a photo. Use a JPEG, a PNG or a WebP.") from problem
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


@transaction.atomic
def set_photo(*, profile: AgentProfile, image: bytes, at: datetime) -> None:
    """Show this photo, as ``prepare`` returned it, from now on."""
    profile.photo_mark = mark_of(image)
    profile.save(update_fields=["photo_mark"])
    Photo.objects.update_or_create(membership_id=profile.pk, defaults={"image": image, "changed_at": at})


@transaction.atomic
def remove_photo(*, profile: AgentProfile) -> bool:
    """Show initials again. Tells whether there was a photo."""
    profile.photo_mark = ""
    profile.save(update_fields=["photo_mark"])
    gone, _ = Photo.objects.filter(membership_id=profile.pk).delete()
    return bool(gone)


def mark_of(image: bytes) -> str:
    """Return what names these bytes."""
    return hashlib.sha256(image).hexdigest()[:16]


def photo_of(member: Membership) -> bytes | None:
    """Return the photo's bytes, if there is one."""
    found = Photo.objects.filter(membership=member).values_list("image", flat=True).first()
    return None if found is None else bytes(found)
