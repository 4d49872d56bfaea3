"""HTTP: check a credential, without sign-in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request
from pydantic import BaseModel
from talent_kit.http_edge import UNTRACED
from talent_vc import Check, Part, Policy, sentence
from talent_vc.policies import decides

from talent_verifier.checking import Checking, Told, ToldPart

_FILE = {"schema": {"type": "string", "format": "binary"}}
ANY_FORM = {
    "requestBody": {
        "required": True,
        "description": "The credential: as JSON, as a token, in a picture or a QR code, or the"
        " https address where it is. What it is shows from the content, whatever type is named.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/jwt": {"schema": {"type": "string"}},
            "text/plain": {"schema": {"type": "string"}},
            "image/png": _FILE,
            "image/svg+xml": _FILE,
            "image/jpeg": _FILE,
        },
    }
}


class IssuerAnswer(BaseModel):
    """Whom the credential names as its issuer; `name` and `trust` are the registry's word on them.

    Only where it is `proven` has this issuer signed it. `name` is empty for one not registered.
    """

    id: str
    name: str
    trust: str
    proven: bool


class CheckAnswer(BaseModel):
    """`decides`: whether the usual outcome depends on it, or it is only good to know."""

    code: str
    outcome: str
    about: str
    arguments: dict[str, str]
    sentence: str
    decides: bool


class PartAnswer(BaseModel):
    """The verdict on a credential inside it; `kind` is "credential" or "endorsement"."""

    about: str
    kind: str
    outcome: str
    summary: str
    issuer: str
    checks: list[CheckAnswer]
    parts: list["PartAnswer"]


class VerificationAnswer(BaseModel):
    outcome: str
    summary: str
    issuer: IssuerAnswer
    checks: list[CheckAnswer]
    parts: list[PartAnswer]


def routes(checking: Checking, *routers: APIRouter) -> FastAPI:
    """The check of one credential, and what is said elsewhere."""
    app = FastAPI(
        telemetry=UNTRACED,
        title="verifier",
        description="Says whether a credential is real and valid, check by check.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    for router in routers:
        app.include_router(router)

    @app.post("/v1/verifications", openapi_extra=ANY_FORM, summary="Check a credential")
    async def verify(  # pyright: ignore[reportUnusedFunction]
        request: Request,
        at: Annotated[datetime | None, Query(description="Judge as of this instant.")] = None,
        policy: Annotated[Policy, Query(description="What the checks add up to.")] = Policy.USUAL,
        challenge: Annotated[str | None, Query(description="Asked for with this.")] = None,
        domain: Annotated[str | None, Query(description="Asked for by this.")] = None,
    ) -> VerificationAnswer:
        """Nothing is stored. Errors are RFC 9457 problem details."""
        if at and at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        address = request.client.host if request.client else ""
        told = await checking.check(
            await request.body(), at, address, policy, challenge=challenge, domain=domain
        )
        return answer(told)

    return app


def answer(told: Told) -> VerificationAnswer:
    verdict = told.verdict
    issuer = IssuerAnswer(
        id=verdict.issuer.did,
        name=verdict.issuer.name,
        trust=verdict.issuer.trust.value,
        proven=verdict.issuer_is_proven,
    )
    return VerificationAnswer(
        outcome=verdict.outcome.value,
        summary=told.summary,
        issuer=issuer,
        checks=_checks(verdict.checks),
        parts=_parts(verdict.parts, told.parts),
    )


def _parts(parts: Sequence[Part], told: Sequence[ToldPart]) -> list[PartAnswer]:
    # Of a job, only what the whole comes to is kept in words.
    words = told or [ToldPart("")] * len(parts)
    return [
        PartAnswer(
            about=part.about,
            kind=part.kind,
            outcome=part.verdict.outcome.value,
            summary=one.summary,
            issuer=part.verdict.issuer,
            checks=_checks(part.verdict.checks),
            parts=_parts(part.verdict.parts, one.parts),
        )
        for part, one in zip(parts, words, strict=True)
    ]


def _checks(checks: Sequence[Check]) -> list[CheckAnswer]:
    return [
        CheckAnswer(
            code=check.code,
            outcome=check.outcome.value,
            about=check.about,
            arguments=dict(check.arguments),
            sentence=sentence(check),
            decides=decides(check),
        )
        for check in checks
    ]
