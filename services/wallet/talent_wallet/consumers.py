"""One function for each kind of event that the wallet takes in.

A credential and the verdict on it come in either order: each fills in its own part of one record,
through a version gate of its own, and the effect runs once both are there. What waits at the same
moment, of all partitions, is one transaction, so a burst costs few of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from talent_kit.consumer import Handler
from talent_kit.events import Record as EventRecord
from talent_kit.failures import passes_by_itself
from talent_kit.telemetry import going_on
from talent_kit.together import Together

from talent_wallet import wire
from talent_wallet.changes import WALLET, Change, Changes
from talent_wallet.model import Record, RecordState, publishable
from talent_wallet.reading import read_claims
from talent_wallet.retagging import PASSES

GROUP = "wallet"
TOPICS = (
    "talent.credentials.v1",
    "talent.verifications.v1",
    "talent.engagements.v1",
    "talent.catalog.v1",
)
AT_ONCE = 100  # events in one transaction
TRIES = 3  # of all of them, before they are halved


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)
Merge = Callable[[Change, Record, EventRecord], Record]
Apply = Callable[[Change, Sequence[EventRecord]], Awaitable[None]]


@dataclass(frozen=True)
class _Waiting:
    """An event, and the trace that goes on with what it causes."""

    event: EventRecord
    trace: Mapping[str, str]


class Consumers:
    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._store = changes.store
        # Partitions of this replica that work for the same holders would only undo each other.
        self._one_at_a_time = asyncio.Lock()

    def handlers(self) -> dict[str, Handler]:
        """By event type. The answers on talent.engagements.v1 are the wallet's own."""
        records = self._together(self._records)
        organizations = self._together(self._organizations)
        engagements = self._together(self._engagements)
        return {
            **dict.fromkeys(MERGES, records),
            "OrganizationRegistered": organizations,
            "OrganizationVetted": organizations,
            "OrganizationSuspended": organizations,
            "AchievementPublished": self._together(self._achievements),
            "AchievementTagged": self._together(self._tags),
            "TaxonomyReleased": self._together(self._taxonomy),
            # Each carries the whole engagement, and the topic keeps only the last.
            "ContactRequested": engagements,
            "TalentPoolEntryAdded": engagements,
            "TalentPoolEntryRemoved": engagements,
            "CandidateDispositioned": engagements,
            "HireReported": engagements,
        }

    def _together(self, apply: Apply) -> Handler:
        """All events that wait for `apply`, whatever their partition, go in one change."""

        async def work(waiting: Sequence[_Waiting]) -> list[Exception | None]:
            return await self._apply(apply, waiting)

        together: Together[_Waiting, None] = Together(work, most=AT_ONCE)

        async def handle(events: Sequence[EventRecord]) -> None:
            await together.do_all(
                [_Waiting(one, going_on(one)) for one in events if one.event is not None]
            )

        return handle

    async def _apply(self, apply: Apply, waiting: Sequence[_Waiting]) -> list[Exception | None]:
        """What failed, by event: a bad one is told from its neighbors of other partitions."""
        try:
            async with self._one_at_a_time:
                await self._run(apply, waiting)
            return [None] * len(waiting)
        except Exception as failure:
            if len(waiting) == 1 or passes_by_itself(failure):
                return [failure] * len(waiting)
        # Conflicts that repeat conflict less in halves, too.
        middle = len(waiting) // 2
        first = await self._apply(apply, waiting[:middle])
        return first + await self._apply(apply, waiting[middle:])

    async def _run(self, apply: Apply, waiting: Sequence[_Waiting]) -> None:
        tries = 0

        async def work(change: Change) -> None:
            nonlocal tries
            tries += 1
            if tries > TRIES and len(waiting) > 1:
                raise _TooManyConflicts
            change.traces = {one.event.event_id: one.trace for one in waiting}
            await apply(change, [one.event for one in waiting])

        await self._changes.run(WALLET, work)

    async def _records(self, change: Change, events: Sequence[EventRecord]) -> None:
        records = await self._store.records(change.session, {one.key for one in events})
        for one in events:
            before = records.get(one.key) or Record(one.key)
            after = MERGES[one.type](change, before, one)
            if after is not before:
                records[one.key] = change.records[one.key] = after
                change.causes[one.key] = one
        await self._place(change)
        await self._locate(change)
        await self._have_read(change)
        await self._show(change)

    async def _have_read(self, change: Change) -> None:
        """The words of employment that new credentials attest."""
        fresh = [change.records[key].claims for key in change.credentials]
        words = {work.words for claims in fresh if claims for work in claims.work}
        if words:
            await self._store.need_found_skills(change.session, words)

    async def _show(self, change: Change) -> None:
        """Have those profiles computed again that these records may alter.

        An accepted record may alter what is announced, an offered one may be accepted by a rule.
        Nothing else is shown, so its holder is neither locked nor read; who decides on a record
        at this moment writes the record itself, and so conflicts with this change.
        """
        relevant = [
            one
            for one in change.records.values()
            if one.state is RecordState.ACCEPTED
            or (one.state is RecordState.OFFERED and publishable(one))
        ]
        await self._changes.lock_all(change, {one.holder_id for one in relevant} - {""})
        for record in relevant:
            holder = change.holders.get(record.holder_id)
            if holder is None:
                continue
            shown = holder.announced and record.state is RecordState.ACCEPTED
            rule = holder.standing_rule
            if shown or (rule and rule.accepts(record, change.now)):
                change.refresh.add(record.holder_id)
                change.causes[record.holder_id] = change.causes[record.credential_id]

    async def _place(self, change: Change) -> None:
        """Put records that are addressed to a known holder into their wallet."""
        # Only new bytes bring addresses: who claims one later writes the records that are there.
        lost = {key: one for key, one in change.records.items() if key in change.credentials}
        lost = {key: one for key, one in lost.items() if not one.holder_id}
        wanted = {address for one in lost.values() for address in one.addresses}
        if not wanted:
            return
        owners = await self._store.owners(change.session, wanted)
        for key, record in lost.items():
            owner = next((owners[one] for one in record.addresses if one in owners), "")
            change.records[key] = replace(record, holder_id=owner)
        unclaimed = wanted - owners.keys()
        if unclaimed:
            # Somebody may sign in for the first time at this very moment.
            await self._store.touch_addresses(change.session, unclaimed)

    async def _locate(self, change: Change) -> None:
        """Where licenses count is in the catalog: Open Badges has no term for it."""
        wanted = {
            one.achievement
            for key, one in change.records.items()
            if key in change.credentials and one.claims and one.claims.license_number
        }
        if not wanted:
            return
        known = await self._store.achievements(change.session, wanted)
        for key, record in change.records.items():
            if record.achievement in known:
                found = known[record.achievement].jurisdictions
                change.records[key] = replace(record, jurisdictions=found)
        unknown = wanted - known.keys()
        if unknown:
            # The catalog may tell of them at this very moment, to another replica.
            await self._store.touch_achievements(change.session, unknown)

    async def _achievements(self, change: Change, events: Sequence[EventRecord]) -> None:
        known = await self._store.achievements(change.session, {one.key for one in events})
        newer = _newer(
            known,
            [
                (one.key, wire.read_achievement(one.event.achievement, one.key, one.version))
                for one in events
            ],
        )
        if not newer:
            return
        await self._store.save_achievements(change.session, newer.values())
        placed = [key for key, one in newer.items() if one.jurisdictions]
        if not placed:
            return
        for record in await self._store.records_awarding(change.session, placed):
            found = newer[record.achievement].jurisdictions
            change.records[record.credential_id] = replace(record, jurisdictions=found)
            if record.holder_id:
                change.refresh.add(record.holder_id)

    async def _tags(self, change: Change, events: Sequence[EventRecord]) -> None:
        read = [wire.read_tags(one.event, one.version) for one in events]
        known = await self._store.skill_tags(change.session, {one.key for one in read})
        newer = _newer(known, [(one.key, one) for one in read])
        if newer:
            await self._store.save_skill_tags(
                change.session, newer.values(), due_at=change.now, passes=PASSES
            )

    async def _taxonomy(self, change: Change, events: Sequence[EventRecord]) -> None:
        newest = max(events, key=lambda one: one.version)
        await self._store.read_words_again(change.session, newest.event.taxonomy_version)

    async def _organizations(self, change: Change, events: Sequence[EventRecord]) -> None:
        known = await self._store.organizations(change.session, {one.key for one in events})
        newer = _newer(
            known,
            [
                (one.key, wire.read_organization(one.event.organization, one.version))
                for one in events
            ],
        )
        if newer:
            await self._store.save_organizations(change.session, newer.values())

    async def _engagements(self, change: Change, events: Sequence[EventRecord]) -> None:
        asked = [one for one in events if one.event.engagement.HasField("contact_requested_at")]
        ids = {one.event.engagement.engagement_id for one in asked}
        known = await self._store.invitations(change.session, ids)
        newer: set[str] = set()
        for one in asked:
            read = wire.read_invitation(one.event.engagement, one.version)
            before = known.get(read.engagement_id)
            if before and before.version >= read.version:
                continue
            if before:
                read = replace(
                    read,
                    state=before.state,
                    answered_at=before.answered_at,
                    answer_version=before.answer_version,
                )
            known[read.engagement_id] = read
            newer.add(read.engagement_id)
        if newer:
            await self._store.save_invitations(change.session, [known[one] for one in newer])


