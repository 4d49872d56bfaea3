"""MongoDB access with transactions. Only here, and in the services' `store.py`, motor is known."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

import pymongo
from bson.int64 import Int64
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorDatabase,
)
from pymongo import UpdateOne, WriteConcern
from pymongo.errors import (
    CollectionInvalid,
    ConnectionFailure,
    ExecutionTimeout,
    PyMongoError,
    WaitQueueTimeoutError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from talent_kit.settings import CommonSettings

T = TypeVar("T")
Session = AsyncIOMotorClientSession

META = "kit_meta"
TRANSIENT = "TransientTransactionError"
UNKNOWN_COMMIT = "UnknownTransactionCommitResult"
DUPLICATE_KEY = 11000  # the code of a write that the database refuses


class Store:
    """One service's database. `db` is a motor database; `epoch` rises with every restore."""

    def __init__(self, client: Any, db: Any, settings: CommonSettings, epoch: int) -> None:
        self._client = client
        self.db = db
        self.epoch = epoch
        self.settings = settings
        self._seconds = settings.mongo_transaction_seconds
        self._concern = WriteConcern(_w(settings.mongo_write_concern))

    @classmethod
    async def connect(cls, settings: CommonSettings, name: str) -> "Store":
        """Connect to the database of service `name`, and read its epoch (1 when it is new)."""
        client: Any = cast(Any, AsyncIOMotorClient)(
            settings.mongo_url,
            w=_w(settings.mongo_write_concern),
            serverSelectionTimeoutMS=settings.mongo_timeout_ms,
            connectTimeoutMS=settings.mongo_timeout_ms,
            tz_aware=True,
            appname=f"talent-{name}",
        )
        db: AsyncIOMotorDatabase[Any] = client[settings.database(name)]
        await db[META].update_one({"_id": "epoch"}, {"$setOnInsert": {"value": 1}}, upsert=True)
        found = await db[META].find_one({"_id": "epoch"})
        return cls(client, db, settings, int(found["value"]) if found else 1)

    async def ensure_collections(self, *names: str) -> None:
        """Create collections that are not there: never inside a transaction."""
        there = set(await self.db.list_collection_names())
        for name in names:
            if name not in there:
                try:
                    await self.db.create_collection(name)
                except CollectionInvalid:
                    continue  # another replica was faster

    async def raise_epoch(self) -> int:
        """After a restore: everything written from now on is newer than all before."""
        await self.db[META].update_one({"_id": "epoch"}, {"$inc": {"value": 1}}, upsert=True)
        found = await self.db[META].find_one({"_id": "epoch"})
        self.epoch = int(found["value"])
        return self.epoch

    async def transact(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit it, majority acknowledged.

        A conflict with another writer, or a server that went away, makes it run again, so `work`
        has no effect outside the session. Raises what `work` raises, then nothing is stored.
        """
        deadline = asyncio.get_running_loop().time() + self._seconds
        attempt = 0
        async with await self._client.start_session() as session:
            while True:
                attempt += 1
                try:
                    return await self._attempt(session, work, deadline)
                except PyMongoError as error:
                    late = asyncio.get_running_loop().time() > deadline
                    if late or not error.has_error_label(TRANSIENT):
                        raise
                # Conflicting writers step aside for a random moment, longer each time.
                await asyncio.sleep(random.random() * min(0.25, 0.002 * 2**attempt))  # noqa: S311

    async def _attempt(
        self, session: Any, work: Callable[[Session], Awaitable[T]], deadline: float
    ) -> T:
        session.start_transaction(ReadConcern("snapshot"), self._concern)
        try:
            result = await work(session)
        except BaseException:
            if session.in_transaction:
                await session.abort_transaction()
            raise
        while True:
            try:
                await session.commit_transaction()
                return result
            except PyMongoError as error:
                late = asyncio.get_running_loop().time() > deadline
                if late or not error.has_error_label(UNKNOWN_COMMIT):
                    raise
                await asyncio.sleep(0.05)

    async def snapshot(self) -> Any:
        """A session whose reads all see the database as of one instant."""
        return await self._client.start_session(snapshot=True)

    async def raise_versions(
        self, session: Session | None, collection: str, versions: Mapping[str, int]
    ) -> None:
        """Store the highest version of each key."""
        updates = [
            UpdateOne({"_id": key}, {"$max": {"version": Int64(packed)}}, upsert=True)
            for key, packed in versions.items()
        ]
        await self.db[collection].bulk_write(updates, ordered=False, session=session)

    async def ping(self) -> None:
        """Raises when the database does not answer, also when it only hangs."""
        with pymongo.timeout(self.settings.mongo_timeout_ms / 1000):
            await self.db.command("ping")

    async def close(self) -> None:
        self._client.close()


def is_away(error: BaseException) -> bool:
    """Whether the database is away for a while, rather than the request wrong."""
    if isinstance(error, ConnectionFailure | ExecutionTimeout | WTimeoutError):
        return True
    if isinstance(error, WaitQueueTimeoutError):
        return True
    return isinstance(error, PyMongoError) and error.has_error_label(TRANSIENT)


def _w(concern: str) -> int | str:
    return int(concern) if concern.isdigit() else concern
