"""A small web server on the loopback, for the documents that credentials refer to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Web:
    """`pages` maps a path to (content, ETag). `connections` counts whoever came, `asked`
    has the path of each request, `unchanged` that of each which got a 304. `headers` go with
    every answer."""

    port: int = 0
    pages: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    asked: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    headers: str = ""
    away: bool = False

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                if self.away:
                    return
                path = request.split(b" ", 2)[1].decode()
                self.asked.append(path)
                writer.write(self.response(path, request.decode("latin-1").lower()))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def response(self, path: str, request: str) -> bytes:
        if path in self.redirects:
            head = f"HTTP/1.1 302 Found\r\nLocation: {self.redirects[path]}"
            return f"{head}\r\nContent-Length: 0\r\n\r\n".encode()
        if path not in self.pages:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        content, etag = self.pages[path]
        if etag and f"if-none-match: {etag}" in request:
            self.unchanged.append(path)
            return f"HTTP/1.1 304 Not Modified\r\n{self.headers}\r\n".encode()
        mark = self.headers + (f"ETag: {etag}\r\n" if etag else "")
        head = f"HTTP/1.1 200 OK\r\n{mark}Content-Length: {len(content)}\r\n\r\n"
        return head.encode() + content


@asynccontextmanager
async def serving() -> AsyncIterator[Web]:
    web = Web()
    server = await asyncio.start_server(web.answer, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
