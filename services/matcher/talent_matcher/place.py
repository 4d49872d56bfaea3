"""How far a partition was read, with marks by which its log is known again.

A topic that was made anew begins again with offset 0, and a client of ours does not learn a topic's
id. So the last events are remembered: where one of them is still in its place it is the same log.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from talent_kit.events import Record

MARKS = 100  # compaction takes the events of those who changed since, hardly all of them


@dataclass(slots=True)
class Place:
    """`next`: the offset that comes next. `marks`: the ids of the last events, by offset."""

    next: int = 0
    marks: OrderedDict[int, str] = field(default_factory=OrderedDict[int, str])

    def passed(self, record: Record) -> None:
        """This one has been read. One that came before is no news."""
        if record.offset >= self.next:
            self.next = record.offset + 1
            self.marks[record.offset] = record.event_id
            if len(self.marks) > MARKS:
                self.marks.popitem(last=False)

    def copy(self) -> "Place":
        return Place(self.next, OrderedDict(self.marks))
