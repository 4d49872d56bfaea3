"""DID documents and status lists of others: fetched once, kept while they are good, bounded.

Terms of no time at all make it ask each host every time, and spare only the transfer of what has
not changed.

A status list of our registry carries its version as ETag, so that a change which names a version
is judged by that version or a later one, never by an older copy.
"""

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from talent_kit.clock import Clock
from talent_kit.fetch import Fetcher, FetchError

logger = logging.getLogger(__name__)

FAILURE_SECONDS = 1.0  # a host that is away is asked at most this often for one document
VERSION = re.compile(r'^(?:W/)?"(\d+)')  # a proxy may mark an ETag as weak, or add to it


@dataclass(frozen=True)
class Document:
    """`version` is the registry's for its own lists; of no meaning for documents of others."""

    url: str
    content: bytes
    etag: str | None
    version: int | None
    fresh_until: datetime
    usable_until: datetime
    revision: int = 0  # of a watched document

    def reaches(self, version: int) -> bool:
        return not version or (self.version is not None and self.version >= version)


@dataclass(frozen=True)
class Terms:
    """How long documents are kept, and how many bytes of them."""

    bytes: int
    good: timedelta  # for documents that do not say so themselves
    longest: timedelta
    stale: timedelta  # since its host last confirmed it, while that is away


class Documents:
    """A cache in front of the network. One fetch for one URL at a time."""

    def __init__(self, fetcher: Fetcher, clock: Clock, terms: Terms) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._terms = terms
        self._held: OrderedDict[str, Document] = OrderedDict()
        self._bytes = 0
        self._failed: OrderedDict[str, tuple[datetime, str]] = OrderedDict()  # until when, and why
        self._fetching: dict[str, asyncio.Task[None]] = {}

    async def close(self) -> None:
        await self._fetcher.close()

    async def get(self, urls: Iterable[str], versions: Mapping[str, int]) -> dict[str, Document]:
        """The documents that could be had, by URL.

        One whose version is below that in `versions` is fetched afresh; it may still be older
        afterwards, which `Document.reaches` tells.
        """
        wanted = list(dict.fromkeys(urls))
        found = await asyncio.gather(*(self._get(url, versions.get(url, 0)) for url in wanted))
        return {document.url: document for document in found if document}

    def why(self, url: str) -> str:
        """A short code for why a document could not be had."""
        return self._failed[url][1] if url in self._failed else "unreachable"

    async def _get(self, url: str, version: int) -> Document | None:
        held = self._held.get(url)
        now = self._clock.now()
        if not (held and now < held.fresh_until and held.reaches(version)):
            until, _ = self._failed.get(url, (now, ""))
            if now >= until:
                await self._fetch_once(url)
            held = self._held.get(url)
        if held is None or now > held.usable_until:
            return None
        self._held.move_to_end(url)
        return held

    async def _fetch_once(self, url: str) -> None:
        """Whoever asks for a URL that is being fetched waits for the same answer."""
        task = self._fetching.get(url)
        if task is None:
            task = asyncio.create_task(self._fetch(url))
            self._fetching[url] = task
            task.add_done_callback(lambda _: self._fetching.pop(url))
        await asyncio.shield(task)

    async def _fetch(self, url: str) -> None:
        held = self._held.get(url)
        try:
            answer = await self._fetcher.get(url, etag=held.etag if held else None)
        except FetchError as error:
            self._remember_failure(url, error.reason)
            return
        if answer.status == 304 and held:
            fresh, usable = self._good_until(held.content)
            self._keep(replace(held, fresh_until=fresh, usable_until=usable))
        elif answer.status == 200:
            self._keep(self._document(url, answer.body, answer.headers))
        else:
            self._remember_failure(url, refusal(answer.status))

    def _document(self, url: str, content: bytes, headers: Mapping[str, str]) -> Document:
        etag = headers.get("etag")
        fresh, usable = self._good_until(content)
        return Document(
            url=url,
            content=content,
            etag=etag,
            version=version_of(etag),
            fresh_until=fresh,
            usable_until=usable,
        )

    def _good_until(self, content: bytes) -> tuple[datetime, datetime]:
        """Of what was confirmed just now: until when it is not asked for again, and until when it
        serves while its host is away. What a status list says of itself bounds both."""
        now, terms, ttl = self._clock.now(), self._terms, _ttl(content)
        if ttl is None:
            return now + terms.good, now + terms.stale
        return now + min(ttl, terms.longest), now + min(ttl, terms.stale)

    def _keep(self, document: Document) -> None:
        self._failed.pop(document.url, None)
        before = self._held.pop(document.url, None)
        self._bytes += len(document.content) - (len(before.content) if before else 0)
        self._held[document.url] = document
        while self._bytes > self._terms.bytes and len(self._held) > 1:
            _, dropped = self._held.popitem(last=False)
            self._bytes -= len(dropped.content)

    def _remember_failure(self, url: str, why: str) -> None:
        # Not its URL: that may come from somebody who only had a credential checked.
        logger.info("a document cannot be fetched: %s", why)
        self._failed[url] = (self._clock.now() + timedelta(seconds=FAILURE_SECONDS), why)
        while len(self._failed) > 10_000:
            self._failed.popitem(last=False)


def refusal(status: int) -> str:
    """A short code for an answer that is no document."""
    return {404: "not-found", 410: "gone"}.get(status, f"status-{status}")


def version_of(etag: str | None) -> int | None:
    """The version of a list of our registry."""
    version = VERSION.match(etag or "")
    return int(version[1]) if version else None


def _ttl(content: bytes) -> timedelta | None:
    """`ttl` of a status list is in milliseconds (Bitstring Status List 1.0, section 2.2)."""
    try:
        document: Any = json.loads(content)
        ttl = cast(Any, document)["credentialSubject"]["ttl"]
        return max(timedelta(0), timedelta(milliseconds=int(ttl)))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
