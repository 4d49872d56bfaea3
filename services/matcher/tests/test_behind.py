"""When a replica must not show anybody: it may not know yet what a holder has just decided."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from talent_kit.clock import SystemClock
from talent_kit.errors import Problem
from talent_kit.events import received, tombstone
from talent_kit.versions import Version
from talent_matcher.app import behind_by
from talent_matcher.distances import UNKNOWN
from talent_matcher.matching import Matching
from talent_matcher.relations import Relations
from talent_matcher.settings import MatcherSettings
from talent_matcher.snapshots import PROFILES


@dataclass
class Part:
    """Something that knows how far it is behind, or does not."""

    lag: int | None = 0
    why: str | None = None

    def lag_ms(self) -> int | None:
        return self.lag

    def not_ready(self) -> str | None:
        return self.why


def behind(**changed: Any) -> str | None:
    parts = {name: Part() for name in ("profiles", "view", "network", "matching")} | changed
    return behind_by(MatcherSettings(profile_lag_ms=1000), **parts)()


def test_up_to_date_it_shows_people():
    assert behind(profiles=Part(1000)) is None


@pytest.mark.parametrize("part", ["profiles", "view", "network"])
def test_late_or_unknown_it_shows_nobody(part):
    assert "behind" in (behind(**{part: Part(1001)}) or "")
    assert "not known" in (behind(**{part: Part(None)}) or "")


def test_without_its_shards_it_shows_nobody():
    assert behind(matching=Part(why="its matches are being restored"))


async def test_a_replay_at_a_replica_without_that_partition_says_so():
    settings, parts = MatcherSettings(), {"store": Any, "producer": Any, "known": asyncio.Event()}
    clock = SystemClock(settings.zone)
    matching = Matching(settings, clock=clock, relations=Relations(), distances=UNKNOWN, **parts)
    withdrawn = tombstone(PROFILES, "holder", "TalentProfileWithdrawn", Version(1, 1))
    with pytest.raises(Problem) as refused:
        await matching.on_profiles([received(withdrawn)])
    assert refused.value.arguments == {"why": "another replica has this partition"}
