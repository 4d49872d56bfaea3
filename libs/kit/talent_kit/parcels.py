"""What goes into one document of a database, and no more."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def parcels(
    items: Iterable[T], *, weigh: Callable[[T], int], weight: int, most: int | None = None
) -> Iterator[list[T]]:
    """All items in order, in parts of up to `most`, each ended by the first to reach `weight`."""
    part: list[T] = []
    total = 0
    for item in items:
        part.append(item)
        total += weigh(item)
        if total >= weight or len(part) == most:
            yield part
            part, total = [], 0
    if part:
        yield part
