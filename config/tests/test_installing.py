"""Baton can be put on a phone; without a network it says so, and keeps nobody's data."""

import json
import re
import struct

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from config import installing
from teams.tests import factories as people

PNG = b"\x89PNG\r\n\x1a\n"


def path_of(address):
    return finders.find(address.removeprefix("/static/"))


def size_of(address):
    """Width and height of a PNG (its first chunk, ISO/IEC 15948 11.2.2)."""
    with open(path_of(address), "rb") as file:  # noqa: PTH123 - a path from Django's finder
        head = file.read(24)
    assert head.startswith(PNG)
    return struct.unpack(">II", head[16:24])


@pytest.mark.parametrize("name", ["manifest", "service-worker", "offline"])
def test_each_opens_without_a_login_and_without_the_database(name):
    answer = Client().get(reverse(name))

    assert answer.status_code == 200
    assert not answer.cookies
    assert Client().post(reverse(name)).status_code == 405


def test_a_browser_that_looks_for_an_icon_unasked_finds_one():
    answer = Client().get("/favicon.ico")

    assert size_of(answer["Location"]) == (192, 192)


def test_the_manifest_says_what_installing_takes():
    answer = Client().get("/manifest.webmanifest")

    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    }
    for icon in told["icons"]:
        assert "x".join(map(str, size_of(icon["src"]))) == icon["sizes"]


@pytest.mark.django_db
def test_every_page_names_manifest_icons_and_both_colours():
    people.lead()
    page = Client().get(reverse("account_login")).content.decode()

    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert 'media="(prefers-color-scheme: light)" content="#0c4442"' in page
    assert 'media="(prefers-color-scheme: dark)" content="#0a2423"' in page
    [touch] = re.findall(r'rel="apple-touch-icon" href="([^"]+)"', page)
    assert size_of(touch) == (180, 180)
    assert "js/installing.js" in page


def test_the_pages_that_went_wrong_do_too():
    assert "manifest.webmanifest" in render_to_string("404.html")


def test_the_service_worker_keeps_the_offline_page_and_its_parts_alone():
    answer = Client().get("/service-worker.js")

    script = answer.content.decode()
    kept = json.loads(script.split("\n", 1)[0].removeprefix("const KEPT = ").removesuffix(";"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert kept["page"] == "/offline/"
    assert all(path_of(part) for part in kept["parts"])


def test_all_that_the_offline_page_needs_is_kept():
    page = Client().get("/offline/").content.decode()
    script = Client().get("/service-worker.js").content.decode()

    needed = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert len(needed) == len(installing.PARTS)
    assert all(f'"{address}"' in script for address in needed)


def test_another_offline_page_makes_another_version(tmp_path, settings):
    before = installing._service_worker()
    installing._service_worker.cache_clear()
    (tmp_path / "installing").mkdir()
    (tmp_path / "installing" / "offline.html").write_text("Changed")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    try:
        after = installing._service_worker()
    finally:
        installing._service_worker.cache_clear()

    assert before.split("\n", 1)[0] != after.split("\n", 1)[0]
    assert before.split("\n", 1)[1] == after.split("\n", 1)[1]