class _TooManyConflicts(Exception):
    """Other writers keep touching some holder of this batch."""


def _newer(known: dict[str, V], read: Sequence[tuple[str, V]]) -> dict[str, V]:
    """Of each key the newest that is newer than what is known."""
    newer: dict[str, V] = {}
    for key, value in read:
        before = newer.get(key) or known.get(key)
        if before is None or before.version < value.version:
            newer[key] = value
    return newer


def _published(change: Change, record: Record, one: EventRecord) -> Record:
    event = one.event
    if record.published_version >= one.version.packed:
        return record
    change.credentials[one.key] = event.credential
    addresses = [event.recipient.did]
    if event.recipient.email_hmac:
        addresses.append(f"email:{event.recipient.email_hmac}")
    after = replace(
        record,
        org_id=event.org_id,
        digest=event.digest,
        claims=read_claims(event.credential),
        addresses=tuple(address for address in addresses if address),
        achievement=f"{event.achievement_id}@{event.achievement_version}",
        published_version=one.version.packed,
    )
    return _with_status(after, event.status, one)


def _status_changed(change: Change, record: Record, one: EventRecord) -> Record:
    return _with_status(record, one.event.status, one)


def _with_status(record: Record, status: Any, one: EventRecord) -> Record:
    if not status or record.status_version >= one.version.packed:
        return record
    return replace(record, status=wire.read_status(status), status_version=one.version.packed)


def _judged(change: Change, record: Record, one: EventRecord) -> Record:
    if record.verdict_version >= one.version.packed:
        return record
    verdict = wire.read_verdict(one.event.verdict)
    return replace(record, verdict=verdict, verdict_version=one.version.packed)


MERGES: Mapping[str, Merge] = {
    "CredentialPublished": _published,
    "CredentialStatusChanged": _status_changed,
    "CredentialVerified": _judged,
    "CredentialRejected": _judged,
    "VerificationChanged": _judged,
}
