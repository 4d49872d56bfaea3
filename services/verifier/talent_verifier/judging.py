"""Judging credentials: fetch what they refer to, check them in worker processes, add the trust.

The same for credentials of the network and for one that somebody holds in hand; nothing here
stores or logs anything of a credential.
"""

import hashlib
import math
from asyncio import gather
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, cast

import talent_vc
from talent_vc import Check, CredentialError, Options, Outcome, Overall, Trust
from talent_vc.worker import VerifyRequest, verify_many

from talent_verifier.documents import Document, Documents
from talent_verifier.model import Organization, Verdict, Vetting, issuer_of
from talent_verifier.workers import NotDone, Workers

Organizations = Callable[[Iterable[str]], Mapping[str, Organization]]
SOURCE = "the state agency"  # the name of this network's own registry
DOCUMENTS_AT_MOST = 20  # for one credential in all: it must not make us flood others
NOT_DONE = talent_vc.Verdict(
    Overall.UNDETERMINED,
    (Check("structure.readable", Outcome.NOT_CHECKED, {"reason": "not-done"}),),
)
OUTDATED = "outdated"  # the list is there, but not yet in the version that a change named


@dataclass(frozen=True)
class Question:
    """A credential to judge as of `at`, by status lists of at least the versions named."""

    content: bytes
    at: datetime
    list_versions: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Answer:
    """`unreachable`: a document could not be had. `unannounced`: see `model.judged`."""

    verdict: Verdict
    unreachable: bool
    unannounced: bool


class Judge:
    def __init__(
        self,
        *,
        documents: Documents,
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

    async def judge(self, questions: Sequence[Question]) -> list[Answer]:
        """An answer each, in order."""
        parsed = [_parsed(question.content) for question in questions]
        needed = [self._needed(document) for document in parsed]
        found, needed = await self._fetch(needed, questions)
        dids = [_issuer_id(document) for document in parsed]
        organizations = self._organizations(did for did in dids if did)
        requests = [
            self._request(question, found, organizations.get(did))
            for question, did in zip(questions, dids, strict=True)
        ]
        verdicts = await self._verify(requests)
        answers: list[Answer] = []
        for question, did, urls, verdict in zip(questions, dids, needed, verdicts, strict=True):
            answers.append(
                Answer(
                    verdict=Verdict(
                        digest=hashlib.sha256(question.content).hexdigest(),
                        outcome=verdict.outcome,
                        checks=verdict.checks,
                        issuer=issuer_of(did, organizations.get(did)),
                        verified_at=question.at,
                        next_change=verdict.next_change,
                    ),
                    unreachable=verdict is NOT_DONE
                    or not _usable(found, question).keys() >= set(urls),
                    unannounced=any(
                        not entry.list_url.startswith(self._announced)
                        for entry in verdict.status_entries
                    ),
                )
            )
        return answers

    async def close(self) -> None:
        await self._workers.close()
        await self._documents.close()

    def _needed(self, document: talent_vc.Document | None) -> list[str]:
        found = talent_vc.needed_documents(document, self._options) if document else []
        return found[:DOCUMENTS_AT_MOST]

    async def _fetch(
        self, needed: Sequence[Sequence[str]], questions: Sequence[Question]
    ) -> tuple[dict[str, Document], list[list[str]]]:
        """The documents that the credentials need, and what each needs in all: a status list is a
        credential too, and needs the document of its own issuer."""
        versions: dict[str, int] = {}
        for question in questions:
            for url, version in question.list_versions.items():
                versions[url] = max(version, versions.get(url, 0))
        found = await self._documents.get(chain.from_iterable(needed), versions)
        further = {url: self._needed(_parsed(there.content)) for url, there in found.items()}
        in_all: list[list[str]] = []
        for urls in needed:
            all_urls = [*urls, *chain.from_iterable(further.get(url, ()) for url in urls)]
            in_all.append(list(dict.fromkeys(all_urls))[:DOCUMENTS_AT_MOST])
        rest = [url for url in chain.from_iterable(in_all) if url not in found]
        return found | await self._documents.get(rest, versions), in_all

    def _request(
        self, question: Question, found: Mapping[str, Document], organization: Organization | None
    ) -> VerifyRequest:
        usable = _usable(found, question)
        return VerifyRequest(
            data=question.content,
            at=question.at,
            documents={url: document.content for url, document in usable.items()},
            errors=dict.fromkeys(found.keys() - usable.keys(), OUTDATED),
            trust=registry_says(organization),
            options=self._options,
        )

    async def _verify(self, requests: Sequence[VerifyRequest]) -> list[talent_vc.Verdict]:
        """In as many calls as there are workers, or more where a call would be too large."""
        size = min(self._batch_size, max(1, math.ceil(len(requests) / self._workers.count)))
        calls = [requests[start : start + size] for start in range(0, len(requests), size)]
        done = await gather(*(self._call(call) for call in calls))
        return list(chain.from_iterable(done))

    async def _call(self, requests: Sequence[VerifyRequest]) -> list[talent_vc.Verdict]:
        """A credential that keeps a worker busy for too long, or ends it, must not fail its
        neighbors."""
        try:
            return await self._workers.run(verify_many, requests)
        except NotDone:
            if len(requests) == 1:
                return [NOT_DONE]
        middle = len(requests) // 2
        return await self._call(requests[:middle]) + await self._call(requests[middle:])


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


def _usable(found: Mapping[str, Document], question: Question) -> dict[str, Document]:
    """The documents in the versions that the question asks for."""
    versions = question.list_versions
    return {url: doc for url, doc in found.items() if doc.reaches(versions.get(url, 0))}


def _parsed(content: bytes) -> talent_vc.Document | None:
    try:
        return talent_vc.read_credential(content)
    except CredentialError:
        return None  # the verdict will say so


def _issuer_id(document: talent_vc.Document | None) -> str:
    issuer: Any = document.get("issuer") if document else None
    if isinstance(issuer, dict):
        issuer = cast(dict[str, Any], issuer).get("id")
    return issuer if isinstance(issuer, str) else ""
