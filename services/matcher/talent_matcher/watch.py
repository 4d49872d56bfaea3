"""The stream of an employer's matches: those present, then each change as it happens."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing

from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_proto.matcher.v1 import matcher_pb2 as pb

from talent_matcher.cursors import Cursor, read_cursor
from talent_matcher.jobs import Jobs
from talent_matcher.network import Network
from talent_matcher.people import People
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.view import NOWHERE, Logged, Present, View

SCAN = 1000  # changes looked at before others have their turn
TRY_AGAIN_SECONDS = "30"
CATCH_UP_SECONDS = 2.0  # a cursor may come from a replica that is a moment ahead


class Watch:
    """`run` ends all streams when the service stops: each with a last cursor, to resume from."""

    def __init__(
        self,
        *,
        view: View,
        people: People,
        jobs: Jobs,
        network: Network,
        pseudonyms: Pseudonyms,
        clock: Clock,
        epoch: str,
        batch: int,
        silence_seconds: float,
        cursor_days: int,
        streams: int,
    ) -> None:
        self._view = view
        self._people = people
        self._jobs = jobs
        self._network = network
        self._pseudonyms = pseudonyms
        self._clock = clock
        self._epoch = epoch
        self._batch = batch
        self._silence = silence_seconds
        self._cursor_days = cursor_days
        self._streams = streams
        self._open: Counter[str] = Counter()  # streams by organization
        self._ending = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._ending.set()
        self._view.wake()

    async def matches(
        self, caller: Caller, request: pb.WatchMatchesRequest
    ) -> AsyncGenerator[pb.WatchMatchesResponse]:
        """Raises RATE_LIMITED when the organization has as many streams as it may."""
        if self._open[caller.org_id] >= self._streams:
            raise Problem(Reason.RATE_LIMITED, seconds=TRY_AGAIN_SECONDS)
        self._open[caller.org_id] += 1
        try:
            async with aclosing(self._matches(caller, request)) as responses:
                async for response in responses:
                    yield response
        finally:
            self._open[caller.org_id] -= 1
            if not self._open[caller.org_id]:
                del self._open[caller.org_id]

    async def _matches(
        self, caller: Caller, request: pb.WatchMatchesRequest
    ) -> AsyncGenerator[pb.WatchMatchesResponse]:
        """At any time raises NOT_VETTED, TOKEN_EXPIRED, CURSOR_TOO_OLD, or UNAVAILABLE when the
        wallet is away."""
        if request.job_id:
            await self._jobs.owned(caller, request.job_id)
        self._people.require_present()
        self._require_allowed(caller)
        if request.cursor:
            position = await self._resumed(request.cursor)
            at = self._view.oldest
        else:
            position, at = self._view.position(), self._view.end
            present = self._present(caller, request.job_id)
            for begin in range(0, len(present), self._batch):
                if self._ending.is_set():
                    return
                updates = await self._found(caller, present[begin : begin + self._batch])
                if not updates:
                    continue  # nobody of them consents: an empty message would look like the end
                # No cursor yet: who breaks off here has not seen all that is present.
                yield pb.WatchMatchesResponse(update=updates)
            yield self._response([], position)
        while not self._ending.is_set():
            changes, at = self._changes(caller, request.job_id, position, at)
            if changes:
                yield self._response(await self._updates(caller, changes), position)
            elif at < self._view.end:
                await asyncio.sleep(0)
            else:
                end = self._view.end
                await self._view.grown(at, self._silence)
                self._require_allowed(caller)
                if self._view.end == end and not self._ending.is_set():
                    yield self._response([], position)
        yield self._response([], position)

    def _require_allowed(self, caller: Caller) -> None:
        """At every message: also a stream ends with the token it was opened with."""
        if time.time() >= caller.expires_at:
            raise Problem(Reason.TOKEN_EXPIRED)
        self._people.require_vetted(caller)

    def _present(self, caller: Caller, job_id: str) -> list[Present]:
        return self._view.of_job(job_id) if job_id else self._view.of_employer(caller.org_id)

    async def _resumed(self, text: str) -> dict[int, int]:
        cursor = read_cursor(text, epoch=self._epoch, now=self._clock.now(), days=self._cursor_days)
        there = await self._view.catch_up(cursor.position, CATCH_UP_SECONDS)
        if not there or self._view.forgot(cursor.position):
            raise Problem(Reason.CURSOR_TOO_OLD, field="cursor")
        return dict(cursor.position)

    def _changes(
        self, caller: Caller, job_id: str, position: dict[int, int], at: int
    ) -> tuple[list[Logged], int]:
        """The next batch of the caller's changes, of each pair only the last. Moves `position`."""
        found = self._view.changes(at, SCAN)
        if found is None:
            raise Problem(Reason.CURSOR_TOO_OLD, field="cursor")
        latest: dict[tuple[str, str], Logged] = {}
        for change in found[0]:
            at += 1
            if change.partition != NOWHERE:
                if change.offset < position.get(change.partition, 0):
                    continue  # before the cursor
                position[change.partition] = change.offset + 1
            if self._concerns(caller, job_id, change):
                latest[(change.job_id, change.holder_id)] = change
                if len(latest) == self._batch:
                    break
        return list(latest.values()), at

    def _concerns(self, caller: Caller, job_id: str, change: Logged) -> bool:
        if job_id:
            return change.job_id == job_id
        employer = change.employer or self._network.employer_of(change.job_id)
        return employer == caller.org_id

    async def _found(self, caller: Caller, present: list[Present]) -> list[pb.MatchUpdate]:
        self._require_allowed(caller)
        return [pb.MatchUpdate(found=one) for one in await self._people.shown(caller, present)]

    async def _updates(self, caller: Caller, changes: list[Logged]) -> list[pb.MatchUpdate]:
        """What may be shown as it is now; whatever may not be shown is withdrawn."""
        self._require_allowed(caller)
        there = [self._view.visible(one.job_id, one.holder_id) for one in changes]
        shown = await self._people.shown(caller, [one for one in there if one is not None])
        by_pair = {(one.match.job_id, one.candidate_id): one for one in shown}
        updates: list[pb.MatchUpdate] = []
        for change in changes:
            name = self._pseudonyms.candidate(change.holder_id, caller.org_id)
            candidate = by_pair.get((change.job_id, name))
            if candidate is None:
                gone = pb.MatchWithdrawn(job_id=change.job_id, candidate_id=name)
                updates.append(pb.MatchUpdate(withdrawn=gone))
            elif change.found:
                updates.append(pb.MatchUpdate(found=candidate))
            else:
                updates.append(pb.MatchUpdate(changed=candidate))
        return updates

    def _response(
        self, updates: list[pb.MatchUpdate], position: dict[int, int]
    ) -> pb.WatchMatchesResponse:
        cursor = Cursor(self._epoch, self._clock.now(), position)
        return pb.WatchMatchesResponse(update=updates, cursor=cursor.text())
