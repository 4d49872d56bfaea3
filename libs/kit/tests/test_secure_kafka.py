"""A Kafka cluster with TLS and a login, as agencies have it."""

import datetime
import ipaddress
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from talent_kit.kafka import KafkaError
from talent_kit.producer import Producer
from talent_kit.reading import read_to_end
from talent_kit.settings import CommonSettings
from talent_kit.topics import ensure_topics
from talent_local.home import Home
from talent_local.kafka import kafka
from talent_local.parts import Part, free_port, is_busy, running

from .builders import JOBS, job_posted

# Added to the local broker's own; of a name that comes twice the last one counts.
SECURE = """
listener.security.protocol.map=CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.clients.plain.sasl.jaas.config=\
 org.apache.kafka.common.security.plain.PlainLoginModule required\
 username="broker" password="b" user_broker="b" user_talent="hush";
ssl.keystore.type=PEM
ssl.keystore.location={certificate}
ssl.truststore.type=PEM
ssl.truststore.location={certificate}
"""


def write_certificate(path: Path) -> None:
    """A key and the certificate it signed itself, for the loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kafka")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))


def secure(part: Part, home: Home, certificate: Path) -> Part:
    def prepare() -> None:
        part.prepare()
        with (home.kafka / "server.properties").open("a") as properties:
            properties.write(SECURE.format(certificate=certificate))

    def not_ready() -> str | None:
        return None if is_busy(part.ports["kafka"]) else "it does not listen yet"

    return replace(part, prepare=prepare, not_ready=not_ready)


@pytest.mark.slow
async def test_a_cluster_with_tls_and_a_login_is_used(stack_home: Home, tmp_path: Path):
    (tmp_path / "cache").symlink_to(stack_home.cache)
    home, certificate = Home(tmp_path), tmp_path / "kafka.pem"
    write_certificate(certificate)
    part = secure(kafka(home, port=free_port(), controller_port=free_port()), home, certificate)
    settings = CommonSettings(
        kafka_bootstrap=f"127.0.0.1:{part.ports['kafka']}",
        kafka_security="SASL_SSL",
        kafka_sasl_mechanism="PLAIN",
        kafka_ca_file=certificate,
        kafka_user="talent",
        secrets_dir=home.secrets,
    )
    (home.secrets / "kafka-password").write_text("hush\n")
    with running(part):
        await ensure_topics(settings)
        producer = Producer(settings, "kit")
        await producer.send_all([job_posted("a")])
        await producer.stop()
        assert [record.key async for record in read_to_end(settings, JOBS)] == ["a"]
        for wrong in ({"kafka_password": "no"}, {"kafka_ca_file": None}):
            refused = CommonSettings(**settings.model_dump() | wrong)
            with pytest.raises(KafkaError):
                await ensure_topics(refused)
