import os
import subprocess
import sys

import pytest

from config.launcher.linting import PRODUCTION
from config.launcher.places import PROJECT
from config.settings.addresses import broker_url, numbered

GIVEN = {name: value for name, value in PRODUCTION.items() if name != "DJANGO_SETTINGS_MODULE"}


def django(*arguments, **variables):
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production", **variables}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_production_refuses_to_start_without(missing):
    rest = {name: value for name, value in GIVEN.items() if name != missing}

    refused = django("-c", "from django.conf import settings; settings.DEBUG", **rest)

    assert refused.returncode != 0
    assert f"Production needs {missing};" in refused.stderr


def test_production_refuses_links_without_tls():
    refused = django(
        "-c", "from django.conf import settings; settings.DEBUG", **GIVEN | {"BASE_URL": "http://x.example.com"}
    )

    assert "begins with https://" in refused.stderr


def test_production_is_clean_by_djangos_own_deployment_check():
    checked = django("manage.py", "check", "--deploy", "--fail-level", "WARNING", **GIVEN)

    assert checked.returncode == 0, checked.stderr


def test_production_sends_mail_for_real_and_opens_no_private_address():
    names = ("DEBUG", "DEMO_OUTBOX", "ALLOW_PRIVATE_OUTBOUND", "EMAIL_HOST", "EMAIL_USE_TLS")
    show = f"from django.conf import settings as s; print(*[getattr(s, name) for name in {names}])"

    shown = django("-c", show, **GIVEN | {"ALLOW_PRIVATE_OUTBOUND": "true", "DEBUG": "true"})

    assert shown.stdout.split() == ["False", "False", "False", "smtp.example.com", "True"]


def test_the_way_past_a_pooler_is_read_in_the_spelling_of_the_database():
    show = "from django.conf import settings as s; d = s.DATABASE_DIRECT; print(d.get('HOST'), d.get('NAME'))"
    direct = {"DATABASE_DIRECT_URL": "postgres://baton:secret@primary.example.com:5433/baton"}

    assert django("-c", show, **GIVEN | direct).stdout.split() == ["primary.example.com", "baton"]
    assert django("-c", show, **GIVEN).stdout.split() == ["None", "None"]


@pytest.mark.parametrize(
    ("given", "for_kombu", "third"),
    [
        ("redis://host:6379/0", "redis://host:6379/0", "redis://host:6379/3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock", "unix:///run/valkey.sock?db=3"),
        ("unix:///run/v.sock?db=2", "redis+socket:///run/v.sock?virtual_host=2", "unix:///run/v.sock?db=3"),
    ],
)
def test_one_redis_address_is_spelled_for_each_reader(given, for_kombu, third):
    assert broker_url(given) == for_kombu
    assert numbered(given, 3) == third
