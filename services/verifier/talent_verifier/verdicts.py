"""What happens to a credential's verdict: learn facts, judge, store, announce, look again."""

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from talent_kit.clock import Clock
from talent_kit.events import Outgoing, another_header, header
from talent_kit.failures import passes_by_itself
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_kit.telemetry import meter
from talent_kit.versions import Version
from talent_kit.waiting import until
from talent_proto.events.v1.common_pb2 import Actor
from talent_proto.events.v1.verifications_pb2 import (
    CredentialRejected,
    CredentialVerified,
    VerificationChanged,
)

from talent_verifier import messages
from talent_verifier.alarm import Alarm
from talent_verifier.directory import Directory
from talent_verifier.judging import Judge, Question
from talent_verifier.model import (
    Announcement,
    Cause,
    Fact,
    Issuer,
    Patience,
    Published,
    Standing,
    announcement,
    judged,
    learn,
)
from talent_verifier.store import ChangedMeanwhile, Kept, VerifierStore, due_at
from talent_verifier.watch_store import WatchStore
from talent_verifier.watching import document_id, keys

TOPIC = "talent.verifications.v1"
ACTOR = Actor(id="verifier")
EVENTS = {
    Announcement.VERIFIED: CredentialVerified,
    Announcement.REJECTED: CredentialRejected,
    Announcement.CHANGED: VerificationChanged,
}
TOGETHER = 100  # credentials judged anew and stored in one transaction
RECENT = 2_000  # verdicts remembered until the news of issuers that was under way is here
WATCH_SECONDS = 1.0
logger = logging.getLogger(__name__)

verdicts_made = meter.create_counter("talent.verifier.verdicts")
verdict_seconds = meter.create_histogram("talent.verifier.seconds", "s")


