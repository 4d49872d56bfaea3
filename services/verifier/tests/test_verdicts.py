"""Published credentials: what the verifier says of them, and when."""

import json
import time
from datetime import timedelta

import grpc
import pytest
from talent_kit.auth import Role
from talent_kit.clock import ManualClock
from talent_kit.ids import uuid7
from talent_kit.topics import TopicMismatch
from talent_local.issuer import Issuer
from talent_proto.events.v1 import catalog_pb2 as catalog
from talent_proto.events.v1 import credentials_pb2
from talent_proto.events.v1 import skills_pb2 as skills
from talent_proto.events.v1 import verifications_pb2 as events
from talent_proto.operations.v1 import operations_pb2, operations_pb2_grpc
from talent_proto.verifier.v1.verifier_pb2 import GetVerdictRequest
from talent_verifier.app import run, run_migrations
from talent_verifier.settings import VerifierSettings

from .builders import Provider, published, status_changed
from .conftest import Verifier, eventually, running_verifier


def codes(verdict: events.Verdict, outcome: int) -> set[str]:
    return {check.code for check in verdict.check if check.outcome == outcome}


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


async def test_a_good_credential_is_verified_check_by_check(
    verifier: Verifier, provider: Provider
) -> None:
    await verifier.send(provider.organization(catalog.VETTING_STATE_VETTED, verifier.clock))
    sent = published(provider, provider.badge(), verifier.clock)
    await verifier.judges(sent)
    said = await verifier.says(sent.key)
    # Vetting and credential come from two topics: whichever is first, the last word is the same.
    trusted = events.ISSUER_TRUST_TRUSTED
    await eventually(lambda: verifier.about(sent.key)[-1].event.verdict.issuer_trust == trusted)
    verdict = verifier.about(sent.key)[-1].event.verdict

    assert said.type == "CredentialVerified"
    assert said.event.header.cause_id == sent.event.header.event_id
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_VALID
    assert verdict.digest == sent.event.digest
    assert not codes(verdict, events.CHECK_OUTCOME_FAILED)
    assert not codes(verdict, events.CHECK_OUTCOME_NOT_CHECKED)
    assert {
        "proof.signature",
        "status.revocation",
        "status.suspension",
        "issuer.trust",
    } <= codes(verdict, events.CHECK_OUTCOME_PASSED)
    assert verdict.issuer_did == provider.did
    assert verdict.issuer_org_id == provider.org_id
    assert verdict.issuer_name == "Aspen Community College"
    assert verdict.issuer_type == skills.VALIDATOR_TYPE_COLLEGE
    assert verdict.issuer_trust == events.ISSUER_TRUST_TRUSTED


