"""Draw the icons of the installed app from their two sources: ``python -m bench.icons`` after a change of either.

``static/img/baton.svg`` has its own round corners. ``static/img/app/icon.svg`` fills the square, with the baton inside
the inner four fifths, so that a phone may cut it to any shape (W3C, Web App Manifest: the safe zone of maskable icons).
"""

from __future__ import annotations

import base64
from pathlib import Path

from config.tests.browsing import chromium

IMAGES = Path(__file__).resolve().parents[1] / "static" / "img"
ROUND, SQUARE = "baton.svg", "app/icon.svg"
#: File, source, width and height in pixels.
DRAWN = (
    ("app/icon-192.png", ROUND, 192),
    ("app/icon-512.png", ROUND, 512),
    ("app/maskable-192.png", SQUARE, 192),
    ("app/maskable-512.png", SQUARE, 512),
    ("app/apple-touch-icon.png", SQUARE, 180),
)


def main() -> None:
    """Write each file anew."""
    with chromium() as browser:
        for name, source, size in DRAWN:
            page = browser.new_page(viewport={"width": size, "height": size})
            drawing = base64.b64encode((IMAGES / source).read_bytes()).decode()
            picture = f'<img src="data:image/svg+xml;base64,{drawing}" width="{size}" height="{size}">'
            page.set_content(f"<style>body {{ margin: 0 }} img {{ display: block }}</style>{picture}")
            page.screenshot(path=IMAGES / name, omit_background=True)
            page.close()


if __name__ == "__main__":
    main()
