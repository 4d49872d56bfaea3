"""What happens to a credential's verdict: learn facts, judge, store, announce, look again."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from google.protobuf.message import Message
from talent_kit.clock import Clock
from talent_kit.events import Outgoing, header, outgoing
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_kit.telemetry import meter
from talent_kit.versions import Version
from talent_proto.events.v1.common_pb2 import Actor
from talent_proto.events.v1.verifications_pb2 import (
    CredentialRejected,
    CredentialVerified,
    VerificationChanged,
)

from talent_verifier import messages
from talent_verifier.judging import Judge, Question
from talent_verifier.model import (
    Announcement,
    Fact,
    Patience,
    Published,
    Standing,
    announcement,
    issuer_of,
    judged,
    learn,
)
from talent_verifier.store import VerifierStore

TOPIC = "talent.verifications.v1"
ACTOR = Actor(id="verifier")
TOGETHER = 200  # credentials judged and stored in one transaction
logger = logging.getLogger(__name__)

verdicts_made = meter.create_counter("talent.verifier.verdicts")
verdict_seconds = meter.create_histogram("talent.verifier.seconds", "s")


@dataclass(frozen=True)
class _Change:
    """What a round found out about one credential. `before` is what was stored at its start."""

    before: Standing
    after: Standing
    content: bytes | None
    cause_id: str


class Verdicts:
    """Keeps the verdict on every published credential right, and tells of each change.

    A credential that is not valid at first sight is announced as CredentialRejected, one that is
    as CredentialVerified; whatever comes later is VerificationChanged. Each carries the full
    verdict, so a reader needs only the last one.
    """

    def __init__(
        self,
        *,
        store: VerifierStore,
        outbox: Outbox,
        judge: Judge,
        clock: Clock,
        patience: Patience,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._judge = judge
        self._clock = clock
        self._patience = patience

    async def apply(self, facts: Sequence[Fact]) -> None:
        """Take in what happened. Repeats and late resends change nothing."""
        by_id: dict[str, list[Fact]] = {}
        for fact in facts:
            by_id.setdefault(fact.credential_id, []).append(fact)
        ids = list(by_id)
        for start in range(0, len(ids), TOGETHER):
            part = ids[start : start + TOGETHER]
            await self._settle({one: by_id[one] for one in part}, look_again=False)

    async def look_again(self, credential_ids: Sequence[str]) -> None:
        """Judge anew: time has passed, or what is known of the issuer has changed."""
        for start in range(0, len(credential_ids), TOGETHER):
            part = credential_ids[start : start + TOGETHER]
            await self._settle({one: [] for one in part}, look_again=True)

    async def _settle(self, facts: Mapping[str, Sequence[Fact]], *, look_again: bool) -> None:
        """Repeats for those that another writer, or news of the issuer, changed meanwhile."""
        pending = set(facts)
        first = True
        while pending:
            here = {one: facts[one] for one in pending}
            changes = await self._judged(here, look_again=look_again or not first)
            late: set[str] = set()
            if changes:
                work = partial(self._store_all, changes=changes)
                late = await self._outbox.transact(work)
            pending = late | await self._issuer_moved(pending - late)
            first = False

    async def _judged(
        self, facts: Mapping[str, Sequence[Fact]], *, look_again: bool
    ) -> list[_Change]:
        """The new standing of each credential about which there is something new."""
        known = await self._store.standings(facts)
        changes: list[_Change] = []
        for credential_id, told in facts.items():
            before = known.get(credential_id) or _unknown(credential_id, told)
            after = learn(before, told)
            if after != before or (look_again and before.published):
                changes.append(_Change(before, after, _content(after, told), _cause(told)))
        return await self._with_verdicts(changes)

    async def _with_verdicts(self, changes: Sequence[_Change]) -> list[_Change]:
        """Those that were published get a verdict; the others wait for their credential."""
        waiting = [change for change in changes if not change.after.published]
        ready = [change for change in changes if change.after.published]
        if not ready:
            return waiting
        started = time.perf_counter()
        stored = await self._store.contents(
            change.after.credential_id for change in ready if change.content is None
        )
        now = self._clock.now()
        answers = await self._judge.judge(
            [
                Question(
                    content=change.content or stored[change.after.credential_id],
                    at=now,
                    list_versions=change.after.list_versions,
                )
                for change in ready
            ]
        )
        for change, answer in zip(ready, answers, strict=True):
            after = judged(
                change.after,
                answer.verdict,
                unreachable=answer.unreachable,
                unannounced=answer.unannounced,
                patience=self._patience,
            )
            waiting.append(replace(change, after=after))
            verdicts_made.add(1, {"outcome": answer.verdict.outcome.value})
        seconds = time.perf_counter() - started
        verdict_seconds.record(seconds, {"credentials": len(ready)})
        logger.info("judged %d credentials in %.0f ms", len(ready), seconds * 1000)
        return waiting

    async def _store_all(self, session: Session, changes: Sequence[_Change]) -> set[str]:
        """Store and announce; the ids of those that somebody else has changed meanwhile."""
        ids = [change.before.credential_id for change in changes]
        present = await self._store.standings(ids, session)
        late: set[str] = set()
        standings: list[Standing] = []
        contents: dict[str, bytes] = {}
        events: list[Outgoing] = []
        for change in changes:
            credential_id = change.before.credential_id
            there = present.get(credential_id)
            if (there.revision if there else 0) != change.before.revision:
                late.add(credential_id)
                continue
            after = replace(change.after, revision=change.before.revision + 1)
            told = announcement(change.before.verdict, after.verdict) if after.verdict else None
            if told:
                version = (after.version or Version(0, 0)).next(self._store.epoch)
                after = replace(after, version=version)
                events.append(self._event(change.before, after, told, change.cause_id))
            standings.append(after)
            if change.content is not None:
                contents[credential_id] = change.content
        await self._store.write(session, standings, contents)
        await self._outbox.append(session, *events)
        return late

    async def _issuer_moved(self, credential_ids: set[str]) -> set[str]:
        """Credentials whose issuer's trust changed between judging and storing.

        An organization's change looks for its credentials after it is stored, and this looks at
        the organization after the verdict is stored: one of the two sees the other.
        """
        standings = await self._store.standings(credential_ids)
        judged_ones = [(s, s.verdict) for s in standings.values() if s.verdict]
        organizations = await self._store.organizations(
            verdict.issuer.did for _, verdict in judged_ones
        )
        return {
            standing.credential_id
            for standing, verdict in judged_ones
            if verdict.issuer
            != issuer_of(verdict.issuer.did, organizations.get(verdict.issuer.did))
        }

    async def look_again_at_issuer(self, did: str) -> None:
        """Judge anew whose verdicts say something else of their issuer than the registry does."""
        found = await self._store.organizations([did])
        issuer = issuer_of(did, found.get(did))
        after = ""
        while ids := await self._store.ids_with_another_issuer(issuer, after, TOGETHER):
            await self.look_again(ids)
            after = ids[-1]

    async def republish(self) -> int:
        """Announce every verdict again, in transactions that raise its version."""
        count = 0
        after = ""
        while ids := await self._store.judged_ids(after, TOGETHER):
            count += await self._outbox.transact(partial(self._announce_again, ids=ids))
            after = ids[-1]
        return count

    async def _announce_again(self, session: Session, ids: Sequence[str]) -> int:
        standings: list[Standing] = []
        events: list[Outgoing] = []
        for standing in (await self._store.standings(ids, session)).values():
            if standing.verdict is None or standing.version is None:
                continue
            told = announcement(None, standing.verdict)
            version = standing.version.next(self._store.epoch)
            raised = replace(standing, version=version, revision=standing.revision + 1)
            standings.append(raised)
            if told:
                events.append(self._event(standing, raised, told, ""))
        await self._store.write(session, standings, {})
        await self._outbox.append(session, *events)
        return len(events)

    def _event(
        self, before: Standing, after: Standing, told: Announcement, cause_id: str
    ) -> Outgoing:
        assert after.verdict
        assert after.version
        stated = messages.verdict(after.verdict, after.credential_id)
        head = header(version=after.version, actor=ACTOR, clock=self._clock)
        head.cause_id = cause_id
        event: Message
        if told is Announcement.CHANGED:
            assert before.verdict
            previous = messages.OUTCOMES[before.verdict.outcome]
            event = VerificationChanged(header=head, verdict=stated, previous_outcome=previous)
        elif told is Announcement.VERIFIED:
            event = CredentialVerified(header=head, verdict=stated)
        else:
            event = CredentialRejected(header=head, verdict=stated)
        return outgoing(TOPIC, after.credential_id, event)


def _unknown(credential_id: str, facts: Sequence[Fact]) -> Standing:
    return Standing(credential_id, facts[0].org_id if facts else "")


def _content(standing: Standing, facts: Sequence[Fact]) -> bytes | None:
    """The bytes of the publication that counts, if it is among the facts."""
    for fact in facts:
        if isinstance(fact, Published) and fact.version == standing.published:
            return fact.content
    return None


def _cause(facts: Sequence[Fact]) -> str:
    return facts[-1].cause_id if facts else ""
