"""The wallet's settings."""

from talent_kit.server import ServiceSettings


class WalletSettings(ServiceSettings):
    grpc_port: int = 7130
    http_port: int = 7131
    public_url: str = "http://127.0.0.1:7131"
    consent_days: int = 365  # how long a consent stands that names no end
    longest_consent_days: int = 3 * 365
    expiry_check_seconds: float = 1.0  # how soon a consent that ran out takes effect on events
    matcher_target: str = "127.0.0.1:7140"  # the matcher's gRPC address
    matcher_seconds: float = 20.0  # deadline of one question to it
    job_questions_per_minute: int = 60  # of one holder, at one replica
    program_questions_per_minute: int = 6  # of one holder: each is about every program
    registry_target: str = "127.0.0.1:7110"  # the registry's gRPC address
    registry_seconds: float = 60.0  # deadline of one text to read; the first loads a model
    work_reading_seconds: float = 1.0  # how often it is looked for work histories to read
