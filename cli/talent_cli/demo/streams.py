"""The demo's day: a stream of credentials from each provider, of matches to each employer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from talent_proto.events.v1.credentials_pb2 import Result
from talent_proto.matcher.v1.matcher_pb2 import CandidateMatch, WatchMatchesRequest
from talent_proto.matcher.v1.matcher_pb2_grpc import MatcherServiceAsyncStub
from talent_proto.registry.v1.registry_pb2 import CredentialDraft, PublishItem

from talent_cli.demo.people import Award, Person
from talent_cli.network import Metadata

Pair = tuple[str, str]  # job id, candidate id


def item(person: Person, award: Award) -> PublishItem:
    """What a provider sends for one award; the registry signs it."""
    made = CredentialDraft(achievement_id=award.course.message.id, recipient_email=person.email)
    if award.course.result_id:
        made.result.append(
            Result(
                result_description=award.course.result_id,
                achieved_level=f"{award.course.result_id}/{award.level}",
            )
        )
    else:
        made.license_number = f"CO-{person.subject.upper()}"
    return PublishItem(request_id=f"{person.subject}-{award.course.slug}", draft=made)


@dataclass
class Watched:
    """What an employer's streams have said so far."""

    present: dict[Pair, CandidateMatch] = field(default_factory=dict[Pair, CandidateMatch])
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait for a condition on what is present. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(condition)


async def watch(
    matcher: MatcherServiceAsyncStub,
    metadata: Metadata,
    watched: Watched,
    found: Callable[[CandidateMatch], None],
) -> None:
    """Follow one employer's matches until canceled."""
    stream = matcher.WatchMatches(WatchMatchesRequest(), metadata=metadata)
    try:
        async for batch in stream:
            async with watched.changed:
                for update in batch.update:
                    if update.HasField("withdrawn"):
                        gone = update.withdrawn
                        watched.present.pop((gone.job_id, gone.candidate_id), None)
                        continue
                    is_new = update.HasField("found")
                    match = update.found if is_new else update.changed
                    watched.present[match.match.job_id, match.candidate_id] = match
                    if is_new:
                        found(match)
                watched.changed.notify_all()
    finally:
        # A dropped call that is not canceled stays in flight.
        stream.cancel()
