"""Judging credentials: fetch what they refer to, check them in worker processes, add the trust.

The same for credentials of the network and for one that somebody holds in hand; nothing here
stores or logs anything of a credential.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, ParamSpec, Protocol, TypeVar

import talent_vc
from talent_kit.workers import Workers
from talent_vc import (
    ElsewhereError,
    Envelope,
    Options,
    ParseError,
    Part,
    Policy,
    Trust,
    open_envelope,
)
from talent_vc.envelope import is_picture
from talent_vc.worker import Given, VerifyRequest

from talent_verifier.documents import Document
from talent_verifier.expectations import Expectations, fits
from talent_verifier.model import Issuer, Organization, Verdict, Vetting, issuer_of
from talent_verifier.needs import DOCUMENTS_AT_MOST, Needs, read_needs, read_urls
from talent_verifier.verifying import NOT_DONE, verify_all

P = ParamSpec("P")
T = TypeVar("T")
Organizations = Callable[[Iterable[str]], Mapping[str, Organization]]
SOURCE = "the state agency"  # the name of this network's own registry
ROUNDS = 8  # of judging again with what was asked for in vain: documents name further ones
OUTDATED = "outdated"  # the list is there, but not yet in the version that a change named


@dataclass(frozen=True)
class Question:
    """A credential to judge as of `at`, by status lists of at least the versions named.

    `today` is the instant that status lists are read at, where `at` is another one; `challenge` and
    `domain` are what a presentation was asked for with. `source` is who published it, where many of
    theirs are to be expected.
    """

    content: bytes
    at: datetime
    list_versions: Mapping[str, int] = field(default_factory=dict[str, int])
    policy: Policy = Policy.USUAL
    today: datetime | None = None
    challenge: str | None = None
    domain: str | None = None
    source: str = ""

    @property
    def terms(self) -> Hashable:
        """All that makes a difference to the verdict, but for the content."""
        asked = self.policy, self.today, self.challenge, self.domain
        return self.at, asked, tuple(self.list_versions.items())


@dataclass(frozen=True)
class Answer:
    """`unreachable`: see `model.judged`. `depends_on`: the URLs of the documents of others that
    the verdict goes by, with the indexes asked for in each; `revisions`: which ones of these were
    had, as of `Watched.effect`."""

    verdict: Verdict
    unreachable: bool
    depends_on: Mapping[str, frozenset[int]]
    revisions: Mapping[str, int]


@dataclass(slots=True)
class _Case:
    """A question on its way. `expected`: its needs are expected, rather than read in it."""

    question: Question
    needs: Needs
    expected: bool
    verdict: talent_vc.Verdict = NOT_DONE


class Source(Protocol):
    """Where documents come from; see `Documents`."""

    async def get(
        self, urls: Iterable[str], versions: Mapping[str, int]
    ) -> dict[str, Document]: ...

    def why(self, url: str) -> str: ...

    async def close(self) -> None: ...


class Judge:
    def __init__(
        self,
        *,
        documents: Source,
        workers: Workers,
        organizations: Organizations,
        announced: str,
        options: Options,
        batch_size: int,
    ) -> None:
        """`announced`: status lists whose URL begins so change with an event that says so."""
        self._documents = documents
        self._workers = workers
        self._organizations = organizations
        self._announced = announced
        self._options = options
        self._batch_size = batch_size
        self._expectations = Expectations()

    async def judge(self, questions: Sequence[Question]) -> list[Answer]:
        """An answer each, in order."""
        cases = [self._case(question) for question in questions]
        found = await self._fetch(cases)
        organizations: dict[str, Organization | None] = {}
        waiting = cases
        for left in reversed(range(ROUNDS)):
            self._look_up(waiting, organizations)
            requests = self._requests(waiting, found, organizations)
            verdicts = await verify_all(self._workers, requests, self._batch_size)
            for case, verdict in zip(waiting, verdicts, strict=True):
                case.verdict = verdict
            waiting = [case for case in waiting if self._wants_more(case)]
            if not waiting or not left:
                break
            found |= await self._get(waiting, found)
        self._expectations.learn((case.question.source, case.verdict) for case in cases)
        named = {case.verdict.issuer for case in cases}
        issuers = {did: issuer_of(did, organizations.get(did)) for did in named}
        return [self._answer(case, found, issuers) for case in cases]

    def _look_up(
        self, cases: Iterable[_Case], organizations: dict[str, Organization | None]
    ) -> None:
        """Each issuer once, so that all that is said of it here is of one instant."""
        issuers = set(chain.from_iterable({case.needs.issuers for case in cases}))
        new = issuers - organizations.keys()
        there = self._organizations(new)
        organizations.update((issuer, there.get(issuer)) for issuer in new)

    def _case(self, question: Question) -> _Case:
        expected = self._expectations.of(question.source)
        if expected is not None:
            return _Case(question, expected, expected=True)
        return _Case(question, read_needs(question.content, self._options), expected=False)

    def _wants_more(self, case: _Case) -> bool:
        """Whether it is to be judged again, by needs that it turned out to have."""
        if case.expected:
            case.expected = fits(case.needs, case.verdict)
            if case.expected:
                return False
            case.needs = read_needs(case.question.content, self._options)
            return True
        new = _not_tried(case.needs.urls, case.verdict.missing)
        case.needs = replace(case.needs, urls=(*case.needs.urls, *new))
        return bool(new)

    def _answer(
        self,
        case: _Case,
        found: Mapping[str, Document],
        issuers: Mapping[str, Issuer],
    ) -> Answer:
        question, verdict, urls = case.question, case.verdict, case.needs.urls
        others = [
            url for url in verdict.asked if url in urls and not url.startswith(self._announced)
        ]
        return Answer(
            verdict=Verdict(
                digest=hashlib.sha256(question.content).hexdigest(),
                outcome=verdict.outcome,
                checks=verdict.checks,
                issuer=issuers[verdict.issuer],
                verified_at=question.at,
                next_change=verdict.next_change,
                parts=tuple(map(bare, verdict.parts)),
            ),
            unreachable=verdict is NOT_DONE
            or any(url in found or url.startswith(self._announced) for url in verdict.missing),
            depends_on=_indexes(verdict, others),
            revisions={url: found[url].revision if url in found else 0 for url in others},
        )

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Other work for the same processes. Raises as `Workers.run`."""
        return await self._workers.run(work, *args, **kwargs)

    async def close(self) -> None:
        await self._workers.close()
        await self._documents.close()

    async def open(self, content: bytes) -> Envelope:
        """What somebody holds, or what is at the address that it is. Raises as `open_envelope`,
        ElsewhereError where the address cannot be reached, and NotDone."""
        try:
            return await self._opened(content)
        except ElsewhereError as error:
            there = (await self._documents.get([error.url], {})).get(error.url)
            if there is None:
                raise
        try:
            return await self._opened(there.content)
        except ElsewhereError as error:  # an address at an address is not followed
            raise ParseError(error.mend) from None

    async def _opened(self, content: bytes) -> Envelope:
        # The decoders of pictures are large programs in C, fed by strangers.
        if is_picture(content):
            return await self._workers.run(open_envelope, content)
        return open_envelope(content)

    async def _fetch(self, cases: Sequence[_Case]) -> dict[str, Document]:
        """The documents that the credentials need, with those which these need themselves: a status
        list is a credential too, and needs the document of its own issuer."""
        found = await self._get(cases, {})
        read = [case for case in cases if not case.expected]
        wanted = set(chain.from_iterable(case.needs.urls for case in read))
        there = wanted & found.keys()
        further = {url: read_urls(found[url].content, self._options) for url in there}
        for case in read:
            urls = case.needs.urls
            in_all = [*urls, *chain.from_iterable(further.get(url, ()) for url in urls)]
            in_all = tuple(dict.fromkeys(in_all))[:DOCUMENTS_AT_MOST]
            case.needs = replace(case.needs, urls=in_all)
        return found | await self._get(read, found)

    async def _get(
        self, cases: Sequence[_Case], found: Mapping[str, Document]
    ) -> dict[str, Document]:
        """What they need and is not among those found."""
        wanted = dict.fromkeys(chain.from_iterable(case.needs.urls for case in cases))
        versions = _versions(case.question for case in cases)
        return await self._documents.get([url for url in wanted if url not in found], versions)

    def _requests(
        self,
        cases: Sequence[_Case],
        found: Mapping[str, Document],
        organizations: Mapping[str, Organization | None],
    ) -> list[VerifyRequest]:
        """What is the same for many of them is one object."""
        shared: dict[Any, Given] = {}
        requests: list[VerifyRequest] = []
        for case in cases:
            key = case.question.terms, case.needs
            given = shared.get(key)
            if given is None:
                given = self._given(case.question, case.needs, found, organizations)
                shared[key] = given
            requests.append(VerifyRequest(case.question.content, given))
        return requests

    def _given(
        self,
        question: Question,
        needs: Needs,
        found: Mapping[str, Document],
        organizations: Mapping[str, Organization | None],
    ) -> Given:
        usable = [url for url in needs.urls if _usable(url, found, question)]
        return Given(
            at=question.at,
            documents={url: found[url].content for url in usable},
            errors={
                url: OUTDATED if url in found else self._documents.why(url)
                for url in needs.urls
                if url not in usable
            },
            trust={issuer: registry_says(organizations.get(issuer)) for issuer in needs.issuers},
            options=replace(
                self._options,
                policy=question.policy,
                status_at=question.today,
                challenge=question.challenge,
                domain=question.domain,
            ),
        )


