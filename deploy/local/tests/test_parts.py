"""Kafka, the database and the issuer are real and answer."""

from pathlib import Path

from pymongo import MongoClient
from talent_local.issuer import Issuer
from talent_local.parts import free_port, is_busy


def test_the_broker_answers(kafka_bootstrap: str) -> None:
    assert is_busy(int(kafka_bootstrap.rpartition(":")[2]))


def test_the_database_answers(mongo_url: str) -> None:
    with MongoClient[dict[str, object]](mongo_url) as client:
        assert client.admin.command("ping")["ok"] == 1


def test_a_free_port_is_not_busy() -> None:
    assert not is_busy(free_port())


def test_a_free_port_is_none_that_an_outgoing_connection_may_take() -> None:
    lent = Path("/proc/sys/net/ipv4/ip_local_port_range")
    lowest = int(lent.read_text().split()[0]) if lent.exists() else 49152
    assert all(free_port() < lowest for _ in range(50))


def test_a_free_port_is_not_given_again_soon() -> None:
    assert len({free_port() for _ in range(100)}) == 100


def test_the_issuer_hands_out_a_token(issuer: Issuer) -> None:
    assert issuer.token(subject="ana", roles=["holder"]).count(".") == 2
