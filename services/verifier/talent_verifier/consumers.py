"""What the verifier does with each type of event."""

from collections.abc import Mapping, Sequence
from functools import partial

from talent_kit.consumer import Handler
from talent_kit.events import Record
from talent_kit.store import Store

from talent_verifier import messages
from talent_verifier.store import VerifierStore
from talent_verifier.verdicts import Verdicts

GROUP = "verifier"
TOPICS = ["talent.credentials.v1", "talent.catalog.v1"]


def handlers(
    *, verdicts: Verdicts, verifier_store: VerifierStore, store: Store
) -> Mapping[str, Handler]:
    async def credentials_published(records: Sequence[Record]) -> None:
        await verdicts.apply([messages.published(record) for record in records])

    async def statuses_changed(records: Sequence[Record]) -> None:
        await verdicts.apply([messages.status_changed(record) for record in records])

    async def organizations_changed(records: Sequence[Record]) -> None:
        for record in records:
            organization = messages.organization(record)
            put = partial(
                verifier_store.put_organization, organization=organization, version=record.version
            )
            await store.transact(put)
            await verdicts.look_again_at_issuer(organization.did)

    return {
        "CredentialPublished": credentials_published,
        "CredentialStatusChanged": statuses_changed,
        "OrganizationRegistered": organizations_changed,
        "OrganizationVetted": organizations_changed,
        "OrganizationSuspended": organizations_changed,
    }
