"""The guard of an issuer that hands a token to whoever asks: loopback only, on both ends."""

import ipaddress

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class NotOnLoopback(Exception):
    """The issuer was asked to listen where other machines could reach it."""


def is_loopback(address: str) -> bool:
    """Whether this is `localhost` or a loopback address (127.0.0.0/8, ::1)."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def check_bind(host: str) -> None:
    """Refuse any address that other machines could reach."""
    if not is_loopback(host):
        raise NotOnLoopback(
            f"This issuer signs in anybody as anybody, so it only listens on the loopback, "
            f"not on {host}. Use 127.0.0.1, or set TALENT_OIDC_ISSUER to a real provider."
        )


class LoopbackOnly:
    """Answers 403 unless the caller is on the loopback and asked for a loopback name.

    The second check is for a web page elsewhere that points its own name at 127.0.0.1 (DNS
    rebinding); a proxy that forwards from outside shows by its forwarding headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_local(scope):
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse("This issuer serves its own machine only.\n", 403)
        await refusal(scope, receive, send)


def _is_local(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    if b"x-forwarded-for" in headers or b"forwarded" in headers:
        return False
    client = scope.get("client")
    asked = headers.get(b"host", b"").decode("latin-1")
    name = asked.rsplit(":", 1)[0] if not asked.endswith("]") else asked
    return client is not None and is_loopback(client[0]) and is_loopback(name.strip("[]"))
