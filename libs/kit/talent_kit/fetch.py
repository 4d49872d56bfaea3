"""Fetches documents that strangers name: public https addresses only, small, soon, few redirects.

The name is resolved once, every answer must be public, and the connection goes to that very
address: a name that changes its mind between check and use (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import httpcore

# Of IPv6, not reachable by anyone, or made of an IPv4 address that may not be; older versions of
# Python take some of them for global. RFC 6052, RFC 8215, RFC 3879, RFC 4291 section 2.5.5.1.
NOT_PUBLIC = [
    ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "fec0::/10", "::/96")
]
REDIRECTS = {301, 302, 303, 307, 308}


class FetchError(Exception):
    """Why a document could not be had. `reason` is a code, such as `not_public`."""

    def __init__(self, reason: str, url: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}: {url}")


@dataclass(frozen=True)
class Fetched:
    """An answer; header names are lower case; `url` is where the redirects ended."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    url: str


class Fetcher:
    """`allowed_hosts` ("host:port", comma-separated) may be on plain http and private addresses."""

    def __init__(
        self,
        allowed_hosts: str | Iterable[str] = "",
        *,
        size: int = 1_000_000,
        seconds: float = 5.0,
        redirects: int = 3,
    ) -> None:
        hosts = allowed_hosts.split(",") if isinstance(allowed_hosts, str) else allowed_hosts
        self._allowed = frozenset(host.strip().lower() for host in hosts if host.strip())
        self._size = size
        self._seconds = seconds
        self._redirects = redirects
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=50,
            keepalive_expiry=5,
            network_backend=_PublicOnly(self._allowed),
        )

    async def get(self, url: str, etag: str | None = None, modified: str | None = None) -> Fetched:
        """The document at `url`; status 304 when it still has `etag` or, without one, was not
        changed since `modified` (its Last-Modified). Raises FetchError."""
        condition: dict[str, str] = {}
        if etag and etag.isascii():  # no other can be sent back
            condition["if-none-match"] = etag
        elif modified and modified.isascii():
            condition["if-modified-since"] = modified
        try:
            async with asyncio.timeout(self._seconds):
                return await self._get(url, condition)
        except TimeoutError:
            raise FetchError("timeout", url) from None
        except (httpcore.TimeoutException, httpcore.NetworkError, OSError) as error:
            raise FetchError("unreachable", url) from error
        except ValueError as error:  # a name that cannot be encoded for DNS, such as an empty label
            raise FetchError("bad_url", url) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise FetchError("bad_answer", url) from error

    async def close(self) -> None:
        await self._pool.aclose()

    async def _get(self, url: str, condition: Mapping[str, str]) -> Fetched:
        for _ in range(self._redirects + 1):
            self._check(url)
            fetched = await self._once(url, condition)
            if fetched.status not in REDIRECTS or "location" not in fetched.headers:
                return fetched
            try:
                url = urljoin(url, fetched.headers["location"])
            except ValueError:
                raise FetchError("bad_answer", url) from None
        raise FetchError("too_many_redirects", url)

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or (80 if parts.scheme == "http" else 443)
        except ValueError:
            raise FetchError("bad_url", url) from None
        if not parts.hostname or parts.username or not url.isascii() or not url.isprintable():
            raise FetchError("bad_url", url)
        allowed = f"{parts.hostname}:{port}" in self._allowed
        if parts.scheme != "https" and not (parts.scheme == "http" and allowed):
            raise FetchError("not_https", url)

    async def _once(self, url: str, condition: Mapping[str, str]) -> Fetched:
        parts = urlsplit(url)
        # Not compressed, so that a small answer cannot grow into a large one.
        headers = {
            "host": parts.netloc,
            # Some show people a page at the same address.
            "accept": "application/ld+json, application/json, */*;q=0.5",
            "accept-encoding": "identity",
            "user-agent": "talent-network",
            **condition,
        }
        address = url.partition("#")[0]
        async with self._pool.stream("GET", address, headers=list(headers.items())) as answer:
            found = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in answer.headers
            }
            if found.get("content-encoding", "identity") != "identity":
                raise FetchError("bad_answer", url)
            body = bytearray()
            async for part in answer.aiter_stream():
                body += part
                if len(body) > self._size:
                    raise FetchError("too_large", url)
            return Fetched(answer.status, bytes(body), found, url)


class _PublicOnly(httpcore.AsyncNetworkBackend):
    """Resolves, checks and connects in one place. TLS above it still checks the name."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._plain: httpcore.AsyncNetworkBackend = cast(Any, httpcore.AnyIOBackend)()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the interface's own
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(row[4][0]) for row in found]
        if f"{host}:{port}" not in self._allowed and not all(map(is_public, addresses)):
            raise FetchError("not_public", host)
        return await self._plain.connect_tcp(
            addresses[0], port, timeout, local_address, socket_options
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 the interface's own
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        raise FetchError("not_public", path)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def is_public(address: str) -> bool:
    """Whether an address is reachable by anyone, also when it hides one of IPv4 inside."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in NOT_PUBLIC) or found.sixtofour or found.teredo:
            return False
        if found.ipv4_mapped:
            found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
