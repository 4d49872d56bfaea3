"""One trace follows a credential; nothing personal is in what operators see."""

import asyncio
import secrets

from talent_cli.actors import Services
from talent_kit.reading import read_to_end
from talent_kit.settings import CommonSettings
from talent_local.sandbox import Sandbox
from talent_proto.matcher.v1.matcher_pb2 import ListMatchesRequest
from talent_proto.registry.v1.registry_pb2 import IssueCredentialRequest

from tests.collector import Collector
from tests.waiting import eventually
from tests.world import draft, found_town, item, unique

SERVICES = ("registry", "verifier", "wallet", "matcher")


async def test_one_trace_goes_from_the_providers_call_to_the_match(
    services: Services, collector: Collector
) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    trace_id = secrets.token_hex(16)
    traceparent = ("traceparent", f"00-{trace_id}-{secrets.token_hex(8)}-01")
    request = IssueCredentialRequest(
        request_id=unique("issue"), draft=draft(town.achievement_id, ana.email)
    )
    await services.registry.IssueCredential(
        request, metadata=(*town.provider.metadata, traceparent)
    )

    async def seen() -> bool:
        return {span.service for span in collector.trace(trace_id)} >= {
            f"talent-{name}" for name in SERVICES
        }

    await eventually(seen, seconds=30)
    spans = collector.trace(trace_id)
    ids = {span.span_id for span in spans}
    first = [span for span in spans if span.service == "talent-registry"]
    assert any(span.parent_id not in ids for span in first)
    for service in ("talent-verifier", "talent-wallet", "talent-matcher"):
        handling = [span for span in spans if span.service == service]
        assert any(span.parent_id in ids or trace_id in span.links for span in handling)


async def test_credentials_of_the_same_moment_keep_the_traces_of_their_own_calls(
    services: Services, stack: Sandbox
) -> None:
    town = await found_town(services)
    holders = [town.holder() for _ in range(24)]
    for holder in holders:
        await holder.open()
    traces = {secrets.token_hex(16): holder for holder in holders}

    async def issue(trace_id: str, email: str) -> str:
        traceparent = ("traceparent", f"00-{trace_id}-{secrets.token_hex(8)}-01")
        request = IssueCredentialRequest(
            request_id=unique("issue"), draft=draft(town.achievement_id, email)
        )
        answer = await services.registry.IssueCredential(
            request, metadata=(*town.provider.metadata, traceparent)
        )
        return answer.credential_id

    calls = [issue(trace_id, holder.email) for trace_id, holder in traces.items()]
    issued = dict(zip(await asyncio.gather(*calls), traces, strict=True))
    settings = CommonSettings(kafka_bootstrap=stack.kafka)

    async def told(topic: str) -> dict[str, str]:
        """The trace of each key's last event."""
        return {
            record.key: record.header("traceparent")[3:35]
            async for record in read_to_end(settings, topic)
        }

    async def verified() -> bool:
        return issued.items() <= (await told("talent.verifications.v1")).items()

    own = {(await one.ask("GET", "/v1/holders/me"))["holder_id"]: t for t, one in traces.items()}

    async def announced() -> bool:
        return own.items() <= (await told("talent.profiles.v1")).items()

    await eventually(verified)
    await eventually(announced)


async def test_metrics_come_with_the_features(services: Services, collector: Collector) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def seen() -> set[str]:
        wanted = {"talent.outbox.depth", "talent.consumer.lag", "talent.consumer.records"}
        wanted |= {"talent.matcher.pairs_scored", "talent.matcher.announced"}
        return wanted if wanted <= collector.metrics else set()

    await eventually(seen, seconds=90)


async def test_nothing_personal_is_in_logs_traces_or_metrics(
    services: Services, collector: Collector, stack: Sandbox
) -> None:
    town = await found_town(services)
    ana = town.holder(name="Philippa Featherstonehaugh")
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def matched() -> bool:
        answer = await services.matcher.ListMatches(
            ListMatchesRequest(job_id=town.job_id), metadata=town.employer.metadata
        )
        return bool(answer.match)

    await eventually(matched)
    told = "\n".join(collector.raw) + "".join(stack.log(name) for name in (*SERVICES, "portal"))
    assert ana.email not in told
    assert "Featherstonehaugh" not in told
