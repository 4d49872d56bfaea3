"""Days with their hours, as a posting states them: "Monday through Friday, 8 a.m. to 4:30 p.m."

Without a.m. or p.m. on either side nothing is read: "8 to 5" is left to the person.
"""

from __future__ import annotations

import re

from talent_jobs.description import Shift

MOST_SHIFTS = 21
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?|m|f)s?\b\.?"
)
_TO = r"\s*(?:-|–|—|to|through|thru|until)\s*"
_CLOCK = r"(?P<{0}>\d{{1,2}})(?:[:.](?P<{0}_min>\d\d))?\s*(?P<{0}_half>[ap]\.?\s?m\b\.?)?"
_SHIFT = re.compile(
    rf"\b(?P<days>{_DAY}(?:(?:{_TO}|\s*(?:,|&|/|and)\s*){_DAY}){{0,6}})[\s,:(]*(?:(?:from|between)\s*)?"
    + _CLOCK.format("start")
    + rf"(?:{_TO}|\s+and\s+)"
    + _CLOCK.format("end"),
    re.I,
)
_SPAN = re.compile(rf"({_DAY}){_TO}({_DAY})", re.I)


def stated_shifts(text: str) -> tuple[Shift, ...]:
    found: dict[Shift, None] = {}
    clocks = re.sub(r"(?:\b12\s*)?\bnoon\b", "12 pm", text, flags=re.I)
    clocks = re.sub(r"(?:\b12\s*)?\bmidnight\b", "12 am", clocks, flags=re.I)
    for one in _SHIFT.finditer(clocks):
        times = _times(one)
        for day in _days(one["days"]) if times else ():
            found.setdefault(Shift(day, *times))
    return tuple(found)[:MOST_SHIFTS]


def _days(said: str) -> list[int]:
    """1 Monday to 7 Sunday. "Mon-Fri" is five, "Fri-Mon" four."""
    span = _SPAN.fullmatch(said.strip())
    if span:
        first, last = _day(span[1]), _day(span[2])
        return [(first - 1 + n) % 7 + 1 for n in range((last - first) % 7 + 1)]
    return [_day(one) for one in re.findall(_DAY, said, re.I)]


def _day(name: str) -> int:
    low = name.lower()
    return {"m": 1, "f": 5}.get(low.rstrip(".s")) or _NAMES.index(low[:3]) + 1


def _times(one: re.Match[str]) -> tuple[int, int] | tuple[()]:
    """Minutes after midnight. Where one side names no half of the day, it is the one that makes the
    shift shorter."""
    start, end = _minutes(one, "start"), _minutes(one, "end")
    if start is None or end is None:
        return ()
    halves = (one["start_half"], one["end_half"])
    if not any(halves):
        return ()
    choices = [
        (a, b)
        for a in ([start] if halves[0] else [start % 720, start % 720 + 720])
        for b in ([end] if halves[1] else [end % 720, end % 720 + 720])
    ]
    return min(choices, key=lambda pair: ((pair[1] - pair[0]) % 1440 or 1440, pair))


def _minutes(one: re.Match[str], side: str) -> int | None:
    hour, minute = int(one[side]), int(one[f"{side}_min"] or 0)
    half = (one[f"{side}_half"] or "").lower()
    if hour > 12 or minute > 59 or (hour == 0 and half):
        return None
    return hour % 12 * 60 + minute + (720 if half.startswith("p") else 0)
