"""The engine at work: people as they come from the network, against all open jobs.

What a person takes in memory, and how long it takes until it is decided what a changed person, a
new job or a new day announces. `python -m bench.engine 10000` sets the number of people.
"""

import resource
import sys
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np
from talent_matcher.engine import Engine
from talent_matcher.model import (
    Assertion,
    AssessmentKind,
    Criteria,
    HolderId,
    Outcome,
    Profile,
    Proof,
)
from talent_matcher.weights import WEIGHTS

from bench import population
from bench.matching import JOBS, timed
from bench.population import TODAY
from bench.report import at_most, plain, report

PEOPLE, CHANGED = 50_000, 500
ISSUERS = 400


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    random = np.random.default_rng(7)
    engine = Engine(WEIGHTS)
    list(engine.advance(TODAY))
    for one in population.jobs(JOBS):
        list(engine.put_job(one.job_id, (1, 1), one))
    crowd = engine.crowd()
    before, gathering = _memory(), 0.0
    for number in range(count):
        one = person(random, number)
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
        for one in population.jobs(CHANGED, seed=9)
    ]
    whole = [
        timed(lambda one=one: engine.put_profile(0, one.holder_id, (1, 1), one))[0]
        for one in (person(random, count + number) for number in range(CHANGED))
    ]
    day, _ = timed(lambda: list(engine.advance(TODAY + timedelta(1))))
    report(
        "engine",
        [
            plain("people", count, ""),
            plain("open jobs", JOBS, ""),
            plain("pairs shown", sum(map(len, shard.shown.values())), ""),
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


def person(random: Any, number: int) -> Profile:
    """With ids as long as real ones, and names that many share."""
    size = 1 + int(random.poisson(population.SHOWN - 1))
    shown: list[Assertion] = []
    for skill in population.draw_skills(random, size).tolist():
        if len(shown) % 5 == 0:  # a credential says about five things
            evidence, issuer = _uuid(random), int(random.integers(ISSUERS))
            seen = TODAY - timedelta(int(random.integers(4000)))
        shown.append(_assertion(random, skill, issuer, evidence, seen))
    return Profile(
        HolderId(_uuid(random)),
        (1, 1),
        tuple(shown),
        place=population.place(random),
        commute_miles=int(random.choice([0, 10, 30, 60])),
    )


def _assertion(random: Any, skill: int, issuer: int, evidence: str, seen: Any) -> Assertion:
    basis = population.BASES[int(random.choice(4, p=population.SHARES))]
    by_record = basis is not population.BASES[0]
    proof = Proof(
        assertion_id=_uuid(random),
        basis=basis,
        outcome=Outcome.VALID if by_record else Outcome.NO_DOCUMENT,
        level=int(random.integers(6)),
        issuer_trusted=by_record and issuer % 2 == 0,
        issuer_did=f"did:web:issuer-{issuer}.example" if by_record else "",
        issuer_name=f"Academy of place number {issuer}" if by_record else "",
        achievement_name=f"Program {issuer}-{skill % 20}" if by_record else "",
        evidence_id=evidence if by_record else "",
        awarded=seen if by_record else None,
        artifact=by_record and issuer % 3 == 0,
        criteria=Criteria.STATED if by_record else Criteria.NOT_STATED,
        testing=AssessmentKind.NAMED if by_record else AssessmentKind.NOT_STATED,
    )
    uri = population.skill_uri(skill)
    return Assertion(uri, proof, shown_on=seen, taxonomy="esco-1.2", label=f"Skill number {skill}")


def _change(engine: Engine, random: Any, holder: HolderId) -> float:
    """Somebody's first assertion gets another level."""
    profile = engine.shards[0].crowd.profile(holder)
    assert profile is not None
    first, *others = profile.assertions
    level = int(random.integers(6))
    proof = first.proof._replace(outcome=Outcome.VALID, level=level)
    now = replace(profile, assertions=(first._replace(proof=proof), *others), version=(1, 2))
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
