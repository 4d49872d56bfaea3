"""The relay: sends the outbox to Kafka, of each key only the next version."""

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from pymongo.errors import PyMongoError

from talent_kit import telemetry
from talent_kit.buckets import BucketLeases
from talent_kit.events import encoded
from talent_kit.kafka import REFUSED
from talent_kit.leases import RENEW_EVERY
from talent_kit.outbox import COLLECTION, Outbox
from talent_kit.producer import Message, Producer
from talent_kit.store import Store
from talent_kit.waiting import until

BATCH = 500  # documents
BATCH_BYTES = 8 * 1024 * 1024  # in memory at once, and the one event that goes beyond
DELETED_AT_ONCE = 100
POLL_SECONDS = 0.25
BACK_OFF_SECONDS = 5.0
REFUSED_SECONDS = 60.0  # until a stream that Kafka refused is tried again
logger = logging.getLogger(__name__)

_Place = tuple[str, str]  # a document's id, and the stream of an event in it


class Relay:
    """Sends what was committed: here, within milliseconds by `Outbox.wake`; by other replicas,
    by change stream; and by a look every 250 ms in any case."""

    def __init__(self, store: Store, outbox: Outbox, producer: Producer) -> None:
        self._store = store
        self._outbox = outbox
        self._producer = producer
        self._collection: Any = store.db[COLLECTION]
        self._buckets = BucketLeases(store)
        self._refused: dict[str, float] = {}  # stream -> when to try it again

    def owned(self) -> list[int]:
        """The buckets this replica sends."""
        return self._buckets.owned()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then finish the batch under way and give the buckets back."""
        helpers = [asyncio.create_task(self._keep(stop)), asyncio.create_task(self._watch(stop))]
        failures = 0
        try:
            while not stop.is_set():
                try:
                    more = await self._send_some()
                    failures = 0
                except PyMongoError as error:
                    logger.warning("the outbox cannot be read: %s", type(error).__name__)
                    more = False
                    failures += 1
                if failures:
                    await until(stop, min(BACK_OFF_SECONDS, 0.1 * 2**failures))
                elif not more:
                    await until(self._outbox.awake, POLL_SECONDS)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self._leave()

    async def _send_some(self) -> bool:
        """One round; True when another should follow at once."""
        self._outbox.awake.clear()
        owned = self.owned()
        if not owned:
            return False
        refused = self._refused_now()  # once, so that what is read is what is sent
        rows, cut = await self._next(owned, refused)
        if not rows:
            return False
        sent, failed = await self._send(rows, refused)
        await self._take_out(rows, sent)
        if failed:
            await asyncio.sleep(POLL_SECONDS)
        return failed or cut

    async def _next(self, owned: list[int], refused: set[str]) -> tuple[list[Any], bool]:
        """Documents to send, as of one instant, and whether more wait.

        Lowest versions first: cut off anywhere, that order has no version of a key without all its
        earlier ones. An order by time or id would not: the clocks of replicas differ.
        """
        async with await self._store.snapshot() as session:
            query: dict[str, Any] = {"bucket": {"$in": owned}}
            if refused:
                query["events"] = {"$elemMatch": {"stream": {"$nin": sorted(refused)}}}
            found = self._collection.find(query, session=session)
            found = found.sort([("version", 1)]).limit(BATCH)
            rows: list[Any] = []
            size = 0
            try:
                async for row in found:
                    rows.append(row)
                    size += sum(len(event["value"] or b"") for event in row["events"])
                    if len(rows) == BATCH or size >= BATCH_BYTES:
                        return rows, True
            finally:
                await found.close()
            return rows, False

    async def _send(self, rows: Sequence[Any], refused: set[str]) -> tuple[set[_Place], bool]:
        """What Kafka acknowledged, and whether it could not be reached for some."""
        sent: set[_Place] = set()
        stuck = set(refused)
        unreached = False
        # The first version of every key, then, where that one arrived, the second, and so on.
        for turn in zip_longest(*_by_stream(rows)):
            owned = set(self.owned())
            due: list[tuple[Any, Any]] = []
            for row, event in filter(None, turn):
                if event["stream"] in stuck:
                    continue
                if row["bucket"] in owned:
                    due.append((row, event))
                else:
                    stuck.add(event["stream"])  # its later versions must not go first
            if not due:
                break
            # What arrived after the lease could overwrite what its next holder has sent.
            seconds = self._buckets.seconds_left({row["bucket"] for row, _ in due})
            failures = await self._producer.send([_message(event) for _, event in due], seconds)
            for index, (row, event) in enumerate(due):
                error = failures.get(index)
                if error is None:
                    sent.add((row["_id"], event["stream"]))
                    self._refused.pop(event["stream"], None)
                    continue
                stuck.add(event["stream"])
                if isinstance(error, REFUSED):
                    self._refuse(row, event, error)
                else:
                    unreached = True
            if unreached:
                names = sorted({type(error).__name__ for error in failures.values()})
                logger.warning("%d events could not be sent: %s", len(failures), ", ".join(names))
                break
        return sent, unreached

    async def _take_out(self, rows: Sequence[Any], sent: set[_Place]) -> None:
        """Delete what is acknowledged; of a document only a part, where not all of it is."""
        done: list[str] = []
        for row in rows:
            streams = [event["stream"] for event in row["events"]]
            out = [stream for stream in streams if (row["_id"], stream) in sent]
            if len(out) == len(streams):
                done.append(row["_id"])
            elif out:
                part = {"$pull": {"events": {"stream": {"$in": out}}}}
                await self._collection.update_one({"_id": row["_id"]}, part)
        # A few at a time: one command is one write to disk, but a long list is slow to match.
        for start in range(0, len(done), DELETED_AT_ONCE):
            some = done[start : start + DELETED_AT_ONCE]
            await self._collection.delete_many({"_id": {"$in": some}})
        if sent:
            telemetry.records_relayed.add(len(sent))

    def _refused_now(self) -> set[str]:
        now = time.monotonic()
        return {stream for stream, again in self._refused.items() if again > now}

    def _refuse(self, row: Any, event: Any, error: Exception) -> None:
        """Leave one stream aside for a while: the others go on, and it is logged once."""
        if event["stream"] not in self._refused:
            name = type(error).__name__
            logger.error("%s cannot take an event of %s: %s", event["topic"], row["_id"], name)
        self._refused[event["stream"]] = time.monotonic() + REFUSED_SECONDS

    async def _keep(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            had = len(self.owned())
            try:
                await self._buckets.refresh()
                telemetry.outbox_depth.set(await self._outbox.depth())
                telemetry.outbox_age.set(await self._outbox.age_seconds())
            except PyMongoError as error:
                logger.warning("outbox leases cannot be renewed: %s", type(error).__name__)
            if len(self.owned()) > had:
                self._outbox.wake()
            await until(stop, RENEW_EVERY)

    async def _watch(self, stop: asyncio.Event) -> None:
        """Wakes for the commits of other replicas; alone, there are none to watch for."""
        inserts = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        while not await until(stop, RENEW_EVERY):
            if self._buckets.replicas == 1:
                continue
            try:
                async with self._collection.watch(inserts, max_await_time_ms=1000) as changes:
                    while not stop.is_set() and self._buckets.replicas > 1:
                        if await changes.try_next() is not None:
                            self._outbox.wake()
            except PyMongoError as error:
                name = type(error).__name__
                logger.warning("the outbox cannot be watched, only polled: %s", name)

    async def _leave(self) -> None:
        try:
            await self._buckets.release()
        except PyMongoError as error:
            logger.warning("outbox leases run out by themselves: %s", type(error).__name__)


def _by_stream(rows: Sequence[Any]) -> Iterable[list[tuple[Any, Any]]]:
    """The events of each stream in their order, with their documents."""
    streams: dict[str, list[tuple[Any, Any]]] = {}
    for row in rows:
        for event in row["events"]:
            streams.setdefault(event["stream"], []).append((row, event))
    return streams.values()


def _message(event: Any) -> Message:
    return Message(event["topic"], event["key"], event["value"], encoded(event["headers"]))
