"""What the verifier does with each type of event."""

from collections.abc import Mapping, Sequence

from talent_kit.consumer import Handler
from talent_kit.events import Record

from talent_verifier import messages
from talent_verifier.directory import CATALOG, CHANGES, Directory
from talent_verifier.verdicts import Verdicts

GROUP = "verifier"
TOPICS = ["talent.credentials.v1", CATALOG]


def handlers(*, verdicts: Verdicts, directory: Directory) -> Mapping[str, Handler]:
    async def credentials_published(records: Sequence[Record]) -> None:
        await verdicts.apply([messages.published(record) for record in records])

    async def statuses_changed(records: Sequence[Record]) -> None:
        await verdicts.apply([messages.status_changed(record) for record in records])

    async def organizations_changed(records: Sequence[Record]) -> None:
        # The directory follows the catalog by itself, but perhaps not yet as far.
        await directory.take(records)
        for did in {messages.organization(record).did for record in records}:
            await verdicts.look_again_at_issuer(did)

    return {
        "CredentialPublished": credentials_published,
        "CredentialStatusChanged": statuses_changed,
        **dict.fromkeys(CHANGES, organizations_changed),
    }
