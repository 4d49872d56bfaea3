"""Who the issuers are: the registry's organizations, held in memory by every replica.

Each replica follows the whole catalog, so a verdict needs no look into a database for them.
"""

import asyncio
from collections.abc import Iterable, Sequence

from talent_kit.errors import Problem, Reason
from talent_kit.events import Record
from talent_kit.settings import CommonSettings
from talent_kit.tail import Tail
from talent_kit.versions import Version

from talent_verifier import messages
from talent_verifier.model import Issuer, Organization, issuer_of

CATALOG = "talent.catalog.v1"
CHANGES = ("OrganizationRegistered", "OrganizationVetted", "OrganizationSuspended")


class Directory:
    """Organizations by DID, each in the newest version that was told."""

    def __init__(self, settings: CommonSettings) -> None:
        self._view = Tail(settings, [CATALOG], self.take)
        self._told: dict[str, tuple[Version, str]] = {}  # version and DID, by organization
        self._by_did: dict[str, Organization] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the catalog until `stop`."""
        await self._view.run(stop)

    def ready(self) -> str | None:
        return self._view.ready()

    def put(self, organization: Organization, version: Version) -> None:
        """Remember what the registry says, unless something newer is known."""
        known, did = self._told.get(organization.org_id, (None, ""))
        if known is None or version > known:
            self._told[organization.org_id] = (version, organization.did)
            self._by_did.pop(did, None)
            self._by_did[organization.did] = organization

    async def take(self, records: Sequence[Record]) -> None:
        """Put what records of the catalog say of organizations."""
        for record in records:
            if record.type in CHANGES:
                self.put(messages.organization(record), record.version)

    def organizations(self, dids: Iterable[str]) -> dict[str, Organization]:
        """Those that are known. Raises UNAVAILABLE until all can be: unknown is a verdict."""
        if not self._view.caught_up.is_set():
            raise Problem(Reason.UNAVAILABLE, what="the list of organizations")
        return {did: self._by_did[did] for did in dids if did in self._by_did}

    def issuer(self, did: str) -> Issuer:
        return issuer_of(did, self._by_did.get(did))
