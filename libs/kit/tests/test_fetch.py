import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from talent_kit.fetch import Fetcher, FetchError, is_public


@asynccontextmanager
async def web(answer) -> AsyncIterator[str]:
    """A web server on this machine; `answer(path)` gives the raw answer. Yields host:port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        try:
            await answer(request, writer)
            await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    yield f"{host}:{port}"
    server.close()


def says(status: str, body: bytes = b"", *headers: str):
    async def answer(request, writer):
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)

    return answer


async def refused(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as error:
        await fetcher.get(url)
    await fetcher.close()
    return error.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[fd00::1]/x",
        "https://0.0.0.0/x",
        "https://100.64.0.1/x",
        "https://2130706433/x",
        "https://224.0.0.1/x",
    ],
)
async def test_fetch_refuses_private_addresses(url: str):
    assert await refused(Fetcher(), url) in {"not_public", "unreachable"}


def test_addresses_that_hide_private_ones_are_not_public():
    assert is_public("8.8.8.8")
    assert is_public("2001:4860:4860::8888")
    for hidden in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0"):
        assert not is_public(hidden)
    for hidden in ("64:ff9b:1::7f00:1", "fec0::1", "::127.0.0.1", "::8.8.8.8"):
        assert not is_public(hidden)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/", "not_https"),
        ("file:///etc/passwd", "bad_url"),
        ("ftp://example.org/", "not_https"),
        ("https://user:pass@example.org/", "bad_url"),
        ("https://example.org:99999/", "bad_url"),
        ("https:///nowhere", "bad_url"),
        ("https://example.org/\r\nX: y", "bad_url"),
        ("https://exämple.org/", "bad_url"),
        (f"https://{'a' * 64}.example.org/", "bad_url"),
        ("https://example..org/", "bad_url"),
        ("https://example.org:port/", "bad_url"),
        ("https://[::1/", "bad_url"),
    ],
)
async def test_fetch_refuses_what_is_no_plain_https_address(url: str, reason: str):
    assert await refused(Fetcher(), url) == reason


async def test_an_allowed_host_is_fetched_over_plain_http():
    async with web(says("200 OK", b"hello", 'ETag: "7"')) as host:
        fetcher = Fetcher(host)
        fetched = await fetcher.get(f"http://{host}/document#part")
        assert (fetched.status, fetched.body, fetched.headers["etag"]) == (200, b"hello", '"7"')
        await fetcher.close()
        assert await refused(Fetcher(), f"http://{host}/") == "not_https"


async def test_a_redirect_to_a_private_address_is_refused():
    async with web(says("302 Found", b"", "Location: https://127.0.0.1/secret")) as host:
        assert await refused(Fetcher(host), f"http://{host}/") == "not_public"


@pytest.mark.parametrize(
    ("location", "reason"),
    [("https://[::1", "bad_answer"), ("https://example.org:99999/", "bad_url")],
)
async def test_a_redirect_to_no_address_is_refused(location: str, reason: str):
    async with web(says("302 Found", b"", f"Location: {location}")) as host:
        assert await refused(Fetcher(host), f"http://{host}/") == reason


async def test_an_etag_that_cannot_be_sent_back_is_left_out():
    async with web(says("200 OK", b"hello")) as host:
        fetcher = Fetcher(host)
        assert (await fetcher.get(f"http://{host}/", etag='"é"')).status == 200
        await fetcher.close()


async def test_redirects_end_somewhere():
    async with web(says("302 Found", b"", "Location: /again")) as host:
        assert await refused(Fetcher(host), f"http://{host}/") == "too_many_redirects"


async def test_a_large_answer_is_cut_off_while_it_comes():
    async def endless(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    async with web(endless) as host:
        assert await refused(Fetcher(host, size=100_000), f"http://{host}/") == "too_large"


async def test_a_slow_answer_is_given_up():
    async def slow(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(1)

    async with web(slow) as host:
        assert await refused(Fetcher(host, seconds=0.2), f"http://{host}/") == "timeout"


async def test_a_compressed_answer_is_refused():
    async with web(says("200 OK", b"x", "Content-Encoding: gzip")) as host:
        assert await refused(Fetcher(host), f"http://{host}/") == "bad_answer"


async def test_an_unchanged_document_costs_a_304():
    seen = []

    async def answer(request, writer):
        seen.append('If-None-Match: "7"'.lower() in request.lower())
        await says("304 Not Modified")(request, writer)

    async with web(answer) as host:
        fetcher = Fetcher(host)
        assert (await fetcher.get(f"http://{host}/", etag='"7"')).status == 304
        await fetcher.close()
    assert seen == [True]


@pytest.mark.parametrize(
    ("etag", "condition"),
    [(None, "if-modified-since: sun, 22 nov 2026 07:28:00 gmt"), ('"7"', 'if-none-match: "7"')],
)
async def test_without_an_etag_the_date_of_the_last_change_is_the_condition(
    etag: str | None, condition: str
):
    seen = []

    async def answer(request, writer):
        seen.extend(line for line in request.lower().split("\r\n") if line.startswith("if-"))
        await says("304 Not Modified")(request, writer)

    async with web(answer) as host:
        fetcher = Fetcher(host)
        modified = "Sun, 22 Nov 2026 07:28:00 GMT"
        await fetcher.get(f"http://{host}/", etag=etag, modified=modified)
        await fetcher.close()
    assert seen == [condition]
