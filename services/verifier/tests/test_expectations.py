"""What is expected of the next credential saves reading it, and never changes its verdict."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from talent_kit.workers import Workers
from talent_local.home import Home
from talent_vc import ContextLoader, Options, Overall, Part, Verdict
from talent_vc.worker import init_worker
from talent_verifier import judging
from talent_verifier.documents import Document
from talent_verifier.expectations import DOCUMENTS_AT_MOST, SOURCES, Expectations, fits
from talent_verifier.judging import Judge, Question
from talent_verifier.model import Organization, ValidatorType, Vetting
from talent_verifier.needs import Needs

from .builders import Provider
from .web import Web

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def verdict(*asked: str, issuer: str = "did:web:a", nested: bool = False) -> Verdict:
    plain = Verdict(Overall.VALID, (), issuer=issuer, asked=asked)
    parts = (Part("/credentialSubject/endorsement/0", "endorsement", plain),) if nested else ()
    return Verdict(Overall.VALID, (), issuer=issuer, asked=asked, parts=parts)


def test_all_that_the_last_round_asked_for_is_expected() -> None:
    expectations = Expectations()
    expectations.learn(
        [("org", verdict("key", "list-1")), ("org", verdict("key", "list-2")), ("", verdict("x"))]
    )
    assert expectations.of("org") == Needs(("key", "list-1", "list-2"), ("did:web:a",))
    assert expectations.of("") is None
    expectations.learn([("org", verdict("key", "list-3", issuer="did:web:b"))])
    assert expectations.of("org") == Needs(("key", "list-3"), ("did:web:b",))


@pytest.mark.parametrize(
    "last", [verdict("key", nested=True), verdict(*map(str, range(DOCUMENTS_AT_MOST + 1)))]
)
def test_nothing_is_expected_after_what_is_seldom_the_same(last: Verdict) -> None:
    expectations = Expectations()
    expectations.learn([("org", verdict("key"))])
    expectations.learn([("org", last), ("org", verdict("key"))])
    assert expectations.of("org") is None


def test_few_sources_are_kept() -> None:
    expectations = Expectations()
    for n in range(SOURCES + 1):
        expectations.learn([(f"org-{n}", verdict("key"))])
    assert expectations.of("org-0") is None
    assert expectations.of("org-1")


def test_a_verdict_fits_when_nothing_else_was_needed() -> None:
    needs = Needs(("key",), ("did:web:a",))
    assert fits(needs, verdict("key"))
    assert fits(needs, Verdict(Overall.UNDETERMINED, (), issuer="did:web:a", missing=("key",)))
    assert fits(needs, Verdict(Overall.UNPARSEABLE, ()))
    assert not fits(needs, Verdict(Overall.UNDETERMINED, (), issuer="did:web:a", missing=("b",)))
    assert not fits(needs, verdict("key", issuer="did:web:b"))
    assert not fits(needs, verdict("key", nested=True))


class Pages:
    """The documents that a web serves, without the network in between."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def get(self, urls: Iterable[str], versions: Mapping[str, int]) -> dict[str, Document]:
        there = {self._web.url(path): content for path, (content, _) in self._web.pages.items()}
        later = NOW + timedelta(hours=1)
        return {
            url: Document(url, there[url], None, None, later, later) for url in urls if url in there
        }

    def why(self, url: str) -> str:
        return "unreachable"

    async def close(self) -> None: ...


@pytest.fixture
async def workers(stack_home: Home) -> AsyncIterator[Workers]:
    workers = Workers(
        count=2,
        idle_seconds=60,
        deadline_seconds=60,
        start=init_worker,
        start_arguments=(str(stack_home.contexts),),
    )
    yield workers
    await workers.close()


async def test_a_credential_unlike_the_last_ones_gets_the_same_verdict(
    web: Web,
    provider: Provider,
    contexts: ContextLoader,
    workers: Workers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = Provider(web, contexts, name="Birch College")
    vetted = {
        one.did: Organization(one.org_id, one.did, one.name, ValidatorType.COLLEGE, Vetting.VETTED)
        for one in (provider, other)
    }
    judge = Judge(
        documents=Pages(web),
        workers=workers,
        organizations=lambda dids: {did: vetted[did] for did in dids if did in vetted},
        announced="x",
        options=Options(insecure_hosts=(web.host,)),
        batch_size=50,
    )
    read: list[bytes] = []
    read_needs = judging.read_needs

    def noted(content: bytes, options: Options) -> Needs:
        read.append(content)
        return read_needs(content, options)

    monkeypatch.setattr(judging, "read_needs", noted)

    def asked(contents: list[bytes], source: str) -> list[Question]:
        return [Question(content, NOW, source=source) for content in contents]

    usual = [provider.badge(index=n) for n in range(4)]
    assert len(await judge.judge(asked(usual, "org"))) == 4
    assert read == usual
    read.clear()
    provider.serve_list("revocation", [3], version=2)
    unlike = [
        other.badge(),
        other.record(provider.badge()),
        provider.badge(endorsement=[{"id": "urn:x"}]),
        provider.badge()[:-9],
        provider.token(),
    ]
    mixed = [*usual, *unlike]
    expecting = await judge.judge(asked(mixed, "org"))
    assert not set(read) & set(usual)
    assert set(read) >= set(unlike[:2])
    assert expecting == await judge.judge(asked(mixed, ""))
    outcomes = [answer.verdict.outcome for answer in expecting]
    assert outcomes[:6] == [*[Overall.VALID] * 3, Overall.REVOKED, Overall.VALID, Overall.VALID]
    assert outcomes[7] is Overall.UNPARSEABLE
