"""Every setting of the portal, with its default and its unit."""

from talent_kit.settings import CommonSettings


class PortalSettings(CommonSettings):
    """Read with `TALENT_PORTAL_` in front."""

    http_port: int = 7151
    public_url: str = "http://127.0.0.1:7151"  # as people type it; sign-in comes back to it

    state: str = "US-CO"  # ISO 3166-2: whose wages are suggested

    registry_target: str = "127.0.0.1:7110"  # gRPC
    matcher_target: str = "127.0.0.1:7140"  # gRPC
    wallet_target: str = "127.0.0.1:7130"  # gRPC
    wallet_url: str = "http://127.0.0.1:7131"
    verifier_url: str = "http://127.0.0.1:7121"

    answer_seconds: float = 10.0  # how long another service may take
    checks_per_minute: int = 60  # of one visitor's address, without sign-in; 0 = no limit
    largest_request_bytes: int = 2 * 1024 * 1024
    # More open pages of one person are a mistake or an attack: each holds a stream.
    streams_per_person: int = 10
