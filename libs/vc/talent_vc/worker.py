"""Signing and verifying in worker processes: `ProcessPoolExecutor(mp_context=spawn)`.

pool = ProcessPoolExecutor(initializer=init_worker, initargs=(folder,), mp_context=…)
await loop.run_in_executor(pool, sign_many, requests)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from talent_vc.document import Document
from talent_vc.errors import CredentialError
from talent_vc.trust import Trust
from talent_vc.verdict import Verdict
from talent_vc.verify import Options


@dataclass(frozen=True, slots=True)
class SignRequest:
    """`key` is the 32 bytes of `SigningKey.to_bytes`."""

    document: Document
    key: bytes
    verification_method: str
    created: datetime


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """`documents` and `errors` as for `DictLoader`; `trust` is what the registry says, if asked."""

    data: bytes
    at: datetime
    documents: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    trust: Trust | None = None
    options: Options = field(default_factory=Options)


def init_worker(contexts_folder: str) -> None:
    """Load the contexts once per process."""
    raise NotImplementedError


def sign_many(requests: Sequence[SignRequest]) -> list[Document | CredentialError]:
    """Each signed, or why not: one bad item never fails its neighbors."""
    raise NotImplementedError


def verify_many(requests: Sequence[VerifyRequest]) -> list[Verdict]:
    """A verdict each."""
    raise NotImplementedError
