"""One change of the wallet: state, profile, events and audit record, in one transaction.

Whatever may alter what others see names the holder in `refresh`. At the end of the change their
profile is computed again, and announced if it is another than before.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from talent_kit.audit import Audit, AuditEntry
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing, header, outgoing, tombstone
from talent_kit.events import Record as EventRecord
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_kit.versions import Version
from talent_proto.events.v1 import holders_pb2, profiles_pb2, tagging_pb2

from talent_wallet import wire
from talent_wallet.model import (
    AchievementTags,
    Consent,
    Holder,
    Profile,
    Purpose,
    Record,
    RecordState,
)
from talent_wallet.profile import Pseudonyms, compute_profile
from talent_wallet.store import WalletStore
from talent_wallet.work import FoundSkills, decided

T = TypeVar("T")
PROFILES = "talent.profiles.v1"
HOLDERS = "talent.holders.v1"


@dataclass(frozen=True)
class Acting:
    """Who acts, in events and in the audit log; a holder under their holder id."""

    subject: str
    org_id: str = ""
    roles: frozenset[str] = frozenset()
    on_behalf_of: str = ""


WALLET = Acting("wallet", roles=frozenset({"service"}))


@dataclass
class Change:
    """What one transaction does. `holders` are locked; everything is written at its end."""

    session: Session
    acting: Acting
    now: datetime
    epoch: int
    holders: dict[str, Holder] = field(default_factory=dict[str, Holder])
    unchanged: dict[str, Holder] = field(default_factory=dict[str, Holder])
    records: dict[str, Record] = field(default_factory=dict[str, Record])
    credentials: dict[str, bytes] = field(default_factory=dict[str, bytes])
    events: list[Outgoing] = field(default_factory=list[Outgoing])
    audit: list[AuditEntry] = field(default_factory=list[AuditEntry])
    refresh: set[str] = field(default_factory=set[str])
    causes: dict[str, EventRecord] = field(default_factory=dict[str, EventRecord])
    traces: Mapping[str, Mapping[str, str]] = field(  # that go on, by the id of the cause
        default_factory=dict[str, Mapping[str, str]]
    )
    repeat: bool = False  # announce what has not changed, too

    def note(self, action: str, holder_id: str, object_id: str, **details: str) -> None:
        """Into the audit log."""
        self.audit.append(AuditEntry(action, self.acting, holder_id, object_id, details))

    def next_version(self, holder_id: str) -> Version:
        """Raise the holder's version."""
        holder = self.holders[holder_id]
        version = Version.from_packed(holder.version).next(self.epoch)
        self.holders[holder_id] = replace(holder, version=version.packed)
        return version