@dataclass(slots=True)
class _Change:
    """What a round finds out about one credential. `before` is what was stored at its start.

    `effects` tells, by id, as of which `Watched.effect` of its documents it was judged.
    """

    before: Standing
    after: Standing
    content: bytes | None  # None before it is published
    content_is_new: bool
    cause: Cause | None
    effects: Mapping[str, int] = field(default_factory=dict[str, int])


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
        watched: WatchStore,
        outbox: Outbox,
        judge: Judge,
        directory: Directory,
        alarm: Alarm,
        clock: Clock,
        patience: Patience,
    ) -> None:
        self._store = store
        self._watched = watched
        self._outbox = outbox
        self._judge = judge
        self._directory = directory
        self._alarm = alarm
        self._clock = clock
        self._patience = patience
        self._recent: OrderedDict[str, Issuer] = OrderedDict()  # as judged here, by credential

    async def apply(self, facts: Sequence[Fact]) -> None:
        """Take in what happened, in one transaction: it may be as much as the consumer hands over
        at once. Repeats and late resends change nothing."""
        by_id: dict[str, list[Fact]] = {}
        for fact in facts:
            by_id.setdefault(fact.credential_id, []).append(fact)
        await self._settle(by_id, look_again=False)

    async def look_again(self, credential_ids: Sequence[str]) -> None:
        """Judge anew: time has passed, or what is known of the issuer has changed."""
        for part in _parts(credential_ids):
            await self._settle({one: [] for one in part}, look_again=True)

    async def _settle(self, facts: Mapping[str, Sequence[Fact]], *, look_again: bool) -> None:
        """Repeats when another writer was faster with one of them."""
        while changes := await self._judged(facts, look_again=look_again):
            try:
                await self._outbox.transact(partial(self._store_all, changes=changes))
            except ChangedMeanwhile:
                continue
            self._remember(changes)
            return

    def _remember(self, changes: Sequence[_Change]) -> None:
        for change in changes:
            self._alarm.tell(due_at(change.after))
            if change.after.verdict:
                self._recent[change.after.credential_id] = change.after.verdict.issuer
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    async def _judged(
        self, facts: Mapping[str, Sequence[Fact]], *, look_again: bool
    ) -> list[_Change]:
        """The new standing of each credential about which there is something new."""
        known = await self._store.kept(facts)
        changes: list[_Change] = []
        for credential_id, told in facts.items():
            kept = known.get(credential_id) or Kept(_unknown(credential_id, told), None)
            before = kept.standing
            after = learn(before, told)
            again = before.published and (look_again or self._issuer_moved(before))
            if after != before or again:
                content = _content(after, told)
                changes.append(
                    _Change(
                        before=before,
                        after=after,
                        content=kept.content if content is None else content,
                        content_is_new=content is not None,
                        cause=told[-1].cause if told else None,
                    )
                )
        await self._judge_all([change for change in changes if change.content is not None])
        return changes

    def _issuer_moved(self, standing: Standing) -> bool:
        issuer = standing.verdict.issuer if standing.verdict else None
        return issuer is not None and issuer != self._directory.issuer(issuer.did)

    async def _judge_all(self, ready: Sequence[_Change]) -> None:
        """Those that were published get a verdict; the others wait for their credential."""
        if not ready:
            return
        started = time.perf_counter()
        now = self._clock.now()
        answers = await self._judge.judge(
            [
                Question(
                    content=change.content or b"",
                    at=now,
                    list_versions=change.after.list_versions,
                    source=change.after.org_id,
                )
                for change in ready
            ]
        )
        for change, answer in zip(ready, answers, strict=True):
            after = judged(
                change.after,
                answer.verdict,
                unreachable=answer.unreachable,
                watched=keys(change.after.credential_id, answer.depends_on),
                patience=self._patience,
            )
            if after.watched:
                change.effects = {document_id(url): n for url, n in answer.revisions.items()}
            change.after = after
        for outcome, count in Counter(answer.verdict.outcome.value for answer in answers).items():
            verdicts_made.add(count, {"outcome": outcome})
        seconds = time.perf_counter() - started
        verdict_seconds.record(seconds, {"credentials": len(ready)})
        logger.info("judged %d credentials in %.0f ms", len(ready), seconds * 1000)

    async def _store_all(self, session: Session, changes: Sequence[_Change]) -> None:
        """Store and announce. Raises ChangedMeanwhile."""
        standings: list[Standing] = []
        contents: dict[str, bytes] = {}
        events: list[Outgoing] = []
        seen = {document for change in changes for document in change.effects}
        present = await self._watched.effects(seen, session) if seen else {}
        words = _Words(self._clock)
        for change in changes:
            before, after = change.before, change.after
            look_again_at, version = after.look_again_at, after.version
            effects = change.effects
            if after.verdict and any(present.get(one) != n for one, n in effects.items()):
                # A document has changed since; whoever wrote that may not have met this verdict.
                look_again_at = after.verdict.verified_at
            told = announcement(before.verdict, after.verdict) if after.verdict else None
            if told:
                version = (version or Version(0, 0)).next(self._store.epoch)
            after = after.but(
                revision=before.revision + 1, version=version, look_again_at=look_again_at
            )
            if told:
                events.append(words.event(before, after, told, change.cause))
            standings.append(after)
            if change.content is not None and change.content_is_new:
                contents[after.credential_id] = change.content
        await self._store.write(session, standings, contents, words.shared)
        await self._outbox.append(session, *events)

    async def watch(self, stop: asyncio.Event) -> None:
        """Judge anew what was judged here by an older word of its issuer than is known now.

        The replica that consumes the change looks for all credentials that are stored by then;
        what another one was about to store, that one finds here once it knows of the change.
        """
        while not await until(stop, WATCH_SECONDS):
            dids = {issuer.did for issuer in self._recent.values()}
            present = {did: self._directory.issuer(did) for did in dids}
            moved = {
                credential_id: issuer
                for credential_id, issuer in self._recent.items()
                if issuer != present[issuer.did]
            }
            try:
                for part in _parts(moved):
                    await self._settle({one: [] for one in part}, look_again=False)
            except Exception as error:
                if not passes_by_itself(error):
                    logger.exception("looking again after news of an issuer failed")
                continue
            for credential_id, issuer in moved.items():
                if self._recent.get(credential_id) is issuer:  # somebody else was faster
                    del self._recent[credential_id]

    async def look_again_at_issuer(self, did: str) -> None:
        """Judge anew whose verdicts say something else of their issuer than the registry does."""
        issuer = self._directory.issuer(did)
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
        words = _Words(self._clock)
        for standing in (await self._store.standings(ids, session)).values():
            if standing.verdict is None or standing.version is None:
                continue
            told = announcement(None, standing.verdict)
            version = standing.version.next(self._store.epoch)
            raised = standing.but(version=version, revision=standing.revision + 1)
            standings.append(raised)
            if told:
                events.append(words.event(standing, raised, told, None))
        await self._store.write(session, standings, {}, words.shared)
        await self._outbox.append(session, *events)
        return len(events)


class _Words:
    """The events of one transaction, which have much in common."""

    def __init__(self, clock: Clock) -> None:
        self._header = header(version=Version(0, 0), actor=ACTOR, clock=clock)
        self.shared = messages.Shared()

    def event(
        self, before: Standing, after: Standing, told: Announcement, cause: Cause | None
    ) -> Outgoing:
        assert after.verdict
        assert after.version
        cause_id, trace = (cause.event_id, cause.trace) if cause else ("", None)
        event = EVENTS[told](header=another_header(self._header, after.version, cause_id))
        messages.state(event.verdict, after.verdict, after.credential_id, self.shared)
        if isinstance(event, VerificationChanged):
            assert before.verdict
            event.previous_outcome = messages.OUTCOMES[before.verdict.outcome]
        return Outgoing(
            TOPIC, after.credential_id, event, event.DESCRIPTOR.name, after.version, trace
        )


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    """What goes together into one transaction."""
    listed = list(ids)
    for start in range(0, len(listed), TOGETHER):
        yield listed[start : start + TOGETHER]


def _unknown(credential_id: str, facts: Sequence[Fact]) -> Standing:
    return Standing(credential_id, facts[0].org_id if facts else "")


def _content(standing: Standing, facts: Sequence[Fact]) -> bytes | None:
    """The bytes of the publication that counts, if it is among the facts."""
    for fact in facts:
        if isinstance(fact, Published) and fact.version == standing.published:
            return fact.content
    return None
