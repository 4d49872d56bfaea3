"""Settings: typed, from `TALENT_` environment variables only, and an unknown one is an error.

A service derives `class RegistrySettings(CommonSettings)`; its own fields are read with the
service's name in front (`TALENT_REGISTRY_GRPC_PORT`), the common ones without (`TALENT_MONGO_URL`).
"""

import os
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "TALENT_"
# Variables of other programs of this network: known, but not read here.
OTHER_PROGRAMS = (
    "REGISTRY_",
    "VERIFIER_",
    "WALLET_",
    "MATCHER_",
    "PORTAL_",
    "LOCAL_",
    "CLI_",
    "DEMO_",
    "TEST_",
    "BENCH_",
)
OTHER_VARIABLES = ("HOME",)


class UnknownSetting(ValueError):
    """A `TALENT_` variable that no setting has: most often a typing error."""


class _Environment(PydanticBaseSettingsSource):
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = variable(self.settings_cls, field_name)
        return os.environ.get(name), field_name, False

    def __call__(self) -> dict[str, Any]:
        _refuse_unknown(self.settings_cls)
        fields = self.settings_cls.model_fields
        names = {field: variable(self.settings_cls, field) for field in fields}
        return {field: os.environ[name] for field, name in names.items() if name in os.environ}


class CommonSettings(BaseSettings):
    """What every service needs. Seconds, bytes and the like are in the field's name."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    kafka_bootstrap: str = "127.0.0.1:7100"
    kafka_namespace: str = ""  # put before topics and groups, with a dot
    kafka_replication: int = 1
    kafka_min_insync: int = 1
    kafka_partitions: int = 4
    kafka_request_timeout_ms: int = 20_000
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_ca_file: Path | None = None  # who signed the brokers' certificates; else the system's
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_user: str = ""
    kafka_password: SecretStr = SecretStr("")  # or the file kafka-password in secrets_dir

    mongo_url: str = "mongodb://127.0.0.1:7102"
    mongo_database_prefix: str = "talent"
    mongo_write_concern: str = "majority"
    mongo_timeout_ms: int = 5_000  # to find a server
    mongo_transaction_seconds: float = 20.0  # how long a transaction is tried again

    oidc_issuer: str = "http://127.0.0.1:7103"
    oidc_audience: str = "talent-network"
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")

    state_time_zone: str = "America/Denver"
    host: str = "127.0.0.1"
    secrets_dir: Path = Path(".talent/secrets")
    data_dir: Path = Path(".talent/data")
    skills_dir: Path = Path(".talent/data/skills")  # the taxonomy in use
    otlp_endpoint: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    fetch_allowed_hosts: str = ""  # host:port, host:port: plain http and private addresses allowed
    dead_letters_per_minute: int = 60  # of one partition; more stop it
    requests_per_minute: int = 60_000  # of one organization; 0 = no limit
    max_message_bytes: int = 8 * 1024 * 1024
    shutdown_seconds: float = 5.0  # for calls under way; see longest_end_seconds

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, _Environment(settings_cls))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.state_time_zone)

    @property
    def model_dir(self) -> Path:
        """The language model that was built at set-up."""
        return self.data_dir / "models" / "minilm"

    @property
    def longest_end_seconds(self) -> float:
        """When an orderly end must be over: calls, tasks (three times as long), two producers."""
        return 6 * self.shutdown_seconds + 5

    def topic(self, name: str) -> str:
        """The topic's name on the cluster."""
        return f"{self.kafka_namespace}.{name}" if self.kafka_namespace else name

    def logical_topic(self, name: str) -> str:
        """The topic's name in the code: the reverse of `topic`."""
        return name.removeprefix(f"{self.kafka_namespace}.") if self.kafka_namespace else name

    def database(self, service: str) -> str:
        return f"{self.mongo_database_prefix}_{service}"

    def secret(self, name: str) -> bytes:
        """The bytes of a key file such as `kek.key`."""
        return (self.secrets_dir / name).read_bytes()

    def describe(self) -> dict[str, str]:
        """Every setting as text, secrets hidden, for the log at start."""
        return {name: _shown(name, getattr(self, name)) for name in type(self).model_fields}


def variable(settings: type[BaseSettings], field: str) -> str:
    """The environment variable of a field."""
    if field in CommonSettings.model_fields:
        return PREFIX + field.upper()
    return own_prefix(settings) + field.upper()


def own_prefix(settings: type[BaseSettings]) -> str:
    """`TALENT_REGISTRY_` for `RegistrySettings`."""
    return PREFIX + settings.__name__.removesuffix("Settings").upper() + "_"


def _refuse_unknown(settings: type[BaseSettings]) -> None:
    known = {variable(settings, field) for field in settings.model_fields}
    known |= {PREFIX + name for name in OTHER_VARIABLES}
    own = own_prefix(settings)
    others = tuple(PREFIX + name for name in OTHER_PROGRAMS if PREFIX + name != own)
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(others):
            raise UnknownSetting(f"{name} is not a setting of {settings.__name__}: check its name")


def _shown(name: str, value: object) -> str:
    # A database URL may carry a password between "//" and "@".
    text = str(value)
    if name.endswith("_url") and "@" in text:
        scheme, _, rest = text.partition("//")
        return f"{scheme}//…@{rest.rpartition('@')[2]}"
    return text
