"""The wallet's settings."""

from talent_kit.server import ServiceSettings


class WalletSettings(ServiceSettings):
    grpc_port: int = 7130
    http_port: int = 7131
    public_url: str = "http://127.0.0.1:7131"
    consent_days: int = 365  # how long a consent stands that names no end
    longest_consent_days: int = 3 * 365
    expiry_check_seconds: float = 1.0  # how soon a consent that ran out takes effect on events
