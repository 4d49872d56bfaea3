"""Traces, metrics and logs: OpenTelemetry, off unless an endpoint is set; logs are JSON lines.

A trace goes through Kafka by the W3C `traceparent` header
(https://www.w3.org/TR/trace-context/). Attributes hold codes and ids of records, never anything
about a person.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from talent_kit.settings import CommonSettings

W3C = TraceContextTextMapPropagator()
LINKS_AT_MOST = 64
tracer = trace.get_tracer("talent_kit")
meter = metrics.get_meter("talent_kit")

rpc_seconds = meter.create_histogram("talent.rpc.seconds", "s")
handler_seconds = meter.create_histogram("talent.consumer.handler.seconds", "s")
records_handled = meter.create_counter("talent.consumer.records")
dead_letters = meter.create_counter("talent.consumer.dead_letters")
consumer_lag = meter.create_gauge("talent.consumer.lag")
records_relayed = meter.create_counter("talent.outbox.relayed")
outbox_depth = meter.create_gauge("talent.outbox.depth")
outbox_age = meter.create_gauge("talent.outbox.age", "s")


class Traced(Protocol):
    """A record with headers."""

    topic: str
    type: str

    def header(self, name: str) -> str: ...


def setup(service: str, settings: CommonSettings) -> None:
    """Start logging, and the exporters when an endpoint is set. Called once, at start."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in ("aiokafka", "pymongo", "httpx", "httpcore", "asyncio"):
        logging.getLogger(name).setLevel("WARNING")
    if settings.otlp_endpoint:
        _export(service, settings.otlp_endpoint)


def shutdown() -> None:
    """Send what is not sent yet."""
    for provider in (trace.get_tracer_provider(), metrics.get_meter_provider()):
        end = getattr(provider, "shutdown", None)
        if end is not None:
            end()


def carrier() -> dict[str, str]:
    """The present trace as headers; empty outside of one."""
    headers: dict[str, str] = {}
    W3C.inject(headers)
    return headers


def going_on(record: "Traced") -> dict[str, str]:
    """The trace of what a record causes, as headers: the present span's where that goes on with
    the record's trace, else, in a batch, the record's own."""
    own = record.header("traceparent")
    present = carrier()
    same = own[:35] == present.get("traceparent", "")[:35]  # version and trace id
    return present if same or not own else {"traceparent": own}


def extracted(headers: Mapping[str, str]) -> Context:
    """The trace that a caller's headers name."""
    return W3C.extract(headers)


@contextmanager
def span(
    name: str,
    context: Context | None,
    kind: SpanKind,
    attributes: Mapping[str, str | int] | None = None,
    links: Sequence[Link] = (),
) -> Generator[None]:
    """A span that tells of an exception its type alone: its message may quote a document."""
    with tracer.start_as_current_span(
        name,
        context,
        kind,
        attributes,
        links,
        record_exception=False,
        set_status_on_exception=False,
    ) as started:
        try:
            yield
        except Exception as error:
            started.set_status(StatusCode.ERROR, type(error).__name__)
            raise


@contextmanager
def continue_trace(record: Traced) -> Generator[None]:
    """A span that is a child of the record's producer: for one event."""
    context = extracted({"traceparent": record.header("traceparent")})
    attributes = {"messaging.destination": record.topic}
    with span(f"handle {record.type}", context, SpanKind.CONSUMER, attributes):
        yield


@contextmanager
def batch_span(group: str, records: Sequence[Traced]) -> Generator[None]:
    """One event: its producer's child. A batch: a span with links to every producer."""
    first = records[0]
    started = time.perf_counter()
    attributes = {"group": group, "type": first.type}
    try:
        if len(records) == 1:
            with continue_trace(first):
                yield
        else:
            counted = {"messaging.destination": first.topic, "messaging.batch.count": len(records)}
            name = f"handle {first.type}"
            with span(name, None, SpanKind.CONSUMER, counted, _links(records)):
                yield
    finally:
        handler_seconds.record(time.perf_counter() - started, attributes)


def _links(records: Sequence[Traced]) -> list[Link]:
    links: list[Link] = []
    for record in records[:LINKS_AT_MOST]:
        header = record.header("traceparent")
        if header:
            span = trace.get_current_span(extracted({"traceparent": header}))
            links.append(Link(span.get_span_context()))
    return links


class JsonLines(logging.Formatter):
    """One JSON object a line, with the trace it belongs to."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = trace.format_trace_id(span.trace_id)
        if record.exc_info:
            line["error"] = _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _where(error: BaseException | None) -> list[str]:
    """Types and frames of an exception and its causes. Never a message: it may quote a document."""
    lines: list[str] = []
    while error is not None:
        lines.append(type(error).__name__)
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _export(service: str, endpoint: str) -> None:
    # Imported here: the exporter costs memory and start-up time that most runs do not need.
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": f"talent-{service}"})
    insecure = not endpoint.startswith("https://")
    spans = TracerProvider(resource=resource)
    spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, insecure=insecure)))
    trace.set_tracer_provider(spans)
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(endpoint, insecure=insecure))
    metrics.set_meter_provider(MeterProvider([reader], resource=resource))
