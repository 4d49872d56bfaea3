"""From a provider's call to a handshake, and back again."""

from typing import Any

import grpc
import pytest
from talent_cli.actors import Services
from talent_proto.events.v1.engagements_pb2 import Disposition
from talent_proto.events.v1.skills_pb2 import SkillReference
from talent_proto.matcher.v1.matcher_pb2 import (
    CandidateMatch,
    ListMatchesRequest,
    ListMatchesResponse,
    RecordOutcomeRequest,
    RequestContactRequest,
)
from talent_proto.wallet.v1.consent_pb2 import RevealContactRequest

from tests.waiting import eventually
from tests.world import Town, found_town, item, unique


async def matches(town: Town) -> ListMatchesResponse:
    return await town.services.matcher.ListMatches(
        ListMatchesRequest(job_id=town.job_id, page_size=100), metadata=town.employer.metadata
    )


async def one_match(town: Town) -> CandidateMatch:
    async def look() -> Any:
        return (await matches(town)).match

    return (await eventually(look))[0]


async def no_match(town: Town) -> None:
    async def look() -> bool:
        return not (await matches(town)).match

    await eventually(look)


async def test_a_published_credential_becomes_an_explained_match(services: Services) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    found = await one_match(town)
    points = [contribution.points for contribution in found.match.contribution]
    assert sum(points) == found.match.score
    assert found.match.holder_id == ""
    assert ana.name not in str(found)
    assert any(town.provider.name in line for line in found.explanation)


async def test_a_revoked_credential_takes_its_match_back(services: Services) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    credential_id = await town.provider.publish_one(item(town.achievement_id, ana.email))
    await one_match(town)
    await town.provider.revoke(credential_id)
    await no_match(town)
    (record,) = await ana.records()
    assert record["verification"]["outcome"] == "revoked"


async def test_a_credential_waits_for_a_holder_who_signs_in_later(services: Services) -> None:
    town = await found_town(services)
    ana = town.holder()
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    await ana.open()
    await one_match(town)


async def test_only_acceptance_shows_who_a_holder_is(services: Services) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    found = await one_match(town)
    request = RequestContactRequest(
        request_id=unique("ask"), job_id=town.job_id, candidate_id=found.candidate_id
    )
    asked = await services.matcher.RequestContact(request, metadata=town.employer.metadata)
    reveal = RevealContactRequest(engagement_id=asked.entry.engagement_id)
    (invitation,) = await eventually(ana.invitations)
    assert invitation["employer_name"] == town.employer.name

    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await services.consent.RevealContact(reveal, metadata=town.employer.metadata)
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION

    await ana.accept(asked.entry.engagement_id)
    contact = await services.consent.RevealContact(reveal, metadata=town.employer.metadata)
    assert (contact.name, contact.email) == (ana.name, ana.email)

    other = await found_town(services)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await services.consent.RevealContact(reveal, metadata=other.employer.metadata)
    assert refused.value.code() in {
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.NOT_FOUND,
    }

    outcome = RecordOutcomeRequest(
        request_id=unique("outcome"),
        job_id=town.job_id,
        candidate_id=found.candidate_id,
        disposition=Disposition.DISPOSITION_HIRED,
    )
    recorded = await services.matcher.RecordOutcome(outcome, metadata=town.employer.metadata)
    assert recorded.entry.disposition == Disposition.DISPOSITION_HIRED


async def test_two_employers_cannot_tell_that_they_see_the_same_person(
    services: Services,
) -> None:
    craft = SkillReference(uri=f"https://skills.example/{unique('craft')}", label="A craft")
    town = await found_town(services, [craft])
    other = await found_town(services, [craft])
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    here, there = await one_match(town), await one_match(other)
    assert here.candidate_id != there.candidate_id
    seen = {contribution.evidence_id for contribution in here.match.contribution}
    assert not seen & {contribution.evidence_id for contribution in there.match.contribution}
    assert seen
    own = {contribution.assertion_id for contribution in here.match.contribution}
    assert own
    assert not own & {contribution.assertion_id for contribution in there.match.contribution}


async def test_a_withdrawn_holder_is_in_no_answer_that_starts_afterwards(
    services: Services,
) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))
    await one_match(town)
    consents = (await ana.ask("GET", "/v1/consents"))["consents"]
    (discovery,) = [one for one in consents if one["purpose"] == "discovery"]
    await ana.withdraw(discovery["consent_id"])
    assert not (await matches(town)).match
    await no_match(town)
