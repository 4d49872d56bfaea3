"""What all shards tell, whichever replica has them: asked here, or of the others over gRPC.

The database says who has each shard, in which epoch, and where they are reached. Nobody is asked
about a shard that is here, so a replica that has all of them calls nobody.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc
from talent_kit.errors import Problem, Reason
from talent_kit.failures import passes_by_itself
from talent_kit.grpc_client import TokenSource, channel
from talent_kit.producer import partition_of
from talent_proto.events.v1 import jobs_pb2, matches_pb2
from talent_proto.matcher.v1 import decisions_pb2
from talent_proto.matcher.v1 import shards_pb2 as pb
from talent_proto.matcher.v1 import shards_pb2_grpc as pb_grpc

from talent_matcher.index.crowd import tie_of
from talent_matcher.model import HolderId
from talent_matcher.shards import Shards
from talent_matcher.store import MatcherStore, Owner

T = TypeVar("T")
HERE = "here"  # in place of an address
NOBODY = Owner(0, "")
logger = logging.getLogger(__name__)
Parts = Mapping[str, Sequence[pb.AskedShard]]  # by the address of who has them


@dataclass
class _Peer:
    channel: grpc.aio.Channel
    stub: Any
    calls: int = 0  # under way


class Peers:
    """`partitions` of profiles there are; a job that states no cap has the usual `cap`. Close it
    at the end."""

    def __init__(
        self,
        *,
        shards: Shards,
        store: MatcherStore,
        token: TokenSource,
        partitions: int,
        cap: int,
        seconds: float,
    ) -> None:
        self._shards = shards
        self._store = store
        self._token = token
        self._partitions = partitions
        self._cap = cap
        self._seconds = seconds
        self._peers: dict[str, _Peer] = {}

    async def standing(self, job_id: str, holder_id: str) -> decisions_pb2.PresentState | None:
        """As `Standings.standing`. Raises NOT_READY, UNAVAILABLE."""
        ((target, shards),) = (await self._parts([self._partition(holder_id)])).items()
        request = pb.GetStandingRequest(shard=shards, job_id=job_id, holder_id=holder_id)
        answer: pb.GetStandingResponse = await self._ask(target, "GetStanding", request)
        return answer.present if answer.HasField("present") else None

    async def explained(self, job_id: str, holder_id: str) -> pb.ExplainedPair | None:
        """What a fit is made of; None for a pair that is not shown. Raises NOT_READY,
        UNAVAILABLE."""
        ((target, shards),) = (await self._parts([self._partition(holder_id)])).items()
        request = pb.ExplainPairRequest(shard=shards, job_id=job_id, holder_id=holder_id)
        answer: pb.ExplainPairResponse = await self._ask(target, "ExplainPair", request)
        return answer.pair if answer.HasField("pair") else None

    async def best(self, job: jobs_pb2.Job) -> tuple[list[HolderId], bool]:
        """As `Standings.ranked`: who, and whether all shards were asked."""
        parts = await self._parts(range(self._partitions))
        answers, whole = await _those_there(
            self._ask(target, "ListBest", pb.ListBestRequest(shard=shards, job=job))
            for target, shards in parts.items()
        )
        found = [(one.score, HolderId(one.holder_id)) for part in answers for one in part.best]
        found.sort(key=lambda one: (-one[0], tie_of(one[1]), one[1]))
        return [holder for _, holder in found[: job.match_cap or self._cap]], whole

    async def sketches(
        self, job: jobs_pb2.Job, holders: Sequence[HolderId]
    ) -> tuple[dict[HolderId, matches_pb2.Match], bool]:
        """How these would be announced who fit, in order, and whether all could be asked about."""
        places = {holder: self._partition(holder) for holder in holders}
        requests = {
            target: pb.SketchMatchesRequest(shard=shards, job=job)
            for target, shards in (await self._parts(set(places.values()))).items()
        }
        for request in requests.values():
            among = {one.partition for one in request.shard}
            request.holder_id.extend(one for one in holders if places[one] in among)
        answers, whole = await _those_there(
            self._ask(target, "SketchMatches", request) for target, request in requests.items()
        )
        found = {HolderId(one.holder_id): one for part in answers for one in part.match}
        return {holder: found[holder] for holder in holders if holder in found}, whole

    async def close(self) -> None:
        for peer in list(self._peers.values()):
            await peer.channel.close()

    def _partition(self, holder_id: str) -> int:
        return partition_of(holder_id, self._partitions)

    async def _parts(self, partitions: Iterable[int]) -> Parts:
        owners = await self._store.shard_owners()
        await self._forget({owner.target for owner in owners.values()})
        parts: defaultdict[str, list[pb.AskedShard]] = defaultdict(list)
        for partition in sorted(partitions):
            owner = owners.get(partition, NOBODY)
            shard = pb.AskedShard(partition=partition, epoch=owner.epoch)
            parts[HERE if self._shards.holds([shard]) else owner.target].append(shard)
        return parts

    async def _ask(self, target: str, method: str, request: Any) -> Any:
        if target == HERE:
            return await getattr(self._shards, method)(request)
        if not target:
            raise _away()
        peer = self._peers.get(target) or self._met(target)
        peer.calls += 1
        try:
            # Also the way to the token counts.
            async with asyncio.timeout(self._seconds):
                # A replica that is just back is waited for, not missed while the channel pauses.
                call = getattr(peer.stub, method)
                return await call(request, timeout=self._seconds, wait_for_ready=True)
        except (grpc.aio.AioRpcError, Problem, TimeoutError) as error:
            told = error.code().name if isinstance(error, grpc.aio.AioRpcError) else repr(error)
            logger.warning("the replica at %s does not answer: %s", target, told)
            raise _away() from error
        finally:
            peer.calls -= 1

    def _met(self, target: str) -> _Peer:
        opened = channel(target, self._token)
        peer = self._peers[target] = _Peer(opened, pb_grpc.ShardServiceStub(opened))
        return peer

    async def _forget(self, present: set[str]) -> None:
        """Channels to those who have no shard any more."""
        gone = [one for one in self._peers if one not in present and not self._peers[one].calls]
        for peer in [self._peers.pop(target) for target in gone]:
            await peer.channel.close()


async def _those_there(calls: Iterable[Awaitable[T]]) -> tuple[list[T], bool]:
    """The answers that came, and whether all did. Raises what does not pass by itself."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    answers: list[T] = []
    for result in results:
        if not isinstance(result, BaseException):
            answers.append(result)
        elif not isinstance(result, Exception) or not passes_by_itself(result):
            raise result
    return answers, len(answers) == len(results)


def _away() -> Problem:
    return Problem(Reason.UNAVAILABLE, what="a part of the profiles")
