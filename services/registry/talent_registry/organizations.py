"""Organizations: registered by themselves, vetted and suspended by the agency."""

from dataclasses import replace
from time import monotonic

from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller, Role
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_kit.versions import Version

from talent_registry.addresses import Addresses
from talent_registry.announce import organization_event
from talent_registry.catalog import is_uri
from talent_registry.issuers import Issuers
from talent_registry.model import (
    Organization,
    OrganizationRole,
    OrgId,
    Registration,
    VettingState,
    check_org_id,
    check_reason_code,
)
from talent_registry.store import RegistryStore, Request

DID_METHODS = ("did:key:", "did:web:")
OWN_SECONDS = 1.0
OWN_KEPT = 1_000


class Organizations:
    def __init__(
        self,
        *,
        store: RegistryStore,
        outbox: Outbox,
        audit: Audit,
        issuers: Issuers,
        addresses: Addresses,
        clock: Clock,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._audit = audit
        self._issuers = issuers
        self._addresses = addresses
        self._clock = clock
        self._own: dict[OrgId, tuple[float, Organization]] = {}  # with when it was read

    async def get(self, org_id: str) -> Organization:
        found = await self._store.organization(org_id)
        if found is None:
            raise Problem(Reason.NOT_FOUND, field="org_id", what="organization")
        return found

    async def own(self, caller: Caller) -> Organization:
        """The caller's organization. Raises WRONG_STATE when it is not registered.

        Asked for every item that is published, so it may be a second old: a suspension takes
        effect within that second.
        """
        org_id, now = check_org_id(caller.org_id), monotonic()
        read, found = self._own.get(org_id, (0.0, None))
        if found is not None and now - read < OWN_SECONDS:
            return found
        found = await self._store.organization(org_id)
        if found is None:
            mend = "call RegisterOrganization first"
            raise Problem(Reason.WRONG_STATE, field="org_id", state="not registered", mend=mend)
        if len(self._own) >= OWN_KEPT:
            self._own.clear()
        self._own[org_id] = (now, found)
        return found

    async def register(
        self, caller: Caller, request: Request, registration: Registration
    ) -> Organization:
        org_id = check_org_id(caller.org_id)
        _check(caller, registration)
        if registration.did == self._addresses.did(org_id):
            registration = replace(registration, did="")  # the one that is made anyway
        elif self._addresses.is_did_here(registration.did):
            mend = "leave it empty, the registry makes the DIDs at its own address"
            raise Problem(Reason.INVALID_FIELD, field="did", mend=mend)

        async def work(session: Session) -> str:
            known = await self._store.organization(org_id, session)
            if known is None:
                await self._add(session, caller, org_id, registration)
            elif not known.says(registration):
                raise Problem(Reason.ALREADY_EXISTS, field="org_id", what="organization")
            return org_id

        return await self.get(await self._store.once(request, work))

    async def vet(self, caller: Caller, request: Request, org_id: str) -> Organization:
        async def work(session: Session) -> str:
            organization = await self._existing(session, org_id)
            if organization.vetting is not VettingState.VETTED:
                vetted = organization.vetted(self._store.epoch)
                await self._put(session, caller, vetted, "ORGANIZATION_VETTED")
            return org_id

        return await self._changed(await self._store.once(request, work))

    async def suspend(
        self, caller: Caller, request: Request, org_id: str, reason_code: str
    ) -> Organization:
        if not reason_code:
            raise Problem(Reason.MISSING_FIELD, field="reason_code")
        check_reason_code(reason_code)

        async def work(session: Session) -> str:
            organization = await self._existing(session, org_id)
            if organization.vetting is not VettingState.SUSPENDED:
                suspended = organization.suspended(self._store.epoch, reason_code)
                await self._put(session, caller, suspended, "ORGANIZATION_SUSPENDED")
            return org_id

        return await self._changed(await self._store.once(request, work))

    async def _changed(self, org_id: str) -> Organization:
        self._own.pop(OrgId(org_id), None)
        return await self.get(org_id)

    async def _add(
        self, session: Session, caller: Caller, org_id: OrgId, registration: Registration
    ) -> None:
        await self._check_portal_operator(session, registration.portal_operator_org_id)
        did = registration.did or self._addresses.did(org_id)
        if await self._store.did_taken(session, did):
            raise Problem(Reason.ALREADY_EXISTS, field="did", what="DID")
        organization = Organization(
            org_id=org_id,
            did=did,
            name=registration.name,
            roles=registration.roles,
            type=registration.type,
            url=registration.url,
            vetting=VettingState.PENDING,
            portal_operator_org_id=registration.portal_operator_org_id,
            key_id="",
            reason_code="",
            version=Version(self._store.epoch, 1),
        )
        if not registration.did:
            key = self._issuers.make()
            await self._store.add_key(session, org_id, key)
            organization = replace(organization, key_id=key.key_id)
        await self._put(session, caller, organization, "ORGANIZATION_REGISTERED")

    async def _put(
        self, session: Session, caller: Caller, organization: Organization, action: str
    ) -> None:
        await self._store.put_organization(session, organization)
        details = {"reason_code": organization.reason_code} if organization.reason_code else {}
        entry = AuditEntry(action, caller, object_id=organization.org_id, details=details)
        await self._audit.append(session, entry)
        event = organization_event(organization, caller, self._clock)
        await self._outbox.append(session, event)

    async def _existing(self, session: Session, org_id: str) -> Organization:
        found = await self._store.organization(org_id, session)
        if found is None:
            raise Problem(Reason.NOT_FOUND, field="org_id", what="organization")
        return found

    async def _check_portal_operator(self, session: Session, org_id: str) -> None:
        if not org_id:
            return
        operator = await self._store.organization(org_id, session)
        # The operator reads about people on behalf of the organization that names it.
        if (
            operator is None
            or OrganizationRole.PORTAL_OPERATOR not in operator.roles
            or operator.vetting is not VettingState.VETTED
        ):
            mend = "name a portal operator that the agency has vetted"
            raise Problem(Reason.INVALID_FIELD, field="portal_operator_org_id", mend=mend)


def _check(caller: Caller, registration: Registration) -> None:
    if not registration.name:
        raise Problem(Reason.MISSING_FIELD, field="name")
    if len(registration.name) > 200:
        raise Problem(Reason.TOO_LARGE, field="name", limit="200 characters")
    if not registration.roles:
        raise Problem(Reason.MISSING_FIELD, field="role")
    if OrganizationRole.AGENCY in registration.roles:
        caller.require(Role.AGENCY)
    did = registration.did
    if did and not (did.startswith(DID_METHODS) and is_uri(did) and len(did) <= 500):
        mend = "use a did:key or did:web, or leave it empty to have one made"
        raise Problem(Reason.INVALID_FIELD, field="did", mend=mend)
    if len(registration.url) > 500:
        raise Problem(Reason.TOO_LARGE, field="url", limit="500 characters")
    is_web = registration.url.startswith(("https://", "http://")) and is_uri(registration.url)
    if registration.url and not is_web:
        raise Problem(Reason.INVALID_FIELD, field="url", mend="use a web address")
