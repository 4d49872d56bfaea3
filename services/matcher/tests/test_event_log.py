"""The log of events: each word once, the last one at any instant, none for longer than it may."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from talent_kit.events import outgoing, received, tombstone
from talent_kit.store import Store
from talent_kit.versions import Version
from talent_matcher.decision_store import DecisionStore
from talent_matcher.event_log import EventLog, key_of
from talent_matcher.past import found_also
from talent_matcher.restoring import MATCHES
from talent_matcher.snapshots import PROFILES
from talent_proto.events.v1 import profiles_pb2, scoring_pb2

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEPT = timedelta(days=30)
NOW = datetime.now(UTC).replace(microsecond=0)


@asynccontextmanager
async def logs(world):
    """An empty log, and the decisions that it and an earlier version keep."""
    store = await Store.connect(world.settings, "matcher-log")
    log = EventLog(store, KEPT, also=found_also)
    decisions = DecisionStore(store, log)
    try:
        await store.db.client.drop_database(store.db.name)
        for step in (*log.steps(), *decisions.steps()):
            await step.run()
        yield store.db, log, decisions
    finally:
        await store.close()


def at(record, when: datetime):
    """As it is read from the topic."""
    return replace(received(record), timestamp_ms=int(when.timestamp() * 1000))


def gone(pair: str, when: datetime):
    return at(tombstone(MATCHES, pair, "MatchWithdrawn", Version(1, 1)), when)


def shown(holder: str, when: datetime, n: int = 1):
    profile = profiles_pb2.TalentProfile(holder_id=holder)
    event = profiles_pb2.TalentProfileUpdated(profile=profile)
    event.header.event_id = f"{holder}-{n}-{when.timestamp()}"
    event.header.aggregate_version.n = n
    return at(outgoing(PROFILES, holder, event), when)


def person(name: str) -> str:
    return key_of(PROFILES, name)


async def test_a_word_is_kept_for_its_time_and_what_still_stands_for_longer(world):
    async with logs(world) as (db, log, _):
        ago = [NOW - timedelta(days) for days in range(60)]
        await log.keep([gone("job/ana", ago[40]), shown("bo", ago[40]), shown("di", ago[41])])
        await log.keep([shown("di", ago[35], 2), shown("eva", ago[33]), shown("eva", ago[2], 2)])
        await log.forget(NOW)
        assert await log.last(key_of(MATCHES, "job/ana"), NOW) is None
        for who, n in (("bo", 1), ("di", 2), ("eva", 1)):
            word = await log.last(person(who), ago[29])
            assert (word.event.profile.holder_id, word.packed) == (who, n)
        assert (await log.last(person("bo"), NOW)).at == ago[40]
        assert (await log.last(person("eva"), NOW)).packed == 2
        assert len(await log.all(person("di"), NOW)) == 1
        # Not for ever, once something else was said.
        await log.keep([shown("bo", NOW, 2)])
        for later in range(0, 400, 40):
            await log.forget(NOW + timedelta(later))
        words = [await log.all(person(who), NOW + timedelta(1)) for who in ("bo", "di", "eva")]
        assert [[one.packed for one in its] for its in words] == [[2], [2], [2]]
        assert await db.event_log.count_documents({}) == 4  # with when the log began


async def test_what_was_taken_back_or_said_anew_on_the_same_day_stands_no_longer(world):
    async with logs(world) as (_, log, _):
        noon = (NOW - timedelta(40)).replace(hour=12, minute=0, second=0)
        taken_back = replace(
            gone("x", noon + timedelta(minutes=1)), topic=PROFILES, key="ana", type="gone"
        )
        await log.keep([shown("ana", noon), taken_back])
        # What comes in later may share its document with what happened before.
        await log.keep([shown("bo", noon), shown("di", noon, 2)])
        hour = timedelta(hours=1)
        await log.keep([shown("eva", noon - hour), shown("bo", noon + hour, 2)])
        await log.keep([shown("fay", noon - hour), shown("di", noon - hour, 1)])
        await log.forget(NOW)
        words = [await log.all(person(who), NOW) for who in ("ana", "bo", "di")]
        assert [[one.packed for one in its] for its in words] == [[], [2], [2]]


async def test_nothing_is_said_of_a_day_that_is_over(world):
    async with logs(world) as (_, log, _):
        assert not log.reaches(NOW - KEPT - timedelta(1))
        assert log.reaches(NOW - KEPT + timedelta(1))
        assert await log.began() >= NOW
        before = await log.began()
        await log.prepare()
        assert await log.began() == before


async def test_the_last_word_at_an_instant_whatever_came_in_when(world):
    async with logs(world) as (_, log, _):
        hours = [NOW - timedelta(hours=count) for count in range(50)]
        words = [shown("ana", hour, 50 - count) for count, hour in enumerate(hours)]
        await asyncio.gather(log.keep(words[::2]), log.keep([shown("bo", NOW), *words[1::2]]))
        await log.keep(words[10:20])  # repeated
        for count, hour in enumerate(hours[1:40], start=1):
            last = await log.last(person("ana"), hour + timedelta(minutes=1))
            assert last.packed == 50 - count
        told = await log.all(person("ana"), NOW + timedelta(1))
        assert [one.packed for one in told] == list(range(50, 0, -1))


async def test_who_stands_for_a_job_at_an_instant(world):
    async with logs(world) as (_, log, _):
        hours = [NOW - timedelta(hours=count) for count in range(9)]

        def found(pair, when, n):
            return replace(shown("x", when, n), topic=MATCHES, key=pair, type="MatchFound")

        records = [
            found("job-1/ana", hours[8], 1),
            found("job-1/bo", hours[7], 1),
            found("job-10/di", hours[7], 1),
            replace(gone("job-1/ana", hours[3]), timestamp_ms=int(hours[3].timestamp() * 1000)),
        ]
        await log.keep([replace(one, headers=(*one.headers,)) for one in records])

        async def standing(until):
            there = await log.standing_among(key_of(MATCHES, "job-1/"), until)
            return sorted(one.key.split("/")[1] for one in there)

        assert await standing(hours[4]) == ["ana", "bo"]
        assert await standing(NOW) == ["bo"]
        assert await standing(hours[8]) == []


async def test_all_statements_of_an_employer_are_found_together(world):
    async with logs(world) as (_, log, _):

        def trusts(employer, n):
            event = scoring_pb2.ValidatorsTrusted(employer_org_id=employer)
            event.header.event_id = f"{employer}-{n}"
            event.header.aggregate_version.n = n
            return at(outgoing("talent.scoring.v1", f"validators/{employer}", event), NOW)

        await log.keep([trusts("acme", 1), trusts("bolt", 1), trusts("acme", 2)])
        found = await log.all("favors acme", NOW + timedelta(1))
        assert [(one.event.employer_org_id, one.packed) for one in found] == [
            ("acme", 2),
            ("acme", 1),
        ]


async def test_each_decision_is_told_once_in_its_place_whichever_version_wrote_it(world):
    async with logs(world) as (db, log, decisions):
        instants = [NOW - timedelta(hours=hours) for hours in range(1, 80)]
        first, second, third, *rest = [gone("job-over/often", at) for at in instants]
        # As earlier versions wrote them.
        alone = {
            "_id": first.event_id,
            "job_id": "job-over",
            "holder_id": "often",
            "at": instants[0],
            "match": None,
            "expires_at": NOW + timedelta(1),
        }
        pair = "job-over/often"
        together = {
            "pairs": [pair],
            "at": instants[2],
            "decisions": [
                {"event_id": one.event_id, "pair": pair, "at": when, "match": None}
                for one, when in ((third, instants[2]), (second, instants[1]))
            ],
            "expires_at": NOW + timedelta(2),
        }
        await db.decisions.insert_many([alone, together])
        await log.keep([*rest, gone("job-over/other", NOW)])
        await asyncio.gather(log.keep(rest[:9]), log.keep([third, *rest[40:]]))
        told = [one.at for one in await decisions.of_pair("job-over", "often", NOW)]
        assert [(NOW - at).total_seconds() // 3600 for at in told] == list(range(1, 80))
        before = NOW - timedelta(hours=40, minutes=1)
        assert len(await decisions.of_pair("job-over", "often", before)) == 39
        assert len(await decisions.of_pair("job-over", "other", NOW + timedelta(1))) == 1
        await decisions.forget(NOW + timedelta(1), 10)
        assert await db.decisions.count_documents({}) == 1


async def test_what_an_earlier_version_prepared_is_put_right(world):
    async with logs(world) as (db, _, decisions):
        await db.decisions.drop_indexes()
        await db.decisions.create_index([("expires_at", 1)], expireAfterSeconds=0)
        await db.decisions.create_index([("org_id", 1)])
        for step in [*decisions.steps()[1:]] * 2:
            await step.run()
        indexes = await db.decisions.index_information()
        assert "expireAfterSeconds" not in str(indexes)
        assert "org_id_1" not in indexes
