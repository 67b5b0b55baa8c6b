"""A queue behind TLS, as docs/operations.md tells to name it."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kombu import Connection

from config.settings.addresses import broker_url
from config.tests.conftest import fleet_beside
from config.tests.operating.ground import booking, stay_at_home
from config.tests.world import Api, wait_for
from leads.models import Lead


@pytest.fixture
def redis_behind_tls(tmp_path):
    """A Redis as providers offer it: TLS alone, a password, a certificate of an authority that we are told of."""
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    assert server, "apt-get install redis-server"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_file, key_file = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    import socket  # noqa: PLC0415 - beside its use

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [server, "--port", "0", "--tls-port", str(port), "--tls-cert-file", cert_file, "--tls-key-file", key_file,
         "--tls-ca-cert-file", cert_file, "--tls-auth-clients", "no", "--requirepass", "hush", "--save", "",
         "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"rediss://:hush@localhost:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={cert_file}"
    try:
        wait_for(lambda: answers(url), seconds=20, what="Redis behind TLS")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def answers(url):
    client = redis.Redis.from_url(url, socket_timeout=1)
    try:
        return client.ping()
    except redis.ConnectionError:
        return False
    finally:
        client.close()


@pytest.mark.launcher
def test_a_queue_behind_tls_carries_nudges_and_is_ready(redis_behind_tls, world, settings, tmp_path):
    stay_at_home(world)
    with fleet_beside(tmp_path, settings, REDIS_URL=redis_behind_tls) as fleet:
        fleet.start("web", "worker")
        lead = world.ready_lead()
        status, handoff = Api(fleet.url, world.token).post("handoffs", booking(world, lead))
        assert status == 201, handoff
        wait_for(lambda: Lead.objects.get(pk=lead.pk).owner_id == world.ana.pk, seconds=30, what="the worker alone")
        assert '"broker": "ok"' in text_of(f"{fleet.url}/readyz")


def text_of(url):
    import urllib.request  # noqa: PLC0415

    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def test_kombu_and_redis_read_the_same_address_behind_tls():
    url = "rediss://:hush@redis.example.com:6380/0?ssl_cert_reqs=required"

    assert broker_url(url) == url
    assert Connection(url).hostname == "redis.example.com"
