"""The people of a state in a matcher: made in part, and multiplied.

People and jobs belong to occupations. Somebody has two credentials of five skills each, from
programs of the own occupation, and claims the rest. Some people go through Kafka; `write_snapshots`
writes those of a matcher that holds each of them many times, under other ids: what it would write
itself after it has read so many profiles.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from talent_kit.clock import SystemClock
from talent_kit.events import Outgoing, header, outgoing
from talent_kit.producer import Producer, partition_of
from talent_kit.reading import read_to_end
from talent_kit.versions import Version
from talent_matcher import messages
from talent_matcher.distances import Distances
from talent_matcher.engine import Engine
from talent_matcher.index.crowd import tie_of
from talent_matcher.index.due import Due
from talent_matcher.index.saved import SavedCrowd
from talent_matcher.index.segment import build, joined, living
from talent_matcher.model import HolderId
from talent_matcher.place import Place
from talent_matcher.relations import open_relations
from talent_matcher.score import Known
from talent_matcher.settings import MatcherSettings
from talent_matcher.settled import Settled
from talent_matcher.snapshots import PROFILES, Snapshot, Snapshots
from talent_matcher.weights import WEIGHTS
from talent_proto.events.v1 import common_pb2, jobs_pb2, profiles_pb2, skills_pb2
from talent_proto.events.v1.profiles_pb2 import TalentProfile

from bench.population import SKILLS, skill_uri

OCCUPATIONS, OF_OCCUPATION, STEP = 800, 40, 25  # neighbors share skills
PROGRAMS = 20  # of an occupation
CLAIMED, ELSEWHERE, ASKED = 10, 5, 12
THRESHOLD, CAP = 400, 20
ACTOR = common_pb2.Actor(id="bench")
CLOCK = SystemClock(MatcherSettings().zone)
AT_ONCE = 2_000
Spare = dict[int, list[HolderId]]  # new ids, by the partition that they belong to


def profile(random: Any, holder: str) -> TalentProfile:
    occupation = int(random.integers(OCCUPATIONS))
    shown: list[skills_pb2.SkillAssertion] = []
    for program in random.choice(PROGRAMS, 2, replace=False).tolist():
        shown += _credential(random, occupation, program)
    for number in random.choice(OF_OCCUPATION, CLAIMED, replace=False).tolist():
        shown.append(_claim(random, occupation * STEP + number))
    shown += [_claim(random, int(random.integers(SKILLS))) for _ in range(ELSEWHERE)]
    return TalentProfile(
        holder_id=holder,
        assertion=shown,
        place=_place(random),
        limits=profiles_pb2.WorkLimits(commute_radius_miles=int(random.choice([0, 10, 30, 60]))),
        consent_id=_id(random),
        consent_version=1,
    )


def job(random: Any, number: int, employer: str) -> jobs_pb2.Job:
    occupation = int(random.integers(OCCUPATIONS))
    wanted = random.choice(OF_OCCUPATION, ASKED, replace=False).tolist()
    return jobs_pb2.Job(
        job_id=f"job-{number}",
        title=f"Work {occupation}",
        employer_org_id=employer,
        requirement=[
            jobs_pb2.Requirement(
                skill=_skill(occupation * STEP + one),
                importance=jobs_pb2.Importance.ValueType(1 if place < ASKED // 2 else 2),
                required_level=int(random.integers(4)),
            )
            for place, one in enumerate(wanted)
        ],
        place=_place(random),
        threshold=THRESHOLD,
        match_cap=CAP,
        visibility=jobs_pb2.JOB_VISIBILITY_PUBLIC,
    )


def updated(of: TalentProfile, n: int = 1) -> Outgoing:
    """The event of a profile."""
    head = header(version=Version(1, n), actor=ACTOR, clock=CLOCK)
    event = profiles_pb2.TalentProfileUpdated(header=head, profile=of)
    return outgoing(PROFILES, of.holder_id, event)


def posted(of: jobs_pb2.Job) -> Outgoing:
    head = header(version=Version(1, 1), actor=ACTOR, clock=CLOCK)
    return outgoing("talent.jobs.v1", of.job_id, jobs_pb2.JobPosted(header=head, job=of))


async def send(producer: Producer, items: list[Outgoing]) -> None:
    for begin in range(0, len(items), AT_ONCE):
        await producer.send_all(items[begin : begin + AT_ONCE])


async def write_snapshots(
    settings: MatcherSettings, people: list[TalentProfile], times: int
) -> None:
    """Of everybody in the topic, and of as many more that there are so many times as many."""
    folder = settings.snapshot_dir
    assert folder is not None
    relations = open_relations(settings.skills_dir)
    distances = Distances.open(settings.data_dir / "places" / "centers.csv")
    known = Known(relations=relations, distances=distances)
    snapshots = Snapshots(folder, settings, distances)
    count = settings.kafka_partitions
    places = {partition: Place() for partition in range(count)}
    async for record in read_to_end(settings, PROFILES):
        places[record.partition].passed(record)
    spare: Spare = {partition: [] for partition in places}
    for partition, place in places.items():
        its = [one for one in people if partition_of(one.holder_id, count) == partition]
        engine = Engine(WEIGHTS, known)
        today = CLOCK.today()
        list(engine.advance(today))
        crowd = engine.crowd()
        for one in its:
            its_profile = messages.profile(one, (1, 1), settings.zone)
            engine.gather(crowd, HolderId(one.holder_id), (1, 1), its_profile)
        saved = _multiplied(crowd.saved(today), partition, spare, times)
        settled = Settled(today, repr(WEIGHTS), {}, {}, {}, frozenset())
        snapshot = Snapshot(place, settled, relations.links)
        snapshots.write(partition, snapshot, saved, CLOCK.now())


def _multiplied(saved: SavedCrowd, partition: int, spare: Spare, times: int) -> SavedCrowd:
    rows = joined([living(segment) for _, segment in saved.segments])
    people = [holder for holders, _ in saved.segments for holder in holders]
    copies = [people] + [[_other(partition, spare) for _ in people] for _ in range(times - 1)]
    everybody = [one for copy in copies for one in copy]
    ties = np.array([tie_of(one) for one in everybody], np.uint64)
    segment = build(joined([rows] * times)._replace(ties=ties))
    due = Due()
    for one, day in _many(saved.due.days(), people, copies).items():
        due.add(one, date.fromordinal(day))
    return replace(
        saved,
        packing=[(values, [one * times for one in taken]) for values, taken in saved.packing],
        packed=_many(saved.packed, people, copies),
        versions=_many(saved.versions, people, copies),
        due=due,
        segments=[(everybody, segment)],
    )


def _many(
    of: Mapping[HolderId, Any], people: list[HolderId], copies: list[list[HolderId]]
) -> dict[HolderId, Any]:
    return {
        other: of[one]
        for copy in copies
        for one, other in zip(people, copy, strict=True)
        if one in of
    }


def _other(partition: int, spare: Spare) -> HolderId:
    while not spare[partition]:
        made = str(uuid.uuid4())
        spare[partition_of(made, len(spare))].append(HolderId(made))
    return spare[partition].pop()


def _credential(random: Any, occupation: int, program: int) -> list[skills_pb2.SkillAssertion]:
    source, issuer = _id(random), occupation * 5 + program % 5
    awarded = datetime(2026 - int(random.integers(10)), 1 + int(random.integers(11)), 9, tzinfo=UTC)
    return [
        _dated(
            awarded,
            skills_pb2.SkillAssertion(
                assertion_id=_id(random),
                skill=_skill(occupation * STEP + (program * 2 + number) % OF_OCCUPATION),
                basis=skills_pb2.AssertionBasis.ValueType(3 + program % 2),
                verification_outcome=skills_pb2.VERIFICATION_OUTCOME_VALID,
                normalized_level=1 + (program + number) % 5,
                issuer=skills_pb2.Validator(did=f"did:web:issuer-{issuer}.example"),
                issuer_trusted=issuer % 3 > 0,
                issuer_name=f"Academy of place number {issuer}",
                achievement_name=f"Program {occupation}-{program}",
                achievement_id=f"https://issuer-{issuer}.example/achievements/{program}",
                source_credential_id=source,
                evidence=[skills_pb2.Evidence(id=source, type="credential")],
                criteria_stated=True,
                assessment=skills_pb2.Assessment(method="Performance"),
                scope=skills_pb2.ASSERTION_SCOPE_NETWORK,
                taxonomy_version="esco-1.2",
            ),
        )
        for number in range(5)
    ]


def _claim(random: Any, skill: int) -> skills_pb2.SkillAssertion:
    return skills_pb2.SkillAssertion(
        assertion_id=_id(random),
        skill=_skill(skill),
        basis=skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
        verification_outcome=skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT,
        normalized_level=int(random.integers(6)),
        scope=skills_pb2.ASSERTION_SCOPE_NETWORK,
        taxonomy_version="esco-1.2",
    )


def _dated(awarded: datetime, one: skills_pb2.SkillAssertion) -> skills_pb2.SkillAssertion:
    one.awarded.FromDatetime(awarded)
    return one


def _skill(number: int) -> skills_pb2.SkillReference:
    number %= SKILLS
    return skills_pb2.SkillReference(uri=skill_uri(number), label=f"Skill number {number}")


def _place(random: Any) -> common_pb2.CoarsePlace:
    county = f"08{int(random.integers(8)) * 2 + 1:03}"
    return common_pb2.CoarsePlace(state="US-CO", county_fips=county)


def _id(random: Any) -> str:
    return random.bytes(16).hex()
