"""What the registry serves to anyone: status lists, DID documents, achievements, endorsements."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse, Response
from google.protobuf.json_format import MessageToDict
from talent_kit.errors import Problem, Reason
from talent_kit.http_edge import UNTRACED
from talent_proto.registry.v1 import endorsements_pb2

from talent_registry.achievements import Achievements
from talent_registry.addresses import Addresses
from talent_registry.issuers import Issuers
from talent_registry.organizations import Organizations
from talent_registry.statuses import ServedLists

CREDENTIAL = "application/vc"
EndorsementPages = Callable[
    [endorsements_pb2.ListEndorsementsRequest],
    Awaitable[endorsements_pb2.ListEndorsementsResponse],
]
# A list changes when a credential is revoked; whoever asks again gets 304 or the new one.
LIST_CACHING = "no-cache"


def make_app(
    *,
    organizations: Organizations,
    achievements: Achievements,
    issuers: Issuers,
    lists: ServedLists,
    addresses: Addresses,
    endorsements: EndorsementPages,
) -> FastAPI:
    app = FastAPI(
        title="Registry",
        description=__doc__ or "",
        docs_url=None,
        redoc_url=None,
        telemetry=UNTRACED,
    )

    @app.get(
        "/v1/status-lists/{list_id}",
        summary="A signed Bitstring Status List",
        response_class=Response,
        responses={200: {"content": {CREDENTIAL: {}}}, 304: {"description": "Not changed"}},
    )
    async def status_list(
        list_id: str, if_none_match: Annotated[str | None, Header()] = None
    ) -> Response:
        version = await lists.version(list_id)
        if if_none_match and _tag(version.packed) in _tags(if_none_match):
            return Response(status_code=304, headers=_headers(version.packed))
        version, signed = await lists.signed(list_id)
        return Response(signed, media_type=CREDENTIAL, headers=_headers(version.packed))

    @app.get("/organizations/{org_id}/did.json", summary="The DID document of an organization")
    async def did_document(org_id: str) -> JSONResponse:
        organization = await organizations.get(org_id)
        if not organization.key_id:
            raise Problem(Reason.NOT_FOUND, field="org_id", what="DID document")
        document = await issuers.did_document(organization)
        return JSONResponse(document, media_type="application/did+json")

    @app.get("/v1/achievements/{identifier}", summary="An achievement, as published here")
    async def achievement(identifier: str, version: str = "") -> dict[str, Any]:
        found = await achievements.get(addresses.achievement(identifier), version)
        return dict(found.terms)

    @app.get(
        "/v1/achievements/{identifier}/endorsements",
        summary="Employers and associations that stand behind an achievement's criteria",
    )
    async def endorsed(identifier: str, version: str = "", page_token: str = "") -> dict[str, Any]:
        request = endorsements_pb2.ListEndorsementsRequest(
            achievement_id=addresses.achievement(identifier),
            achievement_version=version,
            page_token=page_token,
        )
        return MessageToDict(await endorsements(request), always_print_fields_with_no_presence=True)

    return app


def _headers(version: int) -> dict[str, str]:
    return {"etag": _tag(version), "cache-control": LIST_CACHING}


def _tag(version: int) -> str:
    return f'"{version}"'


def _tags(if_none_match: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
