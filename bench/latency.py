"""From the provider's call to a readable match, at a steady 20 credentials a second."""

import asyncio
import time
from statistics import quantiles

from talent_cli.actors import Holder
from talent_local.sandbox import Sandbox
from talent_matcher.pseudonyms import Pseudonyms
from talent_proto.events.v1.jobs_pb2 import Importance, Job, JobLocationType, Requirement
from talent_proto.events.v1.skills_pb2 import SkillReference
from talent_proto.matcher.v1.matcher_pb2 import WatchMatchesRequest

from bench import reference
from bench.network import World, sandbox, world
from bench.report import at_most, plain, report

PER_SECOND = 20
SECONDS = 30
WARM_SECONDS = 5
JOBS = 20  # that match each profile


def main() -> None:
    with sandbox() as network:
        asyncio.run(measure(network))


async def measure(network: Sandbox) -> None:
    async with world(network) as made:
        await post_jobs(made)
        count = PER_SECOND * (SECONDS + WARM_SECONDS)
        print(f"{count} holders open their wallets …", flush=True)
        holders = await open_wallets(made, count)
        names = await candidates(network, made, holders)
        called: dict[str, float] = {}
        seen: dict[str, list[float]] = {name: [] for name in names}
        watching = asyncio.create_task(watch(made, seen))
        calls: list[asyncio.Task[None]] = []
        began = time.perf_counter()
        for number, (holder, name) in enumerate(zip(holders, names, strict=True)):
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
            called[name] = time.perf_counter()
            calls.append(asyncio.create_task(publish(made, holder, number)))
        await asyncio.gather(*calls)
        async with asyncio.timeout(60):
            await watching
    measured = names[PER_SECOND * WARM_SECONDS :]
    first = quantiles((seen[name][0] - called[name] for name in measured), n=100)
    last = quantiles((seen[name][-1] - called[name] for name in measured), n=100)
    report(
        "latency",
        [
            at_most("call to readable match, p50", first[49] * 1000, "ms", 150),
            at_most("call to readable match, p99", first[98] * 1000, "ms", 500),
            plain("call to the last of all matches, p50", last[49] * 1000, "ms"),
            plain("call to the last of all matches, p99", last[98] * 1000, "ms"),
            plain("credentials a second", PER_SECOND, "1/s"),
            plain("matching jobs for each profile", JOBS, "jobs"),
        ],
    )


async def candidates(network: Sandbox, made: World, holders: list[Holder]) -> list[str]:
    """Each holder's pseudonym to the employer, so that calls and matches can be paired."""
    key = (network.home.secrets / "pairwise-hmac.key").read_bytes()
    ids = [(await holder.ask("GET", "/v1/holders/me"))["holder_id"] for holder in holders]
    return [Pseudonyms(key).candidate(one, made.employer.org_id) for one in ids]


async def post_jobs(made: World) -> None:
    for number in range(JOBS):
        job = Job(
            title=f"Welder {number}",
            requirement=[
                Requirement(
                    skill=SkillReference(uri=reference.MIG, label="MIG welding"),
                    importance=Importance.IMPORTANCE_REQUIRED,
                )
            ],
            job_location_type=JobLocationType.JOB_LOCATION_TYPE_REMOTE,
            time_zone="America/Denver",
            total_job_openings=1,
            match_cap=1000,
        )
        await made.employer.post_job(f"bench-{number}", job)


async def open_wallets(made: World, count: int) -> list[Holder]:
    gate = asyncio.Semaphore(16)
    holders = [
        Holder(made.services, f"bench-{n}", f"Learner {n}", f"learner{n}@bench.example")
        for n in range(count)
    ]

    async def opened(holder: Holder) -> None:
        async with gate:
            await holder.open()

    await asyncio.gather(*(opened(holder) for holder in holders))
    return holders


async def publish(made: World, holder: Holder, number: int) -> None:
    item = reference.item("2kB", made.achievement_ids["2kB"], holder.email, f"latency-{number}")
    await made.provider.publish_one(item)


async def watch(made: World, seen: dict[str, list[float]]) -> None:
    """Note when each match of each candidate is read, until all are."""
    stream = made.services.matcher.WatchMatches(
        WatchMatchesRequest(), metadata=made.employer.metadata
    )
    try:
        async for batch in stream:
            now = time.perf_counter()
            for update in batch.update:
                if update.HasField("found"):
                    seen[update.found.candidate_id].append(now)
            if all(len(times) == JOBS for times in seen.values()):
                return
    finally:
        stream.cancel()


if __name__ == "__main__":
    main()
