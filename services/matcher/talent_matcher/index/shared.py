"""Values that many people share, each kept once and for as long as somebody has it."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Generic, TypeVar

Value = TypeVar("Value", bound=Hashable)
SavedValues = tuple[Sequence[Value | None], Sequence[int]]  # of each number: value, how often taken


class Shared(Generic[Value]):
    """Numbers values; a number is given to another value once it is given back as often as it was
    taken."""

    def __init__(self) -> None:
        self._values: list[Value | None] = []
        self._taken: list[int] = []
        self._numbers: dict[Value, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def values(self) -> Sequence[Any]:
        """By number; None under one that was given back."""
        return self._values

    def __iter__(self) -> Iterator[tuple[Value, int]]:
        """Every value with its number."""
        return iter(self._numbers.items())

    def take(self, value: Value) -> int:
        number = self._numbers.get(value)
        if number is None:
            number = self._place()
            self._numbers[value] = number
            self._values[number] = value
        self._taken[number] += 1
        return number

    def give_back(self, number: int) -> None:
        self._taken[number] -= 1
        if not self._taken[number]:
            value = self._values[number]
            assert value is not None, "given back more often than taken"
            del self._numbers[value]
            self._values[number] = None
            self._free.append(number)

    def saved(self) -> "SavedValues[Value]":
        """All that is kept, at this moment."""
        return list(self._values), list(self._taken)

    def restore(self, saved: "SavedValues[Value]") -> None:
        """Everything under the number that it had; of one that is empty."""
        self._values, self._taken = list(saved[0]), list(saved[1])
        for number, value in enumerate(self._values):
            if value is None:
                self._free.append(number)
            else:
                self._numbers[value] = number

    def _place(self) -> int:
        if self._free:
            return self._free.pop()
        self._values.append(None)
        self._taken.append(0)
        return len(self._values) - 1
