"""Documents that a verification needs from elsewhere, handed in by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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


class Fetched(bytes):
    """The bytes of a document, and when they were fetched.

    A loader may give it in place of plain bytes: a status list is then not relied on past the time
    to live that it states. The same object given again is recognized without reading it.
    """

    at: datetime

    def __new__(cls, content: bytes, at: datetime) -> Fetched:
        if at.tzinfo is None:
            raise ValueError("at needs a time zone")
        self = super().__new__(cls, content)
        self.at = at
        return self

    def __getnewargs__(self) -> tuple[bytes, datetime]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return bytes(self), self.at


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
