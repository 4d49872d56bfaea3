"""Credentials that others made, through HTTP and gRPC, against the verdicts they should get."""

import json
from typing import Any

import pytest
from talent_kit.clock import ManualClock
from talent_kit.fetch import Fetched, FetchError
from talent_proto.events.v1 import skills_pb2 as skills
from talent_proto.verifier.v1.verifier_pb2 import VerifyRequest
from talent_verifier.settings import VerifierSettings

from .conftest import REPOSITORY, running_verifier

VECTORS = REPOSITORY.parent / "shared" / "vectors"
SUITE = "eddsa-rdfc-2022"
AT = "2026-11-23T00:00:00Z"
PREFIX = "VERIFICATION_OUTCOME_"
OUTCOMES = {
    "valid": {"valid"},
    "invalid": {"invalid", "unparseable"},
    "expired": {"expired"},
    "revoked": {"revoked"},
    "revoked+expired": {"revoked"},
    "status-error": {"invalid", "undetermined"},
}
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")


class Shelf:
    """Stands for the internet: it has the documents of the manifest and no others."""

    def __init__(self, documents: dict[str, str]) -> None:
        self._documents = documents

    async def get(self, url: str, etag: str | None = None) -> Fetched:
        if url not in self._documents:
            raise FetchError("unreachable", url)
        return Fetched(200, (VECTORS / self._documents[url]).read_bytes(), {}, url)

    async def close(self) -> None:
        """Nothing is open."""


async def test_vectors_get_the_verdict_they_should(
    settings: VerifierSettings, clock: ManualClock
) -> None:
    manifest = json.loads((VECTORS / "manifest.json").read_text())
    vectors: list[dict[str, Any]] = [
        vector
        for vector in manifest["vectors"]
        if vector["suite"] == SUITE and vector["kind"] == "credential"
    ]
    wrong: list[str] = []
    open_ones: list[str] = []
    async with running_verifier(settings, clock, fetcher=Shelf(manifest["documents"])) as verifier:
        for vector in vectors:
            content = (VECTORS / vector["file"]).read_bytes()
            answer = await verifier.http.post(
                "/v1/verifications", content=content, params={"at": AT}
            )
            outcome = answer.json().get("outcome") or answer.json()["reason"]
            if answer.status_code == 200:
                request = VerifyRequest(credential=content)
                request.at.FromJsonString(AT)
                response = await verifier.rpc.Verify(request)
                name = skills.VerificationOutcome.Name(response.verdict.outcome)
                assert name.removeprefix(PREFIX).replace("_", "-").lower() == outcome
            if outcome == "undetermined" and lacks_documents(answer.json()["checks"]):
                open_ones.append(vector["file"])
            elif outcome not in OUTCOMES[vector["expected"]]:
                wrong.append(f"{vector['file']}: {outcome}, expected {vector['expected']}")
    print(f"{len(vectors)} vectors; without all documents: {', '.join(open_ones)}")
    assert not wrong
    assert len(open_ones) < len(vectors) / 4


def lacks_documents(checks: list[dict[str, Any]]) -> bool:
    """Whether the answer says that a document or a context could not be had."""
    reasons = [check["arguments"].get("reason") for check in checks]
    return "unreachable" in reasons or "proof.context" in [check["code"] for check in checks]
