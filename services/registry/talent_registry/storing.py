"""Storing credentials: all that is ready at the same moment goes in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from talent_kit import telemetry
from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing
from talent_kit.outbox import Outbox
from talent_kit.store import Session, is_away
from talent_kit.together import Together

from talent_registry.announce import credential_event
from talent_registry.batches import Accepted, Outcome, other_content, repeated
from talent_registry.model import Credential, OrgId
from talent_registry.store import CONFLICTS, RegistryStore, Request, Stored, Taken

TRANSACTION_BYTES = 16 * 1024 * 1024
Content = tuple[OrgId, str]  # an organization, and the digest of what it published


@dataclass(frozen=True)
class Ready:
    """A credential to store for a request."""

    request: Request
    credential: Credential
    caller: Caller
    trace: Mapping[str, str] = field(default_factory=telemetry.carrier)

    @property
    def content(self) -> Content:
        return self.credential.org_id, self.credential.digest

    @property
    def stored(self) -> Stored:
        email_hmac = self.credential.facts.recipient.email_hmac
        return Stored(self.credential.credential_id, email_hmac)


class Storing:
    """Nothing is answered before its commit, and no item fails another."""

    def __init__(
        self,
        *,
        store: RegistryStore,
        outbox: Outbox,
        audit: Audit,
        clock: Clock,
        transaction_items: int,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._audit = audit
        self._clock = clock
        self._together: Together[Ready, Outcome] = Together(
            self._store_all,
            most=transaction_items,
            weigh=lambda item: len(item.credential.content),
            weight=TRANSACTION_BYTES,
        )

    async def store(
        self, caller: Caller, credentials: Mapping[Request, Credential]
    ) -> dict[Request, Outcome]:
        """An outcome for every request. Raises what kept one of them from being stored."""
        items = [Ready(request, credential, caller) for request, credential in credentials.items()]
        outcomes: dict[Request, Outcome] = {}
        for item, outcome in zip(items, await self._together.do(items), strict=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, Problem):
                raise outcome
            outcomes[item.request] = outcome
        return outcomes

    async def _store_all(self, items: Sequence[Ready]) -> list[Outcome | Exception]:
        try:
            return list(await self._store_together(items))
        except Exception as failure:
            if len(items) == 1 or is_away(failure):
                return [failure] * len(items)
        # One of them cannot be stored: store each half by itself, until only that one is left.
        half = len(items) // 2
        return [*await self._store_all(items[:half]), *await self._store_all(items[half:])]

    async def _store_together(self, items: Sequence[Ready]) -> list[Outcome]:
        # Two callers may have sent the same request: the first of them is stored.
        first: dict[str, Ready] = {}
        for item in items:
            first.setdefault(item.request.key, item)
        done = await self._store_distinct(list(first.values()))
        outcomes: list[Outcome] = []
        for item in items:
            leader, outcome = first[item.request.key], done[item.request.key]
            if item is not leader and isinstance(outcome, Accepted):
                if item.request.digest == leader.request.digest:
                    outcome = Accepted(outcome.credential_id, outcome.digest, True)
                else:
                    outcome = other_content()
            outcomes.append(outcome)
        return outcomes

    async def _store_distinct(self, items: Sequence[Ready]) -> dict[str, Outcome]:
        """Outcomes by the key of the request.

        The unique indexes tell of what is stored already, so nothing is looked up before.
        """
        outcomes: dict[str, Outcome] = {}
        known: dict[Content, Stored] = {}
        for attempt in range(CONFLICTS):
            if attempt:
                outcomes.update(await self._answered(items))
                items = [item for item in items if item.request.key not in outcomes]
                known = await self._store.by_digest(item.content for item in items)
            if not items:
                return outcomes
            try:
                outcomes.update(await self._commit(items, known))
                return outcomes
            except Taken:
                continue  # one of them is there: answer that one, store the others
        raise Problem(Reason.UNAVAILABLE, what="the database")

    async def _answered(self, items: Sequence[Ready]) -> dict[str, Outcome]:
        answers = await self._store.answered(item.request.key for item in items)
        digests = await self._store.digests(answer.object_id for answer in answers.values())
        return {
            item.request.key: repeated(item.request, answers[item.request.key], digests)
            for item in items
            if item.request.key in answers
        }

    async def _commit(
        self, items: Sequence[Ready], known: Mapping[Content, Stored]
    ) -> dict[str, Outcome]:
        """One transaction: new credentials, and every request with its credential."""
        fresh: dict[Content, Ready] = {}
        accepted: dict[Request, Accepted] = {}
        refused: dict[str, Outcome] = {}
        for item in items:
            again = item.content in known or item.content in fresh
            if item.content in known:
                first = known[item.content]
            else:
                first = fresh.setdefault(item.content, item).stored
            if item.stored.email_hmac not in ("", first.email_hmac):
                refused[item.request.key] = _other_recipient()
                continue
            digest = item.credential.digest
            accepted[item.request] = Accepted(first.credential_id, digest, again)
        if not accepted:
            return refused
        new = list(fresh.values())
        entries = [_audited(item) for item in new]

        async def work(session: Session) -> None:
            await self._store.remember(
                session, {request: item.credential_id for request, item in accepted.items()}
            )
            if new:
                await self._store.add_credentials(session, [item.credential for item in new])
                await self._audit.append(session, *entries)
                await self._outbox.append(session, *[self._event(item) for item in new])

        await self._store.transact(work)
        return refused | {request.key: outcome for request, outcome in accepted.items()}

    def _event(self, item: Ready) -> Outgoing:
        """It goes on with the trace of its own caller."""
        return replace(
            credential_event(item.credential, item.caller, self._clock), trace=item.trace
        )


def _other_recipient() -> Problem:
    what = "credential, made out to another address"
    return Problem(Reason.ALREADY_EXISTS, field="signed.recipient_email", what=what)


def _audited(item: Ready) -> AuditEntry:
    recipient = item.credential.facts.recipient
    return AuditEntry(
        "CREDENTIAL_PUBLISHED",
        item.caller,
        subject_pseudonym=recipient.email_hmac or recipient.did,
        object_id=item.credential.credential_id,
    )
