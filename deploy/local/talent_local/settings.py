"""The settings of one machine's stack: where each part listens, and which parts are elsewhere."""

import os

from talent_kit.settings import CommonSettings

from talent_local.parts import PartError

SERVICES = ("registry", "verifier", "wallet", "matcher", "portal")

# Each port: its place after the base, and the setting that moves it alone.
_PORTS = {
    "kafka": (0, "TALENT_LOCAL_KAFKA_PORT"),
    "kafka controller": (1, "TALENT_LOCAL_KAFKA_CONTROLLER_PORT"),
    "database": (2, "TALENT_LOCAL_DATABASE_PORT"),
    "issuer": (3, "TALENT_LOCAL_ISSUER_PORT"),
    "registry gRPC": (10, "TALENT_REGISTRY_GRPC_PORT"),
    "registry HTTP": (11, "TALENT_REGISTRY_HTTP_PORT"),
    "verifier gRPC": (20, "TALENT_VERIFIER_GRPC_PORT"),
    "verifier HTTP": (21, "TALENT_VERIFIER_HTTP_PORT"),
    "wallet gRPC": (30, "TALENT_WALLET_GRPC_PORT"),
    "wallet HTTP": (31, "TALENT_WALLET_HTTP_PORT"),
    "matcher gRPC": (40, "TALENT_MATCHER_GRPC_PORT"),
    "matcher HTTP": (41, "TALENT_MATCHER_HTTP_PORT"),
    "portal HTTP": (51, "TALENT_PORTAL_HTTP_PORT"),
}

# Part → the variable that points at one elsewhere, so that it is not started here.
ELSEWHERE = {
    "kafka": "TALENT_KAFKA_BOOTSTRAP",
    "database": "TALENT_MONGO_URL",
    "issuer": "TALENT_OIDC_ISSUER",
}


class LocalSettings(CommonSettings):
    """Read with `TALENT_LOCAL_` in front. A port of 0 means: its place after `port_base`.

    Ask `port`, which also knows the services' own ports.
    """

    port_base: int = 7100
    kafka_port: int = 0
    kafka_controller_port: int = 0
    database_port: int = 0
    issuer_port: int = 0

    def port(self, name: str) -> int:
        """The port of `kafka`, `registry gRPC` and so on."""
        place, setting = _PORTS[name]
        # From the environment, because a service's own port is a setting of that service.
        given = os.environ.get(setting, "0")
        if not given.isdecimal():
            raise PartError(f"{setting} must be a port number, not {given}.")
        return int(given) or self.port_base + place

    @property
    def kafka_address(self) -> str:
        return self._address("kafka", "127.0.0.1:{}")

    @property
    def mongo_address(self) -> str:
        # Without retryable writes: the local database keeps a record of each and looks through
        # all of them at the next, which gets slow. Every write here may be repeated anyway.
        return self._address("database", "mongodb://127.0.0.1:{}/?retryWrites=false")

    @property
    def issuer_address(self) -> str:
        return self._address("issuer", "http://127.0.0.1:{}")

    def _address(self, part: str, local: str) -> str:
        return os.environ.get(ELSEWHERE[part]) or local.format(self.port(part))


def is_elsewhere(part: str) -> bool:
    """Whether the environment points at an existing one."""
    return bool(os.environ.get(ELSEWHERE.get(part, "")))


def port_setting(name: str) -> str:
    """The setting that moves this port alone."""
    return _PORTS[name][1]
