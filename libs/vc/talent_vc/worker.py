"""Signing and verifying in worker processes: `ProcessPoolExecutor` with the spawn method.

pool = ProcessPoolExecutor(initializer=init_worker, initargs=(folder,), mp_context=…)
await loop.run_in_executor(pool, sign_many, requests)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import CredentialError
from talent_vc.keys import SigningKey
from talent_vc.loading import DictLoader
from talent_vc.signing import sign
from talent_vc.trust import Trust
from talent_vc.verdict import Check, Verdict
from talent_vc.verify import Options, verify_bytes


@dataclass(frozen=True, slots=True)
class SignRequest:
    """`key` is the 32 bytes of `SigningKey.to_bytes`."""

    document: Document
    key: bytes
    verification_method: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """What to judge by. Requests that hold the same one send it to a worker once.

    `documents` and `errors` as for `DictLoader`; `trust` is what the registry says, by issuer; of
    one that is not among them it could not be asked. None: nobody is asked.
    """

    at: datetime
    documents: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    trust: Mapping[str, Trust] | None = None
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    data: bytes
    given: Given


def init_worker(contexts_folder: str) -> None:
    """Load the contexts once per process."""
    # A pool's initializer can only leave its work in the process itself.
    _process.contexts = ContextLoader.from_folder(contexts_folder)


def sign_many(requests: Sequence[SignRequest]) -> list[Document | CredentialError]:
    """Each signed, or why not: one bad item never fails its neighbors."""
    signed: list[Document | CredentialError] = []
    for request in requests:
        try:
            document = sign(
                request.document,
                key=_key(request.key),
                verification_method=request.verification_method,
                created=request.created,
                contexts=_process.loaded(),
            )
        except CredentialError as error:
            signed.append(error)
        else:
            signed.append(document)
    return signed


def verify_many(requests: Sequence[VerifyRequest]) -> list[Verdict]:
    """A verdict each. What several say alike is one object, so that it travels once."""
    told: dict[tuple[str, ...], Check] = {}
    asked: dict[tuple[str, ...], tuple[str, ...]] = {}
    return [_sharing(_verify(request), told, asked) for request in requests]


def _sharing(
    verdict: Verdict,
    told: dict[tuple[str, ...], Check],
    asked: dict[tuple[str, ...], tuple[str, ...]],
) -> Verdict:
    checks: list[Check] = []
    for check in verdict.checks:
        known = told.setdefault((check.code, check.about, *check.arguments.values()), check)
        same = known.outcome is check.outcome and known.arguments == check.arguments
        checks.append(known if same else check)
    return replace(
        verdict, checks=tuple(checks), asked=asked.setdefault(verdict.asked, verdict.asked)
    )


def _verify(request: VerifyRequest) -> Verdict:
    given = request.given
    return verify_bytes(
        request.data,
        at=given.at,
        contexts=_process.loaded(),
        loader=DictLoader(given.documents, given.errors),
        trust=None if given.trust is None else given.trust.get,
        options=given.options,
    )


class _Process:
    contexts: ContextLoader | None = None

    def loaded(self) -> ContextLoader:
        if self.contexts is None:
            raise RuntimeError("call init_worker first")
        return self.contexts


_process = _Process()


@lru_cache(maxsize=1024)
def _key(seed: bytes) -> SigningKey:
    return SigningKey.from_bytes(seed)
