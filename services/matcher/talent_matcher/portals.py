"""Fan-out: matches of employers who use a portal operator, into the operator's own topic.

There a person is the employer's pseudonym, and is written only with consent asked at that moment.
Both the employer and the operator must be vetted. When one of them is vetted or suspended, or the
employer changes its operator, its present matches are written again or withdrawn. The version of a
record is that of the match with the changes of both below it: each raises it, and repeats do no
harm.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing, Record, header, outgoing, tombstone
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_kit.topics import ensure_topics
from talent_kit.versions import Version
from talent_proto.events.v1 import common_pb2, matches_pb2

from talent_matcher.consent import Consents
from talent_matcher.network import Network
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.view import View

ACTOR = common_pb2.Actor(id="matcher", roles=["service"])
PREFIX = "talent.matches.v1."
AT_ONCE = 500
CATCH_UP_SECONDS = 1.0
CHANGES_MOST = 1024  # of an employer and its operator, told apart in a version


@dataclass(frozen=True, slots=True)
class Announced:
    """A pair at a version; without a match it is withdrawn."""

    job_id: str
    holder_id: str
    version: Version
    match: matches_pb2.Match | None


class Portals:
    """Handlers of the group `matcher-portals`."""

    def __init__(
        self,
        settings: CommonSettings,
        *,
        network: Network,
        view: View,
        view_known: asyncio.Event,
        consents: Consents,
        pseudonyms: Pseudonyms,
        producer: Producer,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._network = network
        self._view = view
        self._view_known = view_known
        self._consents = consents
        self._pseudonyms = pseudonyms
        self._producer = producer
        self._clock = clock
        self._made: set[str] = set()
        self._employer_of: dict[str, str] = {}  # of jobs whose matches were written

    async def on_matches(self, records: Sequence[Record]) -> None:
        """MatchFound, MatchChanged, and MatchWithdrawn, which has no value."""
        self._require_known()
        last = records[-1]
        if not await self._view.catch_up({last.partition: last.offset + 1}, CATCH_UP_SECONDS):
            # What is skipped here must be found there when its employer is vetted.
            raise Problem(Reason.NOT_READY, why="the view of matches is behind")
        for record in records:
            job_id, _, holder_id = record.key.partition("/")
            match = record.event.match if record.value is not None else None
            if match is not None:
                employer = match.employer_org_id
            else:
                employer = self._employer_of.get(job_id) or self._network.employer_of(job_id)
            operator = self._network.portal_operator(employer)
            if match is not None and self._view.visible(job_id, holder_id) is None:
                match = None  # beyond the job's cap, or gone since
            if operator:
                self._employer_of[job_id] = employer
                pair = Announced(job_id, holder_id, record.version, match)
                await self._write(operator, employer, [pair])

    async def on_organizations(self, records: Sequence[Record]) -> None:
        """OrganizationRegistered, OrganizationVetted, OrganizationSuspended."""
        self._require_known()
        self._network.apply(records)  # so that no later match is judged by what was before
        for record in records:
            stated = record.event.organization
            for employer in [stated, *self._network.employers_of(stated.org_id)]:
                if employer.portal_operator_org_id:
                    await self._write_all(employer.portal_operator_org_id, employer.org_id)

    async def _write_all(self, operator: str, employer: str) -> None:
        may_read = self._network.portal_operator(employer) == operator
        pairs = [
            Announced(
                one.match.job_id, one.match.holder_id, one.version, one.match if may_read else None
            )
            for one in self._view.of_employer(employer)
        ]
        for begin in range(0, len(pairs), AT_ONCE):
            await self._write(operator, employer, pairs[begin : begin + AT_ONCE])

    def _require_known(self) -> None:
        self._network.require_known()
        if not self._view_known.is_set():
            raise Problem(Reason.NOT_READY, why="the matches are still being read")

    async def _write(self, operator: str, employer: str, pairs: Sequence[Announced]) -> None:
        topic = PREFIX + operator
        if operator not in self._made:
            await ensure_topics(self._settings, [topic])
            self._made.add(operator)
        changes = self._network.changes_of(employer) + self._network.changes_of(operator)
        changes = min(changes, CHANGES_MOST - 1)
        holders = sorted({pair.holder_id for pair in pairs if pair.match is not None})
        allowed = await self._consents.allowed(holders, employer)
        await self._producer.send_all(
            [
                self._event(topic, employer, pair, changes, pair.holder_id in allowed)
                for pair in pairs
            ]
        )

    def _event(
        self, topic: str, employer: str, pair: Announced, changes: int, allowed: bool
    ) -> Outgoing:
        version = Version(pair.version.epoch, pair.version.n * CHANGES_MOST + changes)
        name = self._pseudonyms.candidate(pair.holder_id, employer)
        key = f"{pair.job_id}/{name}"
        if pair.match is None or not allowed:
            return tombstone(topic, key, "MatchWithdrawn", version)
        match = self._pseudonyms.for_employer(pair.match)
        match.holder_id = name
        head = header(version=version, actor=ACTOR, clock=self._clock)
        return outgoing(topic, key, matches_pb2.MatchFound(header=head, match=match))
