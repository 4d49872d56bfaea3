"""A steady stream of credentials that goes on whatever is killed, and what became of them."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import grpc
from talent_cli.actors import Holder
from talent_kit.events import Record
from talent_kit.reading import read_to_end
from talent_kit.settings import CommonSettings
from talent_proto.events.v1.profiles_pb2 import TalentProfile
from talent_proto.registry.v1.registry_pb2 import PublishItem
from talent_skills import LEVELS

from tests.world import Town, item

TICK = 0.1  # seconds between two batches


class Load:
    """Publishes `per_second` credentials, each to the next holder; tries again what was not
    acknowledged, under the same request id. `acknowledged`: credential id → the holder's place."""

    def __init__(self, town: Town, holders: Sequence[Holder], per_second: float) -> None:
        self._town = town
        self._holders = holders
        self._per_tick = per_second * TICK
        self._owed = 0.0
        self._pending: dict[str, tuple[PublishItem, int]] = {}
        self._made = 0
        self.acknowledged: dict[str, int] = {}
        self.rejected: list[str] = []
        self.failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, and then until everything is acknowledged."""
        while not stop.is_set() or self._pending:
            if not stop.is_set():
                self._owed += self._per_tick
                while self._owed >= 1:
                    self._owed -= 1
                    self._make()
            await self._send()
            await asyncio.sleep(TICK)

    async def more(self, count: int, seconds: float = 60) -> None:
        """Wait until `count` more are acknowledged."""
        wanted = len(self.acknowledged) + count
        async with asyncio.timeout(seconds):
            while len(self.acknowledged) < wanted:
                await asyncio.sleep(TICK)

    def per_holder(self) -> list[set[str]]:
        """The acknowledged credential ids of each holder."""
        found: list[set[str]] = [set() for _ in self._holders]
        for credential_id, place in self.acknowledged.items():
            found[place].add(credential_id)
        return found

    def _make(self) -> None:
        place = self._made % len(self._holders)
        request_id = f"{self._town.provider.org_id}-{self._made}"
        level = 1 + self._made % len(LEVELS)
        made = item(self._town.achievement_id, self._holders[place].email, request_id, level=level)
        self._pending[request_id] = (made, place)
        self._made += 1

    async def _send(self) -> None:
        items = [made for made, _ in list(self._pending.values())[:100]]
        if not items:
            return
        try:
            async with asyncio.timeout(20):
                async for results in self._town.provider.publish(items):
                    for result in results:
                        _, place = self._pending[result.request_id]
                        if result.HasField("accepted"):
                            del self._pending[result.request_id]
                            self.acknowledged[result.accepted.credential_id] = place
                        elif result.rejected.reason not in ("UNAVAILABLE", "NOT_READY"):
                            del self._pending[result.request_id]
                            self.rejected.append(result.rejected.detail)
        except (grpc.aio.AioRpcError, TimeoutError):
            self.failures += 1


async def present(settings: CommonSettings, topic: str) -> dict[str, Record]:
    """The last version of each key that is not withdrawn, as a new reader would see the topic."""
    last: dict[str, Record] = {}
    async for record in read_to_end(settings, topic):
        if record.key not in last or record.version > last[record.key].version:
            last[record.key] = record
    return {key: record for key, record in last.items() if record.value is not None}


def sources(profile: TalentProfile) -> Counter[tuple[str, str]]:
    """How often a profile states each skill of each credential; once, when all is well."""
    return Counter(
        (assertion.source_credential_id, assertion.skill.uri) for assertion in profile.assertion
    )
