"""The documents that a verdict on a published credential needs: our registry's lists from memory,
all others by the rows that every replica shares, so that one fetch serves all."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from talent_kit.clock import Clock

from talent_verifier.asking import Asking
from talent_verifier.documents import Document, Documents, version_of
from talent_verifier.watch_store import WatchStore
from talent_verifier.watching import NEEDED_FOR, Watched, document_id

REASONS = 10_000  # why documents could not be had, kept until somebody asks


class WatchedDocuments:
    """`announced`: how the URLs begin of the lists whose every change comes with an event; those
    are `direct`'s. `most_bytes` of the others are kept in memory."""

    def __init__(
        self,
        *,
        direct: Documents,
        announced: str,
        rows: WatchStore,
        asking: Asking,
        clock: Clock,
        most_bytes: int,
    ) -> None:
        self._direct = direct
        self._announced = announced
        self._rows = rows
        self._asking = asking
        self._clock = clock
        self._most_bytes = most_bytes
        self._contents: OrderedDict[str, bytes] = OrderedDict()  # by digest
        self._bytes = 0
        self._failed: OrderedDict[str, str] = OrderedDict()  # why, by URL

    async def get(self, urls: Iterable[str], versions: Mapping[str, int]) -> dict[str, Document]:
        """As of `Documents`."""
        wanted = list(dict.fromkeys(urls))
        announced = [url for url in wanted if url.startswith(self._announced)]
        others = [url for url in wanted if not url.startswith(self._announced)]
        direct, watched = await asyncio.gather(
            self._direct.get(announced, versions), self._watched(others, versions)
        )
        return direct | watched

    def why(self, url: str) -> str:
        """As of `Documents`."""
        return self._failed[url] if url in self._failed else self._direct.why(url)

    async def close(self) -> None:
        await self._direct.close()
        await self._asking.close()

    async def _watched(self, urls: list[str], versions: Mapping[str, int]) -> dict[str, Document]:
        if not urls:
            return {}
        rows = await self._rows.rows(document_id(url) for url in urls)
        found = await asyncio.gather(
            *(
                self._one(rows.get(document_id(url)) or Watched(url), versions.get(url, 0))
                for url in urls
            )
        )
        return {document.url: document for document in found if document}

    async def _one(self, row: Watched, version: int) -> Document | None:
        now = self._clock.now()
        older = bool(version and (version_of(row.etag) or 0) < version and not row.failures)
        if row.writes and not row.is_needed(now + NEEDED_FOR / 2):
            row = await self._asking.need(row)
        if older or row.wants_asking(now):
            row = await self._asking.ask(row)
        elif row.ends_at and now >= row.ends_at:
            row = await self._asking.tell(row)
        document = await self._document(row) if row.available else None
        self._remember(row, document is not None)
        return document

    async def _document(self, row: Watched) -> Document | None:
        content = self._contents.get(row.digest)
        if content is None:
            kept = await self._rows.with_content(row.id)
            if kept is None or not kept[0].available:
                return None
            row, content = kept
            self._keep(row.digest, content)
        else:
            self._contents.move_to_end(row.digest)
        assert row.fresh_until
        assert row.usable_until
        return Document(
            url=row.url,
            content=content,
            etag=row.etag,
            version=version_of(row.etag),
            fresh_until=row.fresh_until,
            usable_until=row.usable_until,
            revision=row.revision,
        )

    def _remember(self, row: Watched, there: bool) -> None:
        self._failed.pop(row.url, None)
        if not there and row.failure:
            self._failed[row.url] = row.failure
        while len(self._failed) > REASONS:
            self._failed.popitem(last=False)

    def _keep(self, digest: str, content: bytes) -> None:
        if digest not in self._contents:
            self._contents[digest] = content
            self._bytes += len(content)
        while self._bytes > self._most_bytes and len(self._contents) > 1:
            _, dropped = self._contents.popitem(last=False)
            self._bytes -= len(dropped)
