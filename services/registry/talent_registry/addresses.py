"""Where the registry's HTTP side is reached: addresses that stand in credentials for good."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Addresses:
    public_url: str

    def status_list(self, list_id: str) -> str:
        return f"{self._base}/v1/status-lists/{list_id}"

    def achievement(self, identifier: str) -> str:
        return f"{self._base}/v1/achievements/{identifier}"

    def did(self, org_id: str) -> str:
        """did:web, whose document lies at `/organizations/ORG/did.json`.

        https://w3c-ccg.github.io/did-method-web/#did-method-operations
        """
        return f"{self._did_base}:organizations:{org_id}"

    def is_did_here(self, did: str) -> bool:
        """Whether a DID's document would lie at our own address, however the DID is spelled."""
        spelled, base = unquote(did).lower(), unquote(self._did_base).lower()
        return spelled == base or spelled.startswith((f"{base}:", f"{base}#", f"{base}?"))

    @property
    def _did_base(self) -> str:
        parts = urlsplit(self._base)
        path = "".join(f":{part}" for part in parts.path.split("/") if part)
        return f"did:web:{parts.netloc.replace(':', '%3A')}{path}"

    @property
    def _base(self) -> str:
        return self.public_url.rstrip("/")
