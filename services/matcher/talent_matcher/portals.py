"""Fan-out: matches of employers who use a portal operator, into the operator's own topic.

There a person is the employer's pseudonym, and is written only with consent asked at that moment.
Both the employer and the operator must be vetted. When one of them is vetted or suspended, the
employer changes its operator, or a job changes, all present matches are written again or withdrawn.
So is whoever comes into the cap of a job, or drops out, because of somebody else.

What is written is how the view stands. The version of a record says when that was: how far the
topic of matches had been read, with the changes of employer, operator and job below it. Each raises
it, and repeats do no harm.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from talent_kit.audit import AuditEntry
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing, Record, header, outgoing, tombstone
from talent_kit.producer import Producer, partition_of
from talent_kit.settings import CommonSettings
from talent_kit.topics import ensure_topics, find_topic
from talent_kit.versions import Version
from talent_proto.events.v1 import matches_pb2

from talent_matcher.actor import ACTOR
from talent_matcher.consent import Consents
from talent_matcher.network import Network
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.restoring import MATCHES
from talent_matcher.store import Life, MatcherStore
from talent_matcher.view import Present, View

AT_ONCE = 500
CATCH_UP_SECONDS = 1.0
CHANGES_MOST = 1024  # of employer, operator and job, told apart in a version


@dataclass(frozen=True, slots=True)
class Written:
    """Whose matches of a job were written last, by this replica."""

    employer: str
    holders: frozenset[str]


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
        store: MatcherStore,
        producer: Producer,
        clock: Clock,
        life: Life,
    ) -> None:
        self._settings = settings
        self._network = network
        self._view = view
        self._view_known = view_known
        self._consents = consents
        self._pseudonyms = pseudonyms
        self._store = store
        self._producer = producer
        self._clock = clock
        self._life = life
        self._partitions = find_topic(MATCHES).partition_count(settings)
        self._made: set[str] = set()
        self._written: dict[str, Written] = {}  # by job; of what is not here nothing is known

    async def on_assigned(self, partitions: Sequence[tuple[str, int]]) -> None:
        self._written.clear()  # others may have written in the meantime

    async def on_matches(self, records: Sequence[Record]) -> None:
        """MatchFound, MatchChanged, and MatchWithdrawn, which has no value."""
        self._require_known()
        last = records[-1]
        if not await self._view.catch_up({last.partition: last.offset + 1}, CATCH_UP_SECONDS):
            raise Problem(Reason.NOT_READY, why="the view of matches is behind")
        named: defaultdict[str, set[str]] = defaultdict(set)
        employers: dict[str, str] = {}
        for record in records:
            job_id, _, holder_id = record.key.partition("/")
            named[job_id].add(holder_id)
            if record.value is not None:
                employers[job_id] = record.event.match.employer_org_id
        for job_id, holders in named.items():
            written = self._written.get(job_id)
            employer = employers.get(job_id) or self._network.employer_of(job_id)
            employer = employer or (written.employer if written else "")
            operator = self._network.portal_operator(employer)
            if not operator:
                continue
            if written is None:
                others = self._view.holders_of(job_id)
            else:  # who came in or dropped out because of them
                others = written.holders ^ self._visible(job_id).keys()
            await self._write(operator, employer, job_id, holders | others)

    async def on_jobs(self, records: Sequence[Record]) -> None:
        """JobPosted: it may want more matches, or fewer."""
        self._require_known()
        self._network.apply(records)
        for record in records:
            self._view.set_cap(record.key, self._network.cap_of(record.key))
            employer = self._network.employer_of(record.key)
            operator = self._network.portal_operator(employer)
            if operator:
                await self._write_all(operator, employer, record.key)

    async def on_organizations(self, records: Sequence[Record]) -> None:
        """OrganizationRegistered, OrganizationVetted, OrganizationSuspended."""
        self._require_known()
        self._network.apply(records)  # so that no later match is judged by what was before
        for record in records:
            stated = record.event.organization
            for employer in [stated, *self._network.employers_of(stated.org_id)]:
                if employer.portal_operator_org_id:
                    written = [
                        job for job, it in self._written.items() if it.employer == employer.org_id
                    ]
                    for job_id in sorted({*written, *self._view.jobs_of(employer.org_id)}):
                        await self._write_all(
                            employer.portal_operator_org_id, employer.org_id, job_id
                        )

    def _require_known(self) -> None:
        self._network.require_known()
        if not self._view_known.is_set():
            raise Problem(Reason.NOT_READY, why="the matches are still being read")

    def _visible(self, job_id: str) -> dict[str, Present]:
        return {one.match.holder_id: one for one in self._view.of_job(job_id)}

    async def _write_all(self, operator: str, employer: str, job_id: str) -> None:
        written = self._written.get(job_id)
        holders = self._view.holders_of(job_id) | (written.holders if written else set())
        await self._write(operator, employer, job_id, holders)

    async def _write(
        self, operator: str, employer: str, job_id: str, holders: Collection[str]
    ) -> None:
        """How pairs of one job stand now."""
        visible = self._visible(job_id)
        version = self._version(operator, employer, job_id)
        # Noted with the view as it is read; where writing fails, nothing is known any more.
        self._written[job_id] = Written(employer, frozenset(visible))
        may_read = self._network.portal_operator(employer) == operator
        due = [(one, visible.get(one) if may_read else None) for one in sorted(holders)]
        try:
            for begin in range(0, len(due), AT_ONCE):
                await self._send(operator, employer, job_id, due[begin : begin + AT_ONCE], version)
        except BaseException:
            self._written.pop(job_id, None)
            raise
        if not visible:
            self._written.pop(job_id, None)

    async def _send(
        self,
        operator: str,
        employer: str,
        job_id: str,
        pairs: Sequence[tuple[str, Present | None]],
        version: Version,
    ) -> None:
        """Each holder's match, if there is one to be seen and they consent; else a withdrawal."""
        topic = f"{MATCHES}.{operator}"
        if operator not in self._made:
            await ensure_topics(self._settings, [topic])
            self._made.add(operator)
        asked = [holder_id for holder_id, there in pairs if there is not None]
        allowed = await self._consents.allowed(asked, employer)
        sent: list[Outgoing] = []
        entries: list[AuditEntry] = []
        for holder_id, there in pairs:
            name = self._pseudonyms.candidate(holder_id, employer)
            key = f"{job_id}/{name}"
            if there is None or holder_id not in allowed:
                sent.append(tombstone(topic, key, "MatchWithdrawn", version))
                continue
            match = self._pseudonyms.for_employer(there.match)
            match.holder_id = name
            head = header(version=version, actor=ACTOR, clock=self._clock)
            sent.append(outgoing(topic, key, matches_pb2.MatchFound(header=head, match=match)))
            entries.append(
                AuditEntry("CANDIDATE_SENT", ACTOR, name, job_id, {"operator": operator})
            )
        await self._store.record_reads(*entries)  # before anybody can read them
        await self._producer.send_all(sent)

    def _version(self, operator: str, employer: str, job_id: str) -> Version:
        read = self._view.position().get(partition_of(job_id, self._partitions), 0)
        changes = self._network.changes_of(employer) + self._network.changes_of(operator)
        changes += self._network.changes_of_job(job_id)
        return Version(self._life.number, read * CHANGES_MOST + min(changes, CHANGES_MOST - 1))