class Changes:
    def __init__(
        self,
        store: WalletStore,
        outbox: Outbox,
        audit: Audit,
        *,
        clock: Clock,
        zone: ZoneInfo,
        pseudonyms: Pseudonyms,
    ) -> None:
        self.store = store
        self.clock = clock
        self._outbox = outbox
        self._audit = audit
        self._zone = zone
        self._pseudonyms = pseudonyms

    async def run(self, acting: Acting, work: Callable[[Change], Awaitable[T]]) -> T:
        """Do `work` and write its change. Both may run twice; nothing else happens in them."""

        async def transaction(session: Session) -> T:
            change = Change(session, acting, self.clock.now(), self.store.epoch)
            result = await work(change)
            await self._refresh(change)
            await self._write(change)
            return result

        return await self._outbox.transact(transaction)

    async def lock(self, change: Change, holder_id: str) -> Holder:
        """The holder, whom no other change alters meanwhile. Raises NOT_FOUND."""
        await self.lock_all(change, [holder_id])
        if holder_id not in change.holders:
            raise Problem(Reason.NOT_FOUND, what="holder")
        return change.holders[holder_id]

    async def lock_all(self, change: Change, holder_ids: Iterable[str]) -> None:
        """Lock those of these holders who are there."""
        missing = set(holder_ids) - change.holders.keys()
        if missing:
            locked = await self.store.lock_holders(change.session, missing)
            change.holders |= locked
            change.unchanged |= locked

    async def grant(self, change: Change, consent: Consent) -> None:
        """Record a consent; it takes the place of one for the same purpose."""
        await self.end_standing(change, consent.holder_id, consent.purpose)
        await self._save_consent(change, consent, holders_pb2.ConsentGranted, "CONSENT_GRANTED")

    async def end_standing(self, change: Change, holder_id: str, purpose: Purpose) -> None:
        """Withdraw the consent for this purpose, if one stands."""
        standing = await self.store.standing(change.session, [holder_id], purpose, change.now)
        for consent in standing.values():
            await self.withdraw(change, consent)

    async def withdraw(self, change: Change, consent: Consent) -> Consent:
        ended = replace(consent, withdrawn_at=change.now, version=consent.version + 1)
        await self._save_consent(change, ended, holders_pb2.ConsentWithdrawn, "CONSENT_WITHDRAWN")
        return ended

    async def preview(self, holder: Holder) -> profiles_pb2.TalentProfile:
        """What others see, or would see under a consent to everything."""
        ids = [holder.holder_id]
        now = self.clock.now()
        standing = await self.store.standing(None, ids, Purpose.DISCOVERY, now)
        consent = standing.get(holder.holder_id)
        return self._message(await self._computed(holder, consent))

    async def whole_profile(self, holder: Holder) -> profiles_pb2.TalentProfile:
        """All that the holder has accepted, without an id: for answers to the holder alone. Whom
        they do not want to be shown to, they need not see either."""
        ids = [holder.holder_id]
        standing = await self.store.standing(None, ids, Purpose.DISCOVERY, self.clock.now())
        made = self._message(await self._computed(holder, None))
        made.ClearField("holder_id")
        consent = standing.get(holder.holder_id)
        made.excluded_org_id.extend(consent.excluded_org_ids if consent else ())
        return made

    def tell_work(
        self, change: Change, holder_id: str, line_id: str, found: FoundSkills | None
    ) -> None:
        """Record the skills of a line of work history as they stand; None where it is gone."""
        version = change.next_version(holder_id)
        decisions = change.holders[holder_id].work_decisions
        event = tagging_pb2.WorkLineTagged(
            header=header(version=version, actor=change.acting, clock=self.clock),
            holder_id=holder_id,
            line_id=line_id,
            tag=[wire.found_skill(one) for one in decided(line_id, found, decisions)],
            taxonomy_version=found.taxonomy if found else "",
        )
        change.events.append(outgoing(HOLDERS, holder_id, event))

    async def _save_consent(
        self,
        change: Change,
        consent: Consent,
        event: type[holders_pb2.ConsentGranted | holders_pb2.ConsentWithdrawn],
        action: str,
    ) -> None:
        version = change.next_version(consent.holder_id)
        await self.store.save_consent(change.session, consent)
        told = event(
            header=header(version=version, actor=change.acting, clock=self.clock),
            consent=wire.consent_message(consent),
        )
        change.events.append(outgoing(HOLDERS, consent.holder_id, told))
        change.note(action, consent.holder_id, consent.consent_id, purpose=consent.purpose)

    async def _computed(self, holder: Holder, consent: Consent | None) -> Profile:
        records = await self.store.records_of(None, [holder.holder_id])
        tags = await self.store.skill_tags(None, {record.achievement for record in records})
        found = await self._found(None, [holder], records)
        return compute_profile(holder, records, consent, self._pseudonyms, tags, found)

    async def _found(
        self, session: Session | None, holders: Iterable[Holder], records: Iterable[Record]
    ) -> Mapping[str, FoundSkills]:
        """The skills in the words of their work histories."""
        words = {one.work.words for holder in holders for one in holder.own_work}
        words |= {work.words for one in records if one.claims for work in one.claims.work}
        return await self.store.found_skills(session, words) if words else {}

    def _message(self, profile: Profile) -> profiles_pb2.TalentProfile:
        return wire.profile_message(profile, self._zone)

    async def _refresh(self, change: Change) -> None:
        """Accept by standing rule, compute and announce, for every holder in `refresh`."""
        # Locked before their records are read, so that of two changes one sees the other's.
        await self.lock_all(change, change.refresh)
        ids = sorted(change.refresh & change.holders.keys())
        if not ids:
            return
        standing = await self.store.standing(change.session, ids, Purpose.DISCOVERY, change.now)
        records: dict[str, dict[str, Record]] = {holder_id: {} for holder_id in ids}
        for record in await self.store.records_of(change.session, ids):
            records[record.holder_id][record.credential_id] = record
        for record in change.records.values():
            if record.holder_id in records:
                records[record.holder_id][record.credential_id] = record
        awarded = {one.achievement for own in records.values() for one in own.values()}
        tags = await self.store.skill_tags(change.session, awarded)
        everything = [one for own in records.values() for one in own.values()]
        holders = [change.holders[holder_id] for holder_id in ids]
        found = await self._found(change.session, holders, everything)
        for holder_id in ids:
            self._accept_by_rule(change, records[holder_id])
            consent = standing.get(holder_id)
            self._announce(change, holder_id, records[holder_id], consent, tags, found)

    def _accept_by_rule(self, change: Change, records: dict[str, Record]) -> None:
        for credential_id, record in records.items():
            rule = change.holders[record.holder_id].standing_rule
            if rule is None or not rule.accepts(record, change.now):
                continue
            accepted = replace(record, state=RecordState.ACCEPTED, decided_at=change.now)
            records[credential_id] = change.records[credential_id] = accepted
            change.note("RECORD_ACCEPTED", record.holder_id, credential_id, rule=rule.consent_id)

    def _announce(
        self,
        change: Change,
        holder_id: str,
        records: dict[str, Record],
        consent: Consent | None,
        tags: Mapping[str, AchievementTags],
        found: Mapping[str, FoundSkills],
    ) -> None:
        holder = change.holders[holder_id]
        if consent is None:
            if holder.announced or (change.repeat and holder.ever_announced):
                version = change.next_version(holder_id)
                change.events.append(
                    tombstone(PROFILES, holder_id, "TalentProfileWithdrawn", version)
                )
                change.holders[holder_id] = replace(change.holders[holder_id], announced="")
            return
        profile = self._message(
            compute_profile(holder, records.values(), consent, self._pseudonyms, tags, found)
        )
        digest = hashlib.sha256(profile.SerializeToString(deterministic=True)).hexdigest()
        if digest == holder.announced and not change.repeat:
            return
        version = change.next_version(holder_id)
        cause = change.causes.get(holder_id)
        event = profiles_pb2.TalentProfileUpdated(
            header=header(version=version, actor=change.acting, clock=self.clock, cause=cause),
            profile=profile,
        )
        trace = change.traces.get(cause.event_id) if cause else None
        change.events.append(replace(outgoing(PROFILES, holder_id, event), trace=trace))
        change.holders[holder_id] = replace(
            change.holders[holder_id], announced=digest, ever_announced=True
        )

    async def _write(self, change: Change) -> None:
        if change.records:
            await self.store.save_records(
                change.session, change.records.values(), change.credentials
            )
        unchanged = change.unchanged
        changed = [one for one in change.holders.values() if unchanged.get(one.holder_id) != one]
        if changed:
            await self.store.save_holders(change.session, changed)
        await self._outbox.append(change.session, *change.events)
        await self._audit.append(change.session, *change.audit)
