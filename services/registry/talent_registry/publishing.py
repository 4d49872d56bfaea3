"""Publishing credentials in batches: check, sign in worker processes, store, answer.

`prepare` and `store` are apart, so that one batch is signed while the one before it is stored.
Nothing is accepted before its transaction is committed, and no item fails its neighbors.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7
from talent_kit.limits import RateLimit
from talent_kit.together import Together
from talent_kit.versions import Version
from talent_vc import CredentialError
from talent_vc.worker import SignRequest

from talent_registry import drafts
from talent_registry.achievements import Achievements
from talent_registry.addresses import Addresses
from talent_registry.batches import Batch, CheckedDraft, Item, Outcome
from talent_registry.catalog import Achievement
from talent_registry.drafts import Draft, status_entries
from talent_registry.issuers import Issuers
from talent_registry.model import (
    Credential,
    CredentialId,
    CredentialStatus,
    Facts,
    Organization,
    StatusPlace,
    VettingState,
)
from talent_registry.signed import Reader, Signed
from talent_registry.signing import SigningPool
from talent_registry.statuses import StatusPlaces, purposes
from talent_registry.store import Answered, RegistryStore, Request
from talent_registry.storing import Storing

LOOKED_UP = 1_000  # requests in one query


class Publishing:
    def __init__(
        self,
        *,
        store: RegistryStore,
        storing: Storing,
        achievements: Achievements,
        issuers: Issuers,
        places: StatusPlaces,
        pool: SigningPool,
        reader: Reader,
        addresses: Addresses,
        clock: Clock,
        limit: RateLimit,
    ) -> None:
        self._store = store
        self._storing = storing
        self._achievements = achievements
        self._issuers = issuers
        self._places = places
        self._pool = pool
        self._reader = reader
        self._addresses = addresses
        self._clock = clock
        self._limit = limit
        self._lookups: Together[str, Answered | None] = Together(self._look_up, most=LOOKED_UP)

    async def publish_one(
        self, caller: Caller, organization: Organization, item: Item
    ) -> Credential:
        """The credential, now or earlier published. Raises the item's Problem."""
        batch = await self.prepare(caller, organization, [item])
        outcome = (await self.store(batch))[0]
        if isinstance(outcome, Problem):
            raise outcome
        made = batch.ready.get(item.request)
        if made is not None and made.credential_id == outcome.credential_id:
            return made
        found = await self._store.credential(outcome.credential_id)
        assert found is not None  # credentials are never deleted
        return found

    async def prepare(
        self, caller: Caller, organization: Organization, items: Sequence[Item]
    ) -> Batch:
        """Check every item and sign the drafts. Raises NOT_VETTED for a suspended organization."""
        if organization.vetting is VettingState.SUSPENDED:
            raise Problem(Reason.NOT_VETTED, field="org_id", org=organization.org_id)
        batch = Batch(caller, organization, items)
        self._count(batch)
        await self._answer_repeats(batch)
        checked: dict[Request, CheckedDraft] = {}
        achievements: dict[tuple[str, str], Achievement | None] = {}
        for request, content in batch.open_items().items():
            try:
                if isinstance(content, Signed):
                    facts = self._reader.read(content, organization.did)
                    self._ready(batch, request, content.content, facts, None)
                else:
                    checked[request] = await self._check(content, organization, achievements)
            except Problem as problem:
                batch.outcomes[request] = problem
        if checked:
            await self._sign(batch, checked)
        return batch

    async def store(self, batch: Batch) -> list[Outcome]:
        """Commit what is ready; an outcome for every item, in order."""
        batch.outcomes.update(await self._storing.store(batch.caller, batch.ready))
        return batch.answers()

    def _count(self, batch: Batch) -> None:
        for item in batch.items:
            try:
                self._limit.take(batch.organization.org_id)
            except Problem as problem:
                batch.outcomes.setdefault(item.request, problem)

    async def _answer_repeats(self, batch: Batch) -> None:
        keys = [item.request.key for item in batch.items if item.request not in batch.outcomes]
        answers: dict[str, Answered] = {}
        for key, answer in zip(keys, await self._lookups.do(keys), strict=True):
            if isinstance(answer, BaseException):
                raise answer
            if answer is not None:
                answers[key] = answer
        if answers:
            found = [answer.object_id for answer in answers.values()]
            batch.take_answers(answers, await self._store.digests(found))

    async def _look_up(self, keys: Sequence[str]) -> list[Answered | Exception | None]:
        answers = await self._store.answered(set(keys))
        return [answers.get(key) for key in keys]

    async def _check(
        self,
        draft: Draft,
        organization: Organization,
        known: dict[tuple[str, str], Achievement | None],
    ) -> CheckedDraft:
        if not organization.key_id:
            mend = "sign the credential yourself and use PublishCredential"
            state = "signed with a key that only your organization has"
            raise Problem(Reason.WRONG_STATE, field="draft", state=state, mend=mend)
        if not draft.achievement_id:
            raise Problem(Reason.MISSING_FIELD, field="draft.achievement_id")
        wanted = (draft.achievement_id, draft.achievement_version)
        if wanted not in known:
            known[wanted] = await self._achievements.find(*wanted)
        achievement = known[wanted]
        if achievement is None:
            raise Problem(Reason.NOT_FOUND, field="draft.achievement_id", what="achievement")
        if achievement.org_id != organization.org_id:
            raise Problem(Reason.NOT_YOURS, field="draft.achievement_id", what="achievement")
        drafts.check(draft, achievement, self._clock.now())
        return CheckedDraft(draft, achievement)

    async def _sign(self, batch: Batch, checked: dict[Request, CheckedDraft]) -> None:
        organization, now = batch.organization, self._clock.now()
        key = await self._issuers.key(organization)
        places = await self._places.take(organization.org_id, len(checked))
        unsigned = [
            drafts.build(
                item.draft,
                credential_id=uuid7(),
                organization=organization,
                achievement=item.achievement,
                status=status_entries(purposes(self._addresses, place), place.index),
                hmac_key=self._reader.hmac_key,
                now=now,
            )
            for item, place in zip(checked.values(), places, strict=True)
        ]
        signatures = await self._pool.sign(
            [
                SignRequest(item.document, key.seed, key.verification_method, now)
                for item in unsigned
            ]
        )
        rows = zip(checked, unsigned, places, signatures, strict=True)
        for request, item, place, signature in rows:
            if isinstance(signature, CredentialError):
                mend = signature.mend.rstrip(".")
                problem = Problem(Reason.INVALID_FIELD, field="draft", mend=mend)
                batch.outcomes[request] = problem
            elif len(signature) > self._reader.max_bytes:
                limit = f"{self._reader.max_bytes} bytes, signed and with its achievement"
                problem = Problem(Reason.TOO_LARGE, field="draft", limit=limit)
                batch.outcomes[request] = problem
            else:
                self._ready(batch, request, signature, item.facts, place, now)

    def _ready(
        self,
        batch: Batch,
        request: Request,
        content: bytes,
        facts: Facts,
        place: StatusPlace | None,
        now: datetime | None = None,
    ) -> None:
        # A credential made here has its id in the network as its own id.
        published = now or self._clock.now()
        issued = facts.document_id.removeprefix("urn:uuid:") if place else ""
        batch.ready[request] = Credential(
            credential_id=CredentialId(issued or uuid7()),
            org_id=batch.organization.org_id,
            issuer_did=batch.organization.did,
            content=content,
            digest=hashlib.sha256(content).hexdigest(),
            facts=facts,
            place=place,
            status=CredentialStatus.ACTIVE,
            # The database keeps milliseconds.
            published_at=published.replace(microsecond=published.microsecond // 1000 * 1000),
            version=Version(self._store.epoch, 1),
        )
