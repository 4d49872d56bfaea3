"""What others made, through the whole network: signed credentials, and a public job posting."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from talent_cli.actors import Agency, Employer, Holder, Provider, Services
from talent_cli.demo.state import FILE as DEMO
from talent_cli.waiting import until_known
from talent_proto.events.v1.catalog_pb2 import OrganizationRole
from talent_proto.events.v1.common_pb2 import Money, PayPeriod
from talent_proto.events.v1.jobs_pb2 import BaseSalary
from talent_proto.events.v1.skills_pb2 import SkillReference, ValidatorType, VerificationOutcome
from talent_proto.events.v1.verifications_pb2 import CheckOutcome, Verdict
from talent_proto.matcher.v1.matcher_pb2 import ListMatchesRequest
from talent_proto.registry.v1.registry_pb2 import (
    PublishItem,
    PublishResult,
    RegisterOrganizationRequest,
    SignedCredential,
)
from talent_proto.verifier.v1.verifier_pb2 import GetVerdictRequest

from tests.conftest import INSTALLED
from tests.waiting import eventually
from tests.world import ESCO, achievement, item, job, unique

SHARED = Path(__file__).parents[3] / "shared"
VECTORS = SHARED / "vectors"
POSTINGS = SHARED / "data" / "jobs" / "nyc_public_sector_11.jsonl"
SUITES = ("eddsa-rdfc-2022", "Ed25519Signature2020")
# The manifest judges as of this day.
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
DATES = ("validFrom", "issuanceDate", "validUntil", "expirationDate")
# The five that the posting of a plumber's helper speaks of, by their names in the demo's state.
PLUMBING = ("plumbing", "blueprints", "cut_metal", "measuring", "protective_gear")


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")
@pytest.mark.timeout(300)  # where nobody answers, each address is waited for
async def test_credentials_that_others_signed_get_the_verdict_they_should(
    services: Services,
) -> None:
    entries = [
        entry
        for entry in json.loads((VECTORS / "manifest.json").read_text())["vectors"]
        if entry["kind"] == "credential" and entry["suite"] in SUITES
    ]
    known = set(json.loads((INSTALLED.data / "contexts" / "index.json").read_text()))
    own = Provider(services, unique("own"), "A provider with a DID of its own")
    await own.sign_up()
    providers: dict[str, Provider] = {}
    sent: list[tuple[dict[str, Any], dict[str, Any], PublishResult]] = []
    for entry in entries:
        content = (VECTORS / entry["file"]).read_bytes()
        document = json.loads(content)
        did = issuer(document)
        if is_foreign(did):
            await must_not_register(services, did)
        elif did not in providers:
            providers[did] = await registered(services, did)
        sent.append((entry, document, await published(providers.get(did, own), content)))

    rows: list[tuple[str, str, str, str]] = []
    for entry, document, result in sent:
        refusal = expected_refusal(entry, document, known)
        if refusal or not result.HasField("accepted"):
            wanted, found = refusal, told(result)
        elif depends_on_the_day(document):
            wanted = found = "not compared: one of its dates has come since"
        else:
            verdict = await verdict_on(services, result.accepted.credential_id)
            name = VerificationOutcome.Name(verdict.outcome)
            wanted = expected(entry, document, verdict)
            found = name.removeprefix("VERIFICATION_OUTCOME_").replace("_", "-").lower()
        rows.append((entry["file"], entry["expected"], wanted, found))
    for file, manifest, wanted, found in rows:
        mark = "  " if wanted == found else "!!"
        print(f"{mark} {file[:72]:72} {manifest:16} {wanted:32} {found}")
    assert len(rows) == len(entries)
    assert [row for row in rows if row[2] != row[3]] == []
    verdicts = {found for *_, found in rows}
    assert {"valid", "invalid", "expired"} < verdicts


def expected(entry: dict[str, Any], document: dict[str, Any], verdict: Verdict) -> str:
    """The manifest's outcome, as far as it can be known here.

    Status lists and did:web documents lie on the internet. Where one was not to be had, nobody
    may say valid or revoked; a date that is over or, with the key in the DID, a wrong proof is
    still seen.
    """
    outcome: str = entry["expected"]
    if outcome == "parse-error":
        return "unparseable"
    web = issuer(document).startswith("did:web:")
    missing = any(one.outcome == CheckOutcome.CHECK_OUTCOME_NOT_CHECKED for one in verdict.check)
    if (web or "credentialStatus" in document) and missing:
        if outcome == "invalid" and not web:
            return "invalid"
        return "expired" if "expired" in outcome else "undetermined"
    return {"revoked+expired": "revoked", "status-error": "undetermined"}.get(outcome, outcome)


def expected_refusal(entry: dict[str, Any], document: dict[str, Any], known: set[str]) -> str:
    """What the registry must say of a credential that it does not take; empty: it takes it."""
    if entry["expected"] == "parse-error":
        return "NOT_A_CREDENTIAL"
    if set(contexts(document)) - known:
        return "UNKNOWN_CONTEXT"
    return "INVALID_FIELD credential.issuer" if is_foreign(issuer(document)) else ""


def told(result: PublishResult) -> str:
    """The registry's answer; a field's name only where the reason alone does not tell it."""
    if result.HasField("accepted"):
        return "accepted"
    refused = result.rejected
    if refused.reason == "INVALID_FIELD":
        assert "your organization's DID" in refused.detail
        return f"{refused.reason} {refused.field}"
    return refused.reason


def is_foreign(did: str) -> bool:
    """Not an issuer that an organization of the network can be."""
    return not did.startswith(("did:key:", "did:web:"))


def issuer(document: dict[str, Any]) -> str:
    named = document["issuer"]
    return named if isinstance(named, str) else named["id"]


def contexts(value: Any) -> Iterator[str]:
    """The addresses of all contexts in a document, nested ones too."""
    if isinstance(value, list):
        for one in value:
            yield from contexts(one)
    elif isinstance(value, dict):
        named = value.get("@context", [])
        yield from (
            one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)
        )
        for one in value.values():
            yield from contexts(one)


def depends_on_the_day(document: dict[str, Any]) -> bool:
    """Whether one of its dates lies between the manifest's day and now."""
    for name in DATES:
        if name in document:
            date = datetime.fromisoformat(document[name])
            if AS_OF < (date if date.tzinfo else date.replace(tzinfo=UTC)) <= datetime.now(UTC):
                return True
    return False


