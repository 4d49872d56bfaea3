"""The verdict on a credential: every check, then what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.loading import Loader
from talent_vc.trust import TrustLookup
from talent_vc.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Options:
    """`insecure_hosts`: "host:port" of did:web hosts reached over plain http (tests, one machine)."""

    insecure_hosts: tuple[str, ...] = ()


def verify(
    document: Document,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    trust: TrustLookup | None = None,
    options: Options | None = None,
) -> Verdict:
    """Judge a credential as of the instant `at`. Never raises for what the document says.

    What could not be checked is NOT_CHECKED and makes the outcome UNDETERMINED at best.
    """
    raise NotImplementedError


def verify_bytes(
    data: bytes,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    trust: TrustLookup | None = None,
    options: Options | None = None,
) -> Verdict:
    """`read_credential`, then `verify`; bytes that are no credential are UNPARSEABLE."""
    raise NotImplementedError


def needed_documents(document: Document, options: Options | None = None) -> list[str]:
    """The URLs that `verify` will ask its loader for: DID documents and status lists.

    A status list is itself a credential: call this on each list that was fetched as well.
    """
    raise NotImplementedError
