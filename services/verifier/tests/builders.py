"""Valid objects of a provider, and the events that the registry would send of them."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import talent_vc
from talent_kit.clock import ManualClock
from talent_kit.events import Outgoing, header, outgoing
from talent_kit.ids import uuid7
from talent_kit.versions import Version
from talent_proto.events.v1 import catalog_pb2, common_pb2, credentials_pb2, skills_pb2
from talent_vc import ContextLoader, SigningKey

from .web import Web

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACTOR = common_pb2.Actor(id="registry")
CREDENTIALS = "talent.credentials.v1"
CATALOG = "talent.catalog.v1"


@dataclass
class Provider:
    """An organization with a did:web of its own and a pair of status lists at `web`."""

    web: Web
    contexts: ContextLoader
    name: str = "Aspen Community College"
    org_id: str = field(default_factory=uuid7)
    key: SigningKey = field(default_factory=SigningKey.generate)

    def __post_init__(self) -> None:
        self.serve_key(self.key)
        self.serve_list("revocation", [], version=1)
        self.serve_list("suspension", [], version=1)

    @property
    def did(self) -> str:
        host = self.web.host.replace(":", "%3A")
        return f"did:web:{host}:organizations:{self.org_id}"

    @property
    def did_path(self) -> str:
        return f"/organizations/{self.org_id}/did.json"

    def serve_key(self, key: SigningKey, *, etag: str = "") -> None:
        document = talent_vc.did_web_document(
            self.did, fragment="key-1", public_multikey=key.public_multikey
        )
        self.web.pages[self.did_path] = (json.dumps(document).encode(), etag)

    def list_path(self, purpose: str) -> str:
        return f"/v1/status-lists/{self.org_id}-{purpose}"

    def list_url(self, purpose: str) -> str:
        return self.web.url(self.list_path(purpose))

    def serve_list(
        self,
        purpose: str,
        set_bits: list[int],
        *,
        version: int,
        ttl: timedelta | None = None,
        valid_until: datetime | None = None,
        key: SigningKey | None = None,
    ) -> None:
        document = talent_vc.build_status_list(
            list_id=self.list_url(purpose),
            issuer=self.did,
            purpose=purpose,
            set_bits=set_bits,
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
            valid_until=valid_until,
        )
        if ttl is not None:
            document["credentialSubject"]["ttl"] = ttl // timedelta(milliseconds=1)
        self.web.pages[self.list_path(purpose)] = (self.sign(document, key), f'"{version}"')

    def sign(self, document: dict[str, Any], key: SigningKey | None = None) -> bytes:
        signed = talent_vc.sign(
            document,
            key=key or self.key,
            verification_method=f"{self.did}#key-1",
            created=datetime(2026, 1, 1, tzinfo=UTC),
            contexts=self.contexts,
        )
        return json.dumps(signed).encode()

    def badge(
        self,
        *,
        index: int | None = 7,
        valid_from: datetime = datetime(2026, 1, 1, tzinfo=UTC),
        valid_until: datetime | None = None,
        **changed: Any,
    ) -> bytes:
        """A signed Open Badge; `index` is its place in the status lists, None for no status."""
        status = [
            talent_vc.status_entry(list_url=self.list_url(purpose), index=index, purpose=purpose)
            for purpose in ("revocation", "suspension")
            if index is not None
        ]
        document = talent_vc.build_open_badge(
            id=f"urn:uuid:{uuid7()}",
            issuer=talent_vc.Issuer(self.did, self.name),
            recipient=talent_vc.DidRecipient(
                "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
            ),
            achievement={
                "id": "https://example.edu/achievements/welding",
                "name": "Structural Welding",
                "description": "Welds structural steel in all positions.",
                "criteria": {"narrative": "Pass the bend test in each position."},
            },
            name="Structural Welding",
            valid_from=valid_from,
            valid_until=valid_until,
            status=status,
        )
        return self.sign(document | changed)

    def record(self, *inner: bytes) -> bytes:
        """A signed Comprehensive Learner Record of these credentials."""
        badge = json.loads(self.badge(index=None))
        clr = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
        return self.sign(
            {
                "@context": [badge["@context"][0], clr, badge["@context"][1]],
                "id": f"urn:uuid:{uuid7()}",
                "type": ["VerifiableCredential", "ClrCredential"],
                "name": "Learner record",
                "issuer": badge["issuer"],
                "validFrom": badge["validFrom"],
                "credentialSubject": {
                    "id": badge["credentialSubject"]["id"],
                    "type": ["ClrSubject"],
                    "verifiableCredential": [json.loads(one) for one in inner],
                },
            }
        )

    def token(self, **changed: Any) -> bytes:
        """A badge as a JSON Web Token, by the same key."""
        document = json.loads(self.badge(**changed))
        del document["proof"]
        return talent_vc.sign_jwt(document, key=self.key, kid=f"{self.did}#key-1").encode()

    def organization(
        self, vetting: catalog_pb2.VettingState, clock: ManualClock, *, n: int = 1
    ) -> Outgoing:
        organization = catalog_pb2.Organization(
            org_id=self.org_id,
            did=self.did,
            name=self.name,
            roles=[catalog_pb2.ORGANIZATION_ROLE_PROVIDER],
            type=skills_pb2.VALIDATOR_TYPE_COLLEGE,
            vetting=vetting,
        )
        event = {
            catalog_pb2.VETTING_STATE_PENDING: catalog_pb2.OrganizationRegistered,
            catalog_pb2.VETTING_STATE_VETTED: catalog_pb2.OrganizationVetted,
            catalog_pb2.VETTING_STATE_SUSPENDED: catalog_pb2.OrganizationSuspended,
        }[vetting]
        head = header(version=Version(1, n), actor=ACTOR, clock=clock)
        return outgoing(CATALOG, self.org_id, event(header=head, organization=organization))


def published(
    provider: Provider, content: bytes, clock: ManualClock, *, credential_id: str = "", n: int = 1
) -> Outgoing:
    credential_id = credential_id or uuid7()
    event = credentials_pb2.CredentialPublished(
        header=header(version=Version(1, n), actor=ACTOR, clock=clock),
        credential_id=credential_id,
        org_id=provider.org_id,
        issuer_did=provider.did,
        credential=content,
        digest=hashlib.sha256(content).hexdigest(),
        status=credentials_pb2.CREDENTIAL_STATUS_ACTIVE,
    )
    return outgoing(CREDENTIALS, credential_id, event)


def status_changed(
    provider: Provider,
    credential_id: str,
    clock: ManualClock,
    *,
    purpose: str = "revocation",
    list_version: int = 2,
    n: int = 2,
) -> Outgoing:
    event = credentials_pb2.CredentialStatusChanged(
        header=header(version=Version(1, n), actor=ACTOR, clock=clock),
        credential_id=credential_id,
        org_id=provider.org_id,
        status=credentials_pb2.CREDENTIAL_STATUS_REVOKED,
        status_list_version=[
            credentials_pb2.StatusListVersion(
                status_list_credential=provider.list_url(purpose), version=list_version
            )
        ],
    )
    return outgoing(CREDENTIALS, credential_id, event)