async def registered(services: Services, did: str) -> Provider:
    """A provider that says this DID is its own."""
    provider = Provider(services, unique("signer"), "A provider that signs by itself")
    await services.registry.RegisterOrganization(
        registration(provider.org_id, did), metadata=provider.metadata
    )
    return provider


async def must_not_register(services: Services, did: str) -> None:
    stranger = Provider(services, unique("stranger"), "A provider with another kind of issuer")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await services.registry.RegisterOrganization(
            registration(stranger.org_id, did), metadata=stranger.metadata
        )
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "did:key or did:web" in str(refused.value.details())


def registration(org_id: str, did: str) -> RegisterOrganizationRequest:
    return RegisterOrganizationRequest(
        request_id=f"sign-up-{org_id}",
        name="A provider that signs by itself",
        did=did,
        role=[OrganizationRole.ORGANIZATION_ROLE_PROVIDER],
        type=ValidatorType.VALIDATOR_TYPE_TRAINING_PROVIDER,
    )


async def published(provider: Provider, content: bytes) -> PublishResult:
    signed = PublishItem(
        request_id=unique("signed"),
        signed=SignedCredential(credential=content),
    )
    (result,) = [result async for results in provider.publish([signed]) for result in results]
    return result


async def verdict_on(services: Services, credential_id: str) -> Verdict:
    """The verifier's verdict; an empty one when it has none after a long time."""
    metadata = services.network.metadata("real-input", ["service"])
    request = GetVerdictRequest(credential_id=credential_id)
    # Addresses that nobody answers at take the verifier its time.
    try:
        answer = await until_known(
            lambda: services.verifier.GetVerdict(request, metadata=metadata), 60
        )
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
        return Verdict()
    return answer.verdict


@pytest.mark.skipif(not POSTINGS.exists(), reason="the shared job postings are not here")
async def test_a_public_posting_becomes_a_job_that_finds_a_person(services: Services) -> None:
    postings = {row["id"]: row for row in map(json.loads, POSTINGS.read_text().splitlines())}
    posting = postings["nyc-151650"]
    asked = job(posting["title"].capitalize(), skills(PLUMBING))
    asked.description = posting["description"]
    asked.base_salary.CopyFrom(
        BaseSalary(
            min=money(posting["salary_from"]),
            max=money(posting["salary_to"]),
            unit=PayPeriod.PAY_PERIOD_YEAR,
        )
    )
    asked.time_zone = "America/New_York"
    agency = Agency(services)
    employer = Employer(services, unique("housing"), posting["agency"])
    provider = Provider(services, unique("trades"), "School of the building trades")
    for organization in (employer, provider):
        await organization.sign_up()
        await agency.vet(organization)
    # Two credentials that together show all five.
    pipes, safety = (f"https://{provider.org_id}.example/{name}" for name in ("pipes", "safety"))
    await provider.publish_achievement(achievement(pipes, skills(PLUMBING[:3]), "Pipe fitting"))
    await provider.publish_achievement(achievement(safety, skills(PLUMBING[3:]), "Safe work"))
    posted = (await employer.post_job(unique("job"), asked)).job
    assert posted.description == posting["description"]

    ana = Holder(services, unique("holder"), "Ana Torres", f"{unique('ana')}@example.org")
    await ana.open()
    for course in (pipes, safety):
        await provider.publish_one(item(course, ana.email))

    async def whole() -> Any:
        answer = await services.matcher.ListMatches(
            ListMatchesRequest(job_id=posted.job_id), metadata=employer.metadata
        )
        return [one for one in answer.match if not one.match.missing]

    (found,) = await eventually(whole)
    shown = {one.skill.uri for one in found.match.contribution if one.skill.uri}
    assert shown == {skill.uri for skill in skills(PLUMBING)}
    assert sum(one.points for one in found.match.contribution) == found.match.score
    assert len(found.explanation) >= len(PLUMBING)


def skills(names: tuple[str, ...]) -> list[SkillReference]:
    known = tomllib.loads(DEMO.read_text())["skill"]
    return [SkillReference(uri=ESCO + known[name][0], label=known[name][1]) for name in names]


def money(dollars: str) -> Money:
    return Money(minor_units=round(float(dollars) * 100), currency="USD")
