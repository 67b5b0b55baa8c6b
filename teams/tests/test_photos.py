"""Agents' photos: what becomes of a file, whose they are, and what a browser may keep."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from teams import photos
from teams.leaving import deactivate
from teams.models import AuditEntry, Photo
from teams.tests.factories import JOINED, TeamFactory, agent, isa, lead

pytestmark = pytest.mark.django_db


def file_of(kind: str = "JPEG", size: tuple[int, int] = (900, 600), colour: str = "teal", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def opened(image: bytes) -> Image.Image:
    return Image.open(io.BytesIO(image))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(900, 600), (600, 900), (320, 320), (100, 4000)])
def test_every_photo_becomes_one_small_square(kind, size):
    made = opened(photos.prepare(file_of(kind, size)))

    assert (made.format, made.size, made.mode) == ("WEBP", (photos.SIDE, photos.SIDE), "RGB")


def test_nothing_of_where_it_was_taken_is_kept():
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Invented Camera", {1: "N", 2: (30.0, 16.0, 2.0)}

    made = photos.prepare(file_of(exif=exif, comment=b"secret"))

    assert not opened(made).getexif()
    assert b"Invented" not in made
    assert b"secret" not in made


def test_a_photo_taken_sideways_stands_upright():
    wide = Image.new("RGB", (600, 300), "white")
    wide.paste("red", (0, 0, 300, 300))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right by a quarter: what was on the left is above
    out = io.BytesIO()
    wide.save(out, "JPEG", exif=exif)

    made = opened(photos.prepare(out.getvalue()))

    assert green(made, 20) < 100
    assert green(made, 300) > 200


def green(image: Image.Image, row: int) -> int:
    return image.getchannel("G").tobytes()[row * photos.SIDE + photos.SIDE // 2]


def test_what_is_seen_through_is_white():
    made = opened(photos.prepare(file_of("PNG", colour="#00000000")))

    assert green(made, 10) > 250


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no photo",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        file_of()[:300],
        b"GIF89a" + b"\0" * 40,
        bomb(6_000),
        bomb(12_000),
        bomb(50_000),
        file_of(size=(60, 60)),
    ],
)
def test_what_is_no_photo_is_refused_in_words(raw):
    with pytest.raises(photos.BadPhoto) as refusal:
        photos.prepare(raw)

    assert str(refusal.value).endswith(".")


@pytest.fixture
def team():
    return TeamFactory.create()


@pytest.fixture
def ana(team):
    return agent(team, user__name="Ana Flores")


def sent(client, member, raw: bytes, name: str = "me.jpg"):
    return client.post(f"/people/{member.pk}/photo/set/", {"photo": SimpleUploadedFile(name, raw, "image/jpeg")})


def test_an_agent_sets_shows_and_removes_their_own(client, ana):
    client.force_login(ana.user)

    assert sent(client, ana, file_of()).status_code == 302

    page = client.get("/profile/").content.decode()
    ana.profile.refresh_from_db()
    assert f"/people/{ana.pk}/photo/?v={ana.profile.photo_mark}" in page.replace("&amp;", "&")
    assert client.get(f"/people/{ana.pk}/photo/").status_code == 200
    client.post(f"/people/{ana.pk}/photo/remove/")
    assert client.get(f"/people/{ana.pk}/photo/").status_code == 404
    assert not Photo.objects.exists()


def test_a_team_lead_sets_an_agents_and_an_isa_does_not(client, team, ana):
    client.force_login(isa(team).user)
    assert sent(client, ana, file_of()).status_code == 404

    client.force_login(lead(team).user)
    assert sent(client, ana, file_of()).status_code == 302
    assert Photo.objects.filter(membership=ana).exists()


def test_the_team_sees_it_and_strangers_do_not(client, team, ana):
    photos.set_photo(profile=ana.profile, image=photos.prepare(file_of()), at=JOINED)
    path = f"/people/{ana.pk}/photo/"

    assert client.get(path).status_code == 302  # to sign in
    client.force_login(isa(team).user)
    assert client.get(path).status_code == 200
    client.force_login(agent(TeamFactory.create()).user)
    assert client.get(path).status_code == 404


def test_a_browser_keeps_it_and_asks_by_its_mark(client, team, ana):
    photos.set_photo(profile=ana.profile, image=photos.prepare(file_of()), at=JOINED)
    client.force_login(isa(team).user)
    path = f"/people/{ana.pk}/photo/"

    first = client.get(path)

    assert (first["Content-Type"], first["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "private" in first["Cache-Control"]
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    photos.set_photo(profile=ana.profile, image=photos.prepare(file_of(colour="red")), at=JOINED)
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("raw", [b"", b"no photo", bomb(50_000)])
def test_a_bad_file_is_said_on_the_page_and_changes_nothing(client, ana, raw):
    client.force_login(ana.user)

    answer = sent(client, ana, raw)

    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.content.decode()
    assert not Photo.objects.exists()


def test_no_file_at_all_is_asked_for(client, ana):
    client.force_login(ana.user)

    assert "Choose a photo first." in client.post(f"/people/{ana.pk}/photo/set/").content.decode()


def test_too_many_bytes_are_not_looked_at(client, ana):
    client.force_login(ana.user)

    assert "larger than 12 MB" in sent(client, ana, b"\xff" * (photos.LARGEST + 1)).content.decode()


def test_the_change_is_audited_without_its_pixels(ana):
    photos.set_photo(profile=ana.profile, image=photos.prepare(file_of()), at=JOINED)

    entry = AuditEntry.objects.filter(model="teams.agentprofile", row=ana.pk).latest("id")
    assert ana.profile.photo_mark in str(entry.changed)
    assert not AuditEntry.objects.filter(model="teams.photo").exists()


def test_who_leaves_takes_their_photo_along(team, ana):
    photos.set_photo(profile=ana.profile, image=photos.prepare(file_of()), at=JOINED)

    deactivate(member=ana, successor=lead(team), actor=None, at=JOINED)

    assert not Photo.objects.exists()
