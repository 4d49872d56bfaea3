"""Signing in worker processes, which start with the first work and end when there is none."""

import asyncio
import json
import logging
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from talent_kit.errors import Problem, Reason
from talent_kit.workers import begin
from talent_vc import CredentialError, Document
from talent_vc.worker import SignRequest, init_worker, sign_many

CHUNK = 32
logger = logging.getLogger(__name__)
Signature = bytes | CredentialError


class SigningPool:
    """`sign` from any task; `close` at the end."""

    def __init__(self, *, processes: int, idle_seconds: float, contexts: Path) -> None:
        self._processes = processes
        self._idle_seconds = idle_seconds
        self._contexts = contexts
        self._pool: ProcessPoolExecutor | None = None
        self._working = 0
        self._ending: asyncio.TimerHandle | None = None

    async def sign(self, requests: Sequence[SignRequest]) -> list[Signature]:
        """Each request's signed bytes, or why it cannot be signed, in order."""
        size = max(1, min(CHUNK, -(-len(requests) // self._processes)))
        chunks = [requests[start : start + size] for start in range(0, len(requests), size)]
        self._working += 1
        try:
            pool = self._started()
            try:
                signed = await _run(pool, chunks)
            except BrokenProcessPool:
                # A worker was killed. A signature has no effect by itself: start over.
                logger.warning("a signing worker ended, starting new ones")
                self._end(pool)
                pool = self._started()
                signed = await _run(pool, chunks)
        except BrokenProcessPool:
            raise Problem(Reason.UNAVAILABLE, what="the signing workers") from None
        finally:
            self._working -= 1
            self._end_when_idle()
        return [signature for chunk in signed for signature in chunk]

    async def close(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                # A fork of a process that runs gRPC would hang.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=begin,
                initargs=(init_worker, (str(self._contexts),)),
            )
        return self._pool

    def _end_when_idle(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        loop = asyncio.get_running_loop()
        self._ending = loop.call_later(self._idle_seconds, self._end_if_idle)

    def _end_if_idle(self) -> None:
        if not self._working and self._pool is not None:
            self._end(self._pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        # Somebody else may have noticed first, and have a new pool at work already.
        if self._pool is pool:
            self._pool = None
            pool.shutdown(wait=False, cancel_futures=True)


async def _run(
    pool: ProcessPoolExecutor, chunks: Sequence[Sequence[SignRequest]]
) -> list[list[Signature]]:
    loop = asyncio.get_running_loop()
    work = [loop.run_in_executor(pool, sign_to_bytes, chunk) for chunk in chunks]
    return await asyncio.gather(*work)


def sign_to_bytes(requests: Sequence[SignRequest]) -> list[Signature]:
    """Runs in a worker."""
    return [
        signed if isinstance(signed, CredentialError) else to_bytes(signed)
        for signed in sign_many(requests)
    ]


def to_bytes(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
