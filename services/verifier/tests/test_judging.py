"""Judging again with the documents that were asked for in vain."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from talent_vc import Options, Overall, Verdict
from talent_vc.worker import VerifyRequest
from talent_verifier.judging import ROUNDS, Judge, Question

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Chain:
    """Documents each of which names the next one, and workers that read them so."""

    count = 1

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.used: set[str] = set()

    async def get(self, urls: Iterable[str], versions: object) -> dict[str, Any]:
        self.fetched += urls
        return {
            url: SimpleNamespace(content=b"{}", reaches=lambda _: True, revision=1) for url in urls
        }

    def why(self, url: str) -> str:
        return "unreachable"

    async def run(
        self, work: Callable[..., object], requests: Sequence[VerifyRequest]
    ) -> list[Verdict]:
        verdicts: list[Verdict] = []
        for request in requests:
            self.used.update(request.given.documents)
            missing = (f"https://chain.example/{len(request.given.documents)}",)
            verdicts.append(Verdict(Overall.UNDETERMINED, (), missing=missing))
        return verdicts


async def test_nothing_is_fetched_that_is_not_looked_at() -> None:
    chain: Any = Chain()
    judge = Judge(
        documents=chain,
        workers=chain,
        organizations=lambda _: {},
        announced="x",
        options=Options(),
        batch_size=1,
    )
    question = Question(b'{"@context": "x", "type": "y"}', NOW)
    [answer] = await judge.judge([question])
    assert answer.verdict.outcome is Overall.UNDETERMINED
    assert len(chain.fetched) == ROUNDS - 1
    assert chain.used == set(chain.fetched)