async def test_a_verdict_is_shown_to_services_and_the_issuer_alone(
    verifier: Verifier, provider: Provider, issuer: Issuer
) -> None:
    sent = published(provider, provider.badge(), verifier.clock)
    await verifier.judges(sent)
    request = GetVerdictRequest(credential_id=sent.key)
    for token in (
        issuer.token(subject="wallet", roles=[Role.SERVICE]),
        issuer.token(subject="p", roles=[Role.PROVIDER], org_id=provider.org_id),
    ):
        answer = await verifier.rpc.GetVerdict(request, metadata=bearer(token))
        assert answer.verdict.outcome == skills.VERIFICATION_OUTCOME_VALID
    for metadata, code in (
        ((), grpc.StatusCode.UNAUTHENTICATED),
        (
            bearer(issuer.token(subject="o", roles=[Role.PROVIDER], org_id=uuid7())),
            grpc.StatusCode.PERMISSION_DENIED,
        ),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verifier.rpc.GetVerdict(request, metadata=metadata)
        assert refused.value.code() == code


async def test_a_tampered_credential_is_rejected(verifier: Verifier, provider: Provider) -> None:
    document = json.loads(provider.badge())
    document["credentialSubject"]["achievement"]["name"] = "Brain Surgery"
    sent = published(provider, json.dumps(document).encode(), verifier.clock)
    verdict = await verifier.judges(sent)
    assert (await verifier.says(sent.key)).type == "CredentialRejected"
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_INVALID
    assert codes(verdict, events.CHECK_OUTCOME_FAILED) == {"proof.signature", "issuer.trust"}


async def test_bytes_that_are_no_credential_are_rejected(
    verifier: Verifier, provider: Provider
) -> None:
    verdict = await verifier.judges(published(provider, b"not json", verifier.clock))
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_UNPARSEABLE


async def test_validity_begins_and_ends_at_that_instant(
    verifier: Verifier, provider: Provider
) -> None:
    clock = verifier.clock
    begins, ends = clock.now() + timedelta(days=1), clock.now() + timedelta(days=2)
    content = provider.badge(valid_from=begins, valid_until=ends)
    sent = published(provider, content, clock)
    verdict = await verifier.judges(sent)
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_NOT_YET_VALID
    assert verdict.next_change_at.ToDatetime(begins.tzinfo) == begins

    clock.set(begins)
    began = (await verifier.says(sent.key, 2)).event
    assert began.previous_outcome == skills.VERIFICATION_OUTCOME_NOT_YET_VALID
    assert began.verdict.outcome == skills.VERIFICATION_OUTCOME_VALID
    assert began.verdict.verified_at.ToDatetime(begins.tzinfo) == begins

    clock.set(began.verdict.next_change_at.ToDatetime(begins.tzinfo))
    ended = await verifier.says(sent.key, 3)
    assert ended.type == "VerificationChanged"
    assert ended.event.verdict.outcome == skills.VERIFICATION_OUTCOME_EXPIRED
    assert timedelta(0) <= clock.now() - ends <= timedelta(milliseconds=1)


async def test_an_expired_credential_is_rejected(verifier: Verifier, provider: Provider) -> None:
    ended = verifier.clock.now() - timedelta(days=1)
    verdict = await verifier.judges(
        published(provider, provider.badge(valid_until=ended), verifier.clock)
    )
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_EXPIRED
    assert codes(verdict, events.CHECK_OUTCOME_FAILED) == {"validity.until", "issuer.trust"}


async def test_a_revocation_is_judged_by_the_list_version_that_it_names(
    verifier: Verifier, provider: Provider
) -> None:
    sent = published(provider, provider.badge(index=7), verifier.clock)
    await verifier.judges(sent)
    # The list is still the old one: the status cannot be checked until the new one is there.
    change = status_changed(provider, sent.key, verifier.clock)
    verdict = await verifier.judges(change, count=2)
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_UNDETERMINED

    provider.serve_list("revocation", [7], version=2)
    verifier.clock.advance(timedelta(seconds=5))
    changed = (await verifier.says(sent.key, 3)).event
    assert changed.verdict.outcome == skills.VERIFICATION_OUTCOME_REVOKED
    assert codes(changed.verdict, events.CHECK_OUTCOME_FAILED) == {
        "status.revocation",
        "issuer.trust",
    }


async def test_a_list_elsewhere_is_looked_after_whatever_its_etag_looks_like(
    settings: VerifierSettings, clock: ManualClock, provider: Provider
) -> None:
    settings = settings.model_copy(update={"registry_url": "https://registry.example"})
    page = f"/v1/status-lists/{provider.org_id}-revocation"

    def serve(set_bits: list[int], etag: str) -> None:
        provider.serve_list("revocation", set_bits, version=1)
        provider.web.pages[page] = (provider.web.pages[page][0], etag)

    async with running_verifier(settings, clock) as verifier:
        serve([], '"64f1a2b3-1f4"')
        sent = published(provider, provider.badge(index=7), clock)
        assert (await verifier.judges(sent)).outcome == skills.VERIFICATION_OUTCOME_VALID
        serve([7], '"64f2b3c4-1f4"')
        clock.advance(timedelta(days=1))
        changed = (await verifier.says(sent.key, 2)).event
        assert changed.verdict.outcome == skills.VERIFICATION_OUTCOME_REVOKED


async def test_a_suspension_comes_and_goes(verifier: Verifier, provider: Provider) -> None:
    sent = published(provider, provider.badge(index=7), verifier.clock)
    await verifier.judges(sent)
    for n, bits, outcome in (
        (2, [7], skills.VERIFICATION_OUTCOME_SUSPENDED),
        (3, [], skills.VERIFICATION_OUTCOME_VALID),
    ):
        provider.serve_list("suspension", bits, version=n)
        change = status_changed(
            provider, sent.key, verifier.clock, purpose="suspension", list_version=n, n=n
        )
        assert (await verifier.judges(change, count=n)).outcome == outcome


async def test_a_status_that_comes_before_its_credential_is_kept(
    verifier: Verifier, provider: Provider
) -> None:
    credential_id = uuid7()
    # A list in the cache that does not show the change yet.
    await verifier.judges(published(provider, provider.badge(index=8), verifier.clock))
    provider.serve_list("revocation", [7], version=2)
    await verifier.send(status_changed(provider, credential_id, verifier.clock))
    sent = published(provider, provider.badge(index=7), verifier.clock, credential_id=credential_id)
    verdict = await verifier.judges(sent)
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_REVOKED


async def test_vetting_and_suspending_an_issuer_changes_the_trust_in_its_credentials(
    verifier: Verifier, provider: Provider
) -> None:
    clock = verifier.clock
    sent = published(provider, provider.badge(), clock)
    verdict = await verifier.judges(sent)
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_VALID
    assert verdict.issuer_trust == events.ISSUER_TRUST_UNKNOWN
    assert verdict.issuer_name == ""
    for n, vetting, trust in (
        (1, catalog.VETTING_STATE_PENDING, events.ISSUER_TRUST_UNKNOWN),
        (2, catalog.VETTING_STATE_VETTED, events.ISSUER_TRUST_TRUSTED),
        (3, catalog.VETTING_STATE_SUSPENDED, events.ISSUER_TRUST_SUSPENDED),
    ):
        await verifier.send(provider.organization(vetting, clock, n=n))
        changed = await verifier.says(sent.key, n + 1)
        assert changed.type == "VerificationChanged"
        assert changed.event.verdict.issuer_trust == trust
        assert changed.event.verdict.issuer_name == provider.name
        assert changed.event.verdict.outcome == skills.VERIFICATION_OUTCOME_VALID


async def test_what_cannot_be_reached_is_undetermined_and_recovers(
    verifier: Verifier, provider: Provider
) -> None:
    provider.web.away = True
    sent = published(provider, provider.badge(), verifier.clock)
    verdict = await verifier.judges(sent)
    assert (await verifier.says(sent.key)).type == "CredentialRejected"
    assert verdict.outcome == skills.VERIFICATION_OUTCOME_UNDETERMINED
    assert codes(verdict, events.CHECK_OUTCOME_NOT_CHECKED)

    provider.web.away = False
    verifier.clock.advance(timedelta(seconds=5))
    recovered = (await verifier.says(sent.key, 2)).event
    assert recovered.verdict.outcome == skills.VERIFICATION_OUTCOME_VALID


async def test_repeats_and_late_resends_change_nothing(
    verifier: Verifier, provider: Provider
) -> None:
    sent = published(provider, provider.badge(index=7), verifier.clock)
    await verifier.judges(sent)
    provider.serve_list("revocation", [7], version=2)
    change = status_changed(provider, sent.key, verifier.clock)
    await verifier.judges(change, count=2)
    await verifier.send(sent, change, sent)
    last = published(provider, provider.badge(), verifier.clock, credential_id=uuid7())
    # On every partition something newer has been handled, so the repeats have been too.
    markers = [published(provider, provider.badge(), verifier.clock) for _ in range(8)]
    await verifier.send(last, *markers)
    for marker in markers:
        await verifier.says(marker.key)
    assert len(verifier.about(sent.key)) == 2


async def test_a_poison_record_goes_to_the_dead_letters_and_the_next_is_handled(
    verifier: Verifier, provider: Provider
) -> None:
    good = published(provider, provider.badge(), verifier.clock)
    poison = published(provider, b"{}", verifier.clock, credential_id=good.key)
    assert isinstance(poison.event, credentials_pb2.CredentialPublished)
    poison.event.credential_id = ""
    await verifier.send(poison)
    assert (await verifier.judges(good, count=2)).outcome == skills.VERIFICATION_OUTCOME_VALID
    dead, _ = verifier.about(good.key)
    assert (dead.type, dead.event.group) == ("DeadLettered", "verifier")


async def test_republishing_raises_every_version(
    verifier: Verifier, provider: Provider, issuer: Issuer
) -> None:
    sent = [published(provider, provider.badge(), verifier.clock) for _ in range(3)]
    await verifier.send(*sent)
    for item in sent:
        await verifier.says(item.key)
    operations = operations_pb2_grpc.OperationsServiceStub(verifier.channel)
    token = issuer.token(subject="agent", roles=[Role.OPERATOR])
    answer = await operations.Republish(operations_pb2.RepublishRequest(), metadata=bearer(token))
    assert answer.republished == 3
    for item in sent:
        again = await verifier.says(item.key, 2)
        assert again.type == "CredentialVerified"
        assert again.version > verifier.about(item.key)[0].version


@pytest.mark.slow
async def test_many_credentials_go_through_in_batches(
    verifier: Verifier, provider: Provider
) -> None:
    first = published(provider, provider.badge(), verifier.clock)
    await verifier.judges(first)
    started = time.perf_counter()
    single = published(provider, provider.badge(), verifier.clock)
    await verifier.judges(single)
    print(f"one credential: {(time.perf_counter() - started) * 1000:.0f} ms")

    sent = [published(provider, provider.badge(index=n), verifier.clock) for n in range(500)]
    started = time.perf_counter()
    await verifier.send(*sent)
    await eventually(lambda: len(verifier.said) >= len(sent) + 2, seconds=60)
    print(f"{len(sent) / (time.perf_counter() - started):.0f} credentials/s")
    assert {record.type for record in verifier.said} == {"CredentialVerified"}


async def test_without_its_topics_it_does_not_start(settings: VerifierSettings) -> None:
    await run_migrations(settings)
    elsewhere = settings.model_copy(update={"kafka_namespace": "nowhere"})
    with pytest.raises(TopicMismatch, match="run migrate"):
        await run(elsewhere)
