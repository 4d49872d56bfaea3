"""Events on their way out (`Outgoing`) and in (`Record`), and the headers of both.

Headers are CloudEvents 1.0 in Kafka's binary mode
(https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md),
`aggregate_version` ("epoch.n") and the W3C `traceparent`.
"""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol, cast

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from talent_proto.events import v1 as events_v1
from talent_proto.events.v1 import common_pb2

from talent_kit.clock import Clock
from talent_kit.ids import uuid7
from talent_kit.versions import Version

Headers = Sequence[tuple[str, bytes | None]]


class Acting(Protocol):
    """Who acts: a `Caller`, or anything shaped like one."""

    @property
    def subject(self) -> str: ...
    @property
    def org_id(self) -> str: ...
    @property
    def roles(self) -> frozenset[Any]: ...
    @property
    def on_behalf_of(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to send. Without an event it is a tombstone: its type and version are headers.

    `trace` is the W3C carrier of the trace that it belongs to; without one, the present trace.
    """

    topic: str
    key: str
    event: Message | None
    type: str
    version: Version
    trace: Mapping[str, str] | None = None


@dataclass(slots=True)
class Record:
    """An event that came in. `topic` has no namespace. Nothing is decoded before it is asked."""

    topic: str
    partition: int
    offset: int
    key: str
    type: str
    value: bytes | None
    timestamp_ms: int
    headers: Headers
    _event: Message | None = field(default=None, repr=False)

    @property
    def event(self) -> Any:
        """The decoded message, or None for a tombstone. Raises DecodeError, UnknownEvent."""
        if self._event is None and self.value is not None:
            self._event = event_class(self.type).FromString(self.value)
        return self._event

    @property
    def version(self) -> Version:
        """Raises ValueError when the record carries none."""
        return Version.parse(self.header("aggregate_version"))

    @property
    def event_id(self) -> str:
        return self.header("ce_id")

    def header(self, name: str) -> str:
        """A header's text, or "" when it is absent or null. Any bytes give some text."""
        for there, value in self.headers:
            if there == name:
                return (value or b"").decode("utf-8", "replace")
        return ""


class UnknownEvent(ValueError):
    """A `ce_type` that the contract does not have."""


def header(
    *,
    version: Version,
    actor: common_pb2.Actor | Acting,
    clock: Clock,
    occurred_at: datetime | None = None,
    cause: Record | None = None,
    on_behalf_of: str = "",
) -> common_pb2.EventHeader:
    """The header that every event carries."""
    now = clock.now()
    if not isinstance(actor, common_pb2.Actor):
        on_behalf_of = on_behalf_of or actor.on_behalf_of
        roles = sorted(str(role) for role in actor.roles)
        actor = common_pb2.Actor(id=actor.subject, org_id=actor.org_id, roles=roles)
    made = common_pb2.EventHeader(
        event_id=uuid7(),
        on_behalf_of=on_behalf_of,
        cause_id=cause.event_id if cause else "",
    )
    made.actor.CopyFrom(actor)
    made.aggregate_version.epoch, made.aggregate_version.n = version.epoch, version.n
    made.recorded_at.FromDatetime(now)
    if occurred_at is None:
        made.occurred_at.CopyFrom(made.recorded_at)
    else:
        made.occurred_at.FromDatetime(occurred_at)
    return made


def another_header(
    like: common_pb2.EventHeader, version: Version, cause_id: str
) -> common_pb2.EventHeader:
    """The header of one more event, by the same actor at the same instant: for many at once."""
    made = common_pb2.EventHeader()
    made.CopyFrom(like)
    made.event_id = uuid7()
    made.cause_id = cause_id
    made.aggregate_version.epoch, made.aggregate_version.n = version.epoch, version.n
    return made


def outgoing(topic: str, key: str, event: Message) -> Outgoing:
    """An event to send; its version is the one in its header."""
    stated = cast(Any, event).header.aggregate_version
    return Outgoing(topic, key, event, event.DESCRIPTOR.name, Version(stated.epoch, stated.n))


def tombstone(topic: str, key: str, type: str, version: Version) -> Outgoing:
    """A record without value: what is kept under the key is withdrawn."""
    return Outgoing(topic, key, None, type, version)


def kafka_headers(item: Outgoing, source: str, trace: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """The headers of one record; `trace` is the W3C carrier of the present span."""
    return encoded(headers_of(item, source, trace))


def encoded(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """As they go to Kafka."""
    return [(name, value.encode()) for name, value in headers.items()]


def headers_of(item: Outgoing, source: str, trace: Mapping[str, str]) -> dict[str, str]:
    event = cast(Any, item.event)
    if event is None:
        ident, time = uuid7(), datetime.now(UTC).isoformat()
    else:
        ident = event.header.event_id
        recorded = event.header.recorded_at
        time = _instant(recorded.seconds, recorded.nanos)
    return {
        "ce_type": item.type,  # first: a consumer looks for it in every record
        "ce_specversion": "1.0",
        "ce_id": ident,
        "ce_source": f"/talent/{source}",
        "ce_time": time,
        "ce_subject": item.key,
        "content-type": "application/protobuf",
        "aggregate_version": str(item.version),
        **trace,
    }


@lru_cache(maxsize=16)
def _instant(seconds: int, nanos: int) -> str:
    """Many events are of one instant."""
    return Timestamp(seconds=seconds, nanos=nanos).ToDatetime(tzinfo=UTC).isoformat()


def received(
    item: Outgoing, *, partition: int = 0, offset: int = 0, source: str = "test"
) -> Record:
    """The record that a consumer gets for `item`: for tests that need no broker."""
    value = None if item.event is None else item.event.SerializeToString()
    headers = kafka_headers(item, source, {})
    return Record(item.topic, partition, offset, item.key, item.type, value, 0, headers)


def event_class(name: str) -> type[Message]:
    """The message class of an event's short name, such as `TalentProfileUpdated`."""
    found = _event_classes().get(name)
    if found is None:
        raise UnknownEvent(f"{name!r} is no event of talent.events.v1")
    return found


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, type[Message]]:
    # Every message of the package that carries an EventHeader is an event.
    classes: dict[str, type[Message]] = {}
    for module in pkgutil.iter_modules(events_v1.__path__):
        if not module.name.endswith("_pb2"):
            continue
        loaded = importlib.import_module(f"{events_v1.__name__}.{module.name}")
        for name, descriptor in loaded.DESCRIPTOR.message_types_by_name.items():
            first = descriptor.fields_by_name.get("header")
            if first is not None and first.message_type is common_pb2.EventHeader.DESCRIPTOR:
                classes[name] = getattr(loaded, name)
    return classes
