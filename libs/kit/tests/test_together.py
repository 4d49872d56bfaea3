import asyncio

import pytest
from talent_kit.together import Together


class Runs:
    """Doubles numbers, and keeps what each run had; 13 is refused, and 0 ends its whole run."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.go = asyncio.Event()

    async def work(self, items):
        self.seen.append(list(items))
        await self.go.wait()
        if 0 in items:
            raise ValueError("zero")
        return [LookupError("unlucky") if item == 13 else item * 2 for item in items]


@pytest.fixture
async def runs():
    return Runs()


async def test_what_waits_goes_together_in_the_next_run(runs):
    together = Together(runs.work, most=3)
    first = asyncio.create_task(together.do([1]))
    await asyncio.sleep(0.01)
    later = [asyncio.create_task(together.do([number])) for number in (2, 13, 4, 5)]
    await asyncio.sleep(0.01)
    assert runs.seen == [[1]]
    runs.go.set()
    assert await first == [2]
    results = [(await task)[0] for task in later]
    assert isinstance(results.pop(1), LookupError)
    assert results == [4, 8, 10]
    assert runs.seen == [[1], [2, 13, 4], [5]]


async def test_heavy_items_end_a_run(runs):
    together = Together(runs.work, most=100, weigh=lambda number: number, weight=10)
    runs.go.set()
    assert await together.do([4, 4, 4, 20, 1]) == [8, 8, 8, 40, 2]
    assert runs.seen == [[4, 4, 4], [20], [1]]


async def test_a_caller_that_leaves_takes_no_other_with_it(runs):
    together = Together(runs.work, most=10)
    calls = [asyncio.create_task(together.do([number])) for number in (1, 2)]
    await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(together.do([number])) for number in (3, 4)]
    await asyncio.sleep(0.01)
    calls[0].cancel()
    waiting[0].cancel()
    runs.go.set()
    assert await calls[1] == [4]
    assert await waiting[1] == [8]
    assert runs.seen == [[1, 2], [4]]


async def test_a_run_that_fails_tells_its_callers_and_the_next_one_goes_on(runs):
    together = Together(runs.work, most=2)
    runs.go.set()
    first, second, third = await together.do([1, 0, 3])
    assert isinstance(first, ValueError)
    assert isinstance(second, ValueError)
    assert third == 6


async def test_the_first_failure_is_raised_once_all_are_done(runs):
    together = Together(runs.work, most=2)
    runs.go.set()
    await together.do_all([1, 2])
    with pytest.raises(LookupError, match="unlucky"):
        await together.do_all([3, 13, 0, 4, 5])
    assert runs.seen == [[1, 2], [3, 13], [0, 4], [5]]


async def test_nobody_waits_for_a_run_that_was_ended(runs):
    async def ended(items):
        raise asyncio.CancelledError

    together = Together(ended, most=10)
    async with asyncio.timeout(5):
        (result,) = await together.do([1])
    assert isinstance(result, asyncio.CancelledError)
