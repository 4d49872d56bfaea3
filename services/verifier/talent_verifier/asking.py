"""Asking a host for a watched document, and keeping what it says."""

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable

from talent_kit.clock import Clock
from talent_kit.failures import passes_by_itself
from talent_kit.fetch import Fetcher, FetchError
from talent_kit.telemetry import meter
from talent_vc import changed_indexes

from talent_verifier.documents import refusal
from talent_verifier.own_times import own_times, says_the_same
from talent_verifier.watch_store import WatchStore
from talent_verifier.watching import Watched, WatchTerms, as_of, changed, confirmed, failed

logger = logging.getLogger(__name__)

documents_fetched = meter.create_counter("talent.verifier.watch.fetches")
documents_changed = meter.create_counter("talent.verifier.watch.changes")


class Asking:
    """One fetch for one URL at a time, with what was learned the last time as condition."""

    def __init__(
        self,
        *,
        rows: WatchStore,
        fetcher: Fetcher,
        clock: Clock,
        terms: WatchTerms,
        spread: Callable[[], float] = random.random,
    ) -> None:
        self._rows = rows
        self._fetcher = fetcher
        self._clock = clock
        self._terms = terms
        self._spread = spread
        self._asking: dict[str, asyncio.Task[Watched]] = {}

    async def ask(self, row: Watched) -> Watched:
        """What is known of the document after its host was asked."""
        task = self._asking.get(row.url)
        if task is None:
            task = asyncio.create_task(self._ask(row))
            self._asking[row.url] = task
            task.add_done_callback(lambda _: self._asking.pop(row.url))
        return await asyncio.shield(task)

    async def need(self, row: Watched) -> Watched:
        """Keep the row for a verdict that is under way."""
        return await self._write(row, row.needed(self._clock.now()), None)

    async def tell(self, row: Watched) -> Watched:
        """What is known of a document that changed by itself, without asking its host."""
        return await self._write(row, as_of(row, self._clock.now(), self._terms), None)

    async def close(self) -> None:
        await self._fetcher.close()

    async def _ask(self, row: Watched) -> Watched:
        try:
            return await self._asked(row)
        except FetchError as error:
            return await self._fail(row, error.reason)
        except Exception as error:
            if passes_by_itself(error):
                raise
            logger.exception("watched document %s cannot be kept", row.id)
            return await self._fail(row, "not-kept")

    async def _asked(self, row: Watched) -> Watched:
        known = row.digest != ""
        etag, modified = (row.etag, row.modified) if known else ("", "")
        answer = await self._fetcher.get(row.url, etag=etag, modified=modified)
        not_modified = known and answer.status == 304
        if answer.status != 200 and not not_modified:
            return await self._fail(row, refusal(answer.status))
        digest = row.digest if not_modified else hashlib.sha256(answer.body).hexdigest()
        if digest == row.digest:
            documents_fetched.add(1, {"result": "not-modified" if not_modified else "same"})
            now = self._clock.now()
            after = confirmed(row, answer.headers, now, self._terms, self._spread())
            return await self._write(row, after, None)
        documents_fetched.add(1, {"result": "new"})
        indexes = await self._differences(row, answer.body)
        now = self._clock.now()
        times = await asyncio.to_thread(own_times, answer.body, now)
        after = changed(
            row, digest, times, indexes, answer.headers, now, self._terms, self._spread()
        )
        return await self._write(row, after, answer.body)

    async def _differences(self, row: Watched, content: bytes) -> tuple[int, ...] | None:
        kept = await self._rows.with_content(row.id) if row.available else None
        if kept is None or kept[0].digest != row.digest:
            return None
        return await asyncio.to_thread(_differences, kept[1], content)

    async def _fail(self, row: Watched, why: str) -> Watched:
        documents_fetched.add(1, {"result": "failed"})
        # Not its URL, which may be of one person.
        logger.info("watched document %s cannot be fetched: %s", row.id, why)
        after = failed(row, why, self._clock.now(), self._terms, self._spread())
        return await self._write(row, after, None)

    async def _write(self, before: Watched, after: Watched, content: bytes | None) -> Watched:
        if before.writes == 0:
            after = after.needed(self._clock.now())
        written = await self._rows.write(after, content)
        if written is None:
            # Another writer was faster, with an answer as new as ours.
            found = await self._rows.rows([before.id])
            return found.get(before.id, after)
        if after.work and after.work != before.work:
            how = "all" if after.work.indexes is None else "bits"
            documents_changed.add(1, {"dependents": how})
            logger.info("watched document %s changed: %s", before.id, how)
        return written


def _differences(old: bytes, new: bytes) -> tuple[int, ...] | None:
    return () if says_the_same(old, new) else changed_indexes(old, new)
