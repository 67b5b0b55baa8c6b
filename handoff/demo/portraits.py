"""Drawn portraits for the demo's agents: invented people have no photographs."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

#: Drawn larger than it is kept, so that its edges are smooth.
SIDE = 960


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one portrait, and how the hair falls: long, short, bun or curls."""

    wall: tuple[str, str]
    skin: str
    hair: str
    coat: str
    style: str


LOOKS = {
    "ana": Look(("#cfe7e2", "#8fc4bb"), "#d9a37c", "#3b2a24", "#0f5f5c", "long"),
    "ben": Look(("#dde6f4", "#a9bfe0"), "#f0c6a4", "#8a5a33", "#26435f", "short"),
    "cleo": Look(("#f7e3cd", "#e6b98a"), "#8d5a3b", "#1f1715", "#7a3b2e", "curls"),
    "dev": Look(("#e6e0f3", "#b8a9da"), "#b67c52", "#17120f", "#45366e", "short"),
}


def portrait(who: str) -> bytes:
    """Return the drawn portrait as a PNG. ``who`` is one of LOOKS."""
    look = LOOKS[who]
    image = _wall(look)
    pen = ImageDraw.Draw(image)
    if look.style == "long":
        pen.rounded_rectangle((290, 230, 670, 720), radius=190, fill=look.hair)
    if look.style == "curls":
        for x, y in ((300, 330), (330, 235), (420, 180), (540, 180), (630, 235), (660, 330), (290, 430), (670, 430)):
            pen.ellipse((x - 95, y - 95, x + 95, y + 95), fill=look.hair)
    pen.rounded_rectangle((405, 560, 555, 760), radius=70, fill=_darker(look.skin))  # neck
    pen.rounded_rectangle((180, 700, 780, 1100), radius=210, fill=look.coat)
    pen.polygon([(405, 702), (555, 702), (480, 830)], fill="#f4f1ea")
    pen.ellipse((320, 230, 640, 640), fill=look.skin)  # head
    _hair(pen, look)
    _face(pen, look)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _wall(look: Look) -> Image.Image:
    """A soft light from above."""
    above, below = look.wall
    image = Image.new("RGB", (SIDE, SIDE), below)
    ImageDraw.Draw(image).ellipse((-120, -320, SIDE + 120, 760), fill=above)
    return image.filter(ImageFilter.GaussianBlur(90))


def _hair(pen: ImageDraw.ImageDraw, look: Look) -> None:
    if look.style == "curls":
        for x in (370, 445, 520, 590):
            pen.ellipse((x - 65, 190, x + 65, 320), fill=look.hair)
        return
    pen.pieslice((305, 195, 655, 620), 180, 360, fill=look.hair)
    pen.ellipse((335, 330, 625, 560), fill=look.skin)
    if look.style == "long":
        pen.pieslice((300, 215, 560, 470), 170, 300, fill=look.hair)
    else:
        pen.rounded_rectangle((318, 300, 350, 430), radius=16, fill=look.hair)
        pen.rounded_rectangle((610, 300, 642, 430), radius=16, fill=look.hair)


def _face(pen: ImageDraw.ImageDraw, look: Look) -> None:
    for x in (415, 545):
        pen.arc((x - 38, 372, x + 38, 420), 200, 340, fill=look.hair, width=10)
        pen.ellipse((x - 14, 416, x + 14, 446), fill="#2a211d")
    pen.arc((455, 440, 505, 520), 40, 140, fill=_darker(look.skin), width=9)
    pen.chord((415, 500, 545, 590), 15, 165, fill="#fbf7f2", outline=_darker(look.skin), width=7)


def _darker(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) * 5 // 6 for at in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"
