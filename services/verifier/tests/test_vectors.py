"""Credentials that others made, through HTTP and gRPC, against the verdicts they should get."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from talent_kit.clock import ManualClock
from talent_kit.fetch import Fetched, FetchError
from talent_proto.events.v1 import skills_pb2 as skills
from talent_proto.verifier.v1.verifier_pb2 import VerifyRequest
from talent_vc import ContextLoader, DictLoader, Overall, verify_bytes
from talent_verifier.settings import VerifierSettings

from .conftest import REPOSITORY, running_verifier

VECTORS = REPOSITORY.parent / "shared" / "vectors"
AT = datetime(2026, 11, 23, tzinfo=UTC)
PREFIX = "VERIFICATION_OUTCOME_"
EACH = 4  # vectors of each kind and suite
WITHOUT_A_VERDICT = ("rdfc-1.0", "did-document")
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")


class Shelf:
    """Stands for the internet: it has the documents of the manifest and no others."""

    def __init__(self, documents: dict[str, str]) -> None:
        self._documents = documents

    async def get(self, url: str, etag: str | None = None, modified: str | None = None) -> Fetched:
        if url not in self._documents:
            raise FetchError("unreachable", url)
        return Fetched(200, (VECTORS / self._documents[url]).read_bytes(), {}, url)

    async def close(self) -> None:
        """Nothing is open."""


def sample(vectors: list[dict[str, Any]]) -> list[Path]:
    """Some of each kind and suite. What is unsigned is judged by its structure alone elsewhere."""
    found: defaultdict[tuple[str, str], list[Path]] = defaultdict(list)
    for vector in vectors:
        if vector["kind"] not in WITHOUT_A_VERDICT and vector["suite"] != "unsigned-structure":
            found[vector["kind"], vector["suite"]].append(VECTORS / vector["file"])
    return [file for files in found.values() for file in files[:EACH]]


async def test_both_interfaces_say_of_each_kind_what_the_library_says(
    settings: VerifierSettings, clock: ManualClock, contexts: ContextLoader
) -> None:
    """That it says the right thing is tested beside the library (libs/vc/tests/test_vectors.py)."""
    manifest = json.loads((VECTORS / "manifest.json").read_text())
    documents = {url: (VECTORS / file).read_bytes() for url, file in manifest["documents"].items()}
    files = sample(manifest["vectors"])
    assert len(files) > 20
    async with running_verifier(settings, clock, fetcher=Shelf(manifest["documents"])) as verifier:
        for file in files:
            content = file.read_bytes()
            verdict = verify_bytes(content, at=AT, contexts=contexts, loader=DictLoader(documents))
            query = {"at": AT.isoformat()}
            answer = await verifier.http.post("/v1/verifications", content=content, params=query)
            if verdict.outcome is Overall.UNPARSEABLE:
                assert answer.status_code == 422, file.name
                continue
            assert answer.json().get("outcome") == verdict.outcome, (file.name, answer.text)
            request = VerifyRequest(credential=content)
            request.at.FromDatetime(AT)
            response = await verifier.rpc.Verify(request)
            name = skills.VerificationOutcome.Name(response.verdict.outcome)
            assert name.removeprefix(PREFIX).replace("_", "-").lower() == verdict.outcome
