"""A holder withdraws consent while employers ask and ask: no later answer contains the person."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import grpc
from talent_cli.actors import Services
from talent_cli.network import Network
from talent_jobs.description import (
    JobDescription,
    NeededSkill,
    OccupationPart,
    Source,
    SourceKind,
)
from talent_jobs.json_form import to_json
from talent_proto.events.v1.skills_pb2 import SkillReference
from talent_proto.matcher.v1.drafts_pb2 import PreviewJobRequest
from talent_proto.matcher.v1.drafts_pb2_grpc import JobDraftServiceAsyncStub, JobDraftServiceStub
from talent_proto.matcher.v1.matcher_pb2 import (
    CandidateMatch,
    GetMatchRequest,
    WatchMatchesRequest,
)

from tests.e2e.test_network import matches
from tests.waiting import eventually
from tests.world import Town, found_town, item, unique

PEOPLE = 6  # one more than a preview must have to tell of anybody
QUESTIONS = 5  # of `Asker.ask`
ROUNDS = 6  # of every question of every employer, before the withdrawal and after it


@dataclass(frozen=True)
class Answer:
    """`words`: all of it, as text. `asked` and `told` are moments of one clock."""

    question: str
    asked: float
    told: float
    words: str


class Asker:
    """An employer that asks all there is to ask about people, and keeps the answers."""

    def __init__(self, town: Town, craft: SkillReference, drafts: JobDraftServiceAsyncStub) -> None:
        self.answers: list[Answer] = []
        self._town = town
        self._craft = craft
        self._drafts = drafts
        self._matcher = town.services.matcher

    async def ask(self, hers: str, another: str, calm: asyncio.Event) -> None:
        """About everybody, and about two candidates."""
        questions: dict[str, Callable[[], Awaitable[str]]] = {
            "list": self._listed,
            "hers": lambda: self._one(hers),
            "another": lambda: self._one(another),
            "watch": self._watched,
            "preview": self._previewed,
        }
        while not calm.is_set():
            for name, question in questions.items():
                asked = time.monotonic()
                words = await question()
                self.answers.append(Answer(name, asked, time.monotonic(), words))

    async def candidates(self) -> dict[str, str]:
        """Candidate ids, by the school that each person's record is from."""
        return {_school(one): one.candidate_id for one in (await matches(self._town)).match}

    async def _listed(self) -> str:
        return str(await matches(self._town))

    async def _one(self, candidate_id: str) -> str:
        request = GetMatchRequest(job_id=self._town.job_id, candidate_id=candidate_id)
        try:
            return str(await self._matcher.GetMatch(request, metadata=self._town.employer.metadata))
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
            return ""

    async def _watched(self) -> str:
        """Those present, up to the first cursor."""
        request = WatchMatchesRequest(job_id=self._town.job_id)
        call = self._matcher.WatchMatches(request, metadata=self._town.employer.metadata)
        words = ""
        try:
            async for response in call:
                words += str(response)
                if response.cursor:
                    break
        finally:
            call.cancel()
        return words

    async def _previewed(self) -> str:
        described = JobDescription(
            title="Craftsperson",
            employer=self._town.employer.name,
            summary="",
            occupations=(OccupationPart("51-4121.00", "Welders"),),
            skills=(
                NeededSkill(
                    *(self._craft.uri, self._craft.label, Source(SourceKind.EMPLOYER)),
                    required=True,
                    level=2,
                ),
            ),
        )
        request = PreviewJobRequest(description_json=to_json(described))
        return str(await self._drafts.PreviewJob(request, metadata=self._town.employer.metadata))


async def test_no_question_asked_after_a_withdrawal_is_answered_with_the_person(
    services: Services, network: Network
) -> None:
    craft = SkillReference(uri=f"https://skills.example/{unique('craft')}", label="A craft")
    towns = await asyncio.gather(*(found_town(services, [craft]) for _ in range(PEOPLE)))
    # Each has a record of another school: its name tells who, also in an answer without ids.
    schools = [town.provider.name for town in towns]
    people = [town.holder() for town in towns]
    for town, person in zip(towns, people, strict=True):
        await person.open()
        await town.provider.publish_one(item(town.achievement_id, person.email))
    ana, hers, others = people[0], schools[0], schools[1:]
    (consent,) = [
        one
        for one in (await ana.ask("GET", "/v1/consents"))["consents"]
        if one["purpose"] == "discovery"
    ]

    async with network.channel("matcher") as channel:
        askers = [Asker(town, craft, JobDraftServiceStub(channel)) for town in towns]
        names = {asker: await _everybody(asker) for asker in askers}
        calm = asyncio.Event()
        async with asyncio.TaskGroup() as storm:
            for asker, ids in names.items():
                storm.create_task(asker.ask(ids[hers], ids[others[0]], calm))
            await _asked(askers, since=0)
            sent = time.monotonic()
            await ana.withdraw(consent["consent_id"])
            acknowledged = time.monotonic()
            await _asked(askers, since=acknowledged)
            calm.set()

    for asker, ids in names.items():
        for one in asker.answers:
            told_of_her = hers in one.words or ids[hers] in one.words
            if one.told < sent:
                assert told_of_her == (one.question != "another"), one
            if one.asked > acknowledged:
                assert not told_of_her, one
            if one.question in {"list", "watch", "preview"}:
                assert all(school in one.words for school in others), one
            if one.question == "another":
                assert others[0] in one.words


async def _everybody(asker: Asker) -> dict[str, str]:
    async def look() -> dict[str, str]:
        found = await asker.candidates()
        return found if len(found) == PEOPLE else {}

    return await eventually(look)


async def _asked(askers: list[Asker], since: float) -> None:
    """Until every employer has asked every question so many times."""

    async def enough() -> bool:
        return all(
            sum(one.asked > since for one in asker.answers) >= ROUNDS * QUESTIONS
            for asker in askers
        )

    await eventually(enough)


def _school(candidate: CandidateMatch) -> str:
    (shown,) = candidate.match.contribution
    return shown.issuer_name
