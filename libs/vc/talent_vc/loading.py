"""Documents that a verification needs from elsewhere, handed in by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from talent_vc.errors import LoadError


class Loader(Protocol):
    """Gives the bytes of a DID document, a status list or a controller document."""

    def load(self, url: str) -> bytes:
        """The document's bytes; raises `LoadError(reason)`. Synchronous on purpose.

        A service finds out with `needed_documents` what to fetch, fetches it in its own way and
        passes a `DictLoader`, so that verification stays pure and can run in a worker process.
        """
        ...


class DictLoader:
    """Documents already at hand, and the reasons why others could not be had."""

    def __init__(
        self, documents: Mapping[str, bytes], errors: Mapping[str, str] | None = None
    ) -> None:
        self._documents = dict(documents)
        self._errors = dict(errors or {})

    def load(self, url: str) -> bytes:
        if url in self._documents:
            return self._documents[url]
        raise LoadError(self._errors.get(url, "unreachable"), url=url)
