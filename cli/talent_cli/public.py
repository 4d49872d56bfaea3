"""Documents that a credential names, fetched over public https when a check asks for one."""

import asyncio

from talent_kit.fetch import Fetched, Fetcher, FetchError
from talent_vc.baked import MAX_PICTURE_BYTES
from talent_vc.errors import LoadError


class PublicLoader:
    """A loader of `talent_vc`. Each document is fetched at most once; unasked, nothing is."""

    def __init__(self) -> None:
        self._answers: dict[str, bytes | LoadError] = {}

    def load(self, url: str) -> bytes:
        """The document. Raises LoadError: the check then says that it could not be done."""
        if url not in self._answers:
            self._answers[url] = _answer(url)
        answer = self._answers[url]
        if isinstance(answer, LoadError):
            raise answer
        return answer


def _answer(url: str) -> bytes | LoadError:
    try:
        fetched = asyncio.run(_fetch(url))
    except FetchError as error:
        return LoadError(error.reason, url=url)
    if fetched.status == 410:  # of an Open Badge 2.0, it says that it was taken back
        return LoadError("gone", url=url)
    if fetched.status == 404:
        return LoadError("not-found", url=url)
    if fetched.status != 200:
        return LoadError("unreachable", url=url)
    return fetched.body


async def _fetch(url: str) -> Fetched:
    fetcher = Fetcher(size=MAX_PICTURE_BYTES)
    try:
        return await fetcher.get(url)
    finally:
        await fetcher.close()
