"""Asked for the pages of how matches are scored: whom an employer trusts, and the weights."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
from google.protobuf.message import Message
from talent_kit.ids import uuid7
from talent_proto.events.v1.catalog_pb2 import Achievement, Organization
from talent_proto.matcher.v1 import scoring_pb2, scoring_pb2_grpc
from talent_proto.registry.v1 import (
    endorsements_pb2,
    endorsements_pb2_grpc,
    registry_pb2,
    registry_pb2_grpc,
)

from talent_portal.clients import asked, refusals

PAGES = 50  # of organizations that are looked through for a name
ACHIEVEMENTS = 50  # of one organization that are shown


class Trust:
    """Whom an employer trusts (ScoringService)."""

    def __init__(self, channel: grpc.aio.Channel, seconds: float) -> None:
        self._stub = scoring_pb2_grpc.ScoringServiceStub(channel)
        self._seconds = seconds

    async def get(self, token: str) -> scoring_pb2.GetTrustedValidatorsResponse:
        request = scoring_pb2.GetTrustedValidatorsRequest()
        return await _ask(self._stub.GetTrustedValidators, request, token, self._seconds)

    async def put(self, token: str, org_ids: set[str], etag: str) -> None:
        request = scoring_pb2.SetTrustedValidatorsRequest(
            request_id=uuid7(), validator_org_id=sorted(org_ids), if_match=etag
        )
        await _ask(self._stub.SetTrustedValidators, request, token, self._seconds)


class Weights:
    """The table that matches are scored by, which nobody need sign in for (ScoringService)."""

    def __init__(self, channel: grpc.aio.Channel, seconds: float) -> None:
        self._stub = scoring_pb2_grpc.ScoringServiceStub(channel)
        self._seconds = seconds

    async def get(self, version: str) -> scoring_pb2.GetWeightsResponse:
        request = scoring_pb2.GetWeightsRequest(version=version)
        with refusals("the matching service"):
            return await self._stub.GetWeights(request, timeout=self._seconds)

    async def versions(self) -> list[str]:
        """The last ones, the newest first."""
        with refusals("the matching service"):
            found = await self._stub.ListWeights(
                scoring_pb2.ListWeightsRequest(), timeout=self._seconds
            )
        return [one.version for one in found.weights]


class Registry:
    """Organizations, what they teach, and who endorses it."""

    def __init__(self, channel: grpc.aio.Channel, seconds: float) -> None:
        self._stub = registry_pb2_grpc.RegistryServiceStub(channel)
        self._endorsements = endorsements_pb2_grpc.EndorsementServiceStub(channel)
        self._seconds = seconds

    async def organizations(self, token: str) -> AsyncIterator[Organization]:
        request = registry_pb2.ListOrganizationsRequest()
        for _ in range(PAGES):
            page = await _ask(self._stub.ListOrganizations, request, token, self._seconds)
            for one in page.organization:
                yield one
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def achievements(self, token: str, org_id: str) -> list[Achievement]:
        request = registry_pb2.ListAchievementsRequest(org_id=org_id, page_size=ACHIEVEMENTS)
        found = await _ask(self._stub.ListAchievements, request, token, self._seconds)
        return list(found.achievement)

    async def endorsed(self, token: str, org_id: str) -> set[tuple[str, str]]:
        """What an organization endorses: id and version of each."""
        request = endorsements_pb2.ListEndorsementsRequest(endorser_org_id=org_id)
        found: set[tuple[str, str]] = set()
        while True:
            page = await _ask(self._endorsements.ListEndorsements, request, token, self._seconds)
            found |= {(one.achievement_id, one.achievement_version) for one in page.endorsement}
            if not page.next_page_token:
                return found
            request.page_token = page.next_page_token

    async def endorse(self, token: str, achievement_id: str, version: str) -> None:
        request = endorsements_pb2.EndorseCriteriaRequest(
            request_id=uuid7(), achievement_id=achievement_id, achievement_version=version
        )
        await _ask(self._endorsements.EndorseCriteria, request, token, self._seconds)

    async def take_back(self, token: str, achievement_id: str, version: str) -> None:
        request = endorsements_pb2.WithdrawEndorsementRequest(
            request_id=uuid7(), achievement_id=achievement_id, achievement_version=version
        )
        await _ask(self._endorsements.WithdrawEndorsement, request, token, self._seconds)


async def _ask(call: Any, request: Message, token: str, seconds: float) -> Any:
    return await asked("a part of the network", call, request, token, seconds)
