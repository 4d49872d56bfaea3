"""The cache of other people's documents, against a real web server."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from talent_kit.clock import ManualClock
from talent_kit.fetch import Fetcher
from talent_verifier.documents import Documents, Terms

from .web import Web

TERMS = Terms(
    bytes=1_000, good=timedelta(minutes=5), longest=timedelta(hours=1), stale=timedelta(days=1)
)


@pytest.fixture
async def documents(web: Web, clock: ManualClock) -> AsyncIterator[Documents]:
    fetcher = Fetcher(web.host)
    yield Documents(fetcher, clock, TERMS)
    await fetcher.close()


async def content(documents: Documents, url: str, version: int = 0) -> bytes | None:
    found = await documents.get([url], {url: version})
    return found[url].content if url in found else None


async def test_a_document_is_fetched_once_while_it_is_good(
    documents: Documents, web: Web, clock: ManualClock
) -> None:
    web.pages["/a"] = (b"one", "")
    assert await content(documents, web.url("/a")) == b"one"
    web.pages["/a"] = (b"two", "")
    clock.advance(timedelta(minutes=4))
    assert await content(documents, web.url("/a")) == b"one"
    clock.advance(timedelta(minutes=2))
    assert await content(documents, web.url("/a")) == b"two"


async def test_a_list_says_itself_how_long_it_is_good(
    documents: Documents, web: Web, clock: ManualClock
) -> None:
    web.pages["/list"] = (b'{"credentialSubject": {"ttl": 60000}, "n": 1}', "")
    await content(documents, web.url("/list"))
    web.pages["/list"] = (b'{"credentialSubject": {"ttl": 60000}, "n": 2}', "")
    clock.advance(timedelta(seconds=61))
    found = await content(documents, web.url("/list"))
    assert found
    assert b'"n": 2' in found


async def test_a_named_version_is_fetched_past_the_cache(documents: Documents, web: Web) -> None:
    url = web.url("/list")
    web.pages["/list"] = (b"old", '"1"')
    assert (await documents.get([url], {}))[url].version == 1
    web.pages["/list"] = (b"new", 'W/"2-gzip"')
    assert (await documents.get([url], {}))[url].version == 1
    found = (await documents.get([url], {url: 2}))[url]
    assert (found.content, found.reaches(2), found.reaches(3)) == (b"new", True, False)


async def test_what_has_not_changed_is_not_sent_again(
    documents: Documents, web: Web, clock: ManualClock
) -> None:
    web.pages["/a"] = (b"one", '"1"')
    await content(documents, web.url("/a"))
    clock.advance(timedelta(minutes=6))
    assert await content(documents, web.url("/a")) == b"one"


async def test_a_copy_serves_while_its_host_is_away_but_not_for_ever(
    documents: Documents, web: Web, clock: ManualClock
) -> None:
    web.pages["/a"] = (b"one", "")
    await content(documents, web.url("/a"))
    web.away = True
    clock.advance(timedelta(hours=2))
    assert await content(documents, web.url("/a")) == b"one"
    clock.advance(timedelta(days=1))
    assert await content(documents, web.url("/a")) is None


async def test_a_list_says_itself_how_long_a_copy_serves_without_its_host(
    documents: Documents, web: Web, clock: ManualClock
) -> None:
    web.pages["/list"] = (b'{"credentialSubject": {"ttl": 7200000}}', "")
    await content(documents, web.url("/list"))
    web.away = True
    clock.advance(timedelta(hours=2))
    assert await content(documents, web.url("/list"))
    clock.advance(timedelta(seconds=2))
    assert await content(documents, web.url("/list")) is None


async def test_on_terms_of_no_time_each_host_is_asked_every_time(
    web: Web, clock: ManualClock
) -> None:
    none = timedelta(0)
    fetcher = Fetcher(web.host)
    documents = Documents(fetcher, clock, Terms(1_000, none, none, none))
    url = web.url("/a")
    web.pages["/a"] = (b"one", '"1"')
    assert [await content(documents, url) for _ in range(3)] == [b"one"] * 3
    assert web.asked == ["/a"] * 3
    web.pages["/a"] = (b"two", '"2"')
    assert await content(documents, url) == b"two"
    web.away = True
    clock.advance(timedelta(seconds=1))
    assert await content(documents, url) is None
    await fetcher.close()


async def test_a_host_that_is_away_is_not_asked_for_every_credential(
    documents: Documents, web: Web, clock: ManualClock
) -> None:
    web.away = True
    for _ in range(20):
        assert await content(documents, web.url("/a")) is None
    asked = web.connections
    assert asked <= 2
    web.away = False
    web.pages["/a"] = (b"one", "")
    clock.advance(timedelta(seconds=2))
    assert await content(documents, web.url("/a")) == b"one"


async def test_the_cache_is_bounded(documents: Documents, web: Web) -> None:
    for n in range(5):
        web.pages[f"/{n}"] = (str(n).encode() * 400, "")
        await content(documents, web.url(f"/{n}"))
    web.away = True
    kept = [n for n in range(5) if await documents.get([web.url(f"/{n}")], {})]
    assert kept == [3, 4]
