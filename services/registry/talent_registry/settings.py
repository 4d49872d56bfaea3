"""Every setting of the registry, typed, with its unit."""

from pathlib import Path

from talent_kit.settings import CommonSettings
from talent_vc.document import MAX_BYTES


class RegistrySettings(CommonSettings):
    """Read from `TALENT_REGISTRY_…`; the common ones from `TALENT_…`."""

    grpc_port: int = 7110
    http_port: int = 7111
    # Where others reach the HTTP side: in DIDs, status lists and achievement ids, so for good.
    public_url: str = "http://127.0.0.1:7111"

    signing_processes: int = 2
    worker_idle_seconds: float = 600.0  # without work for so long, those who sign or tag end
    transaction_items: int = 250  # credentials stored in one transaction
    batch_items: int = 1000  # in one message of the stream
    credential_bytes: int = MAX_BYTES  # verifiers refuse to read more
    credential_depth: int = 64  # levels of nesting
    achievement_bytes: int = 256 * 1024
    credentials_per_minute: int = 60_000  # of one organization; 0 = no limit
    page_items: int = 200  # the most in one page of a list
    tagging_seconds: float = 1.0  # how often it is looked for achievements to tag
    republish_items: int = 100  # announced again in one transaction
    status_lists_cached: int = 64  # signed lists kept in memory

    @property
    def contexts_dir(self) -> Path:
        """The JSON-LD contexts that were built at set-up."""
        return self.data_dir / "contexts"
