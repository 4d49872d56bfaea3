import asyncio
import json
import logging
import sys
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from talent_kit import telemetry
from talent_kit.consumer import Consumer
from talent_kit.http_edge import UNTRACED, prepare
from talent_kit.relay import Relay
from talent_kit.tokens import TokenChecker

from .builders import CLOCK, JOBS, job_posted
from .conftest import eventually, in_background


class Unending(SimpleSpanProcessor):
    """A process has one tracer provider for good. A service that ends in it, as later tests have
    them, shuts it down; after that the SDK's processor would log at each span."""

    def shutdown(self) -> None:
        pass


@pytest.fixture(scope="module")
def exported() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(Unending(exporter))
    trace.set_tracer_provider(provider)
    yield exporter
    exporter.shutdown()  # keeps no spans of later tests


async def test_a_trace_goes_unbroken_through_the_outbox_and_kafka(
    exported, bus, store, outbox, producer
):
    seen = asyncio.Event()

    async def handler(records):
        logging.getLogger("kit").warning("handled")
        seen.set()

    consumer = Consumer(
        bus,
        group="kit-test",
        handlers={"JobPosted": handler},
        topics=[JOBS],
        producer=producer,
        clock=CLOCK,
    )
    async with in_background(Relay(store, outbox, producer).run, consumer.run):
        with telemetry.tracer.start_as_current_span("call") as call:
            await outbox.transact(lambda session: outbox.append(session, job_posted("a")))
        await seen.wait()
        handled = await eventually(lambda: span(exported, "handle JobPosted"))
    assert handled.context.trace_id == call.get_span_context().trace_id
    assert handled.parent.span_id == call.get_span_context().span_id


async def test_a_batch_links_to_every_producer(exported, bus, producer):
    exported.clear()
    calls = []
    for n in range(3):
        with telemetry.tracer.start_as_current_span("call") as call:
            await producer.send_all([job_posted("a", n + 1)])
        calls.append(call.get_span_context().span_id)
    done = asyncio.Event()

    async def handler(records):
        assert len(records) == 3
        done.set()

    consumer = Consumer(
        bus,
        group="kit-test",
        handlers={"JobPosted": handler},
        topics=[JOBS],
        producer=producer,
        clock=CLOCK,
    )
    async with in_background(consumer.run):
        await done.wait()
        handled = await eventually(lambda: span(exported, "handle JobPosted"))
    assert [link.context.span_id for link in handled.links] == calls
    assert "a" not in handled.attributes.values()


def test_a_log_line_is_one_json_object_with_its_trace(exported):
    record = logging.LogRecord("kit", logging.INFO, "", 0, "two\nlines %s", ("here",), None)
    with telemetry.tracer.start_as_current_span("call") as call:
        line = telemetry.JsonLines("kit").format(record)
    assert "\n" not in line
    found = json.loads(line)
    assert found["message"] == "two\nlines here"
    assert found["trace_id"] == trace.format_trace_id(call.get_span_context().trace_id)


def test_an_exception_is_logged_by_types_and_places_never_by_its_message():
    try:
        try:
            raise KeyError("ada@example.org")
        except KeyError as error:
            raise ValueError("ada@example.org") from error
    except ValueError:
        record = logging.LogRecord("kit", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    line = telemetry.JsonLines("kit").format(record)
    assert "ada@" not in line
    found = json.loads(line)["error"]
    assert {"ValueError", "KeyError"} <= set(found)
    assert any("test_telemetry.py" in place for place in found)


def test_a_service_that_ends_leaves_no_noise_to_the_next(exported, caplog):
    telemetry.shutdown()
    with telemetry.tracer.start_as_current_span("call"):
        pass
    assert not caplog.records


def edge_app():
    app = FastAPI(telemetry=UNTRACED)

    @app.get("/")
    async def failing():
        async def body():
            yield b"begun"
            raise ValueError("ada@example.org")

        return StreamingResponse(body())

    prepare(app, TokenChecker("http://127.0.0.1:1", "test"), max_bytes=1000)
    return app


async def test_a_failure_is_traced_by_its_type_never_by_its_message(exported, bus, producer):
    exported.clear()

    async def handler(records):
        raise ValueError("ada@example.org")

    consumer = Consumer(
        bus,
        group="kit-test",
        handlers={"JobPosted": handler},
        topics=[JOBS],
        producer=producer,
        clock=CLOCK,
    )
    await producer.send_all([job_posted("a"), job_posted("b")])
    async with in_background(consumer.run):
        await eventually(lambda: span(exported, "handle JobPosted"))
    transport = httpx.ASGITransport(edge_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kit") as client:
        await client.get("/")
    failed = [one for one in exported.get_finished_spans() if one.status.is_ok is False]
    assert {one.name for one in failed} == {"handle JobPosted", "GET"}
    assert {one.status.description for one in failed} == {"ValueError"}
    assert not any("ada@" in one.to_json() for one in exported.get_finished_spans())


def span(exported, name):
    return next((one for one in exported.get_finished_spans() if one.name == name), None)
