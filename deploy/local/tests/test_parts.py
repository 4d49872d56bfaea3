"""Kafka, the database and the issuer are real and answer."""

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


def test_the_issuer_hands_out_a_token(issuer: Issuer) -> None:
    assert issuer.token(subject="ana", roles=["holder"]).count(".") == 2
