"""How the command reaches a network: addresses, tokens and channels."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import grpc.aio
import httpx
from pydantic import SecretStr
from talent_kit.clock import SystemClock
from talent_kit.settings import CommonSettings
from talent_local.issuer import Issuer
from talent_local.settings import LocalSettings

Metadata = tuple[tuple[str, str], ...]
_OPTIONS = [
    ("grpc.max_receive_message_length", 8 * 1024 * 1024),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]


class CliSettings(CommonSettings):
    """Read with `TALENT_CLI_` in front. An address left empty is this machine's."""

    registry: str = ""  # host:port of gRPC, as the three below
    verifier: str = ""
    wallet: str = ""
    matcher: str = ""
    wallet_url: str = ""  # the wallet's HTTP address
    tls: bool = False
    token: SecretStr = SecretStr("")


class CommandError(Exception):
    """Something the person at the terminal can mend; its text says how."""


class Network:
    """One running network, seen from outside."""

    def __init__(self, settings: CliSettings, local: LocalSettings) -> None:
        self._settings = settings
        self._local = local

    @classmethod
    def find(cls) -> "Network":
        """The network that the environment names; this machine's where it names none."""
        return cls(CliSettings(), LocalSettings())

    def address(self, service: str) -> str:
        """`host:port` of a service's gRPC."""
        named: str = getattr(self._settings, service)
        return named or f"127.0.0.1:{self._local.port(f'{service} gRPC')}"

    @property
    def today(self) -> date:
        """In the state's time zone."""
        return SystemClock(self._settings.zone).today()

    @property
    def wallet_url(self) -> str:
        return self._settings.wallet_url or f"http://127.0.0.1:{self._local.port('wallet HTTP')}"

    @property
    def portal_url(self) -> str:
        return f"http://127.0.0.1:{self._local.port('portal HTTP')}"

    @asynccontextmanager
    async def channel(self, service: str) -> AsyncIterator[grpc.aio.Channel]:
        """An open channel to a service."""
        target = self.address(service)
        if self._settings.tls:
            secure = grpc.ssl_channel_credentials()
            opened = grpc.aio.secure_channel(target, secure, options=_OPTIONS)
        else:
            opened = grpc.aio.insecure_channel(target, options=_OPTIONS)
        async with opened as channel:
            yield channel

    def token(self, subject: str, roles: Sequence[str], **claims: Any) -> str:
        """TALENT_CLI_TOKEN, or a token that this machine's issuer makes. Raises CommandError."""
        given = self._settings.token.get_secret_value()
        if given:
            return given
        url = self._local.issuer_address
        try:
            return Issuer(url).token(subject=subject, roles=list(roles), **claims)
        except httpx.HTTPError as error:
            raise CommandError(
                f"The issuer at {url} gave no token ({error}). Start the network with `talent up`, "
                "or set TALENT_CLI_TOKEN to a token of your own issuer."
            ) from error

    def metadata(self, subject: str, roles: Sequence[str], **claims: Any) -> Metadata:
        """gRPC metadata of a signed-in caller."""
        return (("authorization", f"Bearer {self.token(subject, roles, **claims)}"),)


def refusal(error: grpc.RpcError) -> str:
    """What a service answered, as one sentence."""
    if not isinstance(error, grpc.aio.AioRpcError):
        return str(error)
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return f"No answer: {error.details()}. Is the network up? See `talent status`."
    return f"Refused ({error.code().name}): {error.details()}"
