"""RegistryService: translate, call, translate back."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from talent_kit import pages
from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.registry.v1 import registry_pb2 as pb
from talent_proto.registry.v1 import registry_pb2_grpc as pb_grpc

from talent_registry import convert
from talent_registry.achievements import Achievements
from talent_registry.batches import Batch, Item, Outcome
from talent_registry.drafts import Draft
from talent_registry.model import (
    Credential,
    OrgId,
    StatusChange,
    check_org_id,
    check_reason_code,
)
from talent_registry.organizations import Organizations
from talent_registry.publishing import Publishing
from talent_registry.requests import check_request_id, content_of, write_of
from talent_registry.settings import RegistrySettings
from talent_registry.signed import Signed
from talent_registry.statuses import Statuses
from talent_registry.store import RegistryStore, Request
from talent_registry.streaming import ahead

NAME = "talent.registry.v1.RegistryService"
# A method's name in its contract starts with a capital letter.
# ruff: noqa: N802


class RegistryServicer(pb_grpc.RegistryServiceServicer):
    def __init__(
        self,
        settings: RegistrySettings,
        *,
        store: RegistryStore,
        organizations: Organizations,
        achievements: Achievements,
        publishing: Publishing,
        statuses: Statuses,
        audit: Audit,
    ) -> None:
        self._settings = settings
        self._store = store
        self._organizations = organizations
        self._achievements = achievements
        self._publishing = publishing
        self._statuses = statuses
        self._audit = audit

    async def RegisterOrganization(
        self, request: pb.RegisterOrganizationRequest, context: Any
    ) -> pb.RegisterOrganizationResponse:
        caller = require(Role.PROVIDER, Role.EMPLOYER, Role.AGENCY)
        organization = await self._organizations.register(
            caller, write_of(caller, request), convert.registration(request)
        )
        message = convert.organization_message(organization)
        return pb.RegisterOrganizationResponse(organization=message)

    async def GetOrganization(
        self, request: pb.GetOrganizationRequest, context: Any
    ) -> pb.GetOrganizationResponse:
        organization = await self._organizations.get(request.org_id)
        return pb.GetOrganizationResponse(organization=convert.organization_message(organization))

    async def ListOrganizations(
        self, request: pb.ListOrganizationsRequest, context: Any
    ) -> pb.ListOrganizationsResponse:
        size, after = self._page(request)
        found = await self._store.organizations(after, size + 1)
        return pb.ListOrganizationsResponse(
            organization=[convert.organization_message(item) for item in found[:size]],
            next_page_token=_next(found[size - 1].org_id) if len(found) > size else "",
        )

    async def VetOrganization(
        self, request: pb.VetOrganizationRequest, context: Any
    ) -> pb.VetOrganizationResponse:
        caller = require(Role.AGENCY)
        organization = await self._organizations.vet(
            caller, write_of(caller, request), request.org_id
        )
        return pb.VetOrganizationResponse(organization=convert.organization_message(organization))

    async def SuspendOrganization(
        self, request: pb.SuspendOrganizationRequest, context: Any
    ) -> pb.SuspendOrganizationResponse:
        caller = require(Role.AGENCY)
        organization = await self._organizations.suspend(
            caller, write_of(caller, request), request.org_id, request.reason_code
        )
        message = convert.organization_message(organization)
        return pb.SuspendOrganizationResponse(organization=message)

    async def PublishAchievement(
        self, request: pb.PublishAchievementRequest, context: Any
    ) -> pb.PublishAchievementResponse:
        caller = require(Role.PROVIDER)
        organization = await self._organizations.own(caller)
        if request.achievement.ByteSize() > self._settings.achievement_bytes:
            limit = f"{self._settings.achievement_bytes} bytes"
            raise Problem(Reason.TOO_LARGE, field="achievement", limit=limit)
        terms = convert.achievement_terms(request.achievement)
        achievement = await self._achievements.publish(
            caller, organization, write_of(caller, request), terms
        )
        message = convert.achievement_message(achievement)
        return pb.PublishAchievementResponse(achievement=message)

    async def GetAchievement(
        self, request: pb.GetAchievementRequest, context: Any
    ) -> pb.GetAchievementResponse:
        achievement = await self._achievements.get(request.achievement_id, request.version)
        return pb.GetAchievementResponse(achievement=convert.achievement_message(achievement))

    async def ListAchievements(
        self, request: pb.ListAchievementsRequest, context: Any
    ) -> pb.ListAchievementsResponse:
        size, after = self._page(request)
        found = await self._store.achievements(request.org_id, after, size + 1)
        return pb.ListAchievementsResponse(
            achievement=[convert.achievement_message(item) for item in found[:size]],
            next_page_token=_next(found[size - 1].order) if len(found) > size else "",
        )

    async def IssueCredential(
        self, request: pb.IssueCredentialRequest, context: Any
    ) -> pb.IssueCredentialResponse:
        item = pb.PublishItem(request_id=request.request_id, draft=request.draft)
        credential = await self._publish_one(item)
        return pb.IssueCredentialResponse(
            credential_id=credential.credential_id,
            digest=credential.digest,
            credential=credential.content,
        )

    async def PublishCredential(
        self, request: pb.PublishCredentialRequest, context: Any
    ) -> pb.PublishCredentialResponse:
        item = pb.PublishItem(request_id=request.request_id, signed=request.signed)
        credential = await self._publish_one(item)
        return pb.PublishCredentialResponse(
            credential_id=credential.credential_id, digest=credential.digest
        )

    async def PublishCredentials(
        self, request_iterator: AsyncIterator[pb.PublishCredentialsRequest], context: Any
    ) -> AsyncIterator[pb.PublishCredentialsResponse]:
        caller = require(Role.PROVIDER)

        async def prepare(message: pb.PublishCredentialsRequest) -> Batch:
            if len(message.item) > self._settings.batch_items:
                limit = f"{self._settings.batch_items} items"
                raise Problem(Reason.TOO_LARGE, field="item", limit=limit)
            # Asked for each batch: the agency may suspend the organization at any time.
            organization = await self._organizations.own(caller)
            draft_bytes = self._settings.credential_bytes
            items = [_item(organization.org_id, item, draft_bytes) for item in message.item]
            return await self._publishing.prepare(caller, organization, items)

        async with aclosing(ahead(request_iterator, prepare)) as batches:
            async for batch in batches:
                outcomes = await self._publishing.store(batch)
                rows = zip(batch.items, outcomes, strict=True)
                yield pb.PublishCredentialsResponse(
                    result=[_result(item.request.request_id, outcome) for item, outcome in rows]
                )

    async def SuspendCredential(
        self, request: pb.SuspendCredentialRequest, context: Any
    ) -> pb.SuspendCredentialResponse:
        record = await self._change(request, StatusChange.SUSPEND)
        return pb.SuspendCredentialResponse(credential=record)

    async def ReinstateCredential(
        self, request: pb.ReinstateCredentialRequest, context: Any
    ) -> pb.ReinstateCredentialResponse:
        record = await self._change(request, StatusChange.REINSTATE)
        return pb.ReinstateCredentialResponse(credential=record)

    async def RevokeCredential(
        self, request: pb.RevokeCredentialRequest, context: Any
    ) -> pb.RevokeCredentialResponse:
        record = await self._change(request, StatusChange.REVOKE)
        return pb.RevokeCredentialResponse(credential=record)

    async def GetCredential(
        self, request: pb.GetCredentialRequest, context: Any
    ) -> pb.GetCredentialResponse:
        caller = require(Role.PROVIDER, Role.SERVICE)
        credential = await self._existing(request.credential_id)
        if Role.SERVICE not in caller.roles and credential.org_id != caller.org_id:
            raise Problem(Reason.NOT_YOURS, field="credential_id", what="credential")
        recipient = credential.facts.recipient
        entry = AuditEntry(
            "CREDENTIAL_READ",
            caller,
            subject_pseudonym=recipient.email_hmac or recipient.did,
            object_id=credential.credential_id,
        )
        await self._audit.append(None, entry)
        record = convert.record_message(credential)
        record.credential = credential.content
        return pb.GetCredentialResponse(credential=record)

    async def ListCredentials(
        self, request: pb.ListCredentialsRequest, context: Any
    ) -> pb.ListCredentialsResponse:
        caller = require(Role.PROVIDER)
        size, after = self._page(request)
        found = await self._store.credentials(check_org_id(caller.org_id), after, size + 1)
        details = {"count": str(len(found[:size])), "after": after}
        await self._audit.append(None, AuditEntry("CREDENTIALS_LISTED", caller, details=details))
        return pb.ListCredentialsResponse(
            credential=[convert.record_message(item) for item in found[:size]],
            next_page_token=_next(found[size - 1].credential_id) if len(found) > size else "",
        )

    async def _publish_one(self, message: pb.PublishItem) -> Credential:
        caller = require(Role.PROVIDER)
        organization = await self._organizations.own(caller)
        item = _item(organization.org_id, message, self._settings.credential_bytes)
        return await self._publishing.publish_one(caller, organization, item)

    async def _change(self, request: Any, change: StatusChange) -> pb.CredentialRecord:
        caller = require(Role.PROVIDER)
        if not request.credential_id:
            raise Problem(Reason.MISSING_FIELD, field="credential_id")
        check_org_id(caller.org_id)
        if request.reason_code:
            check_reason_code(request.reason_code)
        credential = await self._statuses.change(
            caller, write_of(caller, request), request.credential_id, change, request.reason_code
        )
        return convert.record_message(credential)

    async def _existing(self, credential_id: str) -> Credential:
        found = await self._store.credential(credential_id)
        if found is None:
            raise Problem(Reason.NOT_FOUND, field="credential_id", what="credential")
        return found

    def _page(self, request: Any) -> tuple[int, str]:
        size = pages.page_size(request.page_size, self._settings.page_items)
        return size, str(pages.decode(request.page_token).get("after", ""))


def _next(after: str) -> str:
    return pages.encode({"after": after})


def _item(org_id: OrgId, message: pb.PublishItem, draft_bytes: int) -> Item:
    request = Request(org_id, message.request_id, hashlib.sha256(content_of(message)).hexdigest())
    try:
        check_request_id(message.request_id)
        return Item(request, _asked(message, draft_bytes))
    except Problem as problem:
        return Item(request, problem)


def _asked(message: pb.PublishItem, draft_bytes: int) -> Draft | Signed:
    kind = message.WhichOneof("content")
    if kind == "draft":
        if message.draft.ByteSize() > draft_bytes:
            raise Problem(Reason.TOO_LARGE, field="draft", limit=f"{draft_bytes} bytes")
        return convert.draft(message.draft)
    if kind == "signed":
        return convert.signed(message.signed)
    raise Problem(Reason.MISSING_FIELD, field="content")


def _result(request_id: str, outcome: Outcome) -> pb.PublishResult:
    if isinstance(outcome, Problem):
        return pb.PublishResult(request_id=request_id, rejected=convert.rejected_message(outcome))
    accepted = pb.Accepted(
        credential_id=outcome.credential_id,
        digest=outcome.digest,
        repeated_request=outcome.repeated_request,
    )
    return pb.PublishResult(request_id=request_id, accepted=accepted)