def registry_says(organization: Organization | None) -> Trust:
    """The registry's word on an issuer, as `talent_vc` takes it."""
    if organization is None:
        return Trust(known=False, source=SOURCE, state="unknown")
    state = {
        Vetting.VETTED: "",
        Vetting.PENDING: "not-vetted",
        Vetting.SUSPENDED: "suspended",
    }[organization.vetting]
    return Trust(known=not state, source=SOURCE, name=organization.name, state=state)


def _usable(url: str, found: Mapping[str, Document], question: Question) -> bool:
    """Whether it is there in the version that the question asks for."""
    return url in found and found[url].reaches(question.list_versions.get(url, 0))


def bare(part: Part) -> Part:
    """A part without what only the one who judges needs."""
    verdict = part.verdict
    parts = tuple(map(bare, verdict.parts))
    plain = talent_vc.Verdict(verdict.outcome, verdict.checks, issuer=verdict.issuer, parts=parts)
    return replace(part, verdict=plain)


def _not_tried(tried: Sequence[str], missing: Iterable[str]) -> list[str]:
    """What was asked for in vain and nobody has fetched yet."""
    return [url for url in missing if url not in tried][: DOCUMENTS_AT_MOST - len(tried)]


def _versions(questions: Iterable[Question]) -> dict[str, int]:
    versions: dict[str, int] = {}
    for question in questions:
        for url, version in question.list_versions.items():
            versions[url] = max(version, versions.get(url, 0))
    return versions


def _indexes(verdict: talent_vc.Verdict, urls: Iterable[str]) -> dict[str, frozenset[int]]:
    """The indexes that a verdict goes by in each document."""
    return {
        url: frozenset(entry.index for entry in verdict.status_entries if entry.list_url == url)
        for url in urls
    }
