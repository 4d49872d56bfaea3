"""aiokafka, which has no types, seen from one place; and how every client of it connects."""
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import aiokafka
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    InvalidTopicError,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.helpers import create_ssl_context
from aiokafka.partitioner import murmur2 as untyped_murmur2

from talent_kit.settings import CommonSettings

__all__ = [
    "REFUSED",
    "ConsumerRebalanceListener",
    "KafkaError",
    "MessageSizeTooLargeError",
    "NewTopic",
    "TopicPartition",
    "admin_client",
    "close_producer",
    "for_code",
    "kafka_consumer",
    "kafka_producer",
    "murmur2",
]

# About one record, not about the connection: the next attempt would end the same way.
REFUSED: tuple[type[Exception], ...] = (
    InvalidTopicError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    LookupError,
    ValueError,
)

murmur2: Callable[[bytes], int] = cast(Any, untyped_murmur2)

# Long polls this short let a resumed partition be fetched soon, and tell the lag often.
FETCH_WAIT_MS = 200
CUT_SECONDS = 1.0  # for connections to close after a producer was cut off


def admin_client(settings: CommonSettings) -> Any:
    return AIOKafkaAdminClient(**_connection(settings))


def kafka_consumer(settings: CommonSettings, **options: Any) -> Any:
    """A consumer as every reader here needs it: explicit commits, committed data only."""
    return aiokafka.AIOKafkaConsumer(
        **_connection(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        **options,
    )


def kafka_producer(settings: CommonSettings) -> Any:
    """An idempotent producer: acknowledged by all replicas in sync."""
    return aiokafka.AIOKafkaProducer(
        **_connection(settings),
        max_request_size=settings.max_message_bytes,
        max_batch_size=256 * 1024,
        enable_idempotence=True,
        acks="all",
    )


async def close_producer(kafka: Any, seconds: float) -> None:
    """Close when all it has is sent, or after `seconds`: what is left then fails and is never sent.

    Left alone, an idempotent producer of aiokafka tries again for as long as the broker is away.
    """
    try:
        async with asyncio.timeout(seconds):
            await kafka.stop()
    except TimeoutError:
        kafka._message_accumulator.fail_all(KafkaConnectionError("given up"))
        if kafka._sender.sender_task is not None:
            kafka._sender.sender_task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(CUT_SECONDS):
                await kafka.client.close()


def _connection(settings: CommonSettings) -> dict[str, Any]:
    connection: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap,
        "request_timeout_ms": settings.kafka_request_timeout_ms,
        "security_protocol": settings.kafka_security,
    }
    if settings.kafka_security.endswith("SSL"):
        connection["ssl_context"] = create_ssl_context(cafile=settings.kafka_ca_file)
    if settings.kafka_security.startswith("SASL"):
        password = settings.kafka_password.get_secret_value()
        connection |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": password or settings.secret("kafka-password").decode().strip(),
        }
    return connection
