"""The engine at work: people as they come from the network, against all open jobs.

Both are as `bench.statewide` makes them, so that many match. What a person takes in memory, and how
long it takes until it is decided what a changed person, a new job or a new day announces.
`python -m bench.engine 10000` sets the number of people.
"""

import resource
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np
from talent_matcher import messages
from talent_matcher.engine import Engine
from talent_matcher.model import HolderId, Job, Outcome, Profile
from talent_matcher.settings import MatcherSettings
from talent_matcher.weights import WEIGHTS

from bench import statewide
from bench.matching import JOBS, timed
from bench.population import TODAY
from bench.report import at_most, plain, report

PEOPLE, CHANGED = 50_000, 500
EMPLOYERS = 5_000
ZONE = MatcherSettings().zone


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    random = np.random.default_rng(7)
    engine = Engine(WEIGHTS)
    list(engine.advance(TODAY))
    for one in jobs(JOBS):
        list(engine.put_job(one.job_id, (1, 1), one))
    crowd = engine.crowd()
    before, gathering = _memory(), 0.0
    for _ in range(count):
        one = person(random)
        gathering += timed(lambda one=one: engine.gather(crowd, one.holder_id, (1, 1), one))[0]
    each = (_memory() - before) / count
    engine.open_shard(0, 1, {}, crowd)
    settling, _ = timed(lambda: list(engine.settle(0)))
    shard = engine.shards[0]
    announced = list(shard.pending.values())
    engine.shards[0].leaving(announced)
    engine.shards[0].announced(announced)

    some = list(crowd)[:: max(1, count // CHANGED)]
    changes = [_change(engine, random, holder) for holder in some]
    anew = [
        timed(
            lambda one=one: list(engine.put_job(one.job_id, (1, 2), replace(one, version=(1, 2))))
        )
        for one in jobs(CHANGED, seed=9)
    ]
    whole = [
        timed(lambda one=one: engine.put_profile(0, one.holder_id, (1, 1), one))[0]
        for one in (person(random) for _ in range(CHANGED))
    ]
    day, _ = timed(lambda: list(engine.advance(TODAY + timedelta(1))))
    pairs = sum(map(len, shard.shown.values()))
    assert pairs > 0
    report(
        "engine",
        [
            plain("people", count, ""),
            plain("open jobs", JOBS, ""),
            plain("pairs shown", pairs, ""),
            at_most("memory a person", each / 1024, "KiB", 4),
            plain("people taken in", count / gathering, "people/s"),
            plain("all pairs settled in", settling, "s"),
            plain("one skill of a person changes", median(changes) * 1000, "ms"),
            plain("the same, 99 of 100 within", _high(changes) * 1000, "ms"),
            plain("a new person", median(whole) * 1000, "ms"),
            plain("a new job", median(took for took, _ in anew) * 1000, "ms"),
            plain("a new day", day, "s"),
        ],
    )


def jobs(count: int, seed: int = 2) -> Iterator[Job]:
    random = np.random.default_rng(seed)
    for number in range(count):
        yield messages.job(statewide.job(random, number, f"org-{number % EMPLOYERS}"), (1, 1))


def person(random: Any) -> Profile:
    return messages.profile(statewide.profile(random, _uuid(random)), (1, 1), ZONE)


def _change(engine: Engine, random: Any, holder: HolderId) -> float:
    """Somebody's first assertion gets another level."""
    profile = engine.shards[0].crowd.profile(holder)
    assert profile is not None
    first, *others = profile.assertions
    level = int(random.integers(6))
    proof = first.proof._replace(outcome=Outcome.VALID, level=level)
    now = profile._replace(assertions=(first._replace(proof=proof), *others), version=(1, 2))
    return timed(lambda: engine.put_profile(0, holder, (1, 2), now))[0]


def _uuid(random: Any) -> str:
    return str(uuid.UUID(bytes=random.bytes(16)))


def _high(times: Sequence[float]) -> float:
    return float(np.quantile(times, 0.99))


def _memory() -> int:
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()
