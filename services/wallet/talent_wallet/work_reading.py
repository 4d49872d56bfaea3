"""Has the words of work histories read: which skills they name, the registry's tagger says.

Words are read once, whoever wrote them; then the profiles of all whose lines have them are computed
again. A new taxonomy has all of them read again.
"""

import asyncio
import logging
from collections.abc import Sequence

import grpc
from talent_kit.errors import Problem, Reason
from talent_kit.failures import passes_by_itself
from talent_kit.grpc_errors import problem_of
from talent_kit.leases import Lease
from talent_kit.store import Store
from talent_kit.waiting import until
from talent_proto.registry.v1 import text_tags_pb2 as pb
from talent_proto.registry.v1 import text_tags_pb2_grpc as pb_grpc

from talent_wallet import wire
from talent_wallet.changes import WALLET, Change, Changes
from talent_wallet.store import WalletStore
from talent_wallet.work import FoundSkills
from talent_wallet.work_lines import all_lines

BATCH = 50  # holders in one transaction
LONGEST = 10_000  # characters that are read
UNREAD = "unread"  # the taxonomy of words that the tagger cannot read
logger = logging.getLogger(__name__)


class WorkReading:
    """One replica at a time. `channel` leads to the registry and carries this service's token."""

    def __init__(
        self,
        store: Store,
        changes: Changes,
        channel: grpc.aio.Channel,
        *,
        seconds: float,
        check_seconds: float,
    ) -> None:
        self._store = store
        self._changes = changes
        self._stub = pb_grpc.TextTagServiceStub(channel)
        self._seconds = seconds
        self._check_seconds = check_seconds

    async def run(self, stop: asyncio.Event) -> None:
        async def look_often(epoch: int, ended: asyncio.Event) -> None:
            while not ended.is_set():
                try:
                    if await self._read_one(ended):
                        continue
                except Exception as error:
                    if not passes_by_itself(error):
                        raise
                    logger.warning("work histories wait to be read: %s", type(error).__name__)
                await until(ended, self._check_seconds)

        await Lease(self._store, "work-reading").hold(stop, look_often)

    async def _read_one(self, ended: asyncio.Event) -> bool:
        """False when none is due."""
        store = self._changes.store
        due = await store.due_words()
        if due is None:
            return False
        digest, touched = due
        words = await store.words_of(digest)
        if words is None:
            await self._changes.run(WALLET, lambda change: forget_unused(change, store, [digest]))
            return True
        found = await self._ask(digest, words)

        async def save(change: Change) -> None:
            await store.save_found_skills(change.session, found)

        await self._changes.run(WALLET, save)
        if await self._tell(found, ended):
            await store.words_done(digest, touched)
        return True

    async def _ask(self, digest: str, words: str) -> FoundSkills:
        request = pb.TagTextRequest(text=words[:LONGEST])
        try:
            answer = await self._stub.TagText(request, timeout=self._seconds)
        except grpc.aio.AioRpcError as error:
            problem = problem_of(error) or Problem(Reason.UNAVAILABLE, what="the registry")
            if passes_by_itself(problem):
                raise problem from error
            logger.error("words that cannot be read: %s", problem.reason)
            return FoundSkills(digest, (), UNREAD)
        skills = tuple(wire.read_found_skill(one) for one in answer.tag)
        return FoundSkills(digest, skills, answer.taxonomy_version)

    async def _tell(self, found: FoundSkills, ended: asyncio.Event) -> bool:
        """Whether it came to the end."""
        own, by_record = await self._changes.store.holders_of_words(None, found.words)
        holders = sorted(own | by_record)
        for begin in range(0, len(holders), BATCH):
            if ended.is_set():
                return False
            some = holders[begin : begin + BATCH]

            async def work(change: Change, some: Sequence[str] = some) -> None:
                await self._changes.lock_all(change, some)
                records = await self._changes.store.records_of(change.session, some)
                for holder in list(change.holders.values()):
                    for line in all_lines(holder, records):
                        if line.shown.work.words == found.words:
                            self._changes.tell_work(change, holder.holder_id, line.line_id, found)
                    change.refresh.add(holder.holder_id)

            await self._changes.run(WALLET, work)
        return True


async def forget_unused(change: Change, store: WalletStore, words: Sequence[str]) -> None:
    """Of words that no line has any more, nothing is kept."""
    for digest in words:
        own, by_record = await store.holders_of_words(change.session, digest)
        # Those of this change are not written yet.
        own -= {
            holder_id
            for holder_id, holder in change.holders.items()
            if all(one.work.words != digest for one in holder.own_work)
        }
        if not own | by_record:
            await store.forget_words(change.session, digest)
